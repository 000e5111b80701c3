"""Setting some rows of some columns, and adding a row."""

from __future__ import annotations

from typing import Any, Sequence

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..frame import DataFrame
from ..missing import not_there
from ..series import Series


class _Condition:
    """A column's label that no user has."""


_CONDITION = _Condition()


def assign(frame: DataFrame, condition: X.Expression, labels: Sequence[Any], value: Any) -> None:
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
