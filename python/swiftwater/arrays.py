"""NumPy arrays of the engine's columns: fixed-width values by copying memory once, never value by value."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import columntypes as T
from . import values as V


#: A column's place and the addresses of its memory, as `Table.fill` takes them.
Form = Tuple[int, int, Optional[int], Optional[int]]


class _Filling:
    """An array that is being filled.

    Attributes
    ----------
    valid : array or None
        Which values are there; None when all are.
    """

    def __init__(self, type_: str, count: int, missing: int) -> None:
        import numpy

        self.type = type_
        self.place = 0
        self.values = _empty(count, _dtype(type_))
        self.valid: Any = numpy.ones(count, dtype=bool) if missing else None

    def form(self, place: int) -> Form:
        """What `Table.fill` takes for the column at `place`."""
        return place, self.values.ctypes.data, None if self.valid is None else self.valid.ctypes.data, None

    def add(self, held: List[Any]) -> None:
        """The next values of a column of objects; None where missing."""
        part = slice(self.place, self.place + len(held))
        self.place += len(held)
        self.values[part] = _objects(held)
        if self.valid is not None:
            self.valid[part] = [v is not None for v in held]

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


#: Bytes of an array from which it comes out of pyarrow's memory.
_LARGE = 1 << 20


def _empty(count: int, dtype: str) -> Any:
    """An array without values.

    A large one is of pyarrow's memory where that is loaded: pyarrow keeps what was used before for the next array, where
    new memory of the system would be zeroed page by page.
    """
    import numpy

    pyarrow = V.loaded("pyarrow")
    kind = numpy.dtype(dtype)
    if pyarrow is None or kind == object or count * kind.itemsize < _LARGE:
        return numpy.empty(count, dtype=kind)
    return numpy.frombuffer(pyarrow.allocate_buffer(count * kind.itemsize), dtype=kind)


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


def column_arrays(
    table: Any, names: Sequence[str], types: Mapping[str, str], others: Sequence[Form] = ()
) -> Dict[str, Any]:
    """Arrays by column, with the types that pandas gives such columns.

    Integers with missing values become floats, bools objects; text is an object array with NaN for missing. `others` are
    filled at the same time.
    """
    if not names and not others:
        return {}
    positions = [n for n, _ in table.columns]
    missing = table.missing_counts()
    places = [positions.index(name) for name in names]
    fillings = [_Filling(types[name], table.num_rows, missing[place]) for name, place in zip(names, places)]
    plain = [f.form(place) for place, f in zip(places, fillings) if f.values.dtype != object]
    if plain or others:
        table.fill([*others, *plain])
    if len(plain) < len(names):
        from ._decode import arrays, values

        for schema, array in arrays(table.dictionary_stream()):
            for place, filling in zip(places, fillings):
                if filling.values.dtype == object:
                    parts = schema.children[place].contents, array.children[place].contents
                    filling.add(values(*parts, array.offset, array.length))
    return {name: filling.finished() for name, filling in zip(names, fillings)}


class TextFilling:
    """Text that is being filled, as pyarrow has it."""

    def __init__(self, count: int, size: int, missing: int) -> None:
        import numpy

        self.count = count
        self.missing = missing
        self.offsets = _empty(count + 1, "i8")
        self.text = _empty(max(size, 1), "u1")
        self.valid: Any = numpy.empty((count + 7) // 8, dtype="u1") if missing else None

    def form(self, place: int) -> Form:
        """What `Table.fill` takes for the column at `place`."""
        valid = None if self.valid is None else self.valid.ctypes.data
        return place, self.text.ctypes.data, valid, self.offsets.ctypes.data

    def finished(self) -> Any:
        """pyarrow's array, without a copy."""
        import pyarrow

        text = self.text[: self.offsets[-1]]
        parts = [None if p is None else pyarrow.py_buffer(p) for p in (self.offsets, text, self.valid)]
        return pyarrow.LargeStringArray.from_buffers(self.count, *parts, self.missing)


def text_fillings(table: Any, names: Sequence[str]) -> Tuple[Dict[str, TextFilling], List[Form]]:
    """What is to be filled for columns of text."""
    if not names:
        return {}, []
    positions = [n for n, _ in table.columns]
    missing, sizes, count = table.missing_counts(), table.text_sizes(), table.num_rows
    places = [positions.index(name) for name in names]
    fillings = {name: TextFilling(count, sizes[p], missing[p]) for name, p in zip(names, places)}
    return fillings, [filling.form(place) for filling, place in zip(fillings.values(), places)]
