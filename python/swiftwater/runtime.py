"""Running plans: what is asked for is computed in one run of the engine, and remembered by the rows that it is of."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from . import expressions as X
from .plan import Pipe, PlanBuilder, emit
from .rows import Computed, Rows, TableRows

Schema = Sequence[Tuple[str, str]]


_bridge: Any = None


def engine() -> Any:
    """The bridge to the engine; loading it starts the shared library."""
    global _bridge
    if _bridge is None:
        from . import _engine

        _bridge = _engine
    return _bridge


class View:
    """A table and the columns of it that hold the expressions that were asked for.

    Attributes
    ----------
    names : list of str
        The table's column of each expression.
    """

    __slots__ = ("_schema", "length", "names", "table")

    def __init__(self, table: Any, length: int, names: List[str]) -> None:
        self.table = table
        self.length = length
        self.names = names
        self._schema: Optional[Dict[str, str]] = None

    @property
    def schema(self) -> Dict[str, str]:
        """The types of the table's columns by their names."""
        if self._schema is None:
            self._schema = dict(table_schema(self.table))
        return self._schema

    def type(self, position: int) -> str:
        return self.schema[self.names[position]]

    def values(self, position: int, start: int = 0, stop: Optional[int] = None) -> List[Any]:
        """A column's values as Python has them; what is missing is None."""
        return list(table_values(self.table, self.names[position], start, stop))

    def missing(self, position: int) -> int:
        """How many values of a column are missing."""
        return table_missing(self.table, self.names[position])


class Request:
    """Expressions over rows that are wanted as a table."""

    __slots__ = ("expressions", "names", "rows")

    def __init__(self, rows: Rows, expressions: Sequence[X.Expression], names: Sequence[str]) -> None:
        self.rows = rows
        self.expressions = list(expressions)
        self.names = list(names)


def compute(requests: Sequence[Request]) -> List[View]:
    """Tables with what is asked for, computed in one run."""
    plan = PlanBuilder()
    views: List[Optional[View]] = []
    waiting: List[Tuple[int, Request, List[str]]] = []
    for request in requests:
        wanted = [(_plain(n), e) for n, e in zip(request.names, request.expressions)]
        pipe, names = emit(plan, request.rows, wanted)
        if not pipe.steps and isinstance(pipe.source, str) and pipe.source in plan.tables:
            table = plan.tables[pipe.source]
            views.append(View(table, table_length(table), names))
            continue
        pipe.select(names)
        plan.output(pipe)
        waiting.append((len(views), request, names))
        views.append(None)
    if waiting:
        for (position, request, names), table in zip(waiting, run(plan)):
            view = View(table, table_length(table), names)
            views[position] = view
            request.rows.length = view.length
            texts = {e.text(): name for e, name in zip(request.expressions, names)}
            request.rows.remember(Computed(table, list(dict.fromkeys(names)), texts))
    return [view for view in views if view is not None]


def _plain(name: str) -> str:
    return name or "_"


def row_count(rows: Rows) -> int:
    """How many rows there are; only counted, when they have not been computed."""
    if rows.length is None:
        plan = PlanBuilder()
        pipe = rows.pipe(plan, [])
        pipe.step("groupby", {"by": [], "agg": {"*": [{"size": "_size"}]}})
        plan.output(pipe)
        (table,) = run(plan)
        rows.length = int(table_values(table, "_size")[0])
    return rows.length


def write(rows: Rows, wanted: Sequence[Tuple[str, X.Expression]], to: Mapping[str, Any]) -> None:
    """Writes expressions over rows to a file, under the given names."""
    plan = PlanBuilder()
    pipe, names = output_names(plan, rows, wanted)
    plan.output(pipe, to)
    run(plan)


def output_names(
    plan: PlanBuilder, rows: Rows, wanted: Sequence[Tuple[str, X.Expression]]
) -> Tuple[Pipe, List[str]]:
    """A pipe with exactly the wanted columns, in order and under their names."""
    pipe, names = emit(plan, rows, wanted)
    seen: Dict[str, int] = {}
    copies = []
    for i, name in enumerate(names):
        if name in seen:
            names[i] = pipe.fresh("_")
            copies.append({names[i]: X.quoted(name)})
        seen[names[i]] = i
    if copies:
        pipe.step("assign", copies)
    pipe.step("select", names)
    renamed = [{name: wish} for name, (wish, _) in zip(names, wanted) if name != wish]
    if renamed:
        pipe.step("rename", renamed)
    return pipe, [wish for wish, _ in wanted]


