"""`replace`: values for other values."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .frame import DataFrame
from .missing import not_there
from .series import Series

_ABSENT = V.NaT


def _pairs(to_replace: Any, value: Any) -> List[Tuple[Any, Any]]:
    if isinstance(to_replace, Mapping):
        return list(to_replace.items())
    if isinstance(to_replace, (list, tuple)):
        if isinstance(value, (list, tuple)):
            if len(value) != len(to_replace):
                raise ValueError(f"Replacement lists must match in length. Expecting {len(to_replace)} got {len(value)} ")
            return list(zip(to_replace, value))
        return [(v, value) for v in to_replace]
    return [(to_replace, value)]


def _fits(type_: str, old: Any) -> bool:
    kind = V.type_of(old)
    if kind == "null":
        return True
    if T.is_number(type_):
        return T.is_number(kind) and (kind == "bool") == (type_ == "bool")
    if T.is_text(type_):
        return kind == "string"
    return T.is_time(type_) and T.is_time(kind)


def replace_series(series: Series, to_replace: Any, value: Any, regex: bool) -> Series:
    """The series with some values replaced; what was replaced is not replaced again."""
    if regex:
        return _by_pattern(series, to_replace, value)
    if value is _ABSENT and not isinstance(to_replace, Mapping):
        raise ValueError("Series.replace must specify either 'value', a dict-like 'to_replace', or dict-like 'regex'.")
    x = X.clean(series._expr)
    result: X.Expression = x
    for old, new in reversed(_pairs(to_replace, value)):
        if not _fits(x.type, old):
            continue
        same = X.Call("isna", (x,), "bool") if V.is_missing(old) else X.comparison("==", x, X.Literal(old))
        result = X.choose(same, X.Literal(new), result)
    return series._with(result)


def _by_pattern(series: Series, to_replace: Any, value: Any) -> Series:
    if not T.is_text(series._expr.type):
        return series.copy()
    for old, new in _pairs(to_replace, value):
        series = series.str.replace(old, new, regex=True)
    return series


def replace_frame(frame: DataFrame, to_replace: Any, value: Any, regex: bool) -> DataFrame:
    """The frame with some values replaced, in all columns or by a dict in some."""
    if isinstance(to_replace, Mapping) and to_replace and (
        value is not _ABSENT or all(isinstance(v, Mapping) for v in to_replace.values())
    ):  # fmt: skip
        result = frame.copy()
        for label, old in to_replace.items():
            if frame._has(label):
                new = value.get(label) if isinstance(value, Mapping) else value
                result[label] = replace_series(frame._column(label), old, new, regex)
        return result
    if isinstance(value, Mapping):
        raise not_there("replace of one value by a dict", "give a dict of dicts")
    return frame._each(lambda s: replace_series(s, to_replace, value, regex))
