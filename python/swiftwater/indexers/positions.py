"""`iloc`: rows and columns by position."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from .. import expressions as X
from .. import selection
from ..frame import DataFrame
from ..indexing import take
from ..series import Series
from .setting import assign
from .values import is_bools, listed, row, value


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
                return value(frame_part, _position(frame_part, rows), 0)
            part = _rows_at(frame_part, rows)
            return Series._make(part._rows, part._exprs[0], label, part._levels)
        frame = _columns_at(frame, columns)
        if isinstance(rows, int) or type(rows).__name__.startswith("int"):
            return row(frame, _position(frame, int(rows)))
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
        assign(frame, X.IsIn(number, places), labels, value, places)


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
            return value(frame, _position(frame, int(key)), 0)
        part = _rows_at(frame, key)
        return Series._make(part._rows, part._exprs[0], self._series._name, part._levels)

    def __setitem__(self, key: Any, value: Any) -> None:
        frame = self._frame()
        ILoc(frame)[key, 0] = value
        self._series._set(frame._rows, frame._exprs[0], self._series._name, frame._levels)


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
    columns = listed(columns)
    if is_bools(columns):
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
    rows = listed(rows)
    if is_bools(rows):
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
