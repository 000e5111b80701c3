"""What every part of `Series` stands on: one expression with a name, and series made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, List, Optional, Sequence, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import selection
from .. import values as V
from ..base import Levels, shown
from ..dtypes import Dtype
from ..labels import Index, Label
from ..rows import Rows
from ..shared import Shared

if TYPE_CHECKING:
    from ..frame import DataFrame
    from . import Series


class SeriesBase(Shared):
    """One column over rows."""

    #: The columns of the frame that this was made beside of, over the same rows: the frame may go over to them.
    _carried: Optional[List[X.Expression]] = None

    def _set(self, rows: Rows, expr: X.Expression, name: Optional[Label], levels: Levels) -> None:
        self._rows = rows
        self._expr = expr
        self._name = name
        self._levels = levels
        self._view = None

    @staticmethod
    def _make(rows: Rows, expr: X.Expression, name: Optional[Label], levels: Levels) -> Series:
        """A series of this expression."""
        raise NotImplementedError

    @property
    def _series(self) -> Series:
        """This series as the class that has all parts."""
        raise NotImplementedError

    def _parts(self) -> List[X.Expression]:
        return [self._expr]

    def _part_names(self) -> List[str]:
        return ["value" if self._name is None else str(self._name)]

    def _with(self, expr: X.Expression) -> "Series":
        return self._make(self._rows, expr, self._name, self._levels)

    def _selected(self, chosen: selection.Selected) -> "Series":
        rows, (expr,), levels = chosen
        return self._make(rows, expr, self._name, levels)

    @property
    def name(self) -> Optional[Label]:
        """The column's label."""
        return self._name

    @name.setter
    def name(self, name: Optional[Label]) -> None:
        self._name = name

    def _go_over(self, rows: Rows, parts: List[X.Expression], levels: Levels) -> None:
        (expr,) = parts
        self._set(rows, expr, self._name, levels)

    @property
    def dtype(self) -> Dtype:
        """The column's dtype by pandas' name; integers with missing values are `float64`, as in pandas."""
        view = self._computed()
        return Dtype(T.dtype_name(view.type(0), view.missing(0) > 0))

    dtypes = dtype

    @property
    def shape(self) -> Tuple[int]:
        return (len(self),)

    @property
    def size(self) -> int:
        return len(self)

    @property
    def ndim(self) -> int:
        return 1

    @property
    def T(self) -> "Series":
        return self._series

    def __len__(self) -> int:
        return self._length()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __contains__(self, key: Any) -> bool:
        return key in self.index

    def keys(self) -> Index:
        return self.index

    def items(self) -> Iterator[Tuple[Any, Any]]:
        """Pairs of label and value."""
        return zip(self._index_values(), self.tolist())

    def item(self) -> Any:
        """The only value.

        Raises
        ------
        ValueError
            When there is not exactly one.
        """
        if len(self) != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return self.tolist()[0]

    def _values(self, start: int = 0, stop: Optional[int] = None) -> List[Any]:
        view = self._computed()
        return shown(view.values(0, start, stop), view.type(0))

    def tolist(self) -> List[Any]:
        """The values as a Python list; what is missing is NaN, NaT or None as in pandas."""
        return self._values()

    to_list = tolist

    def to_frame(self, name: Any = None) -> "DataFrame":
        """A frame of this one column."""
        from ..frame import DataFrame

        label = name if name is not None else (self._name if self._name is not None else 0)
        return DataFrame._make(self._rows, [label], [self._expr], self._levels)

    def copy(self, deep: bool = True) -> "Series":
        return self._with(self._expr)

    def _operand(self, other: Any) -> Tuple["Series", X.Expression, X.Expression, Optional[Label]]:
        """Where to put the result, both operands over the same rows, and the result's name."""
        if isinstance(other, SeriesBase):
            name = self._name if self._name == other._name else None
            if self._rows is other._rows and self._levels.same(other._levels):
                return self._series, self._expr, other._expr, name
            from ..align import together

            rows, (a,), (b,), levels = together(self, other)
            return self._make(rows, a, name, levels), a, b, name
        if V.is_scalar(other):
            return self._series, self._expr, X.Literal(other), self._name
        if hasattr(other, "__len__") and not isinstance(other, dict) and type(other).__name__ != "DataFrame":
            held = other.tolist() if hasattr(other, "tolist") else list(other)
            if len(held) != len(self):
                raise ValueError(f"operands could not be broadcast together with shapes ({len(self)},) ({len(held)},)")
            return self._operand(self._like(held)._named(self._name))
        raise TypeError(f"unsupported operand type: '{type(other).__name__}'")

    def _like(self, values: Sequence[Any]) -> "Series":
        """Values with this series' index."""
        from ..construction import beside_values

        series: Series = beside_values(self, values)
        return series

    def _placed(self, result: "Series", inplace: bool) -> Any:
        if not inplace:
            return result
        self._set(result._rows, result._expr, result._name, result._levels)
        return None

    def _named(self, name: Optional[Label]) -> "Series":
        return self._make(self._rows, self._expr, name, self._levels)

    def _window(self, function: str, type_: Optional[str] = None, **options: Any) -> "Series":
        x = X.clean(self._expr)
        form = tuple((k, v) for k, v in options.items() if v is not None)
        return self._with(X.Window(function, x, type_ or x.type, form))
