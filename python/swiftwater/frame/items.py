"""Getting and setting columns and rows: `frame[…]`, `frame.column`, `insert`, `assign`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Sequence

from .. import expressions as X
from .. import selection
from .. import values as V
from ..labels import Index, Label, levels_of
from ..missing import absent
from ..series import Series
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class IndexingError(KeyError):
    """A mask that does not fit the rows."""


class FrameItems(FrameBase):
    """Columns and rows by label, position or condition."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._has(name):
            return self._column(name)
        raise absent("DataFrame", name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("columns", "index") or name.startswith("_") or not self._has(name):
            object.__setattr__(self, name, value)
        else:
            self[name] = value

    def __dir__(self) -> List[str]:
        return sorted({*object.__dir__(self), *[l for l in self._labels if isinstance(l, str) and l.isidentifier()]})

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if self._has(key):
                return self._column(key) if not self._is_twice(key) else self._with_columns([key])
            return self._by_first_level(key)
        if isinstance(key, Series):
            if key._expr.type == "bool":
                return self._masked(key)
            return self._with_columns(key.tolist())
        if isinstance(key, FrameBase):
            return self.where(key)
        if isinstance(key, slice):
            return self._slice_rows(key)
        if callable(key):
            return self[key(self)]
        if isinstance(key, tuple) or V.is_scalar(key):
            if self._has(key):
                return self._column(key)
            return self._by_first_level(key)
        held = list(key)
        if held and all(type(k).__name__ in ("bool", "bool_") for k in held) and not self._has(held[0]):
            if len(held) != len(self):
                raise ValueError(f"Item wrong length {len(held)} instead of {len(self)}.")
            return self._masked(self._mask_of(held))
        return self._with_columns(held)

    def _is_twice(self, label: Any) -> bool:
        return len(self._labels) != len(self._places or ()) and self._labels.count(label) > 1

    def _mask_of(self, held: Sequence[Any]) -> Series:
        from ..construction import beside_values

        mask: Series = beside_values(self, [bool(b) for b in held])
        return mask

    def _slice_rows(self, key: slice) -> "DataFrame":
        if all(isinstance(p, int) or p is None for p in (key.start, key.stop, key.step)):
            return self._selected(selection.sliced(self, key))
        result: DataFrame = self.loc[key]
        return result

    def _by_first_level(self, key: Any) -> Any:
        """The columns whose labels begin with the key, without that part."""
        wanted = key if isinstance(key, tuple) else (key,)
        n = len(wanted)
        if levels_of(self._labels) > n:
            places = [i for i, l in enumerate(self._labels) if isinstance(l, tuple) and l[:n] == wanted]
            if places:
                labels: List[Label] = []
                for i in places:
                    label = self._labels[i]
                    assert isinstance(label, tuple)
                    labels.append(label[n:] if len(label) > n + 1 else label[n])
                names = self._column_names[n:] if len(self._column_names) > n else (None,)
                exprs = [self._exprs[i] for i in places]
                return self._make(self._rows, labels, exprs, self._levels, names)
        raise KeyError(key)

    def _masked(self, mask: Series) -> "DataFrame":
        if self._rows is mask._rows and self._levels.same(mask._levels):
            return self._selected(selection.keep(self, mask._expr))
        from ..align import same_labels, together

        if not same_labels(self, mask):
            raise IndexingError(
                "Unalignable boolean Series provided as indexer (index of the boolean Series and of the indexed "
                "object do not match)."
            )
        rows, exprs, (condition,), levels = together(self, mask)
        both = self._make(rows, self._labels, exprs, levels, self._column_names)
        return both._selected(selection.keep(both, condition))

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, (list, Index)):
            self._set_columns(list(key), value)
            return
        if isinstance(key, FrameBase):
            result = self.mask(key, value)
            self._placed(result, True)
            return
        if isinstance(key, Series):
            self.loc[key] = value
            return
        self._set_column(key, value)

    def _set_columns(self, labels: List[Any], value: Any) -> None:
        if isinstance(value, FrameBase):
            for label, other in zip(labels, value._labels):
                self._set_column(label, value._column(other))
        elif V.is_scalar(value):
            for label in labels:
                self._set_column(label, value)
        else:
            for label, part in zip(labels, self._parts_of(labels, value)):
                self._set_column(label, part)

    def _parts_of(self, labels: Sequence[Any], value: Any) -> Sequence[Any]:
        """What each of several columns is set to: a value of a list, or a column of a table of values."""
        held = value.tolist() if hasattr(value, "tolist") else list(value)
        if held and all(isinstance(v, (list, tuple)) for v in held):
            columns = [list(column) for column in zip(*held)]
        else:
            columns = held
        if len(columns) != len(labels):
            raise ValueError("Columns must be same length as key")
        return columns

    def _set_column(self, label: Any, value: Any) -> None:
        """Adds or replaces a column."""
        if not self._labels and not V.is_scalar(value) and self._levels.is_range and self._length() == 0:
            made = value if isinstance(value, Series) else Series(value)
            self._set(made._rows, [label], [made._expr], made._levels, self._column_names)
            return
        if isinstance(value, FrameBase):
            if len(value._labels) != 1:
                raise ValueError("Columns must be same length as key")
            value = value._column(value._labels[0])
        if V.is_scalar(value):
            expr: X.Expression = X.Literal(value)
        else:
            series = value if isinstance(value, Series) else self._series_of(value)
            if not (series._rows is self._rows and series._levels.same(self._levels)):
                series = self._fitted(series)
            expr = series._expr
            if X.is_long(expr):
                rows, exprs, levels, expr = selection.computed(self, expr)
                self._go_over(rows, exprs, levels)
        labels, exprs = list(self._labels), list(self._exprs)
        if label in labels:
            exprs[labels.index(label)] = expr
        else:
            labels.append(label)
            exprs.append(expr)
        self._set(self._rows, labels, exprs, self._levels, self._column_names)

    def _set_column_lasting(self, label: Any, value: Any) -> None:
        """Adds a column, also to a frame that has none yet but knows its rows."""
        if not isinstance(value, Series) and not V.is_scalar(value):
            value = self._series_of(value)
        if isinstance(value, Series) and not (value._rows is self._rows and value._levels.same(self._levels)):
            value = self._fitted(value)
        expr = X.Literal(value) if not isinstance(value, Series) else value._expr
        self._set(self._rows, [*self._labels, label], [*self._exprs, expr], self._levels, self._column_names)

    def _series_of(self, values: Any) -> Series:
        """Values without an index, as many as there are rows."""
        from ..construction import beside_values

        held = values if hasattr(values, "__len__") else list(values)
        if len(held) != len(self):
            raise ValueError(f"Length of values ({len(held)}) does not match length of index ({len(self)})")
        series: Series = beside_values(self, held)
        self._adopt(series)
        return series

    def _adopt(self, series: Series) -> None:
        """Goes over to the rows of a series that holds this frame's columns too."""
        carried = series._carried
        if carried is not None:
            self._go_over(series._rows, carried, series._levels)

    def _fitted(self, series: Series) -> Series:
        """A series over this frame's rows, by the labels of its index; the frame may go over to other rows."""
        from ..align import same_labels, together
        from ..construction import reindexed

        if not same_labels(self, series):
            series = reindexed(series, self)
        rows, exprs, (expr,), levels = together(self, series)
        self._go_over(rows, exprs, levels)
        return Series._make(rows, expr, series._name, levels)

    def __delitem__(self, key: Any) -> None:
        place = self._place(key)
        labels, exprs = list(self._labels), list(self._exprs)
        del labels[place], exprs[place]
        self._set(self._rows, labels, exprs, self._levels, self._column_names)

    def pop(self, item: Any) -> Series:
        """A column, which is taken out of the frame."""
        column = self._column(item)
        del self[item]
        return column

    def insert(self, loc: int, column: Any, value: Any, allow_duplicates: bool = False) -> None:
        """Adds a column at a position."""
        if self._has(column) and not allow_duplicates:
            raise ValueError(f"cannot insert {column}, already exists")
        self._set_column(column, value)
        labels, exprs = list(self._labels), list(self._exprs)
        labels.insert(loc, labels.pop())
        exprs.insert(loc, exprs.pop())
        self._set(self._rows, labels, exprs, self._levels, self._column_names)

    def get(self, key: Any, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    @property
    def loc(self) -> Any:
        """Rows and columns by label."""
        from ..indexers import Loc

        return Loc(self._frame)

    @property
    def iloc(self) -> Any:
        """Rows and columns by position."""
        from ..indexers import ILoc

        return ILoc(self._frame)

    def assign(self, **columns: Any) -> "DataFrame":
        """The frame with columns added or replaced; a function is given the frame as it is then."""
        frame = self.copy()
        for label, value in columns.items():
            frame[label] = value(frame) if callable(value) and not isinstance(value, Series) else value
        return frame
