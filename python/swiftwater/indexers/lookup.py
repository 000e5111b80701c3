"""Which rows have a label, some labels, or lie between two."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from .. import columntypes as T
from .. import expressions as X
from .. import selection
from .. import values as V
from ..frame import DataFrame
from ..indexing import take
from ..labels import Index
from ..series import Series
from .values import is_bools, listed


def rows_by_label(frame: DataFrame, rows: Any) -> Any:
    """The rows with a label, or with several: the position if it is one row of one label."""
    if isinstance(rows, slice):
        if rows == slice(None):
            return frame.copy()
        return _label_range(frame, rows)
    if isinstance(rows, Series):
        if rows._expr.type == "bool":
            return frame._masked(rows)
        rows = rows.tolist()
    rows = listed(rows)
    levels = len(frame._levels.names)
    if V.is_scalar(rows) or isinstance(rows, tuple):
        return _one_label(frame, rows, levels)
    held = list(rows)
    if is_bools(held):
        if len(held) != len(frame):
            raise IndexError(f"Boolean index has wrong length: {len(held)} instead of {len(frame)}")
        return frame._masked(frame._mask_of(held))
    own = frame._index_values()
    places: Dict[Any, List[int]] = {}
    for i, label in enumerate(own):
        places.setdefault(label, []).append(i)
        if isinstance(label, tuple) and levels > 1:
            places.setdefault(label[0], []).append(i)
    missing = [l for l in held if l not in places]
    if missing:
        if len(missing) == len(held):
            raise KeyError(f"None of [{Index(missing)!r}] are in the [index]")
        raise KeyError(f"{missing} not in index")
    return take(frame, [i for l in held for i in places[l]])


def _one_label(frame: DataFrame, label: Any, levels: int) -> Any:
    if levels == 1 and not isinstance(label, tuple):
        if frame._levels.is_range and isinstance(label, int) and frame._levels.start is not None:
            place, rest = divmod(label - frame._levels.start, frame._levels.step)
            if rest or not 0 <= place < len(frame):
                raise KeyError(label)
            return place
        if isinstance(label, str) and len(frame._levels.exprs) == 1 and T.is_time(frame._levels.exprs[0].type):
            if len(label) <= 16:
                found = _label_range(frame, slice(label, label))
                if len(found) == 0:
                    raise KeyError(label)
                return found
    own = frame._index_values()
    places = [i for i, l in enumerate(own) if l == label]
    if not places and levels > 1:
        part = label if isinstance(label, tuple) else (label,)
        n = len(part)
        places = [i for i, l in enumerate(own) if l[:n] == part]
        if not places:
            raise KeyError(label)
        found = take(frame, list(places))
        keep = found._levels
        from ..base import Levels

        found._levels = Levels(keep.exprs[n:], keep.names[n:])
        return found
    if not places:
        raise KeyError(label)
    if len(places) == 1:
        return places[0]
    return take(frame, list(places))


def _label_range(frame: DataFrame, rows: slice) -> DataFrame:
    levels = frame._levels
    if levels.is_range and levels.step == 1 and levels.start is not None:
        start = 0 if rows.start is None else max(rows.start - levels.start, 0)
        stop = None if rows.stop is None else max(rows.stop - levels.start + 1, 0)
        return frame._selected(selection.sliced(frame, slice(start, stop, rows.step)))
    if len(levels.exprs) == 1 and (T.is_time(levels.exprs[0].type)):
        condition: X.Expression = X.Literal(True)
        e = levels.exprs[0]
        if rows.start is not None:
            condition = X.Binary("and", condition, X.comparison(">=", e, X.Literal(rows.start)), "bool")
        if rows.stop is not None:
            condition = X.Binary("and", condition, _until(e, rows.stop), "bool")
        return frame._selected(selection.keep(frame, condition))
    places = range_of(frame._index_values(), rows)
    if places and places == list(range(places[0], places[-1] + 1)):
        return frame._selected(selection.sliced(frame, slice(places[0], places[-1] + 1)))
    return take(frame, places)


def _until(e: X.Expression, stop: Any) -> X.Expression:
    """Moments up to the end of what a text names: a day, a month."""
    if not isinstance(stop, str):
        return X.comparison("<=", e, X.Literal(stop))
    import datetime

    from ..times import parse_moment

    moment = parse_moment(stop)
    text = stop.strip()
    if len(text) == 4:
        end = moment.replace(year=moment.year + 1)
    elif len(text) == 7:
        end = (moment + datetime.timedelta(days=32)).replace(day=1)
    elif len(text) == 10:
        end = moment + datetime.timedelta(days=1)
    elif len(text) == 16:
        end = moment + datetime.timedelta(minutes=1)
    else:
        return X.comparison("<=", e, X.Literal(moment))
    return X.comparison("<", e, X.Literal(end))


def range_of(labels: Sequence[Any], part: slice) -> List[int]:
    """The positions from one label to another, both included."""
    def place(label: Any, last: bool) -> int:
        found = [i for i, l in enumerate(labels) if l == label or (isinstance(l, tuple) and l[0] == label)]
        if found:
            return found[-1] + 1 if last else found[0]
        try:
            ordered = all(a <= b for a, b in zip(labels, labels[1:]))
            if ordered:
                return sum(1 for l in labels if (l <= label if last else l < label))
        except TypeError:
            pass
        raise KeyError(label)

    start = 0 if part.start is None else place(part.start, False)
    stop = len(labels) if part.stop is None else place(part.stop, True)
    return list(range(start, stop))[:: part.step or 1]


def without_labels(frame: DataFrame, labels: Sequence[Any], errors: str) -> DataFrame:
    """The rows without these labels."""
    own = frame._index_values()
    known = set(own)
    missing = [l for l in labels if l not in known]
    if missing and errors == "raise":
        raise KeyError(f"{missing} not found in axis")
    gone = set(labels)
    places = [i for i, l in enumerate(own) if l in gone]
    if not places:
        return frame.copy()
    return frame._selected(selection.keep(frame, X.Not(X.IsIn(X.RowNumber(), places))))
