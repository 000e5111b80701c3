"""NumPy arrays of the engine's columns: fixed-width values by copying memory, never value by value."""

from __future__ import annotations

import ctypes
from typing import Any, Dict, List, Mapping, Sequence

from . import columntypes as T

_FORMATS = {"c": "i1", "C": "u1", "s": "i2", "S": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8", "f": "f4", "g": "f8"}


def column_arrays(table: Any, names: Sequence[str], types: Mapping[str, str]) -> Dict[str, Any]:
    """Arrays by column, with the types that pandas gives such columns.

    Integers with missing values become floats, bools objects; text is an object array with NaN for missing.
    """
    from ._decode import arrays

    positions = [n for n, _ in table.columns]
    chosen = {name: positions.index(name) for name in names}
    parts: Dict[str, List[Any]] = {name: [] for name in names}
    valid: Dict[str, List[Any]] = {name: [] for name in names}
    for schema, array in arrays(table):
        for name, place in chosen.items():
            child_schema, child = schema.children[place].contents, array.children[place].contents
            values, mask = _part(child_schema, child, child.offset + array.offset, array.length, types[name])
            parts[name].append(values)
            valid[name].append(mask)
    return {name: _joined(parts[name], valid[name], types[name]) for name in names}


def _part(schema: Any, array: Any, start: int, count: int, type_: str) -> Any:
    import numpy

    from ._decode import values

    kind = schema.format.decode()
    mask = None
    if array.null_count != 0 and array.n_buffers and array.buffers[0] and count:
        mask = _bits(array.buffers[0], start, count)
    if not schema.dictionary:
        if kind == "b":
            return (_bits(array.buffers[1], start, count) if count else numpy.empty(0, bool)), mask
        code = _FORMATS.get(kind) or ("i8" if kind.startswith(("ts", "tD")) else None)
        if code is not None:
            width = int(code[1])
            if not count:
                return numpy.empty(0, code), mask
            address = array.buffers[1] + start * width
            memory = (ctypes.c_char * (count * width)).from_address(address)
            return numpy.frombuffer(memory, dtype=code).copy(), mask
    held = values(schema, array, start - array.offset, count)
    made = numpy.empty(count, dtype=object)
    made[:] = held
    return made, numpy.array([v is not None for v in held], dtype=bool)


def _bits(address: int, start: int, count: int) -> Any:
    import numpy

    first = start // 8
    size = (start + count + 7) // 8 - first
    memory = (ctypes.c_uint8 * size).from_address(address + first)
    bits = numpy.unpackbits(numpy.frombuffer(memory, dtype=numpy.uint8), bitorder="little")
    return bits[start % 8 : start % 8 + count].astype(bool)


def _joined(parts: List[Any], masks: List[Any], type_: str) -> Any:
    import numpy

    if not parts:
        return numpy.empty(0, dtype=_empty_dtype(type_))
    values = parts[0] if len(parts) == 1 else numpy.concatenate(parts)
    if any(m is not None for m in masks):
        valid = numpy.concatenate([numpy.ones(len(p), bool) if m is None else m for p, m in zip(parts, masks)])
        complete = bool(valid.all())
    else:
        complete, valid = True, None
    if type_.startswith(("timestamp", "duration")):
        code = "M8" if type_.startswith("timestamp") else "m8"
        values = values.view(f"{code}[{T.unit_of(type_)}]")
        if not complete:
            values[~valid] = numpy.array("NaT", dtype=values.dtype)
        return values
    if complete:
        return values
    if type_ in T.INTEGERS:
        values = values.astype("f8")
    if type_ in T.FLOATS or type_ in T.INTEGERS:
        values[~valid] = numpy.nan
        return values
    if type_ == "bool" or values.dtype != object:
        values = values.astype(object)
    values[~valid] = float("nan") if T.is_text(type_) else None
    return values


def _empty_dtype(type_: str) -> str:
    if type_ in T.NUMBERS or type_ == "bool":
        return type_
    if type_.startswith("timestamp"):
        return f"datetime64[{T.unit_of(type_)}]"
    if type_.startswith("duration"):
        return f"timedelta64[{T.unit_of(type_)}]"
    return "object"
