"""What every part of `DataFrame` stands on: its columns, their labels, and frames made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import selection
from .. import values as V
from ..base import Levels
from ..dtypes import Dtype
from ..labels import Index, Label, column_index, flat_label, levels_of
from ..rows import Rows
from ..series import Series
from ..shared import Shared

if TYPE_CHECKING:
    from . import DataFrame


class FrameBase(Shared):
    """Columns with labels over the same rows."""

    _labels: List[Label]
    _exprs: List[X.Expression]
    _column_names: List[Optional[Label]]
    _places: Optional[Dict[Label, int]]

    def _set(
        self,
        rows: Rows,
        labels: Sequence[Label],
        exprs: Sequence[X.Expression],
        levels: Levels,
        column_names: Sequence[Optional[Label]] = (None,),
    ) -> None:
        fields = self.__dict__
        fields["_rows"] = rows
        fields["_labels"] = list(labels)
        fields["_exprs"] = list(exprs)
        fields["_levels"] = levels
        fields["_column_names"] = list(column_names)
        fields["_view"] = None
        fields["_places"] = None

    @staticmethod
    def _make(
        rows: Rows,
        labels: Sequence[Label],
        exprs: Sequence[X.Expression],
        levels: Levels,
        column_names: Sequence[Optional[Label]] = (None,),
    ) -> DataFrame:
        """A frame of these columns."""
        raise NotImplementedError

    @property
    def _frame(self) -> DataFrame:
        """This frame as the class that has all parts."""
        raise NotImplementedError

    def _parts(self) -> List[X.Expression]:
        return self._exprs

    def _part_names(self) -> List[str]:
        return [flat_label(label) for label in self._labels]

    def _with(self, labels: Sequence[Label], exprs: Sequence[X.Expression]) -> "DataFrame":
        """Other columns over the same rows."""
        return self._make(self._rows, labels, exprs, self._levels, self._column_names)

    def _named_columns(self, like: "DataFrame") -> "DataFrame":
        """The frame whose columns' labels have another frame's names."""
        if len(like._column_names) == len(self._column_names):
            self.__dict__["_column_names"] = list(like._column_names)
        return self._frame

    def _selected(self, chosen: selection.Selected) -> "DataFrame":
        rows, exprs, levels = chosen
        return self._make(rows, self._labels, exprs, levels, self._column_names)

    def _placed(self, result: "DataFrame", inplace: bool) -> Any:
        if not inplace:
            return result
        self._set(result._rows, result._labels, result._exprs, result._levels, result._column_names)
        return None

    def _place(self, label: Any) -> int:
        """The position of a column; `KeyError` where there is none."""
        if self._places is None:
            self.__dict__["_places"] = {}
            for i, l in reversed(list(enumerate(self._labels))):
                self._places[l] = i  # type: ignore[index]
        try:
            return self._places[label]  # type: ignore[index]
        except (KeyError, TypeError):
            raise KeyError(label) from None

    def _expr(self, label: Any) -> X.Expression:
        return self._exprs[self._place(label)]

    def _column(self, label: Any) -> Series:
        return Series._make(self._rows, self._expr(label), label, self._levels)

    def _require(self, labels: Sequence[Any]) -> List[int]:
        """The positions of columns; pandas' `KeyError` for those that are not there."""
        missing = [label for label in labels if not self._has(label)]
        if missing:
            if len(missing) == len(labels):
                raise KeyError(f"None of [{Index(missing)!r}] are in the [columns]")
            raise KeyError(f"{missing} not in index")
        return [self._place(label) for label in labels]

    def _has(self, label: Any) -> bool:
        try:
            self._place(label)
        except KeyError:
            return False
        return True

    @property
    def columns(self) -> Index:
        """The labels of the columns."""
        index = column_index(self._labels, self._column_names)
        index._rename_owner = self._rename_columns
        return index

    @columns.setter
    def columns(self, labels: Any) -> None:
        names = list(getattr(labels, "names", [None]))
        held = list(labels)
        if len(held) != len(self._labels):
            raise ValueError(
                f"Length mismatch: Expected axis has {len(self._labels)} elements, new values have {len(held)} elements"
            )
        view = self._view
        self._set(self._rows, held, self._exprs, self._levels, names)
        self.__dict__["_view"] = view

    def _rename_columns(self, names: Sequence[Optional[Label]]) -> None:
        self._column_names = list(names)

    def _go_over(self, rows: Rows, parts: List[X.Expression], levels: Levels) -> None:
        self._set(rows, self._labels, parts, levels, self._column_names)

    @property
    def axes(self) -> List[Index]:
        return [self.index, self.columns]

    @property
    def shape(self) -> Tuple[int, int]:
        """The numbers of rows and columns."""
        return (self._length(), len(self._labels))

    @property
    def size(self) -> int:
        return self._length() * len(self._labels)

    @property
    def ndim(self) -> int:
        return 2

    @property
    def empty(self) -> bool:
        """Whether there is no value."""
        return not self._labels or self._length() == 0

    @property
    def dtypes(self) -> Series:
        """The columns' dtypes by pandas' names."""
        return Series([str(d) for d in self._dtypes()], index=self.columns)

    def _dtypes(self) -> List[Dtype]:
        if not self._labels:
            return []
        view = self._computed()
        return [Dtype(T.dtype_name(view.type(i), view.missing(i) > 0)) for i in range(len(self._labels))]

    def __len__(self) -> int:
        return self._length()

    def __iter__(self) -> Iterator[Label]:
        return iter(self._labels)

    def __contains__(self, label: Any) -> bool:
        return self._has(label)

    def keys(self) -> Index:
        return self.columns

    def items(self) -> Iterator[Tuple[Label, Series]]:
        """Pairs of label and column."""
        for label, expr in zip(self._labels, self._exprs):
            yield label, Series._make(self._rows, expr, label, self._levels)

    def _with_columns(self, labels: Sequence[Any]) -> "DataFrame":
        if levels_of(self._labels) > 1 and labels and not isinstance(labels[0], tuple):
            chosen = [l for wanted in labels for l in self._labels if isinstance(l, tuple) and l[0] == wanted]
            if not chosen:
                raise KeyError(f"None of [{Index(labels)!r}] are in the [columns]")
            labels = chosen
        places = self._require(labels)
        if len(self._places or ()) != len(self._labels):
            places = [i for l in labels for i, have in enumerate(self._labels) if have == l]
        return self._with([self._labels[i] for i in places], [self._exprs[i] for i in places])

    @staticmethod
    def _listed(labels: Any) -> List[Any]:
        if isinstance(labels, (str, tuple)) or V.is_scalar(labels):
            return [labels]
        return list(labels)

    def _mapped(self, change: Callable[[X.Expression], X.Expression]) -> "DataFrame":
        """Each column's expression through a function."""
        return self._with(self._labels, [change(e) for e in self._exprs])

    def _each(self, change: Callable[[Series], Series]) -> "DataFrame":
        """Each column through a function of a series over the same rows."""
        return self._with(self._labels, [change(s)._expr for _, s in self.items()])

    def _is_complete(self, e: X.Expression) -> bool:
        return not Series._make(self._rows, e, None, self._levels).isna().any()

    def _bools(self) -> "DataFrame":
        kept = [i for i, e in enumerate(self._exprs) if e.type == "bool"]
        return self._with([self._labels[i] for i in kept], [self._exprs[i] for i in kept])

    def copy(self, deep: bool = True) -> "DataFrame":
        """The same frame, to be changed on its own."""
        frame = self._make(self._rows, self._labels, self._exprs, self._levels, self._column_names)
        frame.__dict__["_view"] = self._view
        return frame

    def __copy__(self) -> "DataFrame":
        return self.copy()

    def __deepcopy__(self, memo: Any) -> "DataFrame":
        return self.copy()

    def _numbers_if(self, numeric_only: bool) -> "DataFrame":
        if not numeric_only:
            return self._frame
        kept = [i for i, e in enumerate(self._exprs) if T.is_number(e.type)]
        return self._with([self._labels[i] for i in kept], [self._exprs[i] for i in kept])
