"""Aggregations over all rows, in one run."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..plan import PlanBuilder
from ..rows import Grouped, Rows
from ..runtime import run, table_schema, table_values
from .kinds import input_of, result_type

Wanted = Tuple[str, X.Expression, Mapping[str, Any]]


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


def finished(function: str, value: Any, type_: str) -> Any:
    if value is not None:
        return value
    if function == "sum":
        return 0 if type_ in T.INTEGERS else 0.0
    if function == "prod":
        return 1 if type_ in T.INTEGERS else 1.0
    missing = V.missing_of(type_)
    return V.nan if missing is None and function in ("min", "max") else missing
