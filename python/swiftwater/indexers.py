"""`loc` and `iloc`: rows and columns by label and by position."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import selection
from . import values as V
from .align import same_labels
from .frame import DataFrame
from .indexing import take
from .labels import Index
from .missing import not_there
from .series import Series
from .series.row import RowSeries


def _row(frame: DataFrame, place: int) -> Any:
    """A row as a series: a real one if its values are of one kind."""
    view = frame._computed()
    from .base import shown

    values = [
        shown(view.values(i, place, place + 1), view.type(i))[0] if view.missing(i) == 0 or view.type(i) not in T.INTEGERS
        else _float(view.values(i, place, place + 1)[0])
        for i in range(len(frame._labels))
    ]  # fmt: skip
    (label,) = frame._index_values(place, place + 1)
    types = {view.type(i) for i in range(len(frame._labels))}
    if types and all(t in T.NUMBERS for t in types):
        if len(types) > 1:
            values = [float(v) for v in values] if types & set(T.FLOATS) else values
        return Series(values, index=frame.columns, name=label)
    return RowSeries(values, frame._labels, label)


def _float(value: Any) -> float:
    return V.nan if value is None else float(value)


def _value(frame: DataFrame, place: int, column: int) -> Any:
    from .base import shown

    view = frame._computed()
    value = view.values(column, place, place + 1)[0]
    if view.type(column) in T.INTEGERS and view.missing(column):
        return _float(value)
    return shown([value], view.type(column))[0]


def _is_bools(key: Any) -> bool:
    return isinstance(key, (list, Index)) and len(key) > 0 and all(type(k).__name__ in ("bool", "bool_") for k in key)


def _listed(key: Any) -> Any:
    if hasattr(key, "tolist") and not isinstance(key, (Series, str)):
        return key.tolist()
    return key


class ILoc:
    """Rows and columns of a frame by position."""

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        frame = self._frame
        one_column = isinstance(columns, int)
        if one_column:
            frame_part, label = _column_at(frame, columns)
            if isinstance(rows, int):
                return _value(frame_part, _position(frame_part, rows), 0)
            part = _rows_at(frame_part, rows)
            return Series._make(part._rows, part._exprs[0], label, part._levels)
        frame = _columns_at(frame, columns)
        if isinstance(rows, int) or type(rows).__name__.startswith("int"):
            return _row(frame, _position(frame, int(rows)))
        return _rows_at(frame, rows)

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        frame = self._frame
        labels = [frame._labels[columns]] if isinstance(columns, int) else _columns_at(frame, columns)._labels
        number = X.RowNumber()
        count = len(frame)
        if isinstance(rows, slice):
            places = list(range(count))[rows]
        else:
            places = [_position(frame, r) for r in ([rows] if isinstance(rows, int) else rows)]
        _assign(frame, X.IsIn(number, places), labels, value, len(places))


def _position(frame: Any, row: int) -> int:
    count = len(frame)
    if not -count <= row < count:
        raise IndexError("single positional indexer is out-of-bounds")
    return row % count if count else row


def _column_at(frame: DataFrame, place: int) -> Tuple[DataFrame, Any]:
    try:
        return frame._with([frame._labels[place]], [frame._exprs[place]]), frame._labels[place]
    except IndexError:
        raise IndexError("single positional indexer is out-of-bounds") from None


def _columns_at(frame: DataFrame, columns: Any) -> DataFrame:
    if isinstance(columns, slice):
        if columns == slice(None):
            return frame
        return frame._with(frame._labels[columns], frame._exprs[columns])
    columns = _listed(columns)
    if _is_bools(columns):
        columns = [i for i, keep in enumerate(columns) if keep]
    try:
        return frame._with([frame._labels[i] for i in columns], [frame._exprs[i] for i in columns])
    except IndexError:
        raise IndexError("positional indexers are out-of-bounds") from None


def _rows_at(frame: DataFrame, rows: Any) -> DataFrame:
    if isinstance(rows, slice):
        if rows == slice(None):
            return frame.copy()
        return frame._selected(selection.sliced(frame, rows))
    if isinstance(rows, Series):
        raise NotImplementedError("iLocation based boolean indexing on a Series is not available; use .loc")
    rows = _listed(rows)
    if _is_bools(rows):
        if len(rows) != len(frame):
            raise IndexError(f"Boolean index has wrong length: {len(rows)} instead of {len(frame)}")
        return frame._masked(frame._mask_of(list(rows)))
    count = len(frame)
    places: List[Optional[int]] = []
    for r in rows:
        if not -count <= r < count:
            raise IndexError("positional indexers are out-of-bounds")
        places.append(int(r) % count)
    return take(frame, places)


class Loc:
    """Rows and columns of a frame by label."""

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def _split(self, key: Any) -> Tuple[Any, Any]:
        if isinstance(key, tuple):
            if len(self._frame._levels.names) > 1 and not (len(key) == 2 and _looks_like_columns(self._frame, key)):
                return key, slice(None)
            if len(key) == 2:
                return key[0], key[1]
            if len(key) == 1:
                return key[0], slice(None)
        return key, slice(None)

    def __getitem__(self, key: Any) -> Any:
        rows, columns = self._split(key)
        frame = self._frame
        if callable(rows) and not isinstance(rows, Series):
            rows = rows(frame)
        one = not isinstance(columns, slice) and (V.is_scalar(columns) or (isinstance(columns, tuple) and frame._has(columns)))
        if one:
            part = frame._with_columns([columns]) if frame._has(columns) else None
            if part is None:
                chosen = frame[columns]
                return Loc(chosen)[rows] if isinstance(chosen, DataFrame) else chosen.loc[rows]
            found = _rows_by_label(part, rows)
            if isinstance(found, int):
                return _value(part, found, 0)
            return Series._make(found._rows, found._exprs[0], columns, found._levels)
        frame = _columns_by_label(frame, columns)
        found = _rows_by_label(frame, rows)
        return _row(frame, found) if isinstance(found, int) else found

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = self._split(key)
        frame = self._frame
        if callable(rows) and not isinstance(rows, Series):
            rows = rows(frame)
        labels: List[Any]
        if isinstance(columns, slice) or _is_bools(_listed(columns)):
            labels = _columns_by_label(frame, columns)._labels
        elif V.is_scalar(columns) or isinstance(columns, tuple):
            labels = [columns]
        else:
            labels = list(columns)
        if isinstance(rows, slice) and rows == slice(None):
            for label in labels:
                frame[label] = value
            return
        if isinstance(rows, Series) and rows._expr.type == "bool":
            if not same_labels(frame, rows):
                raise KeyError("Unalignable boolean Series provided as indexer")
            if rows._rows is not frame._rows:
                rows = frame._fitted(rows)
            _assign(frame, rows._expr, labels, value, None)
            return
        rows = _listed(rows)
        if _is_bools(rows):
            mask = frame._series_of(list(rows))
            _assign(frame, mask._expr, labels, value, None)
            return
        own = frame._index_values()
        if isinstance(rows, slice):
            places = _range_of(own, rows)
        else:
            wanted = [rows] if V.is_scalar(rows) or (isinstance(rows, tuple) and len(frame._levels.names) > 1) else list(rows)
            known = {l: i for i, l in enumerate(own)}
            if any(l not in known for l in wanted):
                if len(wanted) == 1 and V.is_scalar(wanted[0]):
                    _enlarge(frame, wanted[0], labels, value)
                    return
                raise KeyError(f"{[l for l in wanted if l not in known]} not in index")
            places = [i for i, l in enumerate(own) if l in set(wanted)]
        _assign(frame, X.IsIn(X.RowNumber(), list(places)), labels, value, len(places))


def _looks_like_columns(frame: DataFrame, key: Tuple[Any, ...]) -> bool:
    rows, columns = key
    if isinstance(columns, (slice, list)):
        return True
    return frame._has(columns) and not (V.is_scalar(rows) and len(frame._levels.names) == 2 and columns in
                                        {l[1] for l in frame._index_values() if isinstance(l, tuple)})  # fmt: skip


def _enlarge(frame: DataFrame, label: Any, labels: Sequence[Any], value: Any) -> None:
    """A row more."""
    from .concatenation import concat

    if isinstance(value, Series):
        value = value.to_dict()
    if isinstance(value, dict):
        row = {l: value.get(l) for l in labels}
    elif V.is_scalar(value):
        row = dict.fromkeys(labels, value)
    else:
        row = dict(zip(labels, value))
    # What is missing is so in a column of any kind.
    more = DataFrame({l: [None if V.is_missing(v) else v] for l, v in row.items()}, index=[label])
    frame._placed(concat([frame.copy(), more]), True)


def _lacks_any(series: Series, condition: X.Expression) -> bool:
    """Whether a value is missing where the condition holds."""
    return bool(series._with(X.Binary("and", condition, X.is_na(series._expr), "bool")).any())


class _Condition:
    """A column's label that no user has."""


