"""Functions of Python over values: as an expression where the function can be traced, else value by value."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .building import column
from .frame import DataFrame
from .missing import not_there
from .series import Series
from .series.row import RowSeries
from .tracing import traced, traced_row

#: Up to so many different values are put into the expression itself.
_FEW = 200


def mapped(series: Series, change: Callable[[Any], Any], type_: str, utc: bool) -> Series:
    """Each value through a function that depends on the value alone, called once for each different one."""
    distinct = [v for v in series.drop_duplicates()._computed().values(0) if v is not None]
    results = {v: change(v) for v in distinct}
    return replaced_by(series, results, type_, utc)


def replaced_by(series: Series, results: Mapping[Any, Any], type_: Optional[str] = None, utc: bool = False) -> Series:
    """Each value replaced by what a mapping has for it; missing where it has nothing."""
    keys = [k for k in results if not V.is_missing(k)]
    _, found, values = column("value", [results[k] for k in keys])
    if type_ is not None and found == "null":
        found = type_
    if type_ is not None and (T.is_time(found) or T.is_duration(found)):
        zones = {getattr(v, "tzinfo", None) is not None for v in values if v is not None}
        found = f"{type_[:-1]}, UTC]" if zones == {True} or utc else type_
        if T.is_time(found) and utc and False in zones:
            import datetime

            values = [None if v is None else v.replace(tzinfo=v.tzinfo or datetime.timezone.utc) for v in values]
    if found == "null":
        found = "float64"
    if found in T.INTEGERS and (len(keys) < len(series) and any(V.is_missing(v) for v in results.values())):
        found, values = "float64", [None if v is None else float(v) for v in values]
    x = X.clean(series._expr)
    usable = [(k, v) for k, v in zip(keys, values) if _same_kind(x.type, k)]
    # Each comparison writes the whole expression again.
    if len(usable) <= _FEW and len(usable) * sum(1 for _ in x.walk()) <= _FEW and not T.is_nested(found):
        return series._with(_chosen(x, usable, found))
    own = series._computed()
    table = dict(usable)
    return of_values(series, [None if v is None else table.get(v) for v in own.values(0)], found)


def _chosen(x: X.Expression, pairs: Sequence[Tuple[Any, Any]], type_: str) -> X.Expression:
    """The value of a pair where `x` is its key, missing elsewhere."""
    if len(pairs) > 8:
        # By halves: the engine takes expressions up to a hundred deep.
        middle = len(pairs) // 2
        first = X.IsIn(x, [k for k, _ in pairs[:middle]])
        return X.Call("where", (first, _chosen(x, pairs[:middle], type_), _chosen(x, pairs[middle:], type_)), type_)
    result: X.Expression = X.Cast(X.Literal(None), type_)
    for k, v in reversed(pairs):
        result = X.Call("where", (X.comparison("==", x, X.Literal(k)), X.Cast(X.Literal(v), type_), result), type_)
    return result


def _same_kind(type_: str, key: Any) -> bool:
    kind = V.type_of(key)
    if T.is_number(type_):
        return T.is_number(kind) and (kind == "bool") == (type_ == "bool")
    if T.is_text(type_):
        return kind == "string"
    return (T.is_time(type_) and T.is_time(kind)) or (T.is_duration(type_) and T.is_duration(kind))


def of_values(series: Series, values: Sequence[Any], type_: Optional[str] = None) -> Series:
    """Values with a series' index and name."""
    from .construction import beside_values

    if type_ is not None and not (T.is_time(type_) or T.is_duration(type_)):
        made = Series(values, dtype=type_) if None not in values or type_ not in T.INTEGERS else Series(values)
        if made._expr.type == "null":
            made = made.astype(type_)
        result = _moved(series, made)
    else:
        result = beside_values(series, values)
    return result._named(series._name)


def _moved(series: Series, made: Series) -> Series:
    from .align import beside
    from .base import Levels

    rows, parts, (expr,) = beside([series._request(), made._request()])
    levels = series._levels
    moved = Levels([X.RowNumber()], levels.names, levels.start, levels.step) if levels.is_range else Levels(parts[1:], levels.names)
    result = Series._make(rows, expr, series._name, moved)
    result._carried = parts[:1]
    return result


