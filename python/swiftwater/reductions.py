"""One value of many: `sum`, `mean`, `quantile` and their like, of series and of each column of a frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .labels import Label
from .missing import not_there, refuse, rows_only
from .plan import PlanBuilder
from .rows import Grouped, Rows
from .runtime import run, table_schema, table_values

if TYPE_CHECKING:
    from .frame import DataFrame
    from .frame.base import FrameBase
    from .series import Series
    from .series.base import SeriesBase

Wanted = Tuple[str, X.Expression, Mapping[str, Any]]

NEEDS_NUMBERS = ("sum", "mean", "median", "std", "var", "sem", "prod", "skew", "kurt", "quantile")


def result_type(function: str, type_: str) -> str:
    """The engine's type of an aggregation; pandas' `TypeError` where it does not go with the values."""
    if function in ("count", "size", "nunique", "idxmin", "idxmax"):
        return "int64"
    if function in ("any", "all"):
        return "bool"
    if function in ("first", "last"):
        return type_
    if function in ("min", "max"):
        if T.is_nested(type_):
            raise TypeError(f"'{function}' not supported between lists or objects")
        return type_
    if type_ == "null":
        return "float64"
    if T.is_duration(type_) and function in ("sum", "mean", "median", "std", "quantile"):
        return type_
    if T.is_time(type_) and function in ("mean", "median", "quantile"):
        return type_
    if type_ == "bool" and function == "quantile":
        raise TypeError("quantiles of bools are not defined; convert them with .astype(int)")
    if not T.is_number(type_):
        if T.is_text(type_) and function == "sum":
            raise not_there("sum of text", "join the texts with ''.join(series)")
        raise TypeError(f"Cannot perform reduction '{function}' with dtype '{T.dtype_name(type_)}'")
    if function in ("sum", "prod"):
        if type_ in T.UNSIGNED:
            return "uint64"
        return "int64" if type_ in T.SIGNED or type_ == "bool" else type_
    return "float64"


def input_of(function: str, e: X.Expression) -> X.Expression:
    """What is aggregated: bools as numbers where pandas takes them so."""
    if e.type == "bool" and function in ("mean", "median", "std", "var", "sem", "prod", "skew", "kurt", "quantile"):
        return X.Cast(e, "int64")
    if e.type == "null" and function in NEEDS_NUMBERS:
        return X.Cast(e, "float64")
    return X.clean(e)


def totals(rows: Rows, wanted: Sequence[Wanted]) -> Tuple[List[Any], List[str]]:
    """The values of aggregations over all rows, and their types, in one run."""
    if not wanted:
        return [], []
    aggregations = []
    for i, (function, e, options) in enumerate(wanted):
        type_ = result_type(function, e.type)
        aggregations.append((f"a{i}", function, input_of(function, e), type_, options))
    grouped = Grouped(rows, [], aggregations)
    plan = PlanBuilder()
    pipe = grouped.pipe(plan, [a[0] for a in aggregations])
    plan.output(pipe)
    (table,) = run(plan)
    types = dict(table_schema(table))
    values = [(table_values(table, pipe.name(a[0])) or [None])[0] for a in aggregations]
    return values, [types.get(pipe.name(a[0]), a[3]) for a in aggregations]


def scalar(series: SeriesBase, function: str, options: Mapping[str, Any]) -> Any:
    """One aggregation of a series."""
    (value,), (type_,) = totals(series._rows, [(function, series._expr, options)])
    return _finished(function, value, type_)


def _finished(function: str, value: Any, type_: str) -> Any:
    if value is not None:
        return value
    if function == "sum":
        return 0 if type_ in T.INTEGERS else 0.0
    if function == "prod":
        return 1 if type_ in T.INTEGERS else 1.0
    missing = V.missing_of(type_)
    return V.nan if missing is None and function in ("min", "max") else missing


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
    return _finished(function, values[0], types[0])


def spread(series: "Series", function: str, skipna: bool, ddof: int) -> Any:
    """`std`, `var` or `sem` with degrees of freedom."""
    if not skipna and series.hasnans:
        return V.nan
    if ddof == 1:
        return scalar(series, function, {})
    return scalar(series, function, {"ddof": ddof})


def truth(series: SeriesBase, function: str) -> bool:
    """`any` or `all`, of numbers and text too: what is not zero or empty is true."""
    e = _as_bool(series._expr, function)
    (value,), _ = totals(series._rows, [(function, e, {})])
    if value is None:
        return function == "all"
    return bool(value)


def _as_bool(e: X.Expression, function: str) -> X.Expression:
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
    from .series import Series

    if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise ValueError(f"invalid interpolation: {interpolation}")
    shares = [q] if isinstance(q, (int, float)) else list(q)
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError("percentiles should all be in the interval [0, 1]")
    values, types = totals(
        series._rows, [("quantile", series._expr, {"q": float(s), "interpolation": interpolation}) for s in shares]
    )
    found = [_finished("quantile", v, t) for v, t in zip(values, types)]
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


def labels_of(frame: FrameBase, which: str, axis: Any, skipna: bool) -> "Series":
    """The label of the smallest or largest value of each column, or of each row."""
    from .series import Series

    if axis not in (1, "columns"):
        rows_only(f"idx{which}", axis)
        return Series([label_of(s, which, skipna) for _, s in frame.items()], index=frame.columns)
    refuse(f"idx{which} with axis=1", skipna=(True, skipna))
    if not frame._labels:
        raise ValueError(f"attempt to get arg{which} of an empty sequence")
    best, label = X.clean(frame._exprs[0]), X.choose(X.not_na(frame._exprs[0]), X.Literal(frame._labels[0]), X.Literal(None))
    for name, e in zip(frame._labels[1:], frame._exprs[1:]):
        x = X.clean(e)
        better = X.comparison("<" if which == "min" else ">", x, best)
        take = X.Binary("or", better, X.Binary("and", X.is_na(best), X.not_na(x), "bool"), "bool")
        label, best = X.choose(take, X.Literal(name), label), X.choose(take, x, best)
    result = Series._make(frame._rows, label, None, frame._levels)
    if result.hasnans:
        raise ValueError("Encountered all NA values")
    return result


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
    from .align import together

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


def pairs(frame: "DataFrame", function: Callable[["Series", "Series"], float]) -> "DataFrame":
    """A value for each pair of columns."""
    from .frame import DataFrame

    for label, e in zip(frame._labels, frame._exprs):
        if not T.is_number(e.type):
            raise ValueError(f"could not convert column {label!r} to float")
    columns = [s for _, s in frame.items()]
    table = {b._name: [function(a, b) for a in columns] for b in columns}
    return DataFrame(table, index=frame.columns)


def columns(
    frame: FrameBase, function: str, axis: Any, numeric_only: bool, skipna: bool = True, min_count: int = 0,
    ddof: int = 1,
) -> "Series":  # fmt: skip
    """An aggregation of each column, labelled by the columns."""
    from .series import Series

    frame = frame._numbers_if(numeric_only)
    if axis in (1, "columns"):
        return across(frame, function, skipna, min_count, ddof)
    if axis is None:
        return _of_all(frame, function, skipna, min_count, ddof)  # type: ignore[no-any-return]
    rows_only(function, axis)
    options: Dict[str, Any] = {"ddof": ddof} if ddof != 1 else {}
    wanted: List[Wanted] = [(function, e, options) for e in frame._exprs]
    n = len(wanted)
    if not skipna or min_count:
        wanted += [("count", e, {}) for e in frame._exprs] + [("size", e, {}) for e in frame._exprs]
    values, types = totals(frame._rows, wanted)
    found = []
    for i in range(n):
        value = _finished(function, values[i], types[i])
        if (not skipna and values[n + i] < values[2 * n + i]) or (min_count and values[n + i] < min_count):
            value = V.nan
        found.append(value)
    return labelled(found, types[:n], frame, Series)


def _of_all(frame: "DataFrame", function: str, skipna: bool, min_count: int, ddof: int) -> Any:
    """An aggregation of all values of a frame."""
    from .concatenation import concat

    values = concat([s for _, s in frame.items()], ignore_index=True)
    options: Dict[str, Any] = {"min_count": min_count} if function in ("sum", "prod") else {}
    if function in ("std", "var", "sem"):
        options["ddof"] = ddof
    return getattr(values, function)(skipna=skipna, **options)


def labelled(values: List[Any], types: Sequence[str], frame: FrameBase, make: Any, name: Optional[Label] = None) -> "Series":
    """Values of columns as a series with the columns as index."""
    series: "Series"
    if not values:
        series = make([], index=frame.columns, dtype="float64", name=name)
        return series
    if any(t in T.FLOATS for t in types) and all(T.is_number(t) for t in types) and "bool" not in types:
        values = [float(v) for v in values]
    series = make(values, index=frame.columns, name=name)
    return series


def across(frame: FrameBase, function: str, skipna: bool, min_count: int = 0, ddof: int = 1) -> "Series":
    """An aggregation of each row's values."""
    from .series import Series

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


