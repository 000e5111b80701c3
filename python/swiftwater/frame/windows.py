"""Values that depend on the rows before: `shift`, `cumsum`, `rank` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..missing import refuse, rows_only
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameWindows(FrameBase):
    """Columns in the order of rows."""

    def shift(self, periods: int = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None, suffix: Any = None) -> "DataFrame":
        """The values of `periods` rows before."""
        rows_only("shift", axis)
        refuse("shift", suffix=(None, suffix))
        return self._each(lambda s: s.shift(periods, freq, fill_value=fill_value))

    def diff(self, periods: int = 1, axis: Any = 0) -> "DataFrame":
        rows_only("diff", axis)
        return self._each(lambda s: s.diff(periods))

    def pct_change(self, periods: int = 1, fill_method: Any = None, **options: Any) -> "DataFrame":
        rows_only("pct_change", options.pop("axis", 0))
        return self._each(lambda s: s.pct_change(periods, fill_method, **options))

    def cumsum(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        rows_only("cumsum", axis)
        return self._numbers_if(numeric_only)._each(lambda s: s.cumsum(skipna=skipna, **o))

    def cumprod(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        rows_only("cumprod", axis)
        return self._numbers_if(numeric_only)._each(lambda s: s.cumprod(skipna=skipna, **o))

    def cummax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        rows_only("cummax", axis)
        return self._numbers_if(numeric_only)._each(lambda s: s.cummax(skipna=skipna, **o))

    def cummin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        rows_only("cummin", axis)
        return self._numbers_if(numeric_only)._each(lambda s: s.cummin(skipna=skipna, **o))

    def rank(self, axis: Any = 0, method: str = "average", numeric_only: bool = False, na_option: str = "keep",
             ascending: bool = True, pct: bool = False) -> "DataFrame":  # fmt: skip
        """The rank of each value in its column."""
        rows_only("rank", axis)
        return self._numbers_if(numeric_only)._each(
            lambda s: s.rank(method=method, na_option=na_option, ascending=ascending, pct=pct)
        )
