"""Columns from Python's values: what `DataFrame({...})` and `Series([...])` are made of."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import values as V


def infer(values: Sequence[Any]) -> str:
    """The engine's type for Python values, by pandas' rules.

    Raises
    ------
    NotImplementedError
        For values of several kinds in one column, which pandas holds as objects.
    """
    kinds = {V.type_of(v) for v in values}
    kinds.discard("null")
    if not kinds:
        return "float64" if values and any(isinstance(v, float) for v in values) else "null"
    if len(kinds) == 1:
        kind = next(iter(kinds))
        if kind == "object":
            return _nested(values)
        return kind
    if kinds <= {"int64", "float64", "uint64"}:
        return "uint64" if kinds == {"int64", "uint64"} and all(V.is_missing(v) or v >= 0 for v in values) else "float64"
    if all(k.startswith("timestamp") or k == "date" for k in kinds):
        zones = {T.zone_of(k) if "[" in k else None for k in kinds}
        if len(zones) == 1:
            zone = zones.pop()
            return "timestamp[us]" if zone is None else f"timestamp[us, {zone}]"
    if all(k.startswith("duration") for k in kinds):
        return "duration[us]"
    raise NotImplementedError(
        f"a column of several kinds of values ({', '.join(sorted(T.dtype_name(k) for k in kinds))}) is not there; "
        "give all values one type, for example str"
    )


def _nested(values: Sequence[Any]) -> str:
    held = [v for v in values if not V.is_missing(v)]
    if all(isinstance(v, (list, tuple)) for v in held):
        inner = infer([item for v in held for item in v])
        return f"list<{inner}>"
    if all(isinstance(v, dict) for v in held):
        keys: List[str] = list(dict.fromkeys(str(k) for v in held for k in v))
        members = ", ".join(f"{k}: {infer([v.get(k) for v in held])}" for k in keys)
        return f"struct<{members}>"
    name = type(held[0]).__name__
    raise NotImplementedError(f"values of type {name} are not there; convert them to numbers, text or times first")


def python_values(data: Any) -> Tuple[List[Any], Optional[str]]:
    """The values of a list, array, range or series, and their type where it is known."""
    dtype = getattr(data, "dtype", None)
    type_: Optional[str] = None
    if dtype is not None and type(data).__module__.split(".")[0] in ("numpy", "pandas"):
        try:
            type_ = T.parse_dtype(dtype)
        except TypeError:
            type_ = None
        if type_ in ("object", "category", "string"):
            type_ = None
    if hasattr(data, "tolist"):
        values = data.tolist()
        if type_ is not None and (T.is_time(type_) or T.is_duration(type_)) and values and isinstance(values[0], int):
            import numpy

            missing = numpy.isnat(data).tolist()
            unit = T.unit_of(type_)
            cast = data.astype(f"{'datetime64' if T.is_time(type_) else 'timedelta64'}[us]").tolist()
            return [None if m else v for m, v in zip(missing, cast)], f"{type_.split('[')[0]}[{unit}]"
    else:
        values = list(data)
    return values, type_


def column(name: str, data: Iterable[Any], dtype: Any = None) -> Tuple[str, str, List[Any]]:
    """A column for `rows_of`: its name, type and values, missing ones None."""
    values, known = python_values(data)
    if known is None and any(isinstance(v, float) for v in values) and all(V.is_missing(v) for v in values):
        known = "float64"
    values = [None if V.is_missing(v) else V.plain(v) for v in values] if known != "bool" else values
    wanted = None if dtype is None else T.parse_dtype(dtype)
    type_ = wanted if wanted not in (None, "object", "category") else known
    if type_ is None:
        type_ = infer(values)
    if type_ in T.FLOATS:
        values = [None if v is None or v != v else float(v) for v in values]
    elif type_ in T.INTEGERS:
        if wanted is not None and None in values:
            raise ValueError("cannot convert NA to integer")
        values = [None if v is None else int(v) for v in values]
    elif type_ == "string":
        values = [None if v is None else (v if isinstance(v, str) else str(v)) for v in values]
    elif type_ == "bool":
        values = [None if v is None else bool(v) for v in values]
    return name, type_ or "null", values

