"""Value by value: missing ones, replacing, rounding, conversion, functions of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..missing import not_there, one_axis, refuse
from .base import SeriesBase

if TYPE_CHECKING:
    from . import Series


class SeriesElementwise(SeriesBase):
    """Each value changed by itself."""

    def isna(self) -> "Series":
        """Whether each value is missing."""
        return self._with(X.is_na(self._expr))

    isnull = isna

    def notna(self) -> "Series":
        return self._with(X.not_na(self._expr))

    notnull = notna

    def fillna(self, value: Any = None, *, axis: Any = None, inplace: bool = False, limit: Any = None) -> Any:
        """The values with another in place of missing ones."""
        one_axis(axis)
        if limit is not None:
            raise not_there("Series.fillna with limit", "fill all missing values")
        if value is None:
            raise ValueError("Must specify a fill 'value' or 'method'.")
        if isinstance(value, (dict, Mapping)):
            from . import Series

            value = Series(value)
        if isinstance(value, SeriesBase):
            where, a, b, _ = self._operand(value)
            result = self._make(where._rows, X.fill(a, b), self._name, where._levels)
        else:
            result = self._with(X.fill(self._expr, value))
        return self._placed(result, inplace)

    def abs(self) -> "Series":
        """The absolute values."""
        self._require_number("abs")
        if self._expr.type == "bool" or self._expr.type in T.UNSIGNED:
            return self._series
        return self._with(X.Call("abs", (self._expr,), self._expr.type, may_nan=self._expr.may_nan))

    def round(self, decimals: int = 0) -> "Series":
        """The values rounded, halves to even."""
        self._require_number("round")
        if self._expr.type == "bool":
            return self._series
        words = (("decimals", decimals),) if decimals else ()
        return self._with(X.Call("round", (self._expr,), self._expr.type, words, may_nan=self._expr.may_nan))

    def clip(self, lower: Any = None, upper: Any = None, *, axis: Any = None, inplace: bool = False) -> Any:
        """The values bounded."""
        one_axis(axis)
        result = self._series
        for bound, operator in ((lower, "<"), (upper, ">")):
            if bound is None or (V.is_scalar(bound) and V.is_missing(bound)):
                continue
            where, x, b, _ = result._operand(bound)
            beyond = X.comparison(operator, x, b)
            result = self._make(where._rows, X.choose(beyond, b, x), self._name, where._levels)
        return self._placed(result, inplace)

    def between(self, left: Any, right: Any, inclusive: str = "both") -> "Series":
        """Whether each value is from `left` to `right`."""
        if inclusive not in ("both", "left", "right", "neither"):
            raise ValueError("Inclusive has to be either string of 'both','left', 'right', or 'neither'.")
        low = self >= left if inclusive in ("both", "left") else self > left
        high = self <= right if inclusive in ("both", "right") else self < right
        result: Series = low & high
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
            comparable = [X.time_literal(X.Literal(v), x.type).value if isinstance(v, str) else v for v in comparable]
        if x.type == "bool" or T.is_nested(x.type):
            raise not_there(f"isin of {T.dtype_name(x.type)} values", "compare with ==")
        result: X.Expression = X.IsIn(x, comparable) if comparable else X.Literal(False)
        if missing:
            result = X.Binary("or", result, X.Call("isna", (x,), "bool"), "bool")
        return self._with(result)

    def _choose(self, cond: Any, other: Any, keep: bool) -> "Series":
        if callable(cond):
            cond = cond(self)
        if callable(other):
            other = other(self)
        if not isinstance(cond, SeriesBase):
            cond = self._like(list(cond))
        from ..frame import DataFrame

        frame = DataFrame._make(self._rows, [0], [self._expr], self._levels)
        frame["condition"] = cond
        if isinstance(other, SeriesBase):
            frame["other"] = other
            alternative: X.Expression = frame._exprs[2]
        else:
            alternative = X.Literal(other)
        x, condition = frame._exprs[0], frame._exprs[1]
        if condition.type != "bool":
            raise TypeError("Boolean array expected for the condition, not " + T.dtype_name(condition.type))
        value = X.choose(condition, x, alternative) if keep else X.choose(X.Not(condition), x, alternative)
        return self._make(frame._rows, value, self._name, frame._levels)

    def astype(self, dtype: Any, copy: Any = None, errors: str = "raise") -> "Series":
        """The values converted to another type."""
        from ..casting import cast_series

        refuse("astype", errors=("raise", errors))
        return cast_series(self._series, dtype)

    def map(self, func: Any = None, na_action: Any = None, arg: Any = None, **options: Any) -> "Series":
        """Each value through a function, or replaced by a dict's or series' value for it (missing where it has none)."""
        from ..applying import map_series

        return map_series(self._series, arg if func is None else func, na_action, options)

    def apply(self, func: Any, convert_dtype: Any = None, args: Tuple[Any, ...] = (), **options: Any) -> Any:
        """A function of each value; a name, or a list of names, of aggregations."""
        from ..applying import apply_series

        return apply_series(self._series, func, args, options)

    def replace(self, to_replace: Any = None, value: Any = V.NaT, *, inplace: bool = False, regex: bool = False) -> Any:
        """The values with some replaced by others."""
        from ..replacing import replace_series

        return self._placed(replace_series(self._series, to_replace, value, regex), inplace)

    def _require_number(self, what: str) -> None:
        type_ = self._expr.type
        if not T.is_number(type_) and not (what == "abs" and T.is_duration(type_)):
            raise TypeError(f"bad operand type for {what}(): '{T.dtype_name(type_)}'")

    def transform(self, func: Any, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """A function of the series, whose result has as many rows."""
        one_axis(axis)
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        return self.apply(func, args=args, **options)

    def combine_first(self, other: "Series") -> "Series":
        """The values, and the other's where they are missing."""
        from ..align import together

        rows, (a,), (b,), levels = together(self, other)
        return self._make(rows, X.fill(a, b), self._name, levels)


def _comparable(type_: str, value: Any) -> bool:
    kind = V.type_of(value)
    if T.is_number(type_):
        return kind in ("int64", "uint64", "float64") or (kind == "bool" and type_ == "bool")
    if T.is_time(type_) or T.is_duration(type_):
        return T.is_time(kind) or T.is_duration(kind) or kind == "string"
    return T.is_text(type_) and kind == "string"
