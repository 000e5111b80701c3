"""`Series`: one column, an expression over the rows of a frame."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from . import expressions as X
from . import reductions, selection
from . import columntypes as T
from . import values as V
from .base import Data, Levels, shown
from .labels import Dtype, Index, Label
from .missing import not_there
from .rows import Rows

if TYPE_CHECKING:
    from .frame import DataFrame


class Series(Data):
    """One column with an index.

    Parameters
    ----------
    data : list, dict, array, scalar or Series
        The values; a dict's keys become the index.
    index : list or Index, optional
        Labels of the rows; positions by default.
    dtype : str or type, optional
    name : hashable, optional

    Examples
    --------
    >>> import swiftwater as sw
    >>> (sw.Series([1, 2, 3]) * 2).sum()
    12
    """

    def __init__(
        self,
        data: Any = None,
        index: Any = None,
        dtype: Any = None,
        name: Optional[Label] = None,
        copy: Any = None,
    ) -> None:
        from .construction import series_parts

        rows, expr, levels, found = series_parts(data, index, dtype)
        self._set(rows, expr, name if name is not None else found, levels)

    def _set(self, rows: Rows, expr: X.Expression, name: Optional[Label], levels: Levels) -> None:
        self._rows = rows
        self._expr = expr
        self._name = name
        self._levels = levels
        self._view = None
        self._category = False

    @classmethod
    def _make(cls, rows: Rows, expr: X.Expression, name: Optional[Label], levels: Levels) -> "Series":
        series = cls.__new__(cls)
        series._set(rows, expr, name, levels)
        return series

    def _parts(self) -> List[X.Expression]:
        return [self._expr]

    def _part_names(self) -> List[str]:
        return ["value" if self._name is None else str(self._name)]

    def _with(self, expr: X.Expression) -> "Series":
        return Series._make(self._rows, expr, self._name, self._levels)

    def _selected(self, chosen: selection.Selected) -> "Series":
        rows, (expr,), levels = chosen
        return Series._make(rows, expr, self._name, levels)

    # What it is.

    @property
    def name(self) -> Optional[Label]:
        """The column's label."""
        return self._name

    @name.setter
    def name(self, name: Optional[Label]) -> None:
        self._name = name

    @property
    def index(self) -> Index:
        """The labels of the rows."""
        index: Index = Data.index.__get__(self)
        return index

    @index.setter
    def index(self, labels: Any) -> None:
        from .construction import with_index

        rows, (expr,), levels = with_index(self, labels)
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
    def values(self) -> Any:
        """The values as a NumPy array."""
        return self.to_numpy()

    @property
    def array(self) -> Any:
        return self.to_numpy()

    @property
    def hasnans(self) -> bool:
        return bool(self.isna().any())

    @property
    def is_unique(self) -> bool:
        return self.nunique(dropna=False) == len(self)

    @property
    def is_monotonic_increasing(self) -> bool:
        values = self.tolist()
        return all(a <= b for a, b in zip(values, values[1:]))

    @property
    def is_monotonic_decreasing(self) -> bool:
        values = self.tolist()
        return all(a >= b for a, b in zip(values, values[1:]))

    @property
    def T(self) -> "Series":
        return self

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

    def __repr__(self) -> str:
        from .display import series_text

        return series_text(self)

    # Out of the engine.

    def _values(self, start: int = 0, stop: Optional[int] = None) -> List[Any]:
        view = self._computed()
        return shown(view.values(0, start, stop), view.type(0))

    def tolist(self) -> List[Any]:
        """The values as a Python list; what is missing is NaN, NaT or None as in pandas."""
        view = self._computed()
        values = view.values(0)
        return shown(values, view.type(0))

    to_list = tolist

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The values as a NumPy array."""
        from .conversion import series_to_numpy

        return series_to_numpy(self, dtype, na_value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.to_numpy(dtype)

    def to_pandas(self) -> Any:
        """The same as a `pandas.Series`."""
        from .conversion import series_to_pandas

        return series_to_pandas(self)

    def to_arrow(self) -> Any:
        """The values as a `pyarrow.ChunkedArray`."""
        return self.to_frame().to_arrow().column(0)

    def to_dict(self) -> Dict[Any, Any]:
        """Labels to values."""
        return dict(self.items())

    def to_frame(self, name: Any = None) -> "DataFrame":
        """A frame of this one column."""
        from .frame import DataFrame

        label = name if name is not None else (self._name if self._name is not None else 0)
        return DataFrame._make(self._rows, [label], [self._expr], self._levels)

    def to_string(self) -> str:
        from .display import series_text

        return series_text(self, everything=True)

    def to_csv(self, path_or_buf: Any = None, **options: Any) -> Optional[str]:
        return self.to_frame().to_csv(path_or_buf, **options)

    def copy(self, deep: bool = True) -> "Series":
        series = self._with(self._expr)
        series._category = self._category
        return series

    # Operators.

    def _operand(self, other: Any) -> Tuple["Series", X.Expression, X.Expression, Optional[Label]]:
        """Where to put the result, both operands over the same rows, and the result's name."""
        if isinstance(other, Series):
            name = self._name if self._name == other._name else None
            if self._rows is other._rows and self._levels.same(other._levels):
                return self, self._expr, other._expr, name
            from .align import together

            rows, (a,), (b,), levels = together(self, other)
            return Series._make(rows, a, name, levels), a, b, name
        if V.is_scalar(other):
            return self, self._expr, X.Literal(other), self._name
        if hasattr(other, "__len__") and not isinstance(other, dict) and type(other).__name__ != "DataFrame":
            held = other.tolist() if hasattr(other, "tolist") else list(other)
            if len(held) != len(self):
                raise ValueError(f"operands could not be broadcast together with shapes ({len(self)},) ({len(held)},)")
            return self._operand(self._like(held))
        raise TypeError(f"unsupported operand type: '{type(other).__name__}'")

    def _like(self, values: Sequence[Any]) -> "Series":
        """Values with this series' index."""
        from .construction import beside_values

        series: Series = beside_values(self, values)
        return series

    def _arithmetic(self, operator: str, other: Any, swapped: bool = False) -> Any:
        if type(other).__name__ == "DataFrame":
            return NotImplemented
        where, a, b, name = self._operand(other)
        result = X.arithmetic(operator, b, a) if swapped else X.arithmetic(operator, a, b)
        return Series._make(where._rows, result, name, where._levels)

    def _comparison(self, operator: str, other: Any) -> "Series":
        if isinstance(other, Series) and not self._rows is other._rows:
            from .align import same_labels

            if not same_labels(self, other):
                raise ValueError("Can only compare identically-labeled Series objects")
        where, a, b, name = self._operand(other)
        return Series._make(where._rows, X.comparison(operator, a, b), name, where._levels)

    def _logic(self, operator: str, other: Any) -> "Series":
        where, a, b, name = self._operand(other)
        return Series._make(where._rows, X.logic(operator, a, b), name, where._levels)

    def __add__(self, other: Any) -> Any:
        return self._arithmetic("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._arithmetic("+", other, True)

    def __sub__(self, other: Any) -> Any:
        return self._arithmetic("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._arithmetic("-", other, True)

    def __mul__(self, other: Any) -> Any:
        return self._arithmetic("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._arithmetic("*", other, True)

    def __truediv__(self, other: Any) -> Any:
        return self._arithmetic("/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._arithmetic("/", other, True)

    def __floordiv__(self, other: Any) -> Any:
        return self._arithmetic("//", other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._arithmetic("//", other, True)

    def __mod__(self, other: Any) -> Any:
        return self._arithmetic("%", other)

    def __rmod__(self, other: Any) -> Any:
        return self._arithmetic("%", other, True)

    def __pow__(self, other: Any) -> Any:
        return self._arithmetic("**", other)

    def __rpow__(self, other: Any) -> Any:
        return self._arithmetic("**", other, True)

    def __eq__(self, other: Any) -> Any:
        return self._comparison("==", other)

    def __ne__(self, other: Any) -> Any:
        return self._comparison("!=", other)

    def __lt__(self, other: Any) -> Any:
        return self._comparison("<", other)

    def __le__(self, other: Any) -> Any:
        return self._comparison("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._comparison(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._comparison(">=", other)

    def __and__(self, other: Any) -> Any:
        return self._logic("&", other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._logic("|", other)

    __ror__ = __or__

    def __xor__(self, other: Any) -> Any:
        return self._logic("^", other)

    __rxor__ = __xor__

    def __invert__(self) -> "Series":
        return self._with(X.negation(self._expr))

    def __neg__(self) -> "Series":
        return self._with(X.negative(self._expr))

    def __pos__(self) -> "Series":
        return self

    def __abs__(self) -> "Series":
        return self.abs()

    def __round__(self, decimals: int = 0) -> "Series":
        return self.round(decimals)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def _flexible(self, operator: str, other: Any, fill_value: Any, swapped: bool = False) -> "Series":
        if fill_value is None:
            result = self._arithmetic(operator, other, swapped)
        else:
            where, a, b, name = self._operand(other)
            both = X.Binary("and", X.is_na(a), X.is_na(b), "bool")
            x, y = X.fill(a, fill_value), X.fill(b, fill_value)
            value = X.arithmetic(operator, y, x) if swapped else X.arithmetic(operator, x, y)
            value = X.choose(X.Not(both), value, X.Literal(None))
            result = Series._make(where._rows, value, name, where._levels)
        assert isinstance(result, Series)
        return result

    def add(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("+", other, fill_value)

    def radd(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("+", other, fill_value, True)

    def sub(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("-", other, fill_value)

    subtract = sub

    def rsub(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("-", other, fill_value, True)

    def mul(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("*", other, fill_value)

    multiply = mul

    def rmul(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("*", other, fill_value, True)

    def truediv(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("/", other, fill_value)

    div = truediv
    divide = truediv

    def rtruediv(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("/", other, fill_value, True)

    rdiv = rtruediv

    def floordiv(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("//", other, fill_value)

    def mod(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("%", other, fill_value)

    def pow(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("**", other, fill_value)

    def eq(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._comparison("==", other)

    def ne(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._comparison("!=", other)

    def lt(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._comparison("<", other)

    def le(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._comparison("<=", other)

    def gt(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._comparison(">", other)

    def ge(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._comparison(">=", other)

    # Value by value.

    def isna(self) -> "Series":
        """Whether each value is missing."""
        return self._with(X.is_na(self._expr))

    isnull = isna

    def notna(self) -> "Series":
        return self._with(X.not_na(self._expr))

    notnull = notna

    def fillna(self, value: Any = None, *, axis: Any = None, inplace: bool = False, limit: Any = None) -> Any:
        """The values with another in place of missing ones."""
        if limit is not None:
            raise not_there("Series.fillna with limit", "fill all missing values")
        if value is None:
            raise ValueError("Must specify a fill 'value' or 'method'.")
        if isinstance(value, (dict, Mapping)):
            value = Series(value)
        if isinstance(value, Series):
            where, a, b, _ = self._operand(value)
            result = Series._make(where._rows, X.fill(a, b), self._name, where._levels)
        else:
            result = self._with(X.fill(self._expr, value))
        return self._placed(result, inplace)

    def _placed(self, result: "Series", inplace: bool) -> Any:
        if not inplace:
            return result
        self._set(result._rows, result._expr, result._name, result._levels)
        return None

    def abs(self) -> "Series":
        """The absolute values."""
        self._require_number("abs")
        if self._expr.type == "bool" or self._expr.type in T.UNSIGNED:
            return self
        return self._with(X.Call("abs", (self._expr,), self._expr.type, may_nan=self._expr.may_nan))

    def round(self, decimals: int = 0) -> "Series":
        """The values rounded, halves to even."""
        self._require_number("round")
        if self._expr.type == "bool":
            return self
        words = (("decimals", decimals),) if decimals else ()
        return self._with(X.Call("round", (self._expr,), self._expr.type, words, may_nan=self._expr.may_nan))

    def clip(self, lower: Any = None, upper: Any = None, *, axis: Any = None, inplace: bool = False) -> Any:
        """The values bounded."""
        result = self
        for bound, operator in ((lower, "<"), (upper, ">")):
            if bound is None or (V.is_scalar(bound) and V.is_missing(bound)):
                continue
            where, x, b, _ = result._operand(bound)
            beyond = X.comparison(operator, x, b)
            result = Series._make(where._rows, X.choose(beyond, b, x), self._name, where._levels)
        return self._placed(result, inplace)

    def between(self, left: Any, right: Any, inclusive: str = "both") -> "Series":
        """Whether each value is from `left` to `right`."""
        if inclusive not in ("both", "left", "right", "neither"):
            raise ValueError("Inclusive has to be either string of 'both','left', 'right', or 'neither'.")
        low = self >= left if inclusive in ("both", "left") else self > left
        high = self <= right if inclusive in ("both", "right") else self < right
        result = low & high
        assert isinstance(result, Series)
        return result

    def isin(self, values: Any) -> "Series":
        """Whether each value is one of these."""
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise TypeError(
                "only list-like objects are allowed to be passed to isin(), "
                f"you passed a `{type(values).__name__}`"
            )
        held = [V.plain(v) for v in (values.tolist() if hasattr(values, "tolist") else list(values))]
        x = X.clean(self._expr)
        # As in pandas, None is not among numbers, NaN is.
        missing = any(V.is_missing(v) and not (v is None and T.is_number(x.type)) for v in held)
        comparable = [v for v in held if not V.is_missing(v) and _comparable(x.type, v)]
        if T.is_time(x.type) or T.is_duration(x.type):
            comparable = [X._time_literal(X.Literal(v), x.type).value if isinstance(v, str) else v  # type: ignore[attr-defined]
                          for v in comparable]  # fmt: skip
        if x.type == "bool" or T.is_nested(x.type):
            raise not_there(f"isin of {T.dtype_name(x.type)} values", "compare with ==")
        result: X.Expression = X.IsIn(x, comparable) if comparable else X.Literal(False)
        if missing:
            result = X.Binary("or", result, X.Call("isna", (x,), "bool"), "bool")
        return self._with(result)

    def where(self, cond: Any, other: Any = None, *, inplace: bool = False, axis: Any = None, level: Any = None) -> Any:
        """The values where the condition holds, `other` elsewhere."""
        return self._placed(self._choose(cond, other, True), inplace)

    def mask(self, cond: Any, other: Any = None, *, inplace: bool = False, axis: Any = None, level: Any = None) -> Any:
        """The values where the condition does not hold, `other` elsewhere."""
        return self._placed(self._choose(cond, other, False), inplace)

    def _choose(self, cond: Any, other: Any, keep: bool) -> "Series":
        if callable(cond):
            cond = cond(self)
        if callable(other):
            other = other(self)
        if not isinstance(cond, Series):
            cond = self._like(list(cond))
        from .frame import DataFrame

        frame = DataFrame._make(self._rows, [0], [self._expr], self._levels)
        frame["condition"] = cond
        if isinstance(other, Series):
            frame["other"] = other
            alternative: X.Expression = frame._exprs[2]
        else:
            alternative = X.Literal(other)
        x, condition = frame._exprs[0], frame._exprs[1]
        if condition.type != "bool":
            raise TypeError("Boolean array expected for the condition, not " + T.dtype_name(condition.type))
        value = X.choose(condition, x, alternative) if keep else X.choose(X.Not(condition), x, alternative)
        return Series._make(frame._rows, value, self._name, frame._levels)

    def astype(self, dtype: Any, copy: Any = None, errors: str = "raise") -> "Series":
        """The values converted to another type."""
        from .casting import cast_series

        return cast_series(self, dtype)

    def map(self, func: Any = None, na_action: Any = None, arg: Any = None, **options: Any) -> "Series":
        """Each value through a function, or replaced by a dict's or series' value for it (missing where it has none)."""
        from .applying import map_series

        return map_series(self, arg if func is None else func, na_action, options)

    def apply(self, func: Any, convert_dtype: Any = None, args: Tuple[Any, ...] = (), **options: Any) -> Any:
        """A function of each value; a name, or a list of names, of aggregations."""
        from .applying import apply_series

        return apply_series(self, func, args, options)

    def replace(self, to_replace: Any = None, value: Any = V.NaT, *, inplace: bool = False, regex: bool = False) -> Any:
        """The values with some replaced by others."""
        from .replacing import replace_series

        return self._placed(replace_series(self, to_replace, value, regex), inplace)

    def pipe(self, func: Any, *args: Any, **options: Any) -> Any:
        """`func(self, …)`."""
        from .frame import piped

        return piped(self, func, args, options)

    def _require_number(self, what: str) -> None:
        type_ = self._expr.type
        if not T.is_number(type_) and not (what == "abs" and T.is_duration(type_)):
            raise TypeError(f"bad operand type for {what}(): '{T.dtype_name(type_)}'")

    # Rows.

    @property
    def loc(self) -> Any:
        from .indexers import SeriesLoc

        return SeriesLoc(self)

    @property
    def iloc(self) -> Any:
        from .indexers import SeriesILoc

        return SeriesILoc(self)

    @property
    def at(self) -> Any:
        return self.loc

    @property
    def iat(self) -> Any:
        return self.iloc

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Series) and key._expr.type == "bool":
            return self._masked(key)
        if isinstance(key, slice) and all(isinstance(p, int) or p is None for p in (key.start, key.stop, key.step)):
            return self.iloc[key]
        return self.loc[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.loc[key] = value

    def get(self, key: Any, default: Any = None) -> Any:
        try:
            return self[key]
        except (KeyError, IndexError):
            return default

    def _masked(self, mask: "Series") -> "Series":
        if self._rows is mask._rows and self._levels.same(mask._levels):
            return self._selected(selection.keep(self, mask._expr))
        from .frame import DataFrame

        frame = DataFrame._make(self._rows, [0], [self._expr], self._levels)
        result = frame._masked(mask)
        return Series._make(result._rows, result._exprs[0], self._name, result._levels)

    def head(self, n: int = 5) -> "Series":
        """The first rows; all but the last `-n` for a negative `n`."""
        return self._selected(selection.first(self, n) if n >= 0 else selection.sliced(self, slice(0, n)))

    def tail(self, n: int = 5) -> "Series":
        """The last rows."""
        return self._selected(selection.last(self, n) if n >= 0 else selection.sliced(self, slice(-n, None)))

    def sample(self, n: Any = None, frac: Any = None, replace: bool = False, weights: Any = None,
               random_state: Any = None, axis: Any = None, ignore_index: bool = False) -> "Series":  # fmt: skip
        frame = self.to_frame().sample(n, frac, replace, weights, random_state, axis, ignore_index)
        return Series._make(frame._rows, frame._exprs[0], self._name, frame._levels)

    def dropna(self, *, axis: Any = 0, inplace: bool = False, how: Any = None, ignore_index: bool = False) -> Any:
        """The rows whose value is not missing."""
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
        from .frame import duplicated

        return self._with(duplicated([self._expr], keep))

    def _named(self, name: Optional[Label]) -> "Series":
        return Series._make(self._rows, self._expr, name, self._levels)

    def sort_values(self, *, axis: Any = 0, ascending: Any = True, inplace: bool = False, kind: str = "quicksort",
                    na_position: str = "last", ignore_index: bool = False, key: Any = None) -> Any:  # fmt: skip
        """The rows in the order of their values."""
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
        from .frame import index_order

        keys, up = index_order(self, level, ascending)
        result = self._selected(selection.ordered(self, keys, up, na_position))
        if ignore_index:
            result._levels = Levels.default()
        return self._placed(result, inplace)

    def nlargest(self, n: int = 5, keep: str = "first") -> "Series":
        """The largest values, largest first."""
        self._plain_keep(keep)
        present = self.dropna()
        return self._or_missing(present, selection.extreme(present, n, [present._expr], True), n)

    def nsmallest(self, n: int = 5, keep: str = "first") -> "Series":
        """The smallest values, smallest first."""
        self._plain_keep(keep)
        present = self.dropna()
        return self._or_missing(present, selection.extreme(present, n, [present._expr], False), n)

    def _or_missing(self, present: "Series", chosen: selection.Selected, n: int) -> "Series":
        return present._selected(chosen)

    @staticmethod
    def _plain_keep(keep: str) -> None:
        if keep not in ("first", "last", "all"):
            raise ValueError('keep must be either "first", "last" or "all"')
        if keep != "first":
            raise not_there(f"nlargest and nsmallest with keep='{keep}'", "use keep='first', or sort_values and head")

    def reset_index(self, level: Any = None, *, drop: bool = False, name: Any = V.NaT, inplace: bool = False,
                    allow_duplicates: bool = False) -> Any:  # fmt: skip
        """The index as columns; or without it, when `drop`."""
        if drop:
            return self._placed(Series._make(self._rows, self._expr, self._name, Levels.default()), inplace)
        if inplace:
            raise TypeError("Cannot reset_index inplace on a Series to create a DataFrame")
        label = name if name is not V.NaT else (self._name if self._name is not None else 0)
        return self.to_frame(label).reset_index(level)

    def rename(self, index: Any = None, *, axis: Any = None, copy: Any = None, inplace: bool = False,
               level: Any = None, errors: str = "ignore") -> Any:  # fmt: skip
        """Another name; or other labels, by a dict or function."""
        if callable(index) or isinstance(index, (dict, Mapping)):
            frame = self.to_frame().rename(index=index)
            return self._placed(Series._make(frame._rows, frame._exprs[0], self._name, frame._levels), inplace)
        if inplace:
            self._name = index
            return None
        return self._named(index)

    def rename_axis(self, mapper: Any = None, **options: Any) -> "Series":
        frame = self.to_frame().rename_axis(mapper, **options)
        return Series._make(frame._rows, frame._exprs[0], self._name, frame._levels)

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = None) -> "Series":
        series = self.copy()
        series.index = labels
        return series

    def drop(self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, level: Any = None,
             inplace: bool = False, errors: str = "raise") -> Any:  # fmt: skip
        """The rows without these labels."""
        frame = self.to_frame(0).drop(index=labels if index is None else index, errors=errors)
        return self._placed(Series._make(frame._rows, frame._exprs[0], self._name, frame._levels), inplace)

    def squeeze(self, axis: Any = None) -> Any:
        return self.item() if len(self) == 1 else self

    def reindex(self, index: Any = None, **options: Any) -> "Series":
        frame = self.to_frame(0).reindex(index=index, **options)
        return Series._make(frame._rows, frame._exprs[0], self._name, frame._levels)

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> "DataFrame":
        """A level of the index as columns."""
        from .reshape import unstack

        return unstack(self, level, fill_value)

    def explode(self, ignore_index: bool = False) -> "Series":
        """A row for each element of lists."""
        frame = self.to_frame(0).explode(0, ignore_index)
        return Series._make(frame._rows, frame._exprs[0], self._name, frame._levels)

    # In the order of rows.

    def _window(self, function: str, type_: Optional[str] = None, **options: Any) -> "Series":
        x = X.clean(self._expr)
        form = tuple((k, v) for k, v in options.items() if v is not None)
        return self._with(X.Window(function, x, type_ or x.type, form))

    def shift(self, periods: int = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None, suffix: Any = None) -> "Series":
        """The value of `periods` rows before."""
        if freq is not None:
            raise not_there("shift with freq", "shift by rows")
        if not isinstance(periods, int):
            raise not_there("shift by several periods", "call shift for each")
        return self._window("shift", n=periods, fill=fill_value)

    def diff(self, periods: int = 1) -> "Series":
        """The difference to the value of `periods` rows before."""
        type_ = self._expr.type
        if type_ == "bool":
            raise not_there("diff of bools", "convert them with .astype(int)")
        if not (T.is_number(type_) or T.is_time(type_) or T.is_duration(type_)):
            raise TypeError(f"unsupported operand type(s) for -: '{T.dtype_name(type_)}' and '{T.dtype_name(type_)}'")
        before = self.shift(periods)
        result = self - before
        assert isinstance(result, Series)
        if type_ in T.INTEGERS:
            result = result.astype("float64")
        return result

    def pct_change(self, periods: int = 1, fill_method: Any = None, **options: Any) -> "Series":
        """The relative change from the value of `periods` rows before."""
        result = self / self.shift(periods) - 1
        assert isinstance(result, Series)
        return result

    def cumsum(self, axis: Any = 0, skipna: bool = True, *args: Any, **options: Any) -> "Series":
        """The sum of the values so far."""
        return self._cumulative("cumsum", skipna)

    def cumprod(self, axis: Any = 0, skipna: bool = True, *args: Any, **options: Any) -> "Series":
        return self._cumulative("cumprod", skipna)

    def cummax(self, axis: Any = 0, skipna: bool = True, *args: Any, **options: Any) -> "Series":
        return self._cumulative("cummax", skipna)

    def cummin(self, axis: Any = 0, skipna: bool = True, *args: Any, **options: Any) -> "Series":
        return self._cumulative("cummin", skipna)

    def _cumulative(self, function: str, skipna: bool) -> "Series":
        if not skipna:
            raise not_there(f"{function} with skipna=False", "fill missing values first")
        type_ = self._expr.type
        if not T.is_number(type_) and not (function in ("cummax", "cummin") and T.is_time(type_)):
            if T.is_text(type_) or T.is_nested(type_):
                raise not_there(f"{function} of {T.dtype_name(type_)}", "use numbers")
            raise TypeError(f"{function} of {T.dtype_name(type_)}")
        if type_ in T.INTEGERS or (type_ == "bool" and function in ("cumsum", "cumprod")):
            wide = type_ if function in ("cummax", "cummin") else ("uint64" if type_ in T.UNSIGNED else "int64")
            return self._window(function, wide)
        return self._window(function)

    def ffill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        """The last value before in place of missing ones."""
        return self._placed(self._window("ffill", limit=limit), inplace)

    def bfill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        return self._placed(self._window("bfill", limit=limit), inplace)

    def rank(self, axis: Any = 0, method: str = "average", numeric_only: bool = False, na_option: str = "keep",
             ascending: bool = True, pct: bool = False) -> "Series":  # fmt: skip
        """The rank of each value."""
        if method not in ("average", "min", "max", "first", "dense"):
            raise KeyError(method)
        if na_option not in ("keep", "top", "bottom"):
            raise ValueError("na_option must be one of 'keep', 'top', or 'bottom'")
        return self._window("rank", "float64", method=method, ascending=ascending, missing=na_option, pct=pct)

    def rolling(self, window: Any, min_periods: Any = None, center: bool = False, win_type: Any = None, on: Any = None,
                closed: Any = None, step: Any = None, method: str = "single") -> Any:  # fmt: skip
        """Windows of the last `window` rows."""
        from .rolling import Rolling

        return Rolling(self, window, min_periods, center, win_type, on, closed, step)

    def expanding(self, min_periods: int = 1, method: str = "single") -> Any:
        from .rolling import Expanding

        return Expanding(self, min_periods)

    # One value of all.

    def _reduce(self, function: str, **options: Any) -> Any:
        return reductions.scalar(self, function, options)

    def count(self) -> int:
        """How many values are not missing."""
        return int(self._reduce("count"))

    def sum(self, axis: Any = None, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Any:
        """The sum."""
        return reductions.skipping(self, "sum", skipna, min_count)

    def prod(self, axis: Any = None, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Any:
        return reductions.skipping(self, "prod", skipna, min_count)

    product = prod

    def mean(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        """The mean."""
        return reductions.skipping(self, "mean", skipna)

    def min(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        """The smallest value."""
        return reductions.skipping(self, "min", skipna)

    def max(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        """The largest value."""
        return reductions.skipping(self, "max", skipna)

    def median(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        return reductions.skipping(self, "median", skipna)

    def std(self, axis: Any = None, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Any:
        """The standard deviation."""
        return reductions.spread(self, "std", skipna, ddof)

    def var(self, axis: Any = None, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Any:
        return reductions.spread(self, "var", skipna, ddof)

    def sem(self, axis: Any = None, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Any:
        return reductions.spread(self, "sem", skipna, ddof)

    def any(self, *, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> bool:
        """Whether a value is true."""
        return bool(reductions.truth(self, "any"))

    def all(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> bool:
        """Whether all values are true."""
        return bool(reductions.truth(self, "all"))

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        """The value below which the share `q` of the values is."""
        return reductions.quantile(self, q, interpolation)

    def nunique(self, dropna: bool = True) -> int:
        """How many different values there are."""
        count = int(self._reduce("nunique"))
        return count if dropna or not self.hasnans else count + 1

    def unique(self) -> Any:
        """The different values in order of appearance, as a NumPy array."""
        return self.drop_duplicates().values

    def idxmax(self, axis: Any = 0, skipna: bool = True, *a: Any, **o: Any) -> Any:
        """The label of the largest value."""
        return reductions.label_of(self, "max")

    def idxmin(self, axis: Any = 0, skipna: bool = True, *a: Any, **o: Any) -> Any:
        return reductions.label_of(self, "min")

    def argmax(self, axis: Any = None, skipna: bool = True, *a: Any, **o: Any) -> int:
        return int(reductions.label_of(self.reset_index(drop=True), "max"))

    def argmin(self, axis: Any = None, skipna: bool = True, *a: Any, **o: Any) -> int:
        return int(reductions.label_of(self.reset_index(drop=True), "min"))

    def mode(self, dropna: bool = True) -> "Series":
        """The most frequent values, in order."""
        counts = self.value_counts(dropna=dropna)
        pairs = list(counts.items())
        most = pairs[0][1] if pairs else 0
        values = [value for value, n in pairs if n == most]
        return Series(sorted(values, key=lambda v: (V.is_missing(v), v)), name=self._name)

    def corr(self, other: "Series", method: str = "pearson", min_periods: Any = None) -> float:
        """The correlation with another series."""
        return reductions.correlation(self, other, method)

    def cov(self, other: "Series", min_periods: Any = None, ddof: int = 1) -> float:
        return reductions.covariance(self, other, ddof)

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """Aggregations by name: one, or a list or dict of them."""
        return reductions.aggregate_series(self, func, args, options)

    aggregate = agg

    def transform(self, func: Any, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """A function of the series, whose result has as many rows."""
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        return self.apply(func, args=args, **options)

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> "Series":
        """Count, mean, spread and quantiles; or how many, how many different and the most frequent."""
        from .describing import describe_series

        return describe_series(self, percentiles)

    def value_counts(self, normalize: bool = False, sort: bool = True, ascending: bool = False, bins: Any = None,
                     dropna: bool = True) -> "Series":  # fmt: skip
        """How often each value occurs, most frequent first."""
        if bins is not None:
            raise not_there("value_counts with bins", "use sw.cut first")
        from .frame import count_values

        return count_values([(self._name, self._expr)], self._rows, normalize, sort, ascending, dropna)

    def groupby(self, by: Any = None, axis: Any = 0, level: Any = None, as_index: bool = True, sort: bool = True,
                group_keys: bool = True, observed: bool = True, dropna: bool = True) -> Any:  # fmt: skip
        """Groups of rows."""
        from .groupby import series_groupby

        return series_groupby(self, by, level, as_index, sort, group_keys, dropna)

    def resample(self, rule: Any, **options: Any) -> Any:
        frame = self.to_frame()
        return frame.resample(rule, **options)[frame._labels[0]]

    def equals(self, other: Any) -> bool:
        """Whether both have the same values, missing ones too, and labels."""
        if not isinstance(other, Series) or len(self) != len(other) or self.dtype != other.dtype:
            return False
        return self.index.equals(other.index) and Index(self.tolist()).equals(other.tolist())

    def combine_first(self, other: "Series") -> "Series":
        """The values, and the other's where they are missing."""
        from .align import together

        rows, (a,), (b,), levels = together(self, other)
        return Series._make(rows, X.fill(a, b), self._name, levels)

    # Accessors.

    @property
    def str(self) -> Any:
        """Methods of text."""
        from .accessors.text import TextMethods

        return TextMethods(self)

    @property
    def dt(self) -> Any:
        """Parts of moments and spans of time."""
        from .accessors.time import time_methods

        return time_methods(self)

    @property
    def cat(self) -> Any:
        raise not_there("Series.cat", "use the values themselves")

    @property
    def plot(self) -> Any:
        """Plots by matplotlib, through pandas."""
        from .plotting import plot

        return plot(self)

    def hist(self, **options: Any) -> Any:
        return self.to_pandas().hist(**options)

    def __getattr__(self, name: "builtins.str") -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        from .missing import absent

        raise absent("Series", name)

    def explain(self) -> "builtins.str":
        """The plan as the engine would run it."""
        from .runtime import explain

        return explain(self._rows, list(zip(self._part_names(), self._parts())))

    def info(self, **options: Any) -> None:
        self.to_frame().info(**options)


def _comparable(type_: "builtins.str", value: Any) -> bool:
    kind = V.type_of(value)
    if T.is_number(type_):
        return kind in ("int64", "uint64", "float64") or (kind == "bool" and type_ == "bool")
    if T.is_time(type_) or T.is_duration(type_):
        return T.is_time(kind) or T.is_duration(kind) or kind == "string"
    return T.is_text(type_) and kind == "string"


