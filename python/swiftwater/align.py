"""Bringing two operands onto the same rows."""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .base import Data, Levels
from .rows import Rows, TableRows
from .runtime import Request, compute, rows_of, table_schema
from .runtime import beside as columns_beside


def aligned(left: Data, right: Data) -> bool:
    """Whether both are over the same rows with the same index, so that their expressions go together."""
    return left._rows is right._rows and left._levels.same(right._levels)


def together(
    left: Data, right: Data
) -> Tuple[Rows, List[X.Expression], List[X.Expression], Levels]:
    """Rows that hold the columns of both, matched by index.

    Where the indexes are equal, row goes with row. Otherwise labels are matched as pandas does: the result has all labels,
    in order, and missing values where a side has no such label.

    Raises
    ------
    ValueError
        When the labels differ and one side has a label twice.
    """
    if aligned(left, right):
        return left._rows, left._parts(), right._parts(), left._levels
    if left._rows is right._rows and same_labels(left, right):
        return left._rows, left._parts(), right._parts(), left._levels
    if not same_labels(left, right):
        return _matched(left, right)
    rows, a, b = beside([left._request(), right._request()])
    n, m = len(left._parts()), len(right._parts())
    return rows, a[:n], b[:m], _levels_after(left, a[n:])


def _levels_after(data: Data, exprs: Sequence[X.Expression]) -> Levels:
    """The index of data whose index columns have been computed as `exprs`."""
    levels = data._levels
    if levels.is_range:
        return Levels([X.RowNumber()], levels.names, levels.start, levels.step)
    return Levels(exprs, levels.names)


def same_labels(left: Data, right: Data) -> bool:
    """Whether two indexes have the same labels in the same order; looks at them if need be."""
    if left._levels.is_range and right._levels.is_range:
        return left._levels.same(right._levels) and left._length() == right._length()
    if left._length() != right._length():
        return False
    a, b = left._index_values(), right._index_values()
    return a == b or all(x == y or (V.is_missing(x) and V.is_missing(y)) for x, y in zip(a, b))


def beside(requests: Sequence[Request]) -> Tuple[Rows, List[X.Expression], List[X.Expression]]:
    """Rows that hold two results of the same length side by side."""
    views = compute(requests)
    columns: List[Tuple[str, Any, str]] = []
    found: List[List[X.Expression]] = []
    for side, view in enumerate(views):
        exprs: List[X.Expression] = []
        for i, name in enumerate(view.names):
            new = f"{name}_{side}_{i}"
            columns.append((new, view.table, name))
            exprs.append(X.Column(new, view.type(i)))
        found.append(exprs)
    table, _ = columns_beside(columns)
    return TableRows(table, table_schema(table), views[0].length), found[0], found[1]


def _matched(left: Data, right: Data) -> Tuple[Rows, List[X.Expression], List[X.Expression], Levels]:
    a, b = left._index_values(), right._index_values()
    places_a = {label: i for i, label in enumerate(a)}
    places_b = {label: i for i, label in enumerate(b)}
    if len(places_a) != len(a) or len(places_b) != len(b):
        raise ValueError("cannot reindex on an axis with duplicate labels")
    union = list(dict.fromkeys([*a, *b]))
    try:
        union.sort()
    except TypeError:
        pass
    columns: List[Tuple[str, str, Sequence[Any]]] = []
    found: List[List[X.Expression]] = []
    for side, (data, places) in enumerate(((left, places_a), (right, places_b))):
        view = data._computed()
        exprs: List[X.Expression] = []
        for i in range(len(data._parts())):
            values = view.values(i)
            type_ = view.type(i)
            if type_ in T.INTEGERS and len(places) < len(union):
                type_ = "float64"
                values = [None if v is None else float(v) for v in values]
            name = f"c{side}_{i}"
            columns.append((name, type_, [values[places[k]] if k in places else None for k in union]))
            exprs.append(X.Column(name, type_))
        found.append(exprs)
    names = left._levels.names
    labels = [[k] for k in union] if len(names) == 1 else [list(k) for k in union]
    exprs = []
    for level in range(len(names)):
        values = [k[level] for k in labels]
        type_ = X.common_type(sorted({V.type_of(v) for v in values}))
        columns.append((f"index{level}", type_, values))
        exprs.append(X.Column(f"index{level}", type_))
    return rows_of(columns, len(union)), found[0], found[1], Levels(exprs, names)
