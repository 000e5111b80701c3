"""Making rows from rows: filters, orders, slices, as functions of any frame or series."""

from __future__ import annotations

from typing import Any, Callable, List, Sequence, Tuple

from . import expressions as X
from .base import Data, Levels
from .plan import Pipe
from .rows import Derived, Rows, Settler

Selected = Tuple[Rows, List[X.Expression], Levels]


def derived(
    data: Data,
    write: Callable[[Pipe, List[str]], None],
    uses: Sequence[X.Expression] = (),
    keeps_range: bool = False,
) -> Selected:
    """New rows by a step, with the columns and the index of `data`.

    Parameters
    ----------
    write : callable
        Writes the step, given the pipe and the names there of the columns in `uses`.
    keeps_range : bool
        Whether positions stay positions: of the first rows.
    """
    settler = Settler(data._rows)
    used = [settler.column(e, "_key") for e in uses]

    def step(pipe: Pipe) -> None:
        write(pipe, [pipe.name(c.name) for c in used])

    parts = [settler(e) for e in data._parts()]
    levels = data._levels if keeps_range and data._levels.is_range else data._levels.settled(settler)
    rows = Derived(data._rows, step, [c.name for c in used], settler.extras)
    return rows, parts, levels


def computed(data: Data, e: X.Expression) -> Tuple[Rows, List[X.Expression], Levels, X.Expression]:
    """The same rows with the value of an expression as a column, for an expression that is too long to be written."""
    settler = Settler(data._rows)
    column = settler.column(e)
    parts = [settler(p) for p in data._parts()]
    levels = data._levels if data._levels.is_range else data._levels.settled(settler)
    rows = Derived(data._rows, lambda pipe: None, (), settler.extras)
    rows.length = data._rows.length
    return rows, parts, levels, column


def keep(data: Data, predicate: X.Expression) -> Selected:
    """The rows for which the predicate is true."""
    settler = Settler(data._rows)
    condition = settler(predicate)
    reads = tuple(condition.leaves())

    def step(pipe: Pipe) -> None:
        pipe.filter(condition)

    parts = [settler(e) for e in data._parts()]
    levels = data._levels.settled(settler)
    return Derived(data._rows, step, reads, settler.extras), parts, levels


def first(data: Data, n: int) -> Selected:
    return derived(data, lambda pipe, _: pipe.step("head", n), keeps_range=True)


def last(data: Data, n: int) -> Selected:
    return derived(data, lambda pipe, _: pipe.step("tail", n))


def sliced(data: Data, part: slice) -> Selected:
    """Rows by position, as Python slices a list."""
    start, stop, step = part.start, part.stop, part.step
    if start in (None, 0) and (step in (None, 1)) and stop is not None and stop >= 0:
        return first(data, stop)
    form = {"start": start, "stop": stop, "step": step}
    return derived(data, lambda pipe, _: pipe.step("slice", {k: v for k, v in form.items() if v is not None}))


def ordered(data: Data, keys: Sequence[X.Expression], ascending: Sequence[bool], na_position: str = "last") -> Selected:
    """The rows sorted; equal ones keep their order."""

    def step(pipe: Pipe, names: List[str]) -> None:
        by, up = [], []
        for name, direction in zip(names, ascending):
            if name not in by:
                by.append(name)
                up.append(direction)
        form: Any = {"by": by, "ascending": up}
        if na_position == "first":
            form["na_position"] = "first"
        pipe.step("sort_values", form)

    return derived(data, step, keys)


def extreme(data: Data, n: int, keys: Sequence[X.Expression], largest: bool) -> Selected:
    """The rows with the largest (or smallest) values, in that order."""
    name = "nlargest" if largest else "nsmallest"
    return derived(data, lambda pipe, by: pipe.step(name, {"n": max(n, 0), "by": by}), keys)


def distinct(data: Data, keys: Sequence[X.Expression], keep_: Any) -> Selected:
    """The rows without those that are like another in the keys."""

    def step(pipe: Pipe, names: List[str]) -> None:
        pipe.step("drop_duplicates", {"subset": list(dict.fromkeys(names)), "keep": keep_})

    return derived(data, step, keys)


def sampled(data: Data, form: Any) -> Selected:
    return derived(data, lambda pipe, _: pipe.step("sample", form))


def index_order(data: Data, level: Any, ascending: Any, remaining: bool = True) -> Tuple[List[X.Expression], List[bool]]:
    """The sort keys of an index."""
    exprs = data._levels.expressions()
    names = data._levels.names
    if level is not None:
        wanted = list(level) if isinstance(level, (list, tuple)) else [level]
        places = [names.index(l) if l in names else int(l) for l in wanted]
        others = [e for i, e in enumerate(exprs) if i not in places] if remaining else []
        exprs = [exprs[p] for p in places] + others
    up = [bool(a) for a in ascending] if isinstance(ascending, (list, tuple)) else [bool(ascending)] * len(exprs)
    return exprs, up + [True] * (len(exprs) - len(up))


def duplicated(exprs: Sequence[X.Expression], keep: Any) -> X.Expression:
    """Whether each row is like another in these values."""
    by = tuple(X.clean(e) for e in exprs)
    if keep is False:
        size = X.Window("aggregate", None, "int64", (("aggregate", "size"), ("missing_keys", True)), by)
        return X.Binary(">", size, X.Literal(1), "bool")
    if keep not in ("first", "last"):
        raise ValueError('keep must be either "first", "last" or False')
    count = X.Window("cumcount", None, "int64", (("ascending", keep == "first"), ("missing_keys", True)), by)
    return X.Binary(">", count, X.Literal(0), "bool")
