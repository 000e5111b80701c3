"""Rows: what a frame's expressions are over.

A frame is columns, each an expression, over rows. Adding, renaming or dropping columns leaves the rows as they are; what
selects, orders or makes rows (filter, sort, group-by, join) makes new ones that know the rows they come from. Rows are
never changed, so that expressions over the same rows always go together. They remember tables of what was computed.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from . import expressions as X
from .plan import Pipe, PlanBuilder, emit


class Computed:
    """A table that holds some expressions over rows.

    Attributes
    ----------
    columns : sequence of str
        The table's columns.
    names : dict of str to str
        The table's columns by the text of the expressions.
    """

    __slots__ = ("columns", "names", "table")

    def __init__(self, table: Any, columns: Sequence[str], names: Dict[str, str]) -> None:
        self.table = table
        self.columns = columns
        self.names = names

    def covers(self, e: X.Expression) -> Optional[X.Expression]:
        """The expression over the table's columns; None if the table lacks one."""
        name = self.names.get(e.text())
        if name is not None:
            return X.Column(name, e.type)
        if isinstance(e, X.RowNumber):
            return e
        children = e.children
        if not children:
            return e if isinstance(e, X.Literal) else None
        covered = []
        for child in children:
            c = self.covers(child)
            if c is None:
                return None
            covered.append(c)
        return e.rebuilt(tuple(covered))

    def pipe(self, plan: PlanBuilder, env: Optional[Dict[str, str]] = None) -> Pipe:
        return Pipe(plan, plan.table_source(self.table), self.columns, env)


class Rows:
    """Rows of a source, or made from others.

    Attributes
    ----------
    types : dict of str to str
        The columns that expressions over these rows can read, with the engine's types.
    caches : list of Computed
        What was computed of these rows, latest first.
    whole : Computed or None
        What has all columns, if anything has.
    length : int or None
        How many there are, once known.
    """

    def __init__(self, types: Dict[str, str]) -> None:
        self.types = types
        self.caches: List[Computed] = []
        self.whole: Optional[Computed] = None
        self.length: Optional[int] = None

    def column(self, name: str) -> X.Column:
        return X.Column(name, self.types[name])

    @property
    def bound(self) -> Optional[int]:
        """How many rows there are at most, where that is known without looking."""
        return self.length

    def pipe(self, plan: PlanBuilder, needed: Iterable[str]) -> Pipe:
        """A pipe of these rows that has the needed columns."""
        needed = list(needed)
        for cached in self.known():
            env = {}
            for name in needed:
                have = cached.names.get(X.quoted(name))
                if have is None:
                    break
                env[name] = have
            else:
                return cached.pipe(plan, env)
        return self.written(plan, needed)

    def known(self) -> Iterator[Computed]:
        """What was computed of these rows."""
        yield from self.caches
        if self.whole is not None:
            yield self.whole

    def written(self, plan: PlanBuilder, needed: List[str]) -> Pipe:
        """The pipe, without what was computed before."""
        raise NotImplementedError

    def remember(self, computed: Computed) -> None:
        """Keeps a table for later; when it has all columns, where it came from is let go."""
        if self.whole is None and all(X.quoted(name) in computed.names for name in self.types):
            self.whole = computed
            self.forget_origin()
            return
        self.caches.insert(0, computed)
        del self.caches[4:]

    def forget_origin(self) -> None:
        pass


class FileRows(Rows):
    """Rows of files, read when they are needed."""

    def __init__(self, form: Dict[str, Any], types: Dict[str, str], kept: Any = None) -> None:
        super().__init__(types)
        self.form = form
        self.kept = kept

    def written(self, plan: PlanBuilder, needed: List[str]) -> Pipe:
        return Pipe(plan, plan.file_source(self, self.form), self.types)


class TableRows(Rows):
    """Rows of a table in memory."""

    def __init__(self, table: Any, schema: Sequence[Tuple[str, str]], length: int) -> None:
        super().__init__(dict(schema))
        self.length = length
        self.whole = Computed(table, [name for name, _ in schema], {X.quoted(name): name for name, _ in schema})


class Derived(Rows):
    """Rows that a step makes of others' rows, whose columns stay: a filter, a sort, the first rows.

    Attributes
    ----------
    extras : dict of str to Expression
        Columns over the parent's rows that are computed before the step, if anything reads them.
    """

    def __init__(
        self,
        parent: Rows,
        write: Callable[[Pipe], None],
        uses: Sequence[str] = (),
        extras: Optional[Dict[str, X.Expression]] = None,
        reads: Sequence[X.Expression] = (),
        types: Optional[Mapping[str, str]] = None,
    ) -> None:
        changed = {**parent.types, **{name: e.type for name, e in (extras or {}).items()}, **(types or {})}
        super().__init__(changed)
        self.parent: Optional[Rows] = parent
        self.write: Optional[Callable[[Pipe], None]] = write
        self.uses = uses
        self.extras = extras or {}
        self.reads = reads

    @property
    def bound(self) -> Optional[int]:
        return self.length if self.length is not None or self.parent is None else self.parent.bound

    def written(self, plan: PlanBuilder, needed: List[str]) -> Pipe:
        assert self.parent is not None and self.write is not None
        names = dict.fromkeys([*needed, *self.uses])
        extras = {name: self.extras[name] for name in names if name in self.extras}
        leaves: Dict[str, Any] = dict.fromkeys(n for n in names if n not in self.extras)
        for e in (*extras.values(), *self.reads):
            e.leaves(leaves)
        pipe = self.parent.pipe(plan, leaves)
        if extras:
            made = pipe.named_all(list(extras.items()))
            pipe.env.update(zip(extras, made))
        self.write(pipe)
        return pipe

    def forget_origin(self) -> None:
        self.parent = None
        self.write = None
        self.extras = {}
        self.reads = ()


