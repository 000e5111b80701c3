"""One value of all, and groups: `sum`, `describe`, `groupby` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import reductions
from ..missing import no_more, not_there, one_axis, refuse
from .base import SeriesBase

if TYPE_CHECKING:
    from . import Series


class SeriesStatistics(SeriesBase):
    """Aggregations of all values and of groups."""

    def _reduce(self, function: str, **options: Any) -> Any:
        return reductions.scalar(self, function, options)

    def count(self) -> int:
        """How many values are not missing."""
        return int(self._reduce("count"))

    def sum(self, axis: Any = None, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Any:
        """The sum."""
        one_axis(axis)
        no_more("sum", o)
        return reductions.skipping(self, "sum", skipna, min_count)

    def prod(self, axis: Any = None, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Any:
        one_axis(axis)
        no_more("prod", o)
        return reductions.skipping(self, "prod", skipna, min_count)

    product = prod

    def mean(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        """The mean."""
        one_axis(axis)
        no_more("mean", o)
        return reductions.skipping(self, "mean", skipna)

    def min(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        """The smallest value."""
        one_axis(axis)
        no_more("min", o)
        return reductions.skipping(self, "min", skipna)

    def max(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        """The largest value."""
        one_axis(axis)
        no_more("max", o)
        return reductions.skipping(self, "max", skipna)

    def median(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Any:
        one_axis(axis)
        no_more("median", o)
        return reductions.skipping(self, "median", skipna)

    def std(self, axis: Any = None, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Any:
        """The standard deviation."""
        one_axis(axis)
        no_more("std", o)
        return reductions.spread(self._series, "std", skipna, ddof)

    def var(self, axis: Any = None, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Any:
        one_axis(axis)
        no_more("var", o)
        return reductions.spread(self._series, "var", skipna, ddof)

    def sem(self, axis: Any = None, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Any:
        one_axis(axis)
        no_more("sem", o)
        return reductions.spread(self._series, "sem", skipna, ddof)

    def any(self, *, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> bool:
        """Whether a value is true."""
        one_axis(axis)
        refuse("any", bool_only=(False, bool_only), skipna=(True, skipna))
        no_more("any", o)
        return bool(reductions.truth(self, "any"))

    def all(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> bool:
        """Whether all values are true."""
        one_axis(axis)
        refuse("all", bool_only=(False, bool_only), skipna=(True, skipna))
        no_more("all", o)
        return bool(reductions.truth(self, "all"))

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        """The value below which the share `q` of the values is."""
        return reductions.quantile(self, q, interpolation)

    def nunique(self, dropna: bool = True) -> int:
        """How many different values there are."""
        count = int(self._reduce("nunique"))
        return count if dropna or not self.hasnans else count + 1

    @property
    def hasnans(self) -> bool:
        return bool(self._series.isna().any())

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

    def unique(self) -> Any:
        """The different values in order of appearance, as a NumPy array."""
        return self._series.drop_duplicates().values

    def idxmax(self, axis: Any = 0, skipna: bool = True) -> Any:
        """The label of the largest value."""
        one_axis(axis)
        return reductions.label_of(self._series, "max", skipna)

    def idxmin(self, axis: Any = 0, skipna: bool = True) -> Any:
        one_axis(axis)
        return reductions.label_of(self._series, "min", skipna)

    def argmax(self, axis: Any = None, skipna: bool = True) -> int:
        one_axis(axis)
        return int(reductions.label_of(self._series.reset_index(drop=True), "max", skipna))

    def argmin(self, axis: Any = None, skipna: bool = True) -> int:
        one_axis(axis)
        return int(reductions.label_of(self._series.reset_index(drop=True), "min", skipna))

    def mode(self, dropna: bool = True) -> "Series":
        """The most frequent values, in order."""
        from ..counting import mode

        return mode(self._series, dropna)

    def corr(self, other: "Series", method: str = "pearson", min_periods: Any = None) -> float:
        """The correlation with another series."""
        refuse("corr", min_periods=(None, min_periods))
        return reductions.correlation(self, other, method)

    def cov(self, other: "Series", min_periods: Any = None, ddof: int = 1) -> float:
        refuse("cov", min_periods=(None, min_periods))
        return reductions.covariance(self, other, ddof)

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """Aggregations by name: one, or a list or dict of them."""
        return reductions.aggregate_series(self._series, func, args, options)

    aggregate = agg

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> "Series":
        """Count, mean, spread and quantiles; or how many, how many different and the most frequent."""
        from ..describing import describe_series

        return describe_series(self._series, percentiles)

    def value_counts(self, normalize: bool = False, sort: bool = True, ascending: bool = False, bins: Any = None,
                     dropna: bool = True) -> "Series":  # fmt: skip
        """How often each value occurs, most frequent first."""
        if bins is not None:
            raise not_there("value_counts with bins", "use sw.cut first")
        from ..counting import count_values

        return count_values([(self._name, self._expr)], self._rows, normalize, sort, ascending, dropna)

    def groupby(self, by: Any = None, axis: Any = 0, level: Any = None, as_index: bool = True, sort: bool = True,
                group_keys: bool = True, observed: bool = True, dropna: bool = True) -> Any:  # fmt: skip
        """Groups of rows."""
        from ..groupby import series_groupby

        one_axis(axis)
        return series_groupby(self._series, by, level, as_index, sort, group_keys, dropna)

    def resample(self, rule: Any, **options: Any) -> Any:
        frame = self.to_frame()
        return frame.resample(rule, **options)[frame._labels[0]]
