"""One value of each row of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from .. import columntypes as T
from .. import expressions as X
from ..missing import not_there

if TYPE_CHECKING:
    from ..frame.base import FrameBase
    from ..series import Series


def across(frame: FrameBase, function: str, skipna: bool, min_count: int = 0, ddof: int = 1) -> "Series":
    """An aggregation of each row's values."""
    from ..series import Series

    exprs = [X.clean(e) for e in frame._exprs]
    if not exprs:
        raise not_there(f"{function} across no columns", "choose some columns")
    for e in exprs:
        if function not in ("count", "min", "max", "nunique") and not T.is_number(e.type):
            raise TypeError(f"unsupported operand type(s) for {function} across columns: '{T.dtype_name(e.type)}'")
    count: X.Expression = X.Literal(0)
    for e in exprs:
        count = X.Binary("+", count, X.Cast(X.Call("notna", (e,), "bool"), "int64"), "int64")
    result = _across(function, exprs, count, ddof)
    if not skipna:
        result = X.choose(X.Binary("==", count, X.Literal(len(exprs)), "bool"), result, X.Literal(None))
    if min_count:
        result = X.choose(X.Binary(">=", count, X.Literal(min_count), "bool"), result, X.Literal(None))
    return Series._make(frame._rows, result, None, frame._levels)


def _across(function: str, exprs: List[X.Expression], count: X.Expression, ddof: int) -> X.Expression:
    numbers = [X.Cast(e, "int64") if e.type == "bool" else e for e in exprs]
    if function == "count":
        return count
    if function in ("sum", "mean", "prod"):
        operator = "*" if function == "prod" else "+"
        start = 1 if function == "prod" else 0
        total = X.fill(numbers[0], start)
        for e in numbers[1:]:
            total = X.arithmetic(operator, total, X.fill(e, start))
        return X.arithmetic("/", total, count) if function == "mean" else total
    if function in ("min", "max"):
        best = exprs[0]
        for e in exprs[1:]:
            better = X.comparison("<" if function == "min" else ">", e, best)
            take = X.Binary("or", better, X.Call("isna", (best,), "bool"), "bool")
            best = X.choose(take, e, best)
        return best
    if function in ("std", "var", "sem"):
        mean = X.clean(_across("mean", exprs, count, ddof))
        squares: Optional[X.Expression] = None
        for e in numbers:
            d = X.arithmetic("-", e, mean)
            square = X.fill(X.arithmetic("*", d, d), 0.0)
            squares = square if squares is None else X.arithmetic("+", squares, square)
        assert squares is not None
        free = X.arithmetic("-", count, X.Literal(ddof))
        variance = X.choose(X.Binary(">", free, X.Literal(0), "bool"), X.arithmetic("/", squares, free), X.Literal(None))
        if function == "var":
            return variance
        deviation = X.Call("sqrt", (variance,), "float64", may_nan=True)
        if function == "std":
            return deviation
        return X.arithmetic("/", deviation, X.Call("sqrt", (X.Cast(count, "float64"),), "float64"))
    raise not_there(f"{function} across columns", "use .apply with axis=1")
