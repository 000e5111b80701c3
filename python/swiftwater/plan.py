"""The engine's plan, built from rows and the expressions over them.

A plan is JSON: sources, frames of steps, outputs. `PlanBuilder` collects them for one run; a `Pipe` is a frame that is
being written, with the names that the columns have there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from . import columntypes as T
from . import expressions as X

if TYPE_CHECKING:
    from .rows import Rows


class PlanBuilder:
    """The sources, frames and outputs of one run.

    Attributes
    ----------
    tables : dict of str to Table
        The tables of the sources in memory, by the sources' names.
    """

    def __init__(self) -> None:
        self.sources: Dict[str, Any] = {}
        self.frames: Dict[str, Any] = {}
        self.outputs: List[Dict[str, Any]] = []
        self.tables: Dict[str, Any] = {}
        self._names: Dict[int, str] = {}
        self._keep: List[Any] = []

    def table_source(self, table: Any) -> str:
        """The name of the source that is this table."""
        name = self._names.get(id(table))
        if name is None:
            name = f"table{len(self.tables)}"
            self._names[id(table)] = name
            self.tables[name] = table
        return name

    def file_source(self, key: Any, form: Mapping[str, Any]) -> str:
        """The name of the source that reads files; `key` is the object that stands for it."""
        name = self._names.get(id(key))
        if name is None:
            name = f"file{len(self.sources)}" if self.sources else "file"
            self._names[id(key)] = name
            self._keep.append(key)
            self.sources[name] = dict(form)
        return name

    def frame(self, pipe: Pipe) -> str:
        """The name under which a pipe's rows can be read."""
        if not pipe.steps and isinstance(pipe.source, str):
            return pipe.source
        name = f"frame{len(self.frames)}"
        self.frames[name] = {"from": pipe.source, "steps": pipe.steps}
        return name

    def output(self, pipe: Pipe, to: Optional[Mapping[str, Any]] = None) -> None:
        """Asks for a pipe's rows: in memory, or in a file."""
        name = f"frame{len(self.frames)}"
        self.frames[name] = {"from": pipe.source, "steps": pipe.steps}
        self.outputs.append({"from": name, **(to or {})})

    def form(self) -> Dict[str, Any]:
        """The plan's JSON form."""
        return {"sources": self.sources, "frames": self.frames, "outputs": self.outputs}


