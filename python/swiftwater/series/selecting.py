"""Which rows, and in which order: `head`, `dropna`, `sort_values` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import expressions as X
from .. import selection
from ..base import Levels
from ..missing import not_there, one_axis, refuse
from .base import SeriesBase

if TYPE_CHECKING:
    from ..frame import DataFrame
    from . import Series


class SeriesSelecting(SeriesBase):
    """Rows kept, dropped, sorted and drawn."""

    def head(self, n: int = 5) -> "Series":
        """The first rows; all but the last `-n` for a negative `n`."""
        return self._selected(selection.first(self, n) if n >= 0 else selection.sliced(self, slice(0, n)))

    def tail(self, n: int = 5) -> "Series":
        """The last rows."""
        return self._selected(selection.last(self, n) if n >= 0 else selection.sliced(self, slice(-n, None)))

    def sample(self, n: Any = None, frac: Any = None, replace: bool = False, weights: Any = None,
               random_state: Any = None, axis: Any = None, ignore_index: bool = False) -> "Series":  # fmt: skip
        frame = self.to_frame().sample(n, frac, replace, weights, random_state, axis, ignore_index)
        return self._make(frame._rows, frame._exprs[0], self._name, frame._levels)

    def dropna(self, *, axis: Any = 0, inplace: bool = False, how: Any = None, ignore_index: bool = False) -> Any:
        """The rows whose value is not missing."""
        one_axis(axis)
        result = self._selected(selection.keep(self, X.not_na(self._expr)))
        if ignore_index:
            result._levels = Levels.default()
        return self._placed(result, inplace)

    def drop_duplicates(self, *, keep: Any = "first", inplace: bool = False, ignore_index: bool = False) -> Any:
        """The rows whose value is not like another's."""
        result = self._selected(selection.distinct(self, [self._expr], keep))
        if ignore_index:
            result._levels = Levels.default()
        return self._placed(result, inplace)

    def duplicated(self, keep: Any = "first") -> "Series":
        """Whether each value was there before."""
        return self._with(selection.duplicated([self._expr], keep))

    def sort_values(self, *, axis: Any = 0, ascending: Any = True, inplace: bool = False, kind: str = "quicksort",
                    na_position: str = "last", ignore_index: bool = False, key: Any = None) -> Any:  # fmt: skip
        """The rows in the order of their values."""
        one_axis(axis)
        by = self._expr if key is None else key(self)._expr
        up = ascending[0] if isinstance(ascending, (list, tuple)) else ascending
        result = self._selected(selection.ordered(self, [by], [bool(up)], na_position))
        if ignore_index:
            result._levels = Levels.default()
        return self._placed(result, inplace)

    def sort_index(self, *, axis: Any = 0, level: Any = None, ascending: Any = True, inplace: bool = False,
                   kind: str = "quicksort", na_position: str = "last", sort_remaining: bool = True,
                   ignore_index: bool = False, key: Any = None) -> Any:  # fmt: skip
        """The rows in the order of their labels."""
        one_axis(axis)
        refuse("sort_index", key=(None, key))
        keys, up = selection.index_order(self, level, ascending, sort_remaining)
        result = self._selected(selection.ordered(self, keys, up, na_position))
        if ignore_index:
            result._levels = Levels.default()
        return self._placed(result, inplace)

    def nlargest(self, n: int = 5, keep: str = "first") -> "Series":
        """The largest values, largest first."""
        self._plain_keep(keep)
        present: Series = self.dropna()
        return present._selected(selection.extreme(present, n, [present._expr], True))

    def nsmallest(self, n: int = 5, keep: str = "first") -> "Series":
        """The smallest values, smallest first."""
        self._plain_keep(keep)
        present: Series = self.dropna()
        return present._selected(selection.extreme(present, n, [present._expr], False))

    @staticmethod
    def _plain_keep(keep: str) -> None:
        if keep not in ("first", "last", "all"):
            raise ValueError('keep must be either "first", "last" or "all"')
        if keep != "first":
            raise not_there(f"nlargest and nsmallest with keep='{keep}'", "use keep='first', or sort_values and head")

    def squeeze(self, axis: Any = None) -> Any:
        """A single value as itself."""
        one_axis(axis)
        return self.item() if len(self) == 1 else self

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> "DataFrame":
        """A level of the index as columns."""
        from ..reshape import unstack

        refuse("unstack", sort=(True, sort))
        return unstack(self._series, level, fill_value)

    def explode(self, ignore_index: bool = False) -> "Series":
        """A row for each element of lists."""
        frame = self.to_frame(0).explode(0, ignore_index)
        return self._make(frame._rows, frame._exprs[0], self._name, frame._levels)
