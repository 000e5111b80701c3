"""Values that depend on the rows before: `shift`, `cumsum`, `rank` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import columntypes as T
from ..missing import no_more, not_there, one_axis, refuse
from .base import SeriesBase

if TYPE_CHECKING:
    from . import Series


class SeriesWindows(SeriesBase):
    """Values in the order of rows."""

    def shift(self, periods: int = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None, suffix: Any = None) -> "Series":
        """The value of `periods` rows before."""
        one_axis(axis)
        refuse("shift", suffix=(None, suffix))
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
        result: Series = self - self.shift(periods)
        return result.astype("float64") if type_ in T.INTEGERS else result

    def pct_change(self, periods: int = 1, fill_method: Any = None, **options: Any) -> "Series":
        """The relative change from the value of `periods` rows before."""
        one_axis(options.pop("axis", 0))
        refuse("pct_change", fill_method=(None, fill_method), freq=(None, options.pop("freq", None)))
        no_more("pct_change", options)
        result: Series = self / self.shift(periods) - 1
        return result

    def cumsum(self, axis: Any = 0, skipna: bool = True, **options: Any) -> "Series":
        """The sum of the values so far."""
        one_axis(axis)
        no_more("cumsum", options)
        return self._cumulative("cumsum", skipna)

    def cumprod(self, axis: Any = 0, skipna: bool = True, **options: Any) -> "Series":
        one_axis(axis)
        no_more("cumprod", options)
        return self._cumulative("cumprod", skipna)

    def cummax(self, axis: Any = 0, skipna: bool = True, **options: Any) -> "Series":
        one_axis(axis)
        no_more("cummax", options)
        return self._cumulative("cummax", skipna)

    def cummin(self, axis: Any = 0, skipna: bool = True, **options: Any) -> "Series":
        one_axis(axis)
        no_more("cummin", options)
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
        one_axis(axis)
        refuse("ffill", limit_area=(None, limit_area))
        return self._placed(self._window("ffill", limit=limit), inplace)

    def bfill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        one_axis(axis)
        refuse("bfill", limit_area=(None, limit_area))
        return self._placed(self._window("bfill", limit=limit), inplace)

    def rank(self, axis: Any = 0, method: str = "average", numeric_only: bool = False, na_option: str = "keep",
             ascending: bool = True, pct: bool = False) -> "Series":  # fmt: skip
        """The rank of each value."""
        one_axis(axis)
        if method not in ("average", "min", "max", "first", "dense"):
            raise KeyError(method)
        if na_option not in ("keep", "top", "bottom"):
            raise ValueError("na_option must be one of 'keep', 'top', or 'bottom'")
        return self._window("rank", "float64", method=method, ascending=ascending, missing=na_option, pct=pct)