def map_series(series: Series, func: Any, na_action: Any, options: Mapping[str, Any]) -> Series:
    """`Series.map`: a function, a dict or a series."""
    if isinstance(func, Series):
        func = dict(func.items())
    if isinstance(func, Mapping):
        if hasattr(type(func), "__missing__"):
            table: Mapping[Any, Any] = func
            return map_series(series, lambda v: table[v], na_action, {})
        result = replaced_by(series, func)
        return result
    if options:
        plain = func
        func = lambda v: plain(v, **options)  # noqa: E731
    expression = traced(series, func)
    if expression is not None:
        return series._with(expression)
    values = series.tolist()
    ignore = na_action == "ignore"
    made: Series = _from_python(series, [v if ignore and V.is_missing(v) else func(v) for v in values])
    return made


def _from_python(series: Series, values: List[Any]) -> Any:
    if values and all(isinstance(v, Series) for v in values):
        return DataFrame([v.to_dict() for v in values], index=series.index)
    return of_values(series, values)


def apply_series(series: Series, func: Any, args: Tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """`Series.apply`."""
    if isinstance(func, str):
        return getattr(series, func)(*args, **options)
    if isinstance(func, (list, tuple, dict)):
        return series.agg(func)
    module = str(getattr(func, "__module__", "") or type(func).__module__)
    if module.split(".")[0] == "numpy" or type(func).__name__ == "ufunc":
        return _numpy_function(series, func, args, options)
    if args or options:
        plain = func
        func = lambda v: plain(v, *args, **options)  # noqa: E731
    expression = traced(series, func)
    if expression is not None:
        return series._with(expression)
    return _from_python(series, [func(v) for v in series.tolist()])


def _numpy_function(series: Series, func: Any, args: Tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    if type(func).__name__ == "ufunc":
        return func(series, *args, **options)
    result = func(series.to_numpy(), *args, **options)
    if getattr(result, "shape", ()) == (len(series),):
        return of_values(series, result.tolist())
    return result


def map_frame(frame: DataFrame, func: Any, na_action: Any, options: Mapping[str, Any]) -> DataFrame:
    """`DataFrame.map`."""
    result = frame.copy()
    for label in frame._labels:
        result[label] = frame._column(label).map(func, na_action, **options)
    return result


def apply_frame(
    frame: DataFrame, func: Any, axis: Any, raw: bool, result_type: Any, args: Tuple[Any, ...], options: Mapping[str, Any]
) -> Any:
    """`DataFrame.apply`: a function of each column or each row."""
    if raw:
        raise not_there("apply with raw=True", "leave out raw")
    if isinstance(func, str):
        return getattr(frame, func)(*args, **({"axis": axis} if axis else {}), **options)
    if isinstance(func, (list, dict)):
        return frame.agg(func, axis)
    if axis in (0, "index"):
        return _by_column(frame, func, args, options)
    if axis not in (1, "columns"):
        raise ValueError(f"No axis named {axis} for object type DataFrame")
    return _by_row(frame, func, result_type, args, options)


def _by_column(frame: DataFrame, func: Any, args: Tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    results: Dict[Any, Any] = {l: func(s, *args, **options) for l, s in frame.items()}
    if results and all(isinstance(r, Series) for r in results.values()):
        first = next(iter(results.values()))
        if all(r._rows is frame._rows and r._levels.same(frame._levels) for r in results.values()):
            return frame._with(list(results), [r._expr for r in results.values()])
        if all(len(r) == len(first) for r in results.values()):
            return DataFrame(results)
        return DataFrame(results)
    return Series(list(results.values()), index=frame.columns)


def _by_row(frame: DataFrame, func: Any, result_type: Any, args: Tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    from .conversion import python_rows

    plain = func
    if args or options:
        func = lambda row: plain(row, *args, **options)  # noqa: E731
    expression = traced_row(frame, plain) if not args and not options else None
    if expression is not None:
        return Series._make(frame._rows, expression, None, frame._levels)
    labels = frame._index_values()
    results = [func(RowSeries(row, frame._labels, label)) for label, row in zip(labels, python_rows(frame))]
    index = frame.index
    if results and all(isinstance(r, Series) for r in results):
        return DataFrame([r.to_dict() for r in results], index=index)
    if result_type == "expand" and results and all(isinstance(r, (list, tuple)) for r in results):
        return DataFrame([list(r) for r in results], index=index)
    if not results:
        return frame.copy()
    return Series(results, index=index)
