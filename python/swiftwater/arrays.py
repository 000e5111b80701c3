"""NumPy arrays of the engine's columns: fixed-width values by copying memory once, never value by value."""

from __future__ import annotations

import ctypes
from typing import Any, Dict, List, Mapping, Optional, Sequence

from . import columntypes as T

_FORMATS = {"c": "i1", "C": "u1", "s": "i2", "S": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8", "f": "f4", "g": "f8"}


class _Filling:
    """An array that is being filled batch by batch.

    Attributes
    ----------
    valid : array or None
        Which values are there; None while all are.
    """

    def __init__(self, type_: str, count: int) -> None:
        import numpy

        self.type = type_
        self.count = count
        self.place = 0
        self.values = numpy.empty(count, dtype=_dtype(type_))
        self.valid: Any = None

    def add(self, schema: Any, array: Any, offset: int, length: int) -> None:
        """The next values: `length` of them from row `offset` of an Arrow array."""
        import numpy

        if not length:
            return
        start = array.offset + offset
        part = slice(self.place, self.place + length)
        self.place += length
        kind = schema.format.decode()
        mask: Optional[Any] = None
        if array.null_count != 0 and array.n_buffers and array.buffers[0]:
            mask = _bits(array.buffers[0], start, length)
            if mask.all():
                mask = None
        if self.values.dtype == object:
            from ._decode import values

            self.values[part] = _objects(values(schema, array, offset, length))
            if kind == "n":
                mask = numpy.zeros(length, dtype=bool)
        elif kind == "b":
            self.values[part] = _bits(array.buffers[1], start, length)
        else:
            code = _FORMATS.get(kind, "i8")
            memory = (ctypes.c_char * (length * int(code[1]))).from_address(array.buffers[1] + start * int(code[1]))
            self.values[part] = numpy.frombuffer(memory, dtype=code).view(self.values.dtype)
        if mask is not None:
            if self.valid is None:
                self.valid = numpy.ones(self.count, dtype=bool)
            self.valid[part] = mask

    def finished(self) -> Any:
        """The array, with what pandas has for missing values."""
        import numpy

        values, type_ = self.values, self.type
        if self.valid is None:
            return values
        missing = ~self.valid
        if type_.startswith(("timestamp", "duration")):
            values[missing] = numpy.array("NaT", dtype=values.dtype)
            return values
        if type_ in T.INTEGERS:
            values = values.astype("f8")
        if type_ in T.FLOATS or type_ in T.INTEGERS:
            values[missing] = numpy.nan
            return values
        if values.dtype != object:
            values = values.astype(object)
        values[missing] = float("nan") if T.is_text(type_) else None
        return values


def _dtype(type_: str) -> str:
    if type_ in T.NUMBERS or type_ == "bool":
        return type_
    if type_.startswith("timestamp"):
        return f"datetime64[{T.unit_of(type_)}]"
    if type_.startswith("duration"):
        return f"timedelta64[{T.unit_of(type_)}]"
    return "object"


def _objects(held: List[Any]) -> Any:
    import numpy

    made = numpy.empty(len(held), dtype=object)
    made[:] = held
    return made


def _bits(address: int, start: int, count: int) -> Any:
    import numpy

    first = start // 8
    size = (start + count + 7) // 8 - first
    memory = (ctypes.c_uint8 * size).from_address(address + first)
    bits = numpy.unpackbits(numpy.frombuffer(memory, dtype=numpy.uint8), bitorder="little")
    return bits[start % 8 : start % 8 + count].view(bool)


def column_arrays(table: Any, names: Sequence[str], types: Mapping[str, str]) -> Dict[str, Any]:
    """Arrays by column, with the types that pandas gives such columns.

    Integers with missing values become floats, bools objects; text is an object array with NaN for missing.
    """
    if not names:
        return {}
    from ._decode import arrays

    positions = [n for n, _ in table.columns]
    chosen = [(positions.index(name), _Filling(types[name], table.num_rows)) for name in names]
    for schema, array in arrays(table.dictionary_stream()):
        for place, filling in chosen:
            filling.add(schema.children[place].contents, array.children[place].contents, array.offset, array.length)
    return {name: filling.finished() for name, (_, filling) in zip(names, chosen)}
