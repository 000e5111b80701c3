"""The type of a Python list's values, as pandas infers it where the engine has that type."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from ._scalars import zone_name
from ._types import Type

_NONE = type(None)


def is_missing(value: Any) -> bool:
    """None, NaN, and pandas' NaT and NA, which are not imported here."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value
    return type(value).__name__ in ("NaTType", "NAType")


def infer(values: Sequence[Any], name: str) -> Type:
    """The type of `values`. `TypeError` for values of different kinds, which no column can hold."""
    types = set(map(type, values))
    types.discard(_NONE)
    if not types:
        return Type("null")
    kinds = {_kind(kind) for kind in types}
    if "missing" in kinds:
        kinds.discard("missing")
    if not kinds:
        return Type("null")
    # NaN among texts or times is how pandas writes a missing value.
    if len(kinds) > 1 and "int" not in kinds and all(is_missing(value) for value in values if isinstance(value, float)):
        kinds.discard("float")
    if kinds == {"int", "float"}:
        return Type("float64")
    if len(kinds) > 1:
        raise TypeError(
            f"column {name!r} mixes {' and '.join(sorted(kinds))}; a column has values of one kind: convert them")
    kind = kinds.pop()
    present = [value for value in values if not is_missing(value)]
    if kind == "int":
        low, high = min(present), max(present)
        if low >= -(1 << 63) and high < 1 << 63:
            return Type("int64")
        return Type("uint64") if low >= 0 and high < 1 << 64 else Type("float64")
    if kind == "datetime":
        return _timestamp(present, name)
    if kind == "timedelta":
        return Type("duration", "ns" if any(hasattr(value, "nanoseconds") for value in present) else "us")
    if kind == "list":
        return Type("list", children=(("item", infer([item for value in present for item in value], name)),))
    if kind == "dict":
        names: dict[str, None] = {}
        for value in present:
            names.update(dict.fromkeys(value))
        return Type("struct", children=tuple(
            (str(member), infer([value.get(member) for value in present], f"{name}.{member}")) for member in names))
    return Type({"bool": "bool", "float": "float64", "str": "string", "bytes": "binary", "date": "date"}[kind])


def _kind(kind: type) -> str:
    if kind.__name__ in ("NaTType", "NAType"):
        return "missing"
    for base, word in (
        (bool, "bool"), (int, "int"), (float, "float"), (str, "str"), (datetime.datetime, "datetime"),
        (datetime.date, "date"), (datetime.timedelta, "timedelta"), ((bytes, bytearray, memoryview), "bytes"),
        ((list, tuple), "list"), (dict, "dict"),
    ):
        if issubclass(kind, base):
            return str(word)
    return kind.__name__


def _timestamp(values: Iterable[Any], name: str) -> Type:
    zones = {zone_name(value) for value in values}
    unit = "ns" if any(hasattr(value, "nanosecond") for value in values) else "us"
    if len(zones) > 1:
        if None in zones:
            raise TypeError(f"column {name!r} mixes times with and without a time zone; convert them before")
        return Type("timestamp", unit, "UTC")
    return Type("timestamp", unit, zones.pop() or "")
