"""Groups of rows with equal keys: `groupby` of frames and series."""

from __future__ import annotations

from typing import Any

from ..frame import DataFrame
from ..grouping import keys_of
from ..series import Series
from .frame import DataFrameGroupBy
from .series import SeriesGroupBy

__all__ = ["DataFrameGroupBy", "SeriesGroupBy", "frame_groupby", "series_groupby"]


def frame_groupby(
    frame: DataFrame, by: Any, level: Any, as_index: bool, sort: bool, group_keys: bool, dropna: bool
) -> DataFrameGroupBy:
    """The groups of a frame's rows."""
    frame, keys = keys_of(frame, by, level)
    return DataFrameGroupBy(frame, keys, as_index, sort, dropna, None, group_keys)


def series_groupby(
    series: Series, by: Any, level: Any, as_index: bool, sort: bool, group_keys: bool, dropna: bool
) -> SeriesGroupBy:
    """The groups of a series' rows."""
    if not as_index:
        raise TypeError("as_index=False only valid with DataFrame")
    frame = DataFrame._make(series._rows, [series._name], [series._expr], series._levels)
    frame, keys = keys_of(frame, by, level, series)
    return SeriesGroupBy(frame, keys, True, sort, dropna, [series._name], group_keys)