class Pipe:
    """A frame that is being written.

    Attributes
    ----------
    env : dict of str to str
        What a column of the rows is called here, where it is not its own name.
    """

    __slots__ = ("_taken", "env", "plan", "source", "steps")

    def __init__(
        self, plan: PlanBuilder, source: Union[str, List[str]], taken: Iterable[str], env: Optional[Dict[str, str]] = None
    ) -> None:
        self.plan = plan
        self.source = source
        self.steps: List[Dict[str, Any]] = []
        self.env: Dict[str, str] = env or {}
        self._taken = set(taken)

    def name(self, column: str) -> str:
        return self.env.get(column, column)

    def step(self, name: str, value: Any) -> None:
        self.steps.append({name: value})

    def fresh(self, wanted: str = "_") -> str:
        """A name that no column has here."""
        name, n = wanted, 0
        while name in self._taken or name in self.env:
            n += 1
            name = f"{wanted}_{n}"
        self._taken.add(name)
        return name

    def take(self, names: Iterable[str]) -> None:
        """Says that there are columns with these names."""
        self._taken.update(names)

    def without_windows(self, expressions: Sequence[X.Expression]) -> List[X.Expression]:
        """The expressions with columns in place of what depends on other rows, for which steps are written."""
        if all(e.rowwise for e in expressions):
            return list(expressions)
        done: Dict[str, X.Expression] = {}

        def settle(e: X.Expression) -> X.Expression:
            if e.rowwise:
                return e
            if not isinstance(e, X.Window):
                return e.rebuilt(tuple(settle(c) for c in e.children))
            key = e.text()
            if key not in done:
                done[key] = self._window(e, [settle(c) for c in e.children])
            return done[key]

        return [settle(e) for e in expressions]

    def _window(self, window: X.Window, inputs: List[X.Expression]) -> X.Expression:
        # Columns that the plan makes have names of the pipe; they are told apart from the rows' by `env` having them.
        if isinstance(window, X.RowNumber):
            name = self.fresh("_row")
            self.step("row_number", {"name": name})
            return self._made(name, window)
        names = [self.named(e) for e in inputs]
        by = names[: len(window.by)]
        name = self.fresh(f"_{window.function}")
        column: Dict[str, Any] = {"name": name, "function": window.function, **dict(window.options)}
        missing_keys = column.pop("missing_keys", False)
        if window.input is not None:
            column["column"] = names[-1]
        form: Dict[str, Any] = {"by": by}
        if missing_keys:
            form["dropna"] = False
        last = self.steps[-1].get("window") if self.steps else None
        made = () if last is None else [c["name"] for c in last["columns"]]
        if last is not None and {**last, "columns": 0} == {**form, "columns": 0} and not any(n in made for n in names):
            last["columns"].append(column)
        else:
            self.step("window", {**form, "columns": [column]})
        return self._made(name, window)

    def _made(self, name: str, e: X.Expression) -> X.Column:
        self.env[name] = name
        return X.Column(name, e.type, e.may_nan)

    def named(self, e: X.Expression, wanted: str = "_") -> str:
        """The name of the column that holds the expression's values, which is added when there is none."""
        if isinstance(e, X.Column) and not e.may_nan:
            return self.name(e.name)
        return self.named_all([(wanted, e)])[0]

    def named_all(self, wanted: Sequence[Tuple[str, X.Expression]]) -> List[str]:
        """Names of columns that hold these values, added where there is none: with the wanted names if possible."""
        names: List[str] = []
        assigned: List[Dict[str, str]] = []
        known: Dict[str, str] = {}
        settled = self.without_windows([e for _, e in wanted])
        for (wish, _), e in zip(wanted, settled):
            if isinstance(e, X.Column) and not e.may_nan:
                names.append(self.name(e.name))
                continue
            key = e.text()
            if key not in known:
                name = known[key] = self.fresh(wish)
                if e.may_nan:
                    # In two steps, so that the value is computed once.
                    raw = self.fresh("_")
                    column = X.quoted(raw)
                    assigned.append({raw: e.text(self.env)})
                    assigned.append({name: f"where({column} == {column}, {column})"})
                else:
                    text = e.text(self.env)
                    if e.type in T.NUMBERS and isinstance(e, X.Literal):
                        text = f"({text}).astype('{e.type}')"
                    assigned.append({name: text})
            names.append(known[key])
        if assigned:
            self.step("assign", assigned)
        return names

    def filter(self, predicate: X.Expression) -> None:
        (settled,) = self.without_windows([predicate])
        self.step("filter", settled.condition(self.env))

    def select(self, names: Sequence[str]) -> None:
        self.step("select", list(dict.fromkeys(names)))


def emit(plan: PlanBuilder, rows: Rows, wanted: Sequence[Tuple[str, X.Expression]]) -> Tuple[Pipe, List[str]]:
    """A pipe with columns for these expressions over the rows, and the columns' names."""
    expressions = [e for _, e in wanted]
    for cached in rows.known():
        covered = [cached.covers(e) for e in expressions]
        if all(c is not None for c in covered):
            pipe = cached.pipe(plan)
            return pipe, pipe.named_all([(name, c) for (name, _), c in zip(wanted, covered) if c is not None])
    needed: Dict[str, X.Column] = {}
    for e in expressions:
        e.leaves(needed)
    pipe = rows.pipe(plan, needed)
    return pipe, pipe.named_all(wanted)
