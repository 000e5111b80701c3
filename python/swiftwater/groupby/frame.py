"""Groups of a frame's rows: `df.groupby(…)`."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Union

from .. import columntypes as T
from .. import expressions as X
from ..frame import DataFrame
from ..labels import Index, Label
from ..missing import absent, not_there, refuse
from ..series import Series
from .aggregations import Aggregations, function_name, is_known, refusal
from .groups import Spec
from .results import by_keys, combined, described
from .series import SeriesGroupBy


class DataFrameGroupBy(Aggregations):
    """Groups of a frame's rows."""

    def __getitem__(self, key: Any) -> Union["DataFrameGroupBy", "SeriesGroupBy"]:
        if isinstance(key, (list, Index)):
            self._frame._require(list(key))
            return DataFrameGroupBy(self._frame, self._keys, self._as_index, self._sort, self._dropna, list(key), self._group_keys)
        if not self._frame._has(key):
            raise KeyError(f"Column not found: {key}")
        return SeriesGroupBy(self._frame, self._keys, self._as_index, self._sort, self._dropna, [key], self._group_keys)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and self._frame._has(name):
            return self[name]
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent("DataFrameGroupBy", name)

    def _named(self, function: str, numeric_only: bool = False, options: Optional[Mapping[str, Any]] = None) -> DataFrame:
        labels = self._columns()
        if numeric_only:
            labels = [l for l in labels if T.is_number(self._frame._expr(l).type)]
        try:
            return self._aggregated([(l, l, function, options or {}) for l in labels])._named_columns(self._frame)
        except TypeError as error:
            refusals = (refusal(function, self._frame._expr(l).type) for l in labels)
            refused = next((r for r in refusals if r is not None), None)
            if refused is None:
                raise
            raise refused from error

    def agg(self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **named: Any) -> DataFrame:
        """Aggregations of each group: a name, a list, a dict by column, or `new=("column", "function")`."""
        if func is None:
            return self._agg_named(named)
        if isinstance(func, str):
            return getattr(self, func)(*args, **named)  # type: ignore[no-any-return]
        if callable(func) and not function_name(func):
            return self._agg_python({l: [func] for l in self._columns()}, False, args, named)
        if callable(func):
            return self._named(function_name(func))
        if isinstance(func, Mapping):
            for label in func:
                if not self._frame._has(label):
                    raise KeyError(f"Label(s) {[l for l in func if not self._frame._has(l)]} do not exist")
            flat = all(not isinstance(f, (list, tuple)) for f in func.values())
            wanted = {l: list(f) if isinstance(f, (list, tuple)) else [f] for l, f in func.items()}
        else:
            flat = False
            wanted = {l: list(func) for l in self._columns()}
        if any(not is_known(f) for fs in wanted.values() for f in fs):
            return self._agg_python(wanted, not flat, args, named)
        specs: List[Spec] = []
        for label, functions in wanted.items():
            for f in functions:
                name = function_name(f)
                result: Label = label if flat else (*label, name) if isinstance(label, tuple) else (label, name)
                specs.append((result, label, name, {}))
        frame = self._aggregated(specs)
        if not flat:
            frame._column_names = [*self._frame._column_names, None]
        return frame

    aggregate = agg

    def _agg_named(self, named: Mapping[str, Any]) -> DataFrame:
        if not named:
            raise TypeError("Must provide 'func' or tuples of '(column, aggfunc).")
        specs: List[Spec] = []
        for label, pair in named.items():
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise TypeError("Must provide 'func' or tuples of '(column, aggfunc).")
            column, function = pair
            if not self._frame._has(column):
                raise KeyError(f"Label(s) [{column!r}] do not exist")
            if not is_known(function):
                parts = {l: self[c].agg(f) for l, (c, f) in named.items()}
                first = next(iter(parts.values()))
                frame: DataFrame = first.to_frame()[[]]
                for l, part in parts.items():
                    frame[l] = part
                return frame
            specs.append((label, column, function_name(function), {}))
        return self._aggregated(specs)

    def _agg_python(self, wanted: Mapping[Label, List[Any]], tuples: bool, args: Any, options: Mapping[str, Any]) -> DataFrame:
        """Aggregations by functions of Python, group by group."""
        keys = self._key_values()
        groups = [self._group(k) for k in keys]
        table: Dict[Any, List[Any]] = {}
        for label, functions in wanted.items():
            for f in functions:
                name = function_name(f) or getattr(f, "__name__", "<lambda>")
                values = []
                for group in groups:
                    column = group._column(label) if group._has(label) else Series([], name=label)
                    values.append(getattr(column, name)() if is_known(f) else f(column, *args, **options))
                table[(label, name) if tuples else label] = values
        return by_keys(self, keys, table)

    def apply(self, func: Any, *args: Any, include_groups: bool = False, **options: Any) -> Any:
        """A function of each group's frame, the results put together."""
        if include_groups:
            raise ValueError("include_groups=True is no longer allowed.")
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        keys = self._key_values()
        labels = self._columns()
        results = []
        for key in keys:
            group = self._group(key)
            results.append(func(group[labels] if self._selection is None else group, *args, **options))
        return combined(self, keys, results)

    def transform(self, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **options: Any) -> DataFrame:
        """Values by group for each row."""
        return self._each(lambda s: s.transform(func, *args, **options))

    def _whole_columns(self) -> DataFrame:
        labels = self._columns()
        return self._frame._with(labels, [self._frame._expr(l) for l in labels])

    def _each(self, change: Callable[[SeriesGroupBy], Series], numeric_only: bool = False) -> DataFrame:
        frame = self._whole_columns()._numbers_if(numeric_only)
        exprs = []
        for label in frame._labels:
            column = self[label]
            assert isinstance(column, SeriesGroupBy)
            result = change(column)
            if result._rows is not frame._rows:
                raise not_there("groupby().transform of several columns with a Python function", "transform one column")
            exprs.append(result._expr)
        return frame._with(frame._labels, exprs)

    def cumsum(self, numeric_only: bool = False, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cumsum(**o), numeric_only)

    def cumprod(self, numeric_only: bool = False, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cumprod(**o), numeric_only)

    def cummax(self, numeric_only: bool = False, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cummax(**o), numeric_only)

    def cummin(self, numeric_only: bool = False, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cummin(**o), numeric_only)

    def shift(self, periods: int = 1, freq: Any = None, fill_value: Any = None, suffix: Any = None) -> DataFrame:
        return self._each(lambda s: s.shift(periods, freq, fill_value, suffix))

    def diff(self, periods: int = 1) -> DataFrame:
        return self._each(lambda s: s.diff(periods))

    def pct_change(self, periods: int = 1, **o: Any) -> DataFrame:
        return self._each(lambda s: s.pct_change(periods, **o))

    def ffill(self, limit: Any = None) -> DataFrame:
        return self._each(lambda s: s.ffill(limit))

    def bfill(self, limit: Any = None) -> DataFrame:
        return self._each(lambda s: s.bfill(limit))

    def rank(self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False) -> DataFrame:
        return self._each(lambda s: s.rank(method, ascending, na_option, pct))

    def filter(self, func: Any, dropna: bool = True, *args: Any, **options: Any) -> DataFrame:
        """The rows of the groups for which the function is true."""
        refuse("groupby().filter", dropna=(True, dropna))
        condition: X.Expression = X.Literal(False)
        for key in self._key_values():
            if func(self._group(key), *args, **options):
                condition = X.Binary("or", condition, self._is_in(key), "bool")
        return self._kept(condition)

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> DataFrame:
        """Count, mean, spread and quantiles of each group."""
        refuse("groupby().describe", include=(None, include), exclude=(None, exclude))
        labels = [l for l in self._columns() if T.is_number(self._frame._expr(l).type)]
        return described(self, labels, percentiles)

    def value_counts(self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False,
                     dropna: bool = True) -> Series:  # fmt: skip
        raise not_there("DataFrameGroupBy.value_counts", "use df.value_counts with the keys among the columns")

    def corr(self, **options: Any) -> Any:
        raise not_there("DataFrameGroupBy.corr", "correlate each group of an iteration over the groups")