class Grouped(Rows):
    """One row for each group, or one of all rows when there are no keys.

    Parameters
    ----------
    keys : sequence of (name, Expression)
    aggregations : sequence of (name, function, Expression or None, options)
    """

    def __init__(
        self,
        parent: Rows,
        keys: Sequence[Tuple[str, X.Expression]],
        aggregations: Sequence[Tuple[str, str, Optional[X.Expression], str, Mapping[str, Any]]],
        sort: bool = True,
        dropna: bool = True,
    ) -> None:
        types = {name: e.type for name, e in keys}
        types.update((name, type_) for name, _, _, type_, _ in aggregations)
        super().__init__(types)
        self.parent: Optional[Rows] = parent
        self.keys = keys
        self.aggregations = aggregations
        self.sort = sort
        self.dropna = dropna

    @property
    def bound(self) -> Optional[int]:
        return self.length if self.length is not None or self.parent is None else self.parent.bound

    def written(self, plan: PlanBuilder, needed: List[str]) -> Pipe:
        assert self.parent is not None
        wanted = set(needed)
        aggregations = [a for a in self.aggregations if a[0] in wanted]
        if not aggregations and self.aggregations and not self.keys:
            aggregations = list(self.aggregations[:1])
        inputs: Dict[str, X.Expression] = {}
        reads = [(name, e) for name, e in self.keys]
        for _, _, e, _, _ in aggregations:
            if e is not None and e.text() not in inputs:
                inputs[e.text()] = e
                reads.append(("_", e))
        pipe, names = emit(plan, self.parent, reads)
        by = names[: len(self.keys)]
        # The same column twice as a key needs a column of its own.
        seen: Dict[str, int] = {}
        for i, name in enumerate(by):
            if name in seen:
                copy = pipe.fresh(self.keys[i][0])
                pipe.step("assign", {copy: X.quoted(name)})
                by[i] = copy
            seen[by[i]] = i
        where = dict(zip(inputs, names[len(self.keys) :]))
        result = Pipe(plan, pipe.source, self.types, dict(zip((k for k, _ in self.keys), by)))
        result.steps = pipe.steps
        agg: List[Dict[str, List[Dict[str, Any]]]] = []
        outputs = set(by)
        for name, function, e, _, options in aggregations:
            column = "*" if e is None else where[e.text()]
            out = name
            while out in outputs:
                out += "_"
            outputs.add(out)
            result.env[name] = out
            form: Any = {function: {"name": out, **options}} if options else {function: out}
            if agg and column in agg[-1]:
                agg[-1][column].append(form)
            else:
                agg.append({column: [form]})
        result.take(outputs)
        arguments: Dict[str, Any] = {"by": by, "agg": agg}
        if not self.sort:
            arguments["sort"] = False
        if not self.dropna:
            arguments["dropna"] = False
        if not agg:
            if by:
                result.step("select", by)
                result.step("drop_duplicates", {})
                if self.dropna:
                    result.step("dropna", {})
                if self.sort:
                    result.step("sort_values", by)
                return result
            arguments["agg"] = [{"*": [{"size": "_size"}]}]
        result.step("groupby", arguments)
        return result

    def forget_origin(self) -> None:
        self.parent = None


class Made(Rows):
    """Rows that steps make of several others': joins and concatenations, or of one with other columns.

    Parameters
    ----------
    write : callable
        Writes the pipe, given the needed names.
    """

    def __init__(self, types: Dict[str, str], write: Callable[[PlanBuilder, List[str]], Pipe]) -> None:
        super().__init__(types)
        self.write: Optional[Callable[[PlanBuilder, List[str]], Pipe]] = write

    def written(self, plan: PlanBuilder, needed: List[str]) -> Pipe:
        assert self.write is not None
        return self.write(plan, needed)

    def forget_origin(self) -> None:
        self.write = None


class Settler:
    """Turns expressions over rows into expressions over rows derived from them.

    What depends on other rows is computed before the derivation, as an extra column.
    """

    def __init__(self, parent: Rows) -> None:
        self.parent = parent
        self.extras: Dict[str, X.Expression] = {}
        self._known: Dict[str, str] = {}

    def __call__(self, e: X.Expression, wanted: str = "_") -> X.Expression:
        if e.rowwise:
            return e
        return e.replaced(lambda part: self.column(part) if isinstance(part, X.Window) else None)

    def column(self, e: X.Expression, wanted: str = "_") -> X.Column:
        """The expression as a column of the derived rows, whatever it is."""
        if isinstance(e, X.Column) and not e.may_nan:
            return e
        key = e.text()
        name = self._known.get(key)
        if name is None:
            name = fresh(self.parent.types, self.extras, wanted=wanted)
            self.extras[name] = e
            self._known[key] = name
        return X.Column(name, e.type)


def fresh(*taken: Iterable[str], wanted: str = "_") -> str:
    """A name that is in none of the collections."""
    name, n, place = wanted, 0, 0
    while place < len(taken):
        if name in taken[place]:
            n += 1
            name, place = f"{wanted}_{n}", 0
        else:
            place += 1
    return name