def truths(frame: FrameBase, function: str, axis: Any) -> "Series":
    """`any` or `all` of each column, or of each row."""
    from .series import Series

    exprs = [_as_bool(e, function) for e in frame._exprs]
    if axis in (1, "columns"):
        result: X.Expression = X.Literal(function == "all")
        for e in exprs:
            result = X.Binary("or" if function == "any" else "and", result, X.fill(e, function == "all"), "bool")
        return Series._make(frame._rows, result, None, frame._levels)
    values, _ = totals(frame._rows, [(function, e, {}) for e in exprs])
    found = [function == "all" if v is None else bool(v) for v in values]
    if axis is None:
        return any(found) if function == "any" else all(found)  # type: ignore[return-value]
    return Series(found, index=frame.columns, dtype="bool")


def frame_quantile(frame: FrameBase, q: Any, numeric_only: bool, interpolation: str) -> Any:
    from .frame import DataFrame
    from .series import Series

    frame = frame._numbers_if(numeric_only)
    shares = [q] if isinstance(q, (int, float)) else list(q)
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError("percentiles should all be in the interval [0, 1]")
    options = [{"q": float(s), "interpolation": interpolation} for s in shares]
    values, types = totals(frame._rows, [("quantile", e, o) for o in options for e in frame._exprs])
    n = len(frame._exprs)
    found = [_finished("quantile", v, t) for v, t in zip(values, types)]
    if isinstance(q, (int, float)):
        return Series(found, index=frame.columns, name=float(q), dtype="float64" if not found else None)
    table = {l: [found[r * n + i] for r in range(len(shares))] for i, l in enumerate(frame._labels)}
    return DataFrame(table, index=[float(s) for s in shares])