def explain(rows: Rows, wanted: Sequence[Tuple[str, X.Expression]]) -> str:
    """The plan as the engine would run it, as text."""
    plan = PlanBuilder()
    pipe, _ = output_names(plan, rows, wanted)
    plan.output(pipe)
    return str(engine().explain(plan.form(), plan.tables))


# What this package needs of the bridge, in one place.


def run(plan: PlanBuilder) -> List[Any]:
    """Runs a plan; the tables of its outputs in memory, in order."""
    from . import progress

    bars: List[Any] = []

    def listener() -> Any:
        bars.append(progress.listener())
        return bars[0]

    count = sum(1 for output in plan.outputs if "to" not in output)
    try:
        tables: List[Any] = engine().run_tables(plan.form(), plan.tables, count, listener)
    finally:
        for bar in bars:
            if bar is not None:
                bar.end()
    return tables


def table_schema(table: Any) -> Schema:
    """The table's columns and their types, without how they are encoded."""
    return [(name, _logical(type_)) for name, type_ in table.columns]


def _logical(type_: str) -> str:
    return type_[len("dictionary<") : -1] if type_.startswith("dictionary<") else type_


def table_length(table: Any) -> int:
    return int(table.num_rows)


def table_values(table: Any, name: str, start: int = 0, stop: Optional[int] = None) -> List[Any]:
    """A column's values as Python has them; None where missing."""
    from ._decode import arrays, values

    length = table_length(table)
    first, last, _ = slice(start, stop).indices(length)
    if (first, last) != (0, length):
        table = table.slice(first, max(last - first, 0))
    place = [n for n, _ in table.columns].index(name)
    found: List[Any] = []
    for schema, array in arrays(table):
        found += values(schema.children[place].contents, array.children[place].contents, array.offset, array.length)
    return found


def table_missing(table: Any, name: str) -> int:
    """How many values of a column are missing."""
    return int(table.missing_counts()[[n for n, _ in table.columns].index(name)])


def table_of(columns: Iterable[Tuple[str, str, Sequence[Any]]]) -> Any:
    """A table of Python values: name, type and values of each column."""
    held = list(columns)
    return engine().Table.from_columns({n: v for n, _, v in held}, {n: t for n, t, _ in held})


def rows_of(columns: Sequence[Tuple[str, str, Sequence[Any]]], length: int) -> TableRows:
    """Rows of Python values."""
    if not columns:
        columns = [("_", "bool", [None] * length)]
    table = table_of(columns)
    return TableRows(table, table_schema(table), length)


def schema_of(form: Dict[str, Any]) -> List[Tuple[str, str]]:
    """The columns of files, from samples of their rows where possible; what took all rows is kept in the form."""
    columns, is_whole = engine().source_columns(form)
    if is_whole and "infer" in form:
        del form["infer"]
        form["schema"] = [{name: type_} for name, type_ in columns]
    return [(name, _logical(type_)) for name, type_ in columns]


def beside(columns: Sequence[Tuple[str, Any, str]]) -> Tuple[Any, Dict[str, str]]:
    """One table of columns of several tables with the same number of rows.

    Parameters
    ----------
    columns : sequence of (str, Table, str)
        New name, table and name there.
    """
    plan = PlanBuilder()
    by_table: Dict[int, List[Tuple[str, str]]] = {}
    tables: Dict[int, Any] = {}
    for new, table, old in columns:
        tables[id(table)] = table
        by_table.setdefault(id(table), []).append((new, old))
    pipes = []
    for key, table in tables.items():
        schema = table_schema(table)
        pipe = Pipe(plan, plan.table_source(table), [n for n, _ in schema])
        pipe.step("assign", [{new: X.quoted(old)} for new, old in by_table[key]])
        pipe.step("select", [new for new, _ in by_table[key]])
        pipe.step("row_number", {"name": "_row"})
        pipes.append(pipe)
    first = pipes[0]
    for other in pipes[1:]:
        first.step("join", {"with": plan.frame(other), "how": "inner", "on": ["_row"]})
    first.step("select", [new for new, _, _ in columns])
    plan.output(first)
    (made,) = run(plan)
    return made, dict(table_schema(made))
