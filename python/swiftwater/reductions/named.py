"""`agg`: aggregations by name, in lists and by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence

from .. import values as V
from ..missing import not_there

if TYPE_CHECKING:
    from ..frame import DataFrame
    from ..series import Series


def aggregate_series(series: "Series", func: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    from ..series import Series

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
    from ..frame import DataFrame
    from ..series import Series

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
    from ..frame import DataFrame

    if not named:
        raise TypeError("Must provide 'func' or tuples of '(column, aggfunc).")
    labels = list(dict.fromkeys(column for column, _ in named.values()))
    table: Dict[Any, List[Any]] = {l: [V.nan] * len(named) for l in labels}
    for i, (column, function) in enumerate(named.values()):
        table[column][i] = aggregate_series(frame._column(column), function, (), {})
    return DataFrame(table, index=list(named))
