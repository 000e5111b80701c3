"""Single values and rows of what has been computed, and what a key is."""

from __future__ import annotations

from typing import Any

from .. import columntypes as T
from .. import values as V
from ..frame import DataFrame
from ..labels import Index
from ..series import Series
from ..series.row import RowSeries


def row(frame: DataFrame, place: int) -> Any:
    """A row as a series: a real one if its values are of one kind."""
    view = frame._computed()
    from ..base import shown

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


def value(frame: DataFrame, place: int, column: int) -> Any:
    from ..base import shown

    view = frame._computed()
    value = view.values(column, place, place + 1)[0]
    if view.type(column) in T.INTEGERS and view.missing(column):
        return _float(value)
    return shown([value], view.type(column))[0]


def is_bools(key: Any) -> bool:
    return isinstance(key, (list, Index)) and len(key) > 0 and all(type(k).__name__ in ("bool", "bool_") for k in key)


def listed(key: Any) -> Any:
    if hasattr(key, "tolist") and not isinstance(key, (Series, str)):
        return key.tolist()
    return key
