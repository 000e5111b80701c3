"""Setting some rows of some columns, and adding a row."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..frame import DataFrame
from ..missing import not_there
from ..series import Series


class _Condition:
    """A column's label that no user has."""


_CONDITION = _Condition()


def assign(
    frame: DataFrame, condition: X.Expression, labels: Sequence[Any], value: Any, places: Optional[Sequence[int]] = None
) -> None:
    """Sets columns where the condition holds: the rows at these places, in the order in which a list has values."""
    parts = _parts(labels, value)
    for label, part in zip(labels, parts):
        old: X.Expression = frame._expr(label) if frame._has(label) else X.Literal(None)
        if V.is_scalar(part):
            new: X.Expression = X.Literal(part)
            if old.type in T.INTEGERS and V.is_missing(part):
                new = X.Cast(X.Literal(None), "float64")
                old = X.Cast(old, "float64")
        else:
            if not isinstance(part, Series):
                part = _in_places(frame, condition, part, places)
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


def _parts(labels: Sequence[Any], value: Any) -> List[Any]:
    """What each column is set to."""
    if isinstance(value, DataFrame):
        for label in labels:
            if not value._has(label):
                raise not_there("setting columns of a frame that does not have them all", "give it the same columns")
        return [value._column(label) for label in labels]
    if isinstance(value, dict):
        return [value[label] for label in labels]
    if isinstance(value, Series) or V.is_scalar(value):
        return [value] * len(labels)
    held = value.tolist() if hasattr(value, "tolist") else list(value)
    if held and all(isinstance(v, (list, tuple)) for v in held):
        return [list(column) for column in zip(*held)]
    if len(labels) > 1 and len(held) == len(labels):
        return held
    return [held] * len(labels)


def _in_places(
    frame: DataFrame, condition: X.Expression, values: Sequence[Any], places: Optional[Sequence[int]]
) -> Series:
    """A series with values in some rows, in their order."""
    from ..construction import beside_values

    if places is None:
        chosen = Series._make(frame._rows, condition, None, frame._levels).tolist()
        places = [i for i, is_chosen in enumerate(chosen) if is_chosen]
    if len(values) != len(places):
        raise ValueError("cannot set using a list-like indexer with a different length than the value")
    every: List[Any] = [None] * len(frame)
    for place, v in zip(places, values):
        every[place] = v
    series: Series = beside_values(frame, every)
    return series


def _lacks_any(series: Series, condition: X.Expression) -> bool:
    """Whether a value is missing where the condition holds."""
    return bool(series._with(X.Binary("and", condition, X.is_na(series._expr), "bool")).any())


def enlarge(frame: DataFrame, label: Any, labels: Sequence[Any], value: Any) -> None:
    """A row more."""
    from ..concatenation import concat

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
