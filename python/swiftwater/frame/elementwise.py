"""Value by value: missing ones, replacing, rounding, conversion, functions of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Mapping, Tuple

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..missing import not_there, refuse, rows_only
from ..series import Series
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameElementwise(FrameBase):
    """Each value changed by itself."""

    def astype(self, dtype: Any, copy: Any = None, errors: str = "raise") -> "DataFrame":
        """The columns converted: all to one type, or by a dict each to its own."""
        refuse("astype", errors=("raise", errors))
        frame = self.copy()
        if isinstance(dtype, (dict, Mapping)):
            for label in dtype:
                if not self._has(label):
                    raise KeyError(
                        f"Only a column name can be used for the key in a dtype mappings argument. '{label}' not "
                        "found in columns."
                    )
            for label, kind in dtype.items():
                frame[label] = self._column(label).astype(kind)
            return frame
        return self._each(lambda s: s.astype(dtype))

    def isna(self) -> "DataFrame":
        """Whether each value is missing."""
        return self._mapped(X.is_na)

    isnull = isna

    def notna(self) -> "DataFrame":
        return self._mapped(X.not_na)

    notnull = notna

    def fillna(self, value: Any = None, *, axis: Any = None, inplace: bool = False, limit: Any = None) -> Any:
        """Values in place of missing ones: one for all columns, or by label one each."""
        if value is None:
            raise ValueError("Must specify a fill 'value' or 'method'.")
        if limit is not None:
            raise not_there("DataFrame.fillna with limit", "fill all missing values")
        if not V.is_scalar(value):
            rows_only("fillna", axis)
        if isinstance(value, Series):
            value = value.to_dict()
        if isinstance(value, (dict, Mapping)):
            exprs = [X.fill(e, value[l]) if l in value else e for l, e in zip(self._labels, self._exprs)]
        elif isinstance(value, FrameBase):
            raise not_there("DataFrame.fillna with a frame", "use a dict of values by column")
        else:
            exprs = []
            for e in self._exprs:
                fitting = X.fits(value, e.type) or (T.is_number(e.type) and isinstance(value, (int, float)))
                if fitting or e.type == "null":
                    exprs.append(X.fill(e, value))
                elif self._is_complete(e):
                    exprs.append(e)
                else:
                    raise TypeError(f"Invalid value '{value}' for dtype '{T.dtype_name(e.type)}'")
        return self._placed(self._with(self._labels, exprs), inplace)

    def ffill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        """The last value before in place of missing ones."""
        rows_only("ffill", axis)
        return self._placed(self._each(lambda s: s.ffill(limit=limit, limit_area=limit_area)), inplace)

    def bfill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        rows_only("bfill", axis)
        return self._placed(self._each(lambda s: s.bfill(limit=limit, limit_area=limit_area)), inplace)

    def replace(self, to_replace: Any = None, value: Any = V.NaT, *, inplace: bool = False, regex: bool = False) -> Any:
        """The frame with some values replaced by others."""
        from ..replacing import replace_frame

        return self._placed(replace_frame(self._frame, to_replace, value, regex), inplace)

    def round(self, decimals: Any = 0) -> "DataFrame":
        """The numbers rounded, halves to even; by a dict, each column to its own."""
        if isinstance(decimals, (dict, Series)):
            places = decimals if isinstance(decimals, dict) else decimals.to_dict()
            frame = self.copy()
            for label, n in places.items():
                if self._has(label) and T.is_number(self._expr(label).type):
                    frame[label] = self._column(label).round(n)
            return frame
        return self._each(lambda s: s.round(decimals) if s._expr.type in T.NUMBERS else s)

    def abs(self) -> "DataFrame":
        return self._each(Series.abs)

    def clip(self, lower: Any = None, upper: Any = None, *, axis: Any = None, inplace: bool = False) -> Any:
        """The values bounded."""
        if isinstance(lower, (Series, FrameBase, list)) or isinstance(upper, (Series, FrameBase, list)):
            raise not_there("DataFrame.clip with bounds that differ", "clip column by column")
        return self._placed(self._each(lambda s: s.clip(lower, upper)), inplace)

    def isin(self, values: Any) -> "DataFrame":
        """Whether each value is one of these; by a dict, each column's own."""
        if isinstance(values, (dict, Mapping)):
            exprs = [
                self._column(l).isin(values[l])._expr if l in values else X.Literal(False) for l in self._labels
            ]
            return self._with(self._labels, exprs)
        if isinstance(values, (Series, FrameBase)):
            raise not_there("DataFrame.isin with a frame or series", "give a list or a dict of lists")
        return self._each(lambda s: s.isin(values))

    def _choose(self, cond: Any, other: Any, keep: bool) -> "DataFrame":
        if callable(cond) and not isinstance(cond, (Series, FrameBase)):
            cond = cond(self)
        if callable(other) and not isinstance(other, (Series, FrameBase)):
            other = other(self)
        exprs: List[X.Expression] = []
        for label, column in self.items():
            c = cond._column(label) if isinstance(cond, FrameBase) else cond
            o = other._column(label) if isinstance(other, FrameBase) else other
            result = column.where(c, o) if keep else column.mask(c, o)
            if result._rows is not self._rows:
                raise not_there("where and mask with operands of other rows", "make them of the same frame")
            exprs.append(result._expr)
        return self._with(self._labels, exprs)

    def map(self, func: Any, na_action: Any = None, **options: Any) -> "DataFrame":
        """Each value through a function."""
        from ..applying import map_frame

        return map_frame(self._frame, func, na_action, options)

    applymap = map

    def apply(self, func: Any, axis: Any = 0, raw: bool = False, result_type: Any = None, args: Tuple[Any, ...] = (),
              **options: Any) -> Any:  # fmt: skip
        """A function of each column, or of each row with `axis=1`."""
        from ..applying import apply_frame

        return apply_frame(self._frame, func, axis, raw, result_type, args, options)

    def transform(self, func: Any, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """A function of each column, whose result has as many rows."""
        if isinstance(func, (dict, list)):
            raise not_there("DataFrame.transform with several functions", "call it for each")
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        return self.apply(func, axis, args=args, **options)

    def eval(self, expr: str, *, inplace: bool = False, **options: Any) -> Any:
        """The value of an expression in pandas' grammar; with `name = …`, the frame with that column."""
        from ..querying import evaluate

        return evaluate(self._frame, expr, inplace, options)

    def combine_first(self, other: "DataFrame") -> "DataFrame":
        raise not_there("DataFrame.combine_first", "use .fillna or Series.combine_first column by column")
