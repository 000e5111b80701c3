"""One value of each column, and groups: `sum`, `describe`, `groupby` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import reductions
from ..missing import no_more, refuse, rows_only
from ..series import Series
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameStatistics(FrameBase):
    """Aggregations of columns, of rows and of groups."""

    def count(self, axis: Any = 0, numeric_only: bool = False) -> Series:
        """How many values are not missing."""
        return reductions.columns(self, "count", axis, numeric_only)

    def sum(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Series:
        no_more("sum", o)
        return reductions.columns(self, "sum", axis, numeric_only, skipna, min_count=min_count)

    def prod(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Series:
        no_more("prod", o)
        return reductions.columns(self, "prod", axis, numeric_only, skipna, min_count=min_count)

    product = prod

    def mean(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        no_more("mean", o)
        return reductions.columns(self, "mean", axis, numeric_only, skipna)

    def min(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        no_more("min", o)
        return reductions.columns(self, "min", axis, numeric_only, skipna)

    def max(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        no_more("max", o)
        return reductions.columns(self, "max", axis, numeric_only, skipna)

    def median(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        no_more("median", o)
        return reductions.columns(self, "median", axis, numeric_only, skipna)

    def std(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Series:
        no_more("std", o)
        return reductions.columns(self, "std", axis, numeric_only, skipna, ddof=ddof)

    def var(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Series:
        no_more("var", o)
        return reductions.columns(self, "var", axis, numeric_only, skipna, ddof=ddof)

    def sem(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Series:
        no_more("sem", o)
        return reductions.columns(self, "sem", axis, numeric_only, skipna, ddof=ddof)

    def nunique(self, axis: Any = 0, dropna: bool = True) -> Series:
        if not dropna:
            rows_only("nunique", axis)
            return Series([s.nunique(False) for _, s in self.items()], index=self.columns)
        return reductions.columns(self, "nunique", axis, False)

    def any(self, *, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> Series:
        refuse("any", skipna=(True, skipna))
        no_more("any", o)
        frame = self._bools() if bool_only else self
        return reductions.truths(frame, "any", axis)

    def all(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> Series:
        refuse("all", skipna=(True, skipna))
        no_more("all", o)
        frame = self._bools() if bool_only else self
        return reductions.truths(frame, "all", axis)

    def quantile(self, q: Any = 0.5, axis: Any = 0, numeric_only: bool = False, interpolation: str = "linear",
                 method: str = "single") -> Any:  # fmt: skip
        refuse("quantile", method=("single", method))
        rows_only("quantile", axis)
        return reductions.frame_quantile(self, q, numeric_only, interpolation)

    def idxmax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        return reductions.labels_of(self._numbers_if(numeric_only), "max", axis, skipna)

    def idxmin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        return reductions.labels_of(self._numbers_if(numeric_only), "min", axis, skipna)

    def corr(self, method: Any = "pearson", min_periods: int = 1, numeric_only: bool = False) -> "DataFrame":
        """The correlations of all pairs of columns."""
        refuse("corr", min_periods=(1, min_periods))
        return reductions.pairs(self._numbers_if(numeric_only), lambda a, b: a.corr(b, method))

    def cov(self, min_periods: Any = None, ddof: int = 1, numeric_only: bool = False) -> "DataFrame":
        refuse("cov", min_periods=(None, min_periods))
        return reductions.pairs(self._numbers_if(numeric_only), lambda a, b: a.cov(b, ddof=ddof))

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """Aggregations by name: of all columns, or by a dict each column's own."""
        return reductions.aggregate_frame(self._frame, func, axis, args, options)

    aggregate = agg

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> "DataFrame":
        """Count, mean, spread and quantiles of the numeric columns."""
        from ..describing import describe_frame

        return describe_frame(self._frame, percentiles, include, exclude)

    def info(self, verbose: Any = None, buf: Any = None, max_cols: Any = None, memory_usage: Any = None,
             show_counts: Any = None) -> None:  # fmt: skip
        """Prints the columns, their dtypes and how many values are not missing."""
        from ..describing import info

        refuse("info", verbose=(True, verbose is not False), max_cols=(None, max_cols), show_counts=(True, show_counts is not False))
        info(self._frame, buf)

    def memory_usage(self, index: bool = True, deep: bool = False) -> Series:
        """Bytes of each column, as pandas counts fixed-width values."""
        from ..describing import memory_usage

        return memory_usage(self._frame, index)

    def value_counts(self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False,
                     dropna: bool = True) -> Series:  # fmt: skip
        """How often each combination of values occurs, most frequent first."""
        from ..counting import count_values

        labels = self._labels if subset is None else self._listed(subset)
        keys = [(l, self._expr(l)) for l in labels]
        return count_values(keys, self._rows, normalize, sort, ascending, dropna)

    def groupby(self, by: Any = None, axis: Any = 0, level: Any = None, as_index: bool = True, sort: bool = True,
                group_keys: bool = True, observed: bool = True, dropna: bool = True) -> Any:  # fmt: skip
        """Groups of rows with equal keys."""
        from ..groupby import frame_groupby

        rows_only("groupby", axis)
        return frame_groupby(self._frame, by, level, as_index, sort, group_keys, dropna)

    def resample(self, rule: Any, closed: Any = None, label: Any = None, on: Any = None, level: Any = None,
                 origin: Any = "start_day", offset: Any = None, **options: Any) -> Any:  # fmt: skip
        """Groups of rows by spans of time."""
        from ..resampling import resample

        no_more("resample", options)
        return resample(self._frame, rule, on, level, closed, label, origin, offset)