def aggregate_series(series: "Series", func: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    from .series import Series

    if isinstance(func, str):
        return getattr(series, func)(*args, **options)
    if callable(func):
        return func(series, *args, **options)
    named = func.items() if isinstance(func, Mapping) else ((_function_name(f), f) for f in func)
    pairs_ = list(named)
    values = [aggregate_series(series, f, args, options) for _, f in pairs_]
    return Series(values, index=[n for n, _ in pairs_], name=series._name)


def _function_name(func: Any) -> str:
    return func if isinstance(func, str) else getattr(func, "__name__", str(func))


def aggregate_frame(frame: "DataFrame", func: Any, axis: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """`agg` of a frame: a name, a list of names, or either for each column."""
    from .frame import DataFrame
    from .series import Series

    if func is None:
        return _named_aggregations(frame, options)
    if isinstance(func, str):
        return getattr(frame, func)(*args, **({"axis": axis, **options} if axis else options))
    if axis in (1, "columns"):
        raise not_there("agg of several functions with axis=1", "call them one by one")
    if callable(func):
        return frame.apply(func, args=tuple(args), **options)
    if isinstance(func, Mapping):
        for label in func:
            if not frame._has(label):
                raise KeyError(f"Label(s) {[label]} do not exist")
        if all(isinstance(f, str) or callable(f) for f in func.values()):
            return Series([aggregate_series(frame._column(l), f, args, options) for l, f in func.items()], index=list(func))
        wanted = {l: [f] if isinstance(f, str) or callable(f) else list(f) for l, f in func.items()}
    else:
        wanted = {l: list(func) for l in frame._labels}
    rows: List[str] = list(dict.fromkeys(_function_name(f) for fs in wanted.values() for f in fs))
    table = {}
    for label, functions in wanted.items():
        found = {_function_name(f): aggregate_series(frame._column(label), f, args, options) for f in functions}
        table[label] = [found.get(r, V.nan) for r in rows]
    return DataFrame(table, index=rows)


def _named_aggregations(frame: "DataFrame", named: Mapping[str, Any]) -> "DataFrame":
    from .frame import DataFrame

    if not named:
        raise TypeError("Must provide 'func' or tuples of '(column, aggfunc).")
    labels = list(dict.fromkeys(column for column, _ in named.values()))
    table: Dict[Any, List[Any]] = {l: [V.nan] * len(named) for l in labels}
    for i, (column, function) in enumerate(named.values()):
        table[column][i] = aggregate_series(frame._column(column), function, (), {})
    return DataFrame(table, index=list(named))
