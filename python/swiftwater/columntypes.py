"""The engine's column types, by their text, and what pandas calls them."""

from __future__ import annotations

from typing import Any, Optional

SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
FLOATS = ("float32", "float64")
INTEGERS = frozenset(SIGNED + UNSIGNED)
NUMBERS = frozenset(SIGNED + UNSIGNED + FLOATS)

_BITS = {name: int("".join(c for c in name if c.isdigit())) for name in NUMBERS}

#: What `astype` and `dtype=` accept, to the engine's type.
_NAMES = {
    "int": "int64", "float": "float64", "double": "float64", "bool": "bool", "boolean": "bool",
    "str": "string", "string": "string", "object": "object", "O": "object", "U": "string", "category": "category",
    "datetime64": "timestamp[ns]", "timedelta64": "duration[ns]",
    "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64", "f4": "float32", "f8": "float64",
    "u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64",
}  # fmt: skip


def is_time(type_: str) -> bool:
    """Whether values are moments: timestamps or dates."""
    return type_.startswith("timestamp") or type_ == "date"


def is_duration(type_: str) -> bool:
    return type_.startswith("duration")


def is_number(type_: str) -> bool:
    """Whether pandas counts the column as a number: bools too."""
    return type_ in NUMBERS or type_ == "bool"


def is_text(type_: str) -> bool:
    return type_ in ("string", "category")


def is_nested(type_: str) -> bool:
    return type_.startswith(("list", "struct"))


def unit_of(type_: str) -> str:
    """The unit of a timestamp or duration: `ms` of `timestamp[ms, UTC]`."""
    return type_[type_.index("[") + 1 : -1].split(",")[0].strip()


def zone_of(type_: str) -> Optional[str]:
    parts = type_[type_.index("[") + 1 : -1].split(",", 1)
    return parts[1].strip() if len(parts) > 1 else None


def common_number(left: str, right: str) -> str:
    """The type of a sum of columns of these types, as in NumPy."""
    if left == right:
        return left
    if left == "bool":
        return right
    if right == "bool":
        return left
    if left in FLOATS or right in FLOATS:
        if "float64" in (left, right):
            return "float64"
        other = right if left in FLOATS else left
        return "float32" if other in FLOATS or _BITS[other] <= 16 else "float64"
    if (left in SIGNED) == (right in SIGNED):
        return left if _BITS[left] >= _BITS[right] else right
    signed, unsigned = (left, right) if left in SIGNED else (right, left)
    if _BITS[signed] > _BITS[unsigned]:
        return signed
    return "float64" if _BITS[unsigned] == 64 else f"int{_BITS[unsigned] * 2}"


def dtype_name(type_: str, missing: bool = False) -> str:
    """pandas' name for the column's dtype.

    Integers and bools with missing values are what they are in pandas: `float64` and `object`.
    """
    if type_ in INTEGERS:
        return "float64" if missing else type_
    if type_ == "bool":
        return "object" if missing else "bool"
    if type_ in FLOATS or type_ == "category":
        return type_
    if type_ == "string":
        return "str"
    if type_.startswith("timestamp"):
        zone = zone_of(type_)
        return f"datetime64[{unit_of(type_)}{', ' + zone if zone else ''}]"
    if is_duration(type_):
        return f"timedelta64[{unit_of(type_)}]"
    return "object"


def parse_dtype(dtype: Any) -> str:
    """The engine's type for a dtype as pandas' users write it: `int`, `"float32"`, `numpy.dtype`, `"datetime64[ns]"`.

    Raises
    ------
    TypeError
        For what is no dtype.
    """
    if isinstance(dtype, str):
        name = dtype
    elif isinstance(dtype, type):
        name = {"datetime": "timestamp[us]", "timedelta": "duration[us]", "date": "date"}.get(
            dtype.__name__, dtype.__name__
        )
    else:
        name = str(getattr(dtype, "name", dtype))
    if name in NUMBERS:
        return name
    lowered = name.lower()
    if name in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64"):
        return lowered
    if name in _NAMES:
        return _NAMES[name]
    if lowered.startswith("datetime64["):
        return "timestamp[" + name[len("datetime64[") :]
    if lowered.startswith("timedelta64["):
        return "duration[" + name[len("timedelta64[") :]
    if name.startswith(("timestamp[", "duration[", "list<", "struct<")) or name in ("date", "binary"):
        return name
    raise TypeError(f"data type '{name}' not understood")


def finer_unit(left: str, right: str) -> str:
    """The finer of the units of two types of moments or spans; seconds where neither has one."""
    order = ("s", "ms", "us", "ns")
    units = [unit_of(t) for t in (left, right) if "[" in t]
    return max(units, key=order.index) if units else "s"
