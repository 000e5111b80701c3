"""Values and labels as pandas writes them."""

from __future__ import annotations

import datetime as _dt
import math
from typing import Any, List, Sequence

from .. import columntypes as T
from .. import values as V


def texts_of(values: Sequence[Any], type_: str) -> List[str]:
    """Values as pandas prints them in a column."""
    floats = any(isinstance(v, float) for v in values) and all(isinstance(v, float) or V.is_missing(v) for v in values)
    if floats and not T.is_text(type_) and type_ != "bool":
        return _numbers(values)
    if type_ in T.INTEGERS:
        return [f"{v: d}" for v in values]
    if type_.startswith("timestamp"):
        return _moments(values, [v for v in values if not V.is_missing(v)])
    if T.is_duration(type_):
        return _spans(values)
    return [f" {text_of(v)}" for v in values]


def _numbers(values: Sequence[Any]) -> List[str]:
    """Floats as pandas aligns them: six digits without common zeros at the end, or scientific; a space for the sign."""
    present = [v for v in values if isinstance(v, float) and v == v and not math.isinf(v)]
    texts = _trimmed([f"{v: .6f}" for v in present])
    small = any(0 < abs(v) < 1e-6 for v in present)
    large = any(abs(v) > 1e6 for v in present)
    if small or (large and any(len(t) > 12 for t in texts)):
        texts = [f"{v: .6e}" for v in present]
    found = iter(texts)
    result = []
    for v in values:
        if isinstance(v, float) and v == v:
            result.append(next(found) if not math.isinf(v) else (" inf" if v > 0 else "-inf"))
        else:
            result.append("NaN" if not _is_nat(v) else "NaT")
    return result


def _trimmed(texts: List[str]) -> List[str]:
    """Texts of floats without the zeros that all have at their ends; one stays behind the point."""
    while texts and all(t.endswith("0") and not t.endswith(".0") for t in texts):
        texts = [t[:-1] for t in texts]
    return texts


def _is_nat(value: Any) -> bool:
    return type(value).__name__ == "NaTType"


def _spans(values: Sequence[Any]) -> List[str]:
    present = [v for v in values if not V.is_missing(v)]
    whole = all(not v.seconds and not v.microseconds for v in present)
    return ["NaT" if V.is_missing(v) else (f"{v.days} days" if whole else span_text(v)) for v in values]


def _moments(values: Sequence[Any], moments: Sequence[Any]) -> List[str]:
    days = all(not (m.hour or m.minute or m.second or m.microsecond or m.tzinfo) for m in moments)
    fraction = any(m.microsecond or getattr(m, "nanosecond", 0) for m in moments)
    fine = any(getattr(m, "nanosecond", 0) for m in moments)
    micro = any(m.microsecond % 1000 for m in moments)
    texts = []
    for v in values:
        if V.is_missing(v):
            texts.append("NaT")
        elif days:
            texts.append(v.strftime("%Y-%m-%d"))
        elif fine:
            texts.append(v.isoformat(sep=" "))
        elif fraction:
            texts.append(v.isoformat(sep=" ", timespec="microseconds" if micro else "milliseconds"))
        else:
            texts.append(v.isoformat(sep=" ", timespec="seconds"))
    return texts


def text_of(value: Any) -> str:
    if value is None:
        return "None"
    if _is_nat(value):
        return "NaT"
    if isinstance(value, float):
        if value != value:
            return "NaN"
        return f"{value:.6f}".rstrip("0") if value != int(value) or abs(value) > 1e15 else f"{value:.1f}"
    if isinstance(value, str):
        text = value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
        return text
    if isinstance(value, _dt.timedelta):
        return span_text(value)
    return str(value)


def span_text(value: _dt.timedelta) -> str:
    """A span of time as pandas prints it: `1 days 02:03:04`."""
    days, seconds = value.days, value.seconds
    sign = ""
    if days < 0 and seconds:
        days += 0
    hours, rest = divmod(seconds, 3600)
    text = f"{sign}{days} days {'+' if days < 0 and seconds else ''}{hours:02}:{rest // 60:02}:{rest % 60:02}"
    if value.microseconds:
        text += f".{value.microseconds:06}"
    return text


def index_texts(parts: Sequence[Any]) -> List[str]:
    """Labels as pandas prints them."""
    if parts and all(isinstance(p, float) or V.is_missing(p) for p in parts) and any(isinstance(p, float) and p == p for p in parts):
        texts = _numbers(list(parts))
        return [t.lstrip() if all(x.startswith(" ") or x == "NaN" for x in texts) else t for t in texts]
    moments = [p for p in parts if isinstance(p, _dt.datetime) and not V.is_missing(p)]
    if moments:
        return _moments(parts, moments)
    return [text_of(p) for p in parts]
