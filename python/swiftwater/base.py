"""What frames and series share: rows, an index, and looking at results."""

from __future__ import annotations

from types import FunctionType
from typing import Any, List, Optional, Sequence, TypeVar

from . import expressions as X
from . import columntypes as T
from . import values as V
from .labels import Index, Label, RangeIndex, make_index
from .rows import Rows, Settler
from .runtime import Request, View, compute, row_count

#: Rows up to which all is computed when their number is asked for: it costs no more, and is asked for next.
FEW_ROWS = 4096


class Levels:
    """The index of a frame: an expression and a name for each level.

    Attributes
    ----------
    start : int or None
        The first label, when the labels are positions (pandas' `RangeIndex`).
    """

    __slots__ = ("exprs", "names", "start", "step")

    def __init__(
        self,
        exprs: Sequence[X.Expression],
        names: Sequence[Optional[Label]],
        start: Optional[int] = None,
        step: int = 1,
    ) -> None:
        self.exprs = list(exprs)
        self.names = list(names)
        self.start = start
        self.step = step

    @staticmethod
    def default() -> "Levels":
        return Levels([X.RowNumber()], [None], 0)

    @property
    def is_range(self) -> bool:
        return self.start is not None

    def expressions(self) -> List[X.Expression]:
        """The labels as expressions, positions too."""
        if self.start in (0, None) and self.step == 1:
            return self.exprs
        number = self.exprs[0]
        scaled = number if self.step == 1 else X.Binary("*", number, X.Literal(self.step), "int64")
        return [X.Binary("+", scaled, X.Literal(self.start), "int64")]

    def same(self, other: "Levels") -> bool:
        """Whether the labels are the same over the same rows."""
        if self.is_range or other.is_range:
            return self.start == other.start and self.step == other.step
        return [e.text() for e in self.exprs] == [e.text() for e in other.exprs]

    def settled(self, settle: Settler) -> "Levels":
        """The index over rows that are derived from these."""
        exprs: List[X.Expression] = [settle(e) for e in self.expressions()]
        return Levels(exprs, self.names)

    def renamed(self, names: Sequence[Optional[Label]]) -> "Levels":
        return Levels(self.exprs, names, self.start, self.step)


class Data:
    """Rows and an index; base of `DataFrame` and `Series`."""

    _rows: Rows
    _levels: Levels
    _view: Optional[View]

    def _parts(self) -> List[X.Expression]:
        """The expressions of the columns."""
        raise NotImplementedError

    def _part_names(self) -> List[str]:
        raise NotImplementedError

    def _request(self) -> Request:
        """What must be computed to see this: the columns, then the index if it is no range."""
        parts = self._parts()
        names = self._part_names()
        if not self._levels.is_range:
            parts = parts + self._levels.exprs
            names = names + [str(n) if n is not None else "index" for n in self._levels.names]
        if not parts:
            parts, names = [X.RowNumber()], ["_row"]
        return Request(self._rows, parts, names)

    def _computed(self) -> View:
        """The result; it is computed at the first look."""
        if self._view is None:
            (self._view,) = compute([self._request()])
        return self._view

    def _length(self) -> int:
        if self._view is not None:
            return self._view.length
        if self._rows.length is not None:
            return self._rows.length
        bound = self._rows.bound
        if bound is not None and bound <= FEW_ROWS:
            return self._computed().length
        return row_count(self._rows)

    def _index_values(self, start: int = 0, stop: Optional[int] = None) -> List[Any]:
        """The labels of rows `start` to `stop`: tuples when there are several levels."""
        levels = self._levels
        if levels.start is not None:
            every = range(levels.start, levels.start + self._length() * levels.step, levels.step)
            return list(every[start:stop])
        view = self._computed()
        first = len(self._parts())
        columns = [
            shown(view.values(first + i, start, stop), view.type(first + i)) for i in range(len(levels.exprs))
        ]
        if len(columns) == 1:
            return columns[0]
        return list(zip(*columns))

    @property
    def index(self) -> Index:
        """The labels of the rows."""
        index = self._made_index()
        index._rename_owner = self._rename_levels
        return index

    @index.setter
    def index(self, labels: Any) -> None:
        from .construction import with_index

        self._go_over(*with_index(self, labels))

    def _made_index(self) -> Index:
        levels = self._levels
        if levels.start is not None:
            stop = levels.start + self._length() * levels.step
            return RangeIndex(levels.start, stop, levels.step, name=levels.names[0])
        type_ = self._computed().type(len(self._parts())) if len(levels.exprs) == 1 else None
        if not levels.exprs:
            return make_index([], levels.names)
        return make_index(self._index_values(), levels.names, type_)

    def _rename_levels(self, names: Sequence[Optional[Label]]) -> None:
        self._levels = self._levels.renamed(names)

    def _go_over(self, rows: Rows, parts: List[X.Expression], levels: Levels) -> None:
        """Takes other rows, with expressions for the same columns over them."""
        raise NotImplementedError

    @property
    def empty(self) -> bool:
        """Whether there are no rows (or, in a frame, no columns)."""
        return self._length() == 0

    def __bool__(self) -> bool:
        raise ValueError(
            f"The truth value of a {type(self).__name__} is ambiguous. "
            "Use a.empty, a.bool(), a.item(), a.any() or a.all()."
        )

    __hash__ = None  # type: ignore[assignment]


def shown(values: List[Any], type_: str) -> List[Any]:
    """Values as pandas would give them: floats for integers when some are missing, NaN and NaT for missing ones."""
    if None not in values:
        return values
    missing = V.missing_of(type_)
    if type_ in T.INTEGERS:
        return [missing if v is None else float(v) for v in values]
    if missing is None:
        return values
    return [missing if v is None else v for v in values]


C = TypeVar("C", bound=type)


def named_as_one(whole: C) -> C:
    """Lets the methods of a class's parts call themselves the class's own, as errors and `help` show them."""
    for part in whole.__mro__:
        if part.__module__.startswith(whole.__module__):
            for name, method in vars(part).items():
                if isinstance(method, FunctionType):
                    method.__qualname__ = f"{whole.__qualname__}.{name}"
    return whole