_CONDITION = _Condition()


def _assign(frame: DataFrame, condition: X.Expression, labels: Sequence[Any], value: Any, count: Optional[int]) -> None:
    """Sets columns where the condition holds."""
    for place, label in enumerate(labels):
        part = value
        if isinstance(value, DataFrame):
            part = value._column(value._labels[place])
        elif isinstance(value, dict):
            part = value[label]
        elif isinstance(value, (list, tuple)) and len(labels) > 1 and len(value) == len(labels):
            part = value[place]
        old: X.Expression = frame._expr(label) if frame._has(label) else X.Literal(None)
        if V.is_scalar(part):
            new: X.Expression = X.Literal(part)
            if old.type in T.INTEGERS and V.is_missing(part):
                new = X.Cast(X.Literal(None), "float64")
                old = X.Cast(old, "float64")
        else:
            if not isinstance(part, Series):
                raise not_there("setting some rows to a list of values", "give one value, or a series with labels")
            if part._rows is not frame._rows:
                kind = part._expr.type
                # The frame goes over to rows that have both, and the condition with it.
                frame[_CONDITION] = Series._make(frame._rows, condition, None, frame._levels)
                part = frame._fitted(part)
                condition = frame._expr(_CONDITION)
                del frame[_CONDITION]
                if kind in T.INTEGERS and part._expr.type in T.FLOATS and not _lacks_any(part, condition):
                    part = part._with(X.Cast(part._expr, kind))
            new = part._expr
            old = frame._expr(label) if frame._has(label) else X.Cast(X.Literal(None), new.type)
        if old.type == "null" and new.type != "null":
            old = X.Cast(X.Literal(None), new.type)
        elif old.type != new.type and new.type != "null" and isinstance(new, X.Literal) and not X.fits(new.value, old.type):
            if not (T.is_number(old.type) and T.is_number(new.type)):
                raise TypeError(f"Invalid value '{part}' for dtype '{T.dtype_name(old.type)}'")
        result = X.choose(condition, new, X.clean(old))
        frame[label] = Series._make(frame._rows, result, label, frame._levels)


