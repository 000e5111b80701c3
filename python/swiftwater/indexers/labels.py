"""`loc`: rows and columns by label."""

from __future__ import annotations

from typing import Any, List, Tuple

from .. import expressions as X
from .. import values as V
from ..align import same_labels
from ..frame import DataFrame
from ..series import Series
from .lookup import range_of, rows_by_label
from .setting import assign, enlarge
from .values import is_bools, listed, row, value


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
            found = rows_by_label(part, rows)
            if isinstance(found, int):
                return value(part, found, 0)
            return Series._make(found._rows, found._exprs[0], columns, found._levels)
        frame = _columns_by_label(frame, columns)
        found = rows_by_label(frame, rows)
        return row(frame, found) if isinstance(found, int) else found

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = self._split(key)
        frame = self._frame
        if callable(rows) and not isinstance(rows, Series):
            rows = rows(frame)
        labels: List[Any]
        if isinstance(columns, slice) or is_bools(listed(columns)):
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
            assign(frame, rows._expr, labels, value)
            return
        rows = listed(rows)
        if is_bools(rows):
            mask = frame._series_of(list(rows))
            assign(frame, mask._expr, labels, value)
            return
        own = frame._index_values()
        if isinstance(rows, slice):
            places = range_of(own, rows)
        else:
            wanted = [rows] if V.is_scalar(rows) or (isinstance(rows, tuple) and len(frame._levels.names) > 1) else list(rows)
            known = {l: i for i, l in enumerate(own)}
            if any(l not in known for l in wanted):
                if len(wanted) == 1 and V.is_scalar(wanted[0]):
                    enlarge(frame, wanted[0], labels, value)
                    return
                raise KeyError(f"{[l for l in wanted if l not in known]} not in index")
            different = len(known) == len(own)
            places = [known[l] for l in wanted] if different else [i for i, l in enumerate(own) if l in set(wanted)]
        assign(frame, X.IsIn(X.RowNumber(), list(places)), labels, value, places)


class SeriesLoc:
    """Values of a series by label."""

    def __init__(self, series: Series) -> None:
        self._series = series

    def __getitem__(self, key: Any) -> Any:
        s = self._series
        frame = DataFrame._make(s._rows, [0], [s._expr], s._levels)
        if callable(key) and not isinstance(key, Series):
            key = key(s)
        found = rows_by_label(frame, key)
        if isinstance(found, int):
            return value(frame, found, 0)
        return Series._make(found._rows, found._exprs[0], s._name, found._levels)

    def __setitem__(self, key: Any, value: Any) -> None:
        s = self._series
        frame = DataFrame._make(s._rows, [0], [s._expr], s._levels)
        Loc(frame)[key, 0] = value
        s._set(frame._rows, frame._exprs[0], s._name, frame._levels)


def _looks_like_columns(frame: DataFrame, key: Tuple[Any, ...]) -> bool:
    rows, columns = key
    if isinstance(columns, (slice, list)):
        return True
    return frame._has(columns) and not (V.is_scalar(rows) and len(frame._levels.names) == 2 and columns in
                                        {l[1] for l in frame._index_values() if isinstance(l, tuple)})  # fmt: skip


def _columns_by_label(frame: DataFrame, columns: Any) -> DataFrame:
    if isinstance(columns, slice):
        if columns == slice(None):
            return frame
        start = 0 if columns.start is None else frame._place(columns.start)
        stop = len(frame._labels) if columns.stop is None else frame._place(columns.stop) + 1
        chosen = slice(start, stop, columns.step)
        return frame._with(frame._labels[chosen], frame._exprs[chosen])
    columns = listed(columns)
    if callable(columns):
        columns = columns(frame)
    if isinstance(columns, Series):
        columns = columns.tolist()
    if is_bools(columns):
        places = [i for i, keep in enumerate(columns) if keep]
        return frame._with([frame._labels[i] for i in places], [frame._exprs[i] for i in places])
    return frame._with_columns(list(columns))
