"""Groups by spans of time: `resample` and `Grouper(freq=…)`."""

from __future__ import annotations

import datetime as _dt
import re
from typing import TYPE_CHECKING, Any, List, Optional

from . import columntypes as T
from . import expressions as X
from .grouping import Grouper, Key
from .missing import absent, not_there, refuse
from .values import NaT

if TYPE_CHECKING:
    from .frame import DataFrame

_SECONDS = {"D": 86_400.0, "h": 3_600.0, "min": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "H": 3_600.0, "T": 60.0, "S": 1.0}


def span_of(rule: Any) -> _dt.timedelta:
    """The length of the spans that a rule such as `5min` means."""
    if isinstance(rule, _dt.timedelta):
        return rule
    found = re.fullmatch(r"\s*(\d*)\s*([A-Za-z]+)\s*", str(rule))
    if not found:
        raise ValueError(f"Invalid frequency: {rule}")
    if found[2] not in _SECONDS:
        raise not_there(f"spans of {rule!r}", "use days, hours, minutes, seconds or parts of them")
    return _dt.timedelta(seconds=int(found[1] or 1) * _SECONDS[found[2]])


def _floor_text(span: _dt.timedelta) -> str:
    micro = round(span.total_seconds() * 1e6)
    for size, name in ((86_400_000_000, "D"), (3_600_000_000, "h"), (60_000_000, "min"), (1_000_000, "s"), (1000, "ms")):
        if micro % size == 0:
            return f"{micro // size}{name}"
    return f"{micro}us"


def time_key(frame: "DataFrame", grouper: Grouper) -> Key:
    """The key that a `Grouper` with a frequency means: each moment's span, by its beginning."""
    refuse(
        "Grouper", closed=(None, None if grouper.closed in (None, "left") else grouper.closed),
        label=(None, None if grouper.label in (None, "left") else grouper.label), offset=(None, grouper.offset),
    )  # fmt: skip
    if grouper.key is not None:
        e, label, in_frame = frame._expr(grouper.key), grouper.key, True
    else:
        levels = frame._levels
        place = 0 if grouper.level is None else (levels.names.index(grouper.level) if grouper.level in levels.names else int(grouper.level))
        e, label, in_frame = levels.expressions()[place], levels.names[place], False
    if not e.type.startswith("timestamp"):
        raise TypeError(
            "Only valid with DatetimeIndex, TimedeltaIndex or PeriodIndex, but got an instance of "
            f"'{'RangeIndex' if frame._levels.is_range and not in_frame else 'Index'}'"
        )
    span = span_of(grouper.freq)
    day = _dt.timedelta(days=1)
    if day % span and span % day:
        raise not_there(f"spans of {grouper.freq!r}, which do not divide a day", "use a length that does")
    if span > day and grouper.origin == "start_day":
        key = _from_first_day(frame, e, span)
    else:
        key = X.Call("dt.floor", (e, X.Literal(_floor_text(span))), e.type, method=True)

    def finish(result: "DataFrame") -> "DataFrame":
        return with_all_spans(result, label, span)

    return Key(label, key, in_frame, False, finish)


def _from_first_day(frame: "DataFrame", e: X.Expression, span: _dt.timedelta) -> X.Expression:
    """Spans of several days, which pandas counts from the first day that there is."""
    from .reductions import totals

    (first,), _ = totals(frame._rows, [("min", e, {})])
    if first is None:
        return e
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    days = X.Call("dt.total_seconds", (X.arithmetic("-", e, X.Literal(start)),), "float64", method=True)
    number = X.Cast(X.Call("floor", (X.Binary("/", days, X.Literal(span.total_seconds()), "float64"),), "float64"), "int64")
    seconds = X.Cast(X.Binary("*", number, X.Literal(int(span.total_seconds())), "int64"), "duration[s]")
    return X.Cast(X.arithmetic("+", X.Literal(start, e.type), seconds), e.type)


def with_all_spans(result: "DataFrame", label: Any, span: _dt.timedelta) -> "DataFrame":
    """The result with rows for the spans that no row is in, where pandas shows them: with one key."""
    levels = result._levels
    if len(levels.names) != 1 or levels.is_range:
        return result
    labels = result._index_values()
    present = [l for l in labels if l is not NaT and l == l]
    if not present:
        return result
    wanted: List[Any] = []
    moment = present[0]
    while moment <= present[-1]:
        wanted.append(moment)
        moment = moment + span
    if wanted == labels:
        return result
    from .indexing import take
    from .labels import Index

    places = {l: i for i, l in enumerate(labels)}
    filled = take(result.reset_index(drop=True), [places.get(l) for l in wanted])
    type_ = levels.exprs[0].type
    index = Index(wanted, name=label)
    index._type = type_
    filled.index = index
    return filled


def resample(frame: "DataFrame", rule: Any, on: Any, level: Any, closed: Any, label: Any, origin: Any, offset: Any) -> "Resampler":
    """Groups of rows by spans of time."""
    return Resampler(frame, Grouper(key=on, level=level, freq=rule, closed=closed, label=label, origin=origin, offset=offset))


class Resampler:
    """Groups of rows by spans of time."""

    def __init__(self, frame: "DataFrame", grouper: Grouper, selected: Optional[Any] = None) -> None:
        self._frame = frame
        self._grouper = grouper
        self._selected = selected

    def __getitem__(self, key: Any) -> "Resampler":
        return Resampler(self._frame, self._grouper, key)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in ("mean", "min", "max", "median", "std", "var", "first", "last", "quantile", "sem"):
            return lambda *a, **o: self._called(name, a, o)
        if name in ("sum", "count", "nunique", "size", "prod"):
            return lambda *a, **o: self._called(name, a, o, 1 if name == "prod" else 0)
        if self._frame._has(name):
            return self[name]
        raise absent("Resampler", name)

    def _groups(self) -> Any:
        groups = self._frame.groupby(self._grouper)
        return groups if self._selected is None else groups[self._selected]

    def _called(self, name: str, args: Any, options: Any, blank: Any = None) -> Any:
        result = getattr(self._groups(), name)(*args, **options)
        return _filled(result, blank)

    def agg(self, func: Any = None, *args: Any, **options: Any) -> Any:
        """Aggregations by name, as for other groups."""
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        result = self._groups().agg(func, *args, **options)
        zero = {"sum", "count", "nunique", "size"}
        if isinstance(func, dict) or isinstance(func, list) or options:
            from .frame import DataFrame

            assert isinstance(result, DataFrame)
            for l in result._labels:
                word = l[-1] if isinstance(l, tuple) else (func.get(l) if isinstance(func, dict) else l if not options else options[str(l)][1])
                if word in zero:
                    result[l] = _whole(result._column(l).fillna(0), word)
        return result

    aggregate = agg

    def apply(self, func: Any, *args: Any, **options: Any) -> Any:
        return self.agg(func, *args, **options) if isinstance(func, str) else self._groups().apply(func, *args, **options)


def _filled(result: Any, blank: Any) -> Any:
    """Spans without rows have a sum of 0 and a count of 0."""
    if blank is None:
        return result
    from .series import Series

    if isinstance(result, Series):
        return _whole(result.fillna(blank), "count") if result.hasnans else result
    for label in result._labels:
        column = result._column(label)
        if column.hasnans:
            result[label] = column.fillna(blank)
    return result


def _whole(series: Any, word: Any) -> Any:
    if series._expr.type in T.FLOATS and word in ("count", "nunique", "size"):
        return series.astype("int64")
    return series
