"""Moments and spans of time as scalars: pandas' own where it is loaded, the standard library's otherwise."""

from __future__ import annotations

import datetime as _dt
import re
from typing import Any

from . import values as V

_UNITS = {
    "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "m": 60.0, "min": 60.0,
    "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "hours": 3600.0, "d": 86400.0,
    "day": 86400.0, "days": 86400.0, "w": 604800.0, "milliseconds": 1e-3, "millisecond": 1e-3, "microseconds": 1e-6,
    "nanoseconds": 1e-9, "t": 60.0, "l": 1e-3, "u": 1e-6, "n": 1e-9,
}  # fmt: skip


def parse_moment(text: str) -> Any:
    """A `datetime` from ISO 8601 text, as pandas reads it; NaT for what stands for a missing one.

    Raises
    ------
    ValueError
        For other text.
    """
    stripped = text.strip()
    if stripped in ("", "NaT", "nan", "NaN", "None", "null"):
        return V.NaT
    normal = stripped.replace("Z", "+00:00").replace("z", "+00:00")
    normal = re.sub(r"\.(\d+)", lambda m: "." + (m.group(1) + "000000")[:6], normal)
    normal = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", normal)
    if re.fullmatch(r"\d{4}", normal):
        normal += "-01-01"
    elif re.fullmatch(r"\d{4}-\d\d", normal):
        normal += "-01"
    elif re.fullmatch(r"\d{8}", normal):
        normal = f"{normal[:4]}-{normal[4:6]}-{normal[6:]}"
    normal = re.sub(r"(\d{4})/(\d\d?)/(\d\d?)", lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", normal)
    normal = re.sub(r"^(\d\d?)/(\d\d?)/(\d{4})", lambda m: f"{m[3]}-{int(m[1]):02}-{int(m[2]):02}", normal)
    normal = re.sub(r"[ T](\d):", r" 0\1:", normal)
    normal = re.sub(r"[ T](\d\d)$", r" \1:00", normal)
    try:
        return _dt.datetime.fromisoformat(normal)
    except ValueError:
        raise ValueError(f'Unknown datetime string format, unable to parse: {text}') from None


def to_moment(value: Any) -> Any:
    """A moment from text, a date or a moment."""
    if isinstance(value, str):
        return parse_moment(value)
    return V.plain(value)


def Timestamp(value: Any = "now", unit: Any = None, tz: Any = None, **parts: Any) -> Any:
    """A moment: pandas' `Timestamp` when pandas is loaded, else a `datetime`.

    Examples
    --------
    >>> str(Timestamp("2020-01-31 10:20"))
    '2020-01-31 10:20:00'
    """
    pandas = V.loaded("pandas")
    if pandas is not None:
        return pandas.Timestamp(value, unit=unit, tz=tz, **parts) if not parts else pandas.Timestamp(**parts)
    if parts:
        return _dt.datetime(**parts)
    zone = None
    if tz is not None:
        zone = _dt.timezone.utc if str(tz).upper() == "UTC" else _zone(str(tz))
    if isinstance(value, str):
        moment = _dt.datetime.now() if value == "now" else parse_moment(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        moment = _dt.datetime(1970, 1, 1) + _dt.timedelta(seconds=value * _UNITS[unit or "ns"])
    elif isinstance(value, _dt.date) and not isinstance(value, _dt.datetime):
        moment = _dt.datetime(value.year, value.month, value.day)
    else:
        moment = V.plain(value)
    return moment.replace(tzinfo=zone) if zone is not None and moment.tzinfo is None else moment


def _zone(name: str) -> Any:
    import zoneinfo

    return zoneinfo.ZoneInfo(name)


def Timedelta(value: Any = 0, unit: Any = None, **parts: Any) -> Any:
    """A span of time: pandas' `Timedelta` when pandas is loaded, else a `timedelta`.

    Examples
    --------
    >>> Timedelta("1h 30min").total_seconds()
    5400.0
    """
    pandas = V.loaded("pandas")
    if pandas is not None:
        return pandas.Timedelta(value, unit=unit) if not parts else pandas.Timedelta(**parts)
    if parts:
        return _dt.timedelta(**parts)
    if isinstance(value, _dt.timedelta):
        return value
    if isinstance(value, str):
        return parse_span(value)
    return _dt.timedelta(seconds=value * _UNITS[(unit or "ns").lower()])


def parse_span(text: str) -> _dt.timedelta:
    """A span from text such as `1 days 02:03:04`, `90min` or `1h 30min`."""
    rest = text.strip()
    sign = -1.0 if rest.startswith("-") else 1.0
    rest = rest.lstrip("+-")
    total = 0.0
    clock = re.search(r"(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?$", rest)
    if clock:
        total += int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3] or 0)
        rest = rest[: clock.start()]
    for number, unit in re.findall(r"([\d.]*)\s*([A-Za-z]+)", rest):
        if unit.lower() not in _UNITS and unit not in ("and",):
            raise ValueError(f"unit abbreviation w/o a number: {text}" if not number else f"invalid unit abbreviation: {unit}")
        total += float(number or 1) * _UNITS.get(unit.lower(), 0.0)
    return _dt.timedelta(seconds=sign * total)
