"""The aggregations by name that groups of frames and of series share."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from .. import columntypes as T
from ..missing import not_there, refuse
from .groups import GroupBy

#: What `agg` takes by name, and NumPy's and Python's functions that mean the same.
FUNCTIONS = {
    "sum", "mean", "median", "min", "max", "std", "var", "sem", "prod", "count", "size", "nunique", "first", "last",
    "any", "all", "skew", "quantile", "idxmin", "idxmax", "kurt",
}  # fmt: skip
_SAME = {"amin": "min", "amax": "max", "average": "mean", "product": "prod", "nanmean": "mean", "nansum": "sum"}
_OF_NUMBERS = ("mean", "median", "std", "var", "sem", "prod", "skew", "quantile")


def function_name(func: Any) -> str:
    """The name of an aggregation given as text or as `sum`, `numpy.mean` and the like."""
    if isinstance(func, str):
        return func
    name = getattr(func, "__name__", "")
    module = str(getattr(func, "__module__", ""))
    if func in (sum, min, max) or module.split(".")[0] == "numpy":
        return _SAME.get(name, name)
    return ""


def is_known(func: Any) -> bool:
    """Whether the engine has the aggregation."""
    return function_name(func) in FUNCTIONS


def refusal(function: str, type_: str) -> Optional[TypeError]:
    """pandas' error for an aggregation of numbers that is asked of other values."""
    if T.is_number(type_) or function not in _OF_NUMBERS:
        return None
    return TypeError(f"agg function failed [how->{function},dtype->{T.dtype_name(type_)}]")


class Aggregations(GroupBy):
    """`sum`, `mean`, `quantile` and their like, of all columns that are not keys."""

    def _named(self, function: str, numeric_only: bool = False, options: Optional[Mapping[str, Any]] = None) -> Any:
        raise NotImplementedError

    def sum(self, numeric_only: bool = False, min_count: int = 0, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """The sums of the groups."""
        refuse("groupby().sum", min_count=(0, min_count))
        return self._named("sum", numeric_only)

    def mean(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._named("mean", numeric_only)

    def median(self, numeric_only: bool = False) -> Any:
        return self._named("median", numeric_only)

    def min(self, numeric_only: bool = False, min_count: int = -1, engine: Any = None, engine_kwargs: Any = None) -> Any:
        refuse("groupby().min", min_count=(-1, min_count))
        return self._named("min", numeric_only)

    def max(self, numeric_only: bool = False, min_count: int = -1, engine: Any = None, engine_kwargs: Any = None) -> Any:
        refuse("groupby().max", min_count=(-1, min_count))
        return self._named("max", numeric_only)

    def std(self, ddof: int = 1, engine: Any = None, engine_kwargs: Any = None, numeric_only: bool = False) -> Any:
        return self._named("std", numeric_only, {} if ddof == 1 else {"ddof": ddof})

    def var(self, ddof: int = 1, engine: Any = None, engine_kwargs: Any = None, numeric_only: bool = False) -> Any:
        return self._named("var", numeric_only, {} if ddof == 1 else {"ddof": ddof})

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        return self._named("sem", numeric_only, {} if ddof == 1 else {"ddof": ddof})

    def prod(self, numeric_only: bool = False, min_count: int = 0) -> Any:
        refuse("groupby().prod", min_count=(0, min_count))
        return self._named("prod", numeric_only)

    def skew(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        refuse("groupby().skew", skipna=(True, skipna))
        return self._named("skew", numeric_only)

    def count(self) -> Any:
        """How many values of each group are not missing."""
        return self._named("count")

    def nunique(self, dropna: bool = True) -> Any:
        """How many different values each group has."""
        if not dropna:
            raise not_there("groupby().nunique with dropna=False", "fill missing values first")
        return self._named("nunique")

    def first(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        refuse("groupby().first", min_count=(-1, min_count), skipna=(True, skipna))
        return self._named("first", numeric_only)

    def last(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        refuse("groupby().last", min_count=(-1, min_count), skipna=(True, skipna))
        return self._named("last", numeric_only)

    def any(self, skipna: bool = True) -> Any:
        refuse("groupby().any", skipna=(True, skipna))
        return self._named("any")

    def all(self, skipna: bool = True) -> Any:
        refuse("groupby().all", skipna=(True, skipna))
        return self._named("all")

    def quantile(self, q: Any = 0.5, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """The value below which the share `q` of each group's values is."""
        if not isinstance(q, (int, float)):
            raise not_there("groupby().quantile of several shares", "call it for each")
        return self._named("quantile", numeric_only, {"q": float(q), "interpolation": interpolation})

    def ohlc(self) -> Any:
        raise not_there("groupby().ohlc", "use .agg(['first', 'max', 'min', 'last'])")

    def rolling(self, window: Any, min_periods: Any = None, center: bool = False, **options: Any) -> Any:
        """Windows of the last rows of each group."""
        from ..rolling import GroupedRolling

        return GroupedRolling(self, window, min_periods, center, options)

    def expanding(self, min_periods: int = 1) -> Any:
        from ..rolling import GroupedRolling

        return GroupedRolling(self, None, min_periods, False, {})

    def resample(self, rule: Any, **options: Any) -> Any:
        raise not_there("groupby().resample", "group by sw.Grouper(key=…, freq=…) beside the other keys")
