"""Which rows, and in which order: `head`, `query`, `dropna`, `sort_values` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import selection
from .. import values as V
from ..labels import Index
from ..missing import not_there, refuse, rows_only
from ..series import Series
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameSelecting(FrameBase):
    """Rows kept, dropped, sorted and drawn."""

    def query(self, expr: str, *, inplace: bool = False, **options: Any) -> Any:
        """The rows for which an expression in pandas' grammar is true."""
        from ..querying import query

        return self._placed(query(self._frame, expr, options), inplace)

    def head(self, n: int = 5) -> "DataFrame":
        """The first rows; all but the last `-n` for a negative `n`."""
        return self._selected(selection.first(self, n) if n >= 0 else selection.sliced(self, slice(0, n)))

    def tail(self, n: int = 5) -> "DataFrame":
        """The last rows."""
        return self._selected(selection.last(self, n) if n >= 0 else selection.sliced(self, slice(-n, None)))

    def sample(self, n: Any = None, frac: Any = None, replace: bool = False, weights: Any = None,
               random_state: Any = None, axis: Any = None, ignore_index: bool = False) -> "DataFrame":  # fmt: skip
        """Rows by chance. The same `random_state` gives the same rows, though not pandas' ones."""
        refuse("sample", weights=(None, weights))
        rows_only("sample", axis)
        if n is not None and frac is not None:
            raise ValueError("Please enter a value for `frac` OR `n`, not both")
        if n is None and frac is None:
            n = 1
        if random_state is not None and not isinstance(random_state, int):
            raise not_there("sample with a generator as random_state", "give an integer")
        if frac is not None and frac > 1 and not replace:
            raise ValueError("Replace has to be set to `True` when upsampling the population `frac` > 1.")
        if n is not None and not replace and n > len(self):
            raise ValueError("Cannot take a larger sample than population when 'replace=False'")
        if random_state is None:
            import random

            random_state = random.getrandbits(63)
        form: Dict[str, Any] = {"seed": random_state, "replace": replace}
        form["n"] = int(n) if n is not None else round(frac * len(self))
        frame = self._selected(selection.sampled(self, form))
        return frame.reset_index(drop=True) if ignore_index else frame

    def dropna(self, *, axis: Any = 0, how: Any = V.NaT, thresh: Any = V.NaT, subset: Any = None,
               inplace: bool = False, ignore_index: bool = False) -> Any:  # fmt: skip
        """The rows without missing values; with `axis=1` the columns without."""
        if axis in (1, "columns"):
            kept = [l for l, e in zip(self._labels, self._exprs) if self._is_complete(e)]
            return self._placed(self._with_columns(kept), inplace)
        labels = self._labels if subset is None else self._listed(subset)
        missing = [l for l in labels if not self._has(l)]
        if missing:
            raise KeyError(missing)
        present = [X.not_na(self._expr(l)) for l in labels]
        if not present:
            return self._placed(self.copy(), inplace)
        if thresh is not V.NaT and thresh is not None:
            total: X.Expression = X.Cast(present[0], "int64")
            for p in present[1:]:
                total = X.Binary("+", total, X.Cast(p, "int64"), "int64")
            condition: X.Expression = X.Binary(">=", total, X.Literal(thresh), "bool")
        else:
            if how not in (V.NaT, "any", "all", None):
                raise ValueError(f"invalid how option: {how}")
            word = "or" if how == "all" else "and"
            condition = present[0]
            for p in present[1:]:
                condition = X.Binary(word, condition, p, "bool")
        result = self._selected(selection.keep(self, condition))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def drop_duplicates(self, subset: Any = None, *, keep: Any = "first", inplace: bool = False,
                        ignore_index: bool = False) -> Any:  # fmt: skip
        """The rows that are not like another in some columns, or all."""
        if keep not in ("first", "last", False):
            raise ValueError('keep must be either "first", "last" or False')
        labels = self._labels if subset is None else self._listed(subset)
        missing = [l for l in labels if not self._has(l)]
        if missing:
            raise KeyError(Index(missing))
        if not labels:
            return self._placed(self.copy(), inplace)
        result = self._selected(selection.distinct(self, [self._expr(l) for l in labels], keep))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def duplicated(self, subset: Any = None, keep: Any = "first") -> Series:
        """Whether each row is like one before in some columns, or all."""
        labels = self._labels if subset is None else self._listed(subset)
        expr = selection.duplicated([self._expr(l) for l in labels], keep)
        return Series._make(self._rows, expr, None, self._levels)

    def _by(self, by: Any) -> Tuple[List[X.Expression], List[Any]]:
        labels = self._listed(by)
        exprs: List[X.Expression] = []
        for label in labels:
            if self._has(label):
                exprs.append(self._expr(label))
            elif label in self._levels.names and label is not None:
                exprs.append(self._levels.expressions()[self._levels.names.index(label)])
            else:
                raise KeyError(label)
        return exprs, labels

    def sort_values(self, by: Any, *, axis: Any = 0, ascending: Any = True, inplace: bool = False,
                    kind: str = "quicksort", na_position: str = "last", ignore_index: bool = False,
                    key: Any = None) -> Any:  # fmt: skip
        """The rows sorted by columns; equal ones keep their order."""
        rows_only("sort_values", axis)
        exprs, labels = self._by(by)
        if key is not None:
            exprs = [key(Series._make(self._rows, e, l, self._levels))._expr for e, l in zip(exprs, labels)]
        if isinstance(ascending, (list, tuple)):
            if len(ascending) != len(labels):
                raise ValueError(f"Length of ascending ({len(ascending)}) != length of by ({len(labels)})")
            up = [bool(a) for a in ascending]
        else:
            up = [bool(ascending)] * len(labels)
        if na_position not in ("first", "last"):
            raise ValueError(f"invalid na_position: {na_position}")
        if not exprs:
            return self._placed(self.copy(), inplace)
        result = self._selected(selection.ordered(self, exprs, up, na_position))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def sort_index(self, *, axis: Any = 0, level: Any = None, ascending: Any = True, inplace: bool = False,
                   kind: str = "quicksort", na_position: str = "last", sort_remaining: bool = True,
                   ignore_index: bool = False, key: Any = None) -> Any:  # fmt: skip
        """The rows in the order of their labels; with `axis=1` the columns."""
        if axis in (1, "columns"):
            places = sorted(range(len(self._labels)), key=lambda i: self._labels[i], reverse=not ascending)  # type: ignore[arg-type,return-value]
            result = self._with([self._labels[i] for i in places], [self._exprs[i] for i in places])
            return self._placed(result, inplace)
        refuse("sort_index", key=(None, key))
        keys, up = selection.index_order(self, level, ascending, sort_remaining)
        result = self._selected(selection.ordered(self, keys, up, na_position))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def nlargest(self, n: int, columns: Any, keep: str = "first") -> "DataFrame":
        """The rows with the largest values, largest first."""
        return self._extreme(n, columns, keep, True)

    def nsmallest(self, n: int, columns: Any, keep: str = "first") -> "DataFrame":
        """The rows with the smallest values, smallest first."""
        return self._extreme(n, columns, keep, False)

    def _extreme(self, n: int, columns: Any, keep: str, largest: bool) -> "DataFrame":
        Series._plain_keep(keep)
        labels = self._listed(columns)
        for label in labels:
            type_ = self._expr(label).type
            if not (T.is_number(type_) or T.is_time(type_) or T.is_duration(type_) or type_ == "null"):
                method = "nlargest" if largest else "nsmallest"
                raise TypeError(f"Column {label!r} has dtype {T.dtype_name(type_)}, cannot use method {method!r} with this dtype")
        return self._selected(selection.extreme(self, n, [self._expr(l) for l in labels], largest))
