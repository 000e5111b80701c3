"""Scalars: Python's values as the engine's literals and back, and what stands for a missing one."""

from __future__ import annotations

import datetime as _dt
import sys
from typing import Any, Optional

nan = float("nan")


class NaTType:
    """A missing moment, where pandas is not there to give its own."""

    _one: "Optional[NaTType]" = None

    def __new__(cls) -> "NaTType":
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one

    def __repr__(self) -> str:
        return "NaT"

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> Any:
        return (NaTType, ())


NaT = NaTType()


def loaded(name: str) -> Any:
    """A module that the user has imported already, or None: results never import it themselves."""
    return sys.modules.get(name)


def is_missing(value: Any) -> bool:
    """Whether pandas counts a scalar as missing: None, NaN, NaT, NA."""
    if value is None or value is NaT:
        return True
    if isinstance(value, float):
        return value != value
    kind = type(value).__name__
    if kind in ("NaTType", "NAType"):
        return True
    if kind in ("float32", "float16", "datetime64", "timedelta64"):
        return bool(value != value)
    return False


def plain(value: Any) -> Any:
    """A Python value for a scalar of NumPy or pandas; others as they are.

    pandas' timestamps stay: they are `datetime` with nanoseconds.
    """
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        if type(value).__name__ == "datetime64":
            return _dt.datetime.fromisoformat(str(value.astype("datetime64[us]")))
        if type(value).__name__ == "timedelta64":
            return _dt.timedelta(microseconds=int(value.astype("timedelta64[us]").astype("int64")))
        return value.item()
    return value


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00"}


def literal(value: Any) -> str:
    """The value in the grammar of expressions."""
    value = plain(value)
    if is_missing(value):
        return "None"
    if value is True or value is False:
        return "True" if value else "False"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, str):
        text = value
        for character, escape in _ESCAPES.items():
            if character in text:
                text = text.replace(character, escape)
        if not text.isprintable():
            text = "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
        return f"'{text}'"
    if isinstance(value, bytes):
        return repr(value)
    if isinstance(value, _dt.datetime):
        return f"Timestamp('{value.isoformat()}')"
    if isinstance(value, _dt.date):
        return f"date('{value.isoformat()}')"
    if isinstance(value, _dt.timedelta):
        nanoseconds = getattr(value, "nanoseconds", 0)
        total = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
        if nanoseconds:
            return f"Timedelta({total * 1000 + nanoseconds}, unit='ns')"
        return f"Timedelta({total}, unit='us')"
    raise TypeError(f"a value of type {type(value).__name__} cannot be used in an expression")


def type_of(value: Any) -> str:
    """The engine's type of a Python scalar; `null` for a missing one, `object` for one that it cannot hold."""
    value = plain(value)
    if is_missing(value):
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        if -(1 << 63) <= value < (1 << 63):
            return "int64"
        return "uint64" if 0 <= value < (1 << 64) else "object"
    if isinstance(value, float):
        return "float64"
    if isinstance(value, str):
        return "string"
    if isinstance(value, _dt.datetime):
        unit = getattr(value, "unit", "us")
        zone = value.tzinfo
        return f"timestamp[{unit}]" if zone is None else f"timestamp[{unit}, {zone}]"
    if isinstance(value, _dt.date):
        return "date"
    if isinstance(value, _dt.timedelta):
        return f"duration[{getattr(value, 'unit', 'us')}]"
    if isinstance(value, bytes):
        return "binary"
    return "object"


def missing_of(type_: str) -> Any:
    """What pandas shows for a missing value of this type."""
    if type_.startswith(("timestamp", "duration")):
        pandas = loaded("pandas")
        return pandas.NaT if pandas is not None else NaT
    if type_ in ("bool", "null", "date", "binary", "object") or type_.startswith(("list", "struct")):
        return None
    return nan


def is_scalar(value: Any) -> bool:
    """Whether the value is one value rather than a collection of them."""
    if value is None or isinstance(value, (str, bytes, int, float, _dt.date, _dt.timedelta, complex)):
        return True
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return False
    return is_missing(value) or (type(value).__module__ == "numpy" and not hasattr(value, "__len__"))
