"""Single Python values in the form that plans have: plain JSON where there is one, tagged otherwise."""

from __future__ import annotations

import datetime
from typing import Any

EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_DAY = EPOCH.toordinal()
_MICROSECOND = datetime.timedelta(microseconds=1)


def to_json(value: Any) -> Any:
    """A value for `json.dumps`: an expression's parameter, a filling. `TypeError` for what the engine has not."""
    if value is None or isinstance(value, (bool, str, float)):
        return value
    if isinstance(value, int):
        return value if -(1 << 63) <= value < 1 << 64 else float(value)
    name, content = _tagged(value)
    return content["_0"] if name in ("bool", "int", "float", "string") else {name: content}


def _tagged(value: Any) -> tuple[str, dict[str, Any]]:
    """The engine's name of a value's kind, and its content."""
    if value is None or _is_missing(value):
        return "null", {}
    if isinstance(value, bool):
        return "bool", {"_0": value}
    if isinstance(value, int):
        if -(1 << 63) <= value < 1 << 63:
            return "int", {"_0": int(value)}
        return ("uint", {"_0": value}) if 0 < value < 1 << 64 else ("float", {"_0": float(value)})
    if isinstance(value, float):
        return "float", {"_0": float(value)}
    if isinstance(value, str):
        return "string", {"_0": str(value)}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "binary", {"_0": list(bytes(value))}
    if isinstance(value, datetime.datetime):
        count, unit = timestamp_count(value)
        zone = zone_name(value)
        return "timestamp", {"_0": count, "_1": unit, **({"zone": zone} if zone else {})}
    if isinstance(value, datetime.date):
        return "date", {"_0": value.toordinal() - EPOCH_DAY}
    if isinstance(value, datetime.timedelta):
        count, unit = duration_count(value)
        return "duration", {"_0": count, "_1": unit}
    if isinstance(value, dict):
        members = [{"name": str(name), "value": _nested(member)} for name, member in value.items()]
        return "structure", {"_0": members}
    if isinstance(value, (list, tuple, set, frozenset)):
        return "list", {"_0": [_nested(item) for item in value]}
    plain = from_numpy(value)
    if plain is not value:
        return _tagged(plain)
    raise TypeError(f"a {type(value).__name__} is no value that the engine has: {value!r}")


def _nested(value: Any) -> dict[str, Any]:
    name, content = _tagged(value)
    return {name: content}


def _is_missing(value: Any) -> bool:
    """pandas' NaT and NA, which are not imported here."""
    return type(value).__name__ in ("NaTType", "NAType")


def from_numpy(value: Any) -> Any:
    """A NumPy scalar or array as Python's own, other things as they are. NumPy need not be there."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is None or not hasattr(value, "item"):
        return value
    if getattr(value, "ndim", 0):
        return [from_numpy(item) for item in value] if kind in "mM" else value.tolist()
    if kind == "M":
        # item() of nanoseconds is an integer.
        if str(value) == "NaT":
            return None
        if value.dtype.str.endswith("[ns]"):
            return EPOCH + datetime.timedelta(microseconds=int(value.astype("datetime64[us]").astype("int64")))
        return value.item()
    if kind == "m":
        if str(value) == "NaT":
            return None
        return datetime.timedelta(microseconds=int(value.astype("timedelta64[us]").astype("int64")))
    return value.item()


def timestamp_count(value: datetime.datetime) -> tuple[int, str]:
    """Units since 1970 and the unit; of naive values as if they were UTC. pandas' keep their nanoseconds."""
    if hasattr(value, "nanosecond") and hasattr(value, "value"):
        return int(value.value), "ns"
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return (value - EPOCH) // _MICROSECOND, "us"


def duration_count(value: datetime.timedelta) -> tuple[int, str]:
    """Units and the unit."""
    if hasattr(value, "nanoseconds") and hasattr(value, "value"):
        return int(value.value), "ns"
    return value // _MICROSECOND, "us"


def zone_name(value: datetime.datetime) -> str | None:
    """The zone's name as Arrow has it: `Europe/Paris`, `UTC`, `+02:00`; None for naive values."""
    zone = value.tzinfo
    if zone is None:
        return None
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name:
        return str(name)
    offset = value.utcoffset() or datetime.timedelta(0)
    if not offset:
        return "UTC"
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