def _columns_by_label(frame: DataFrame, columns: Any) -> DataFrame:
    if isinstance(columns, slice):
        if columns == slice(None):
            return frame
        start = 0 if columns.start is None else frame._place(columns.start)
        stop = len(frame._labels) if columns.stop is None else frame._place(columns.stop) + 1
        chosen = slice(start, stop, columns.step)
        return frame._with(frame._labels[chosen], frame._exprs[chosen])
    columns = _listed(columns)
    if callable(columns):
        columns = columns(frame)
    if isinstance(columns, Series):
        columns = columns.tolist()
    if _is_bools(columns):
        places = [i for i, keep in enumerate(columns) if keep]
        return frame._with([frame._labels[i] for i in places], [frame._exprs[i] for i in places])
    return frame._with_columns(list(columns))


def _range_of(labels: Sequence[Any], part: slice) -> List[int]:
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


def _rows_by_label(frame: DataFrame, rows: Any) -> Any:
    """The rows with a label, or with several: the position if it is one row of one label."""
    if isinstance(rows, slice):
        if rows == slice(None):
            return frame.copy()
        return _label_range(frame, rows)
    if isinstance(rows, Series):
        if rows._expr.type == "bool":
            return frame._masked(rows)
        rows = rows.tolist()
    rows = _listed(rows)
    levels = len(frame._levels.names)
    if V.is_scalar(rows) or isinstance(rows, tuple):
        return _one_label(frame, rows, levels)
    held = list(rows)
    if _is_bools(held):
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
    places = _range_of(frame._index_values(), rows)
    if places and places == list(range(places[0], places[-1] + 1)):
        return frame._selected(selection.sliced(frame, slice(places[0], places[-1] + 1)))
    return take(frame, places)


def _until(e: X.Expression, stop: Any) -> X.Expression:
    """Moments up to the end of what a text names: a day, a month."""
    if not isinstance(stop, str):
        return X.comparison("<=", e, X.Literal(stop))
    import datetime

    from .times import parse_moment

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
        from .base import Levels

        found._levels = Levels(keep.exprs[n:], keep.names[n:])
        return found
    if not places:
        raise KeyError(label)
    if len(places) == 1:
        return places[0]
    return take(frame, list(places))


class SeriesILoc:
    """Values of a series by position."""

    def __init__(self, series: Series) -> None:
        self._series = series

    def _frame(self) -> DataFrame:
        s = self._series
        frame = DataFrame._make(s._rows, [0], [s._expr], s._levels)
        return frame

    def __getitem__(self, key: Any) -> Any:
        frame = self._frame()
        if isinstance(key, int) or type(key).__name__.startswith("int"):
            return _value(frame, _position(frame, int(key)), 0)
        part = _rows_at(frame, key)
        return Series._make(part._rows, part._exprs[0], self._series._name, part._levels)

    def __setitem__(self, key: Any, value: Any) -> None:
        frame = self._frame()
        ILoc(frame)[key, 0] = value
        self._series._set(frame._rows, frame._exprs[0], self._series._name, frame._levels)


class SeriesLoc:
    """Values of a series by label."""

    def __init__(self, series: Series) -> None:
        self._series = series

    def __getitem__(self, key: Any) -> Any:
        s = self._series
        frame = DataFrame._make(s._rows, [0], [s._expr], s._levels)
        if callable(key) and not isinstance(key, Series):
            key = key(s)
        found = _rows_by_label(frame, key)
        if isinstance(found, int):
            return _value(frame, found, 0)
        return Series._make(found._rows, found._exprs[0], s._name, found._levels)

    def __setitem__(self, key: Any, value: Any) -> None:
        s = self._series
        frame = DataFrame._make(s._rows, [0], [s._expr], s._levels)
        Loc(frame)[key, 0] = value
        s._set(frame._rows, frame._exprs[0], s._name, frame._levels)


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
