"""One value of a series: `sum`, `quantile`, `idxmax`, `corr` and their like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, List, Mapping, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..missing import not_there
from .overall import Wanted, finished, totals

if TYPE_CHECKING:
    from ..series import Series
    from ..series.base import SeriesBase


def scalar(series: SeriesBase, function: str, options: Mapping[str, Any]) -> Any:
    """One aggregation of a series."""
    (value,), (type_,) = totals(series._rows, [(function, series._expr, options)])
    return finished(function, value, type_)


def skipping(series: SeriesBase, function: str, skipna: bool, min_count: int = 0) -> Any:
    """An aggregation that leaves missing values out, or is missing when there is one and `skipna` is false."""
    wanted: List[Wanted] = [(function, series._expr, {})]
    if not skipna or min_count > 0:
        wanted += [("count", series._expr, {}), ("size", series._expr, {})]
    values, types = totals(series._rows, wanted)
    if not skipna and values[1] < values[2]:
        return V.missing_of(types[0]) if types[0] not in T.INTEGERS else V.nan
    if min_count > 0 and values[1] < min_count:
        return V.nan
    return finished(function, values[0], types[0])


def spread(series: "Series", function: str, skipna: bool, ddof: int) -> Any:
    """`std`, `var` or `sem` with degrees of freedom."""
    if not skipna and series.hasnans:
        return V.nan
    if ddof == 1:
        return scalar(series, function, {})
    return scalar(series, function, {"ddof": ddof})


def truth(series: SeriesBase, function: str) -> bool:
    """`any` or `all`, of numbers and text too: what is not zero or empty is true."""
    e = as_bool(series._expr, function)
    (value,), _ = totals(series._rows, [(function, e, {})])
    if value is None:
        return function == "all"
    return bool(value)


def as_bool(e: X.Expression, function: str) -> X.Expression:
    if e.type == "bool":
        return e
    if e.type in T.NUMBERS:
        return X.Binary("!=", X.clean(e), X.Literal(0), "bool")
    if T.is_text(e.type):
        return X.Binary("!=", e, X.Literal(""), "bool")
    if e.type == "null":
        return X.Literal(function == "all")
    raise not_there(f"{function} of {T.dtype_name(e.type)}", "compare the values first")


def quantile(series: SeriesBase, q: Any, interpolation: str) -> Any:
    from ..series import Series

    if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise ValueError(f"invalid interpolation: {interpolation}")
    shares = [q] if isinstance(q, (int, float)) else list(q)
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError("percentiles should all be in the interval [0, 1]")
    values, types = totals(
        series._rows, [("quantile", series._expr, {"q": float(s), "interpolation": interpolation}) for s in shares]
    )
    found = [finished("quantile", v, t) for v, t in zip(values, types)]
    if isinstance(q, (int, float)):
        return found[0]
    return Series(found, index=[float(s) for s in shares], name=series._name)


def label_of(series: "Series", which: str, skipna: bool = True) -> Any:
    """The label of the row with the smallest or largest value."""
    if len(series) == 0:
        raise ValueError(f"attempt to get arg{which} of an empty sequence")
    if not skipna and series.hasnans:
        raise ValueError("Encountered an NA value with skipna=False")
    row = series.nlargest(1) if which == "max" else series.nsmallest(1)
    labels = row._index_values()
    if not labels:
        raise ValueError("Encountered all NA values")
    return labels[0]


def correlation(a: SeriesBase, b: SeriesBase, method: str) -> float:
    if method != "pearson":
        raise not_there(f"corr with method={method!r}", "use method='pearson'")
    n, mean_a, mean_b, together, spread_a, spread_b = _moments(a, b)
    if n < 2 or not spread_a or not spread_b:
        return V.nan
    return max(-1.0, min(1.0, together / math.sqrt(spread_a * spread_b)))


def covariance(a: SeriesBase, b: SeriesBase, ddof: int) -> float:
    n, _, _, together, _, _ = _moments(a, b)
    return together / (n - ddof) if n > ddof else V.nan


def _moments(a: SeriesBase, b: SeriesBase) -> Tuple[int, float, float, float, float, float]:
    from ..align import together

    rows, (x,), (y,), _ = together(a, b)
    if not (T.is_number(x.type) and T.is_number(y.type)):
        raise TypeError("correlations need numbers")
    x, y = X.Cast(X.clean(x), "float64"), X.Cast(X.clean(y), "float64")
    both = X.Binary("and", X.not_na(x), X.not_na(y), "bool")
    x, y = X.choose(both, x, X.Literal(None)), X.choose(both, y, X.Literal(None))
    (n, mean_x, mean_y), _ = totals(rows, [("count", x, {}), ("mean", x, {}), ("mean", y, {})])
    if not n:
        return 0, V.nan, V.nan, V.nan, V.nan, V.nan
    dx, dy = X.arithmetic("-", x, X.Literal(mean_x)), X.arithmetic("-", y, X.Literal(mean_y))
    products = [X.arithmetic("*", p, q) for p, q in ((dx, dy), (dx, dx), (dy, dy))]
    (xy, xx, yy), _ = totals(rows, [("sum", p, {}) for p in products])
    return int(n), mean_x, mean_y, xy or 0.0, xx or 0.0, yy or 0.0
