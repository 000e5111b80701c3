"""Groups of rows with equal keys: `groupby` of frames and series."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from . import columntypes as T
from . import expressions as X
from . import selection
from . import values as V
from .base import Levels
from .frame import DataFrame
from .grouping import Key, keys_of
from .labels import Index, Label, flat_label
from .missing import absent, not_there, refuse
from .reductions import input_of, result_type
from .rows import Grouped, fresh
from .series import Series

#: What `agg` takes by name, and NumPy's and Python's functions that mean the same.
_FUNCTIONS = {
    "sum", "mean", "median", "min", "max", "std", "var", "sem", "prod", "count", "size", "nunique", "first", "last",
    "any", "all", "skew", "quantile", "idxmin", "idxmax", "kurt",
}  # fmt: skip
_SAME = {"amin": "min", "amax": "max", "average": "mean", "product": "prod", "nanmean": "mean", "nansum": "sum"}

Spec = Tuple[Label, Label, str, Mapping[str, Any]]


def function_name(func: Any) -> str:
    """The name of an aggregation given as text or as `sum`, `numpy.mean` and the like."""
    if isinstance(func, str):
        return func
    name = getattr(func, "__name__", "")
    module = str(getattr(func, "__module__", ""))
    if func in (sum, min, max) or module.split(".")[0] == "numpy":
        return _SAME.get(name, name)
    return ""


def frame_groupby(
    frame: DataFrame, by: Any, level: Any, as_index: bool, sort: bool, group_keys: bool, dropna: bool
) -> "DataFrameGroupBy":
    """The groups of a frame's rows."""
    frame, keys = keys_of(frame, by, level)
    return DataFrameGroupBy(frame, keys, as_index, sort, dropna, None, group_keys)


def series_groupby(
    series: Series, by: Any, level: Any, as_index: bool, sort: bool, group_keys: bool, dropna: bool
) -> "SeriesGroupBy":
    """The groups of a series' rows."""
    if not as_index:
        raise TypeError("as_index=False only valid with DataFrame")
    frame = DataFrame._make(series._rows, [series._name], [series._expr], series._levels)
    frame, keys = keys_of(frame, by, level, series)
    return SeriesGroupBy(frame, keys, True, sort, dropna, [series._name], group_keys)


class GroupBy:
    """Rows of a frame by the values of keys."""

    def __init__(
        self,
        frame: DataFrame,
        keys: Sequence[Key],
        as_index: bool,
        sort: bool,
        dropna: bool,
        selected: Optional[List[Label]],
        group_keys: bool,
    ) -> None:
        self._frame = frame
        self._keys = list(keys)
        self._as_index = as_index
        self._sort = sort
        self._dropna = dropna
        self._selection = selected
        self._group_keys = group_keys

    @property
    def ngroups(self) -> int:
        """How many groups there are."""
        return len(self._sizes())

    def __len__(self) -> int:
        return self.ngroups

    def _columns(self) -> List[Label]:
        """The labels that are aggregated: the selected ones, or all but the keys'."""
        if self._selection is not None:
            return list(self._selection)
        gone = {k.label for k in self._keys if k.in_frame}
        return [l for l in self._frame._labels if l not in gone]

    def _aggregated(self, specs: Sequence[Spec]) -> DataFrame:
        """A row for each group with these aggregations: result label, column, function, options."""
        taken: List[str] = []
        keys: List[Tuple[str, X.Expression]] = []
        for key in self._keys:
            name = fresh(taken, wanted=flat_label(key.label) if key.label is not None else "key")
            taken.append(name)
            keys.append((name, key.expr))
        aggregations = []
        columns: List[Tuple[Label, X.Expression]] = []
        for label, column, function, options in specs:
            size = function == "size"
            e = None if size else input_of(function, self._frame._expr(column))
            type_ = "int64" if size else result_type(function, e.type if e is not None else "null")
            if function in ("idxmin", "idxmax"):
                e, type_, options = self._label_form(e, options)
            name = fresh(taken, wanted=f"{flat_label(column)}_{function}" if not size else "size")
            taken.append(name)
            aggregations.append((name, function, e, type_, options))
            columns.append((label, X.Column(name, type_)))
        rows = Grouped(self._frame._rows, keys, aggregations, self._sort, self._dropna)
        exprs: List[X.Expression] = [X.Column(n, e.type) for n, e in keys]
        names = [k.label for k in self._keys]
        if self._as_index:
            levels = Levels(exprs, names)
            result = DataFrame._make(rows, [l for l, _ in columns], [e for _, e in columns], levels)
        else:
            labels = [k.label if k.label is not None else ("index" if i == 0 else f"level_{i}") for i, k in enumerate(self._keys)]
            if any(isinstance(l, tuple) for l, _ in columns):
                width = max(len(l) for l, _ in columns if isinstance(l, tuple))
                labels = [(l, *[""] * (width - 1)) for l in labels]
            result = DataFrame._make(
                rows, [*labels, *(l for l, _ in columns)], [*exprs, *(e for _, e in columns)], Levels.default()
            )
        for key in self._keys:
            if key.finish is not None:
                result = key.finish(result)
        return result

    def _label_form(self, e: Optional[X.Expression], options: Mapping[str, Any]) -> Any:
        raise not_there("idxmin and idxmax of groups", "sort the values and take the first row of each group")

    def _sizes(self) -> Series:
        frame = GroupBy(self._frame, self._keys, True, self._sort, self._dropna, None, True)._aggregated(
            [("size", None, "size", {})]
        )
        return Series._make(frame._rows, frame._exprs[0], None, frame._levels)

    def size(self) -> Any:
        """How many rows each group has."""
        if self._as_index:
            sizes = self._sizes()
            sizes._name = self._selection[0] if isinstance(self, SeriesGroupBy) and self._selection else None
            return sizes
        return self._aggregated([("size", None, "size", {})])

    def _by(self) -> Tuple[X.Expression, ...]:
        return tuple(X.clean(k.expr) for k in self._keys)

    def _windowed(self, e: X.Expression, function: str, type_: Optional[str] = None, **options: Any) -> X.Expression:
        """A value for each row by its group."""
        form = [(k, v) for k, v in options.items() if v is not None]
        if not self._dropna:
            form.append(("missing_keys", True))
        return X.Window(function, X.clean(e), type_ or e.type, tuple(form), self._by())

    def cumcount(self, ascending: bool = True) -> Series:
        """The position of each row in its group."""
        options: List[Tuple[str, Any]] = [("ascending", ascending)]
        if not self._dropna:
            options.append(("missing_keys", True))
        e = X.Window("cumcount", None, "int64", tuple(options), self._by())
        return Series._make(self._frame._rows, e, None, self._frame._levels)

    def ngroup(self, ascending: bool = True) -> Series:
        """The number of each row's group."""
        options: List[Tuple[str, Any]] = [("ascending", ascending)]
        if not self._dropna:
            options.append(("missing_keys", True))
        e = X.Window("ngroup", None, "int64", tuple(options), self._by())
        return Series._make(self._frame._rows, e, None, self._frame._levels)

    def _kept(self, condition: X.Expression) -> DataFrame:
        frame = self._whole()
        return frame._selected(selection.keep(frame, condition))

    def _whole(self) -> DataFrame:
        if self._selection is None:
            return self._frame
        return self._frame._with(self._selection, [self._frame._expr(l) for l in self._selection])

    def head(self, n: int = 5) -> Any:
        """The first rows of each group, in the frame's order."""
        count = self.cumcount()._expr
        return self._shaped(self._kept(X.comparison("<", count, X.Literal(n))))

    def tail(self, n: int = 5) -> Any:
        """The last rows of each group, in the frame's order."""
        count = self.cumcount(ascending=False)._expr
        return self._shaped(self._kept(X.comparison("<", count, X.Literal(n))))

    def nth(self, n: Any, dropna: Any = None) -> Any:
        """The n-th row of each group."""
        refuse("nth", dropna=(None, dropna))
        if not isinstance(n, int):
            raise not_there("nth of several positions", "call it for each")
        count = self.cumcount(ascending=n >= 0)._expr
        return self._shaped(self._kept(X.comparison("==", count, X.Literal(n if n >= 0 else -n - 1))))

    def _shaped(self, frame: DataFrame) -> Any:
        return frame

    def _key_values(self) -> List[Any]:
        """The groups' keys in order; tuples where there are several."""
        return self._sizes()._index_values()

    def _group(self, key: Any) -> DataFrame:
        parts = key if len(self._keys) > 1 else (key,)
        condition: Optional[X.Expression] = None
        for k, value in zip(self._keys, parts):
            same = X.is_na(k.expr) if V.is_missing(value) else X.comparison("==", k.expr, X.Literal(value))
            condition = same if condition is None else X.Binary("and", condition, same, "bool")
        assert condition is not None
        return self._kept(condition)

    def get_group(self, name: Any) -> Any:
        """The rows of a group."""
        if isinstance(name, tuple) and len(self._keys) == 1 and len(name) == 1:
            name = name[0]
        group = self._group(name)
        if len(group) == 0:
            raise KeyError(name)
        return self._shaped(group)

    def __iter__(self) -> Iterator[Tuple[Any, Any]]:
        several = len(self._keys) > 1 or self._listed_keys()
        for key in self._key_values():
            shown = key if isinstance(key, tuple) or not several else (key,)
            yield shown, self._shaped(self._group(key))

    def _listed_keys(self) -> bool:
        return any(k.listed for k in self._keys)

    @property
    def groups(self) -> Dict[Any, Index]:
        """The labels of the rows of each group."""
        return {key: self._group(key).index for key in self._key_values()}

    @property
    def indices(self) -> Dict[Any, List[int]]:
        frame = self._frame.reset_index(drop=True)
        plain = GroupBy(frame, self._keys, True, self._sort, self._dropna, None, True)
        return {key: plain._group(key).index.tolist() for key in self._key_values()}

    def pipe(self, func: Any, *args: Any, **options: Any) -> Any:
        """`func(self, …)`."""
        return func(self, *args, **options)

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
        return self._named("min", numeric_only)

    def max(self, numeric_only: bool = False, min_count: int = -1, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._named("max", numeric_only)

    def std(self, ddof: int = 1, engine: Any = None, engine_kwargs: Any = None, numeric_only: bool = False) -> Any:
        return self._named("std", numeric_only, {} if ddof == 1 else {"ddof": ddof})

    def var(self, ddof: int = 1, engine: Any = None, engine_kwargs: Any = None, numeric_only: bool = False) -> Any:
        return self._named("var", numeric_only, {} if ddof == 1 else {"ddof": ddof})

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        return self._named("sem", numeric_only, {} if ddof == 1 else {"ddof": ddof})

    def prod(self, numeric_only: bool = False, min_count: int = 0) -> Any:
        return self._named("prod", numeric_only)

    def skew(self, skipna: bool = True, numeric_only: bool = False) -> Any:
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
        return self._named("first", numeric_only)

    def last(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        return self._named("last", numeric_only)

    def any(self, skipna: bool = True) -> Any:
        return self._named("any")

    def all(self, skipna: bool = True) -> Any:
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
        from .rolling import GroupedRolling

        return GroupedRolling(self, window, min_periods, center, options)

    def expanding(self, min_periods: int = 1) -> Any:
        from .rolling import GroupedRolling

        return GroupedRolling(self, None, min_periods, False, {})

    def resample(self, rule: Any, **options: Any) -> Any:
        raise not_there("groupby().resample", "group by sw.Grouper(key=…, freq=…) beside the other keys")


class DataFrameGroupBy(GroupBy):
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
            for label in labels:
                type_ = self._frame._expr(label).type
                if not T.is_number(type_) and function in ("mean", "median", "std", "var", "sem", "prod", "skew", "quantile"):
                    raise TypeError(
                        f"agg function failed [how->{function},dtype->{T.dtype_name(type_)}]"
                    ) from error
            raise

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
        if any(not _known(f) for fs in wanted.values() for f in fs):
            return self._agg_python(wanted, not flat, args, named)
        specs: List[Spec] = []
        for label, functions in wanted.items():
            for f in functions:
                name = function_name(f)
                result: Label = label if flat else (*label, name) if isinstance(label, tuple) else (label, name)
                specs.append((result, label, name, {}))
        frame = self._aggregated(specs)
        if not flat:
            frame.__dict__["_column_names"] = [*self._frame._column_names, None]
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
            if not _known(function):
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
                    values.append(getattr(column, name)() if _known(f) else f(column, *args, **options))
                table[(label, name) if tuples else label] = values
        return _by_keys(self, keys, table)

    def apply(self, func: Any, *args: Any, include_groups: bool = False, **options: Any) -> Any:
        """A function of each group's frame, the results put together."""
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        keys = self._key_values()
        labels = self._columns()
        results = []
        for key in keys:
            group = self._group(key)
            results.append(func(group[labels] if self._selection is None else group, *args, **options))
        return _combined(self, keys, results)

    def transform(self, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **options: Any) -> DataFrame:
        """Values by group for each row."""
        frame = self._whole_columns()
        exprs = []
        for label in frame._labels:
            column = self[label]
            assert isinstance(column, SeriesGroupBy)
            result = column.transform(func, *args, **options)
            if result._rows is not frame._rows:
                raise not_there("groupby().transform of several columns with a Python function", "transform one column")
            exprs.append(result._expr)
        return frame._with(frame._labels, exprs)

    def _whole_columns(self) -> DataFrame:
        labels = self._columns()
        return self._frame._with(labels, [self._frame._expr(l) for l in labels])

    def _each(self, change: Callable[["SeriesGroupBy"], Series]) -> DataFrame:
        frame = self._whole_columns()
        exprs = []
        for label in frame._labels:
            column = self[label]
            assert isinstance(column, SeriesGroupBy)
            exprs.append(change(column)._expr)
        return frame._with(frame._labels, exprs)

    def cumsum(self, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cumsum())

    def cumprod(self, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cumprod())

    def cummax(self, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cummax())

    def cummin(self, **o: Any) -> DataFrame:
        return self._each(lambda s: s.cummin())

    def shift(self, periods: int = 1, freq: Any = None, fill_value: Any = None, suffix: Any = None) -> DataFrame:
        return self._each(lambda s: s.shift(periods, freq, fill_value))

    def diff(self, periods: int = 1) -> DataFrame:
        return self._each(lambda s: s.diff(periods))

    def pct_change(self, periods: int = 1, **o: Any) -> DataFrame:
        return self._each(lambda s: s.pct_change(periods))

    def ffill(self, limit: Any = None) -> DataFrame:
        return self._each(lambda s: s.ffill(limit))

    def bfill(self, limit: Any = None) -> DataFrame:
        return self._each(lambda s: s.bfill(limit))

    def rank(self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False) -> DataFrame:
        return self._each(lambda s: s.rank(method, ascending, na_option, pct))

    def filter(self, func: Any, dropna: bool = True, *args: Any, **options: Any) -> DataFrame:
        """The rows of the groups for which the function is true."""
        refuse("groupby().filter", dropna=(True, dropna))
        kept = [key for key in self._key_values() if func(self._group(key), *args, **options)]
        condition: X.Expression = X.Literal(False)
        for key in kept:
            parts = key if len(self._keys) > 1 else (key,)
            same: X.Expression = X.Literal(True)
            for k, value in zip(self._keys, parts):
                same = X.Binary("and", same, X.comparison("==", k.expr, X.Literal(value)), "bool")
            condition = X.Binary("or", condition, same, "bool")
        return self._kept(condition)

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> DataFrame:
        """Count, mean, spread and quantiles of each group."""
        labels = [l for l in self._columns() if T.is_number(self._frame._expr(l).type)]
        shares = [0.25, 0.5, 0.75] if percentiles is None else sorted({*percentiles, 0.5})
        specs: List[Spec] = []
        for l in labels:
            for f in ("count", "mean", "std", "min"):
                specs.append(((l, f), l, f, {}))
            specs += [((l, f"{s * 100:g}%"), l, "quantile", {"q": s}) for s in shares]
            specs.append(((l, "max"), l, "max", {}))
        frame = self._aggregated(specs)
        return frame._with(frame._labels, [
            X.Cast(e, "float64") if isinstance(l, tuple) and l in {s[0] for s in specs} else e
            for l, e in zip(frame._labels, frame._exprs)
        ])  # fmt: skip

    def value_counts(self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False,
                     dropna: bool = True) -> Series:  # fmt: skip
        raise not_there("DataFrameGroupBy.value_counts", "use df.value_counts with the keys among the columns")

    def corr(self, **options: Any) -> Any:
        raise not_there("DataFrameGroupBy.corr", "correlate each group of an iteration over the groups")


class SeriesGroupBy(GroupBy):
    """Groups of a series' rows."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent("SeriesGroupBy", name)

    @property
    def _label(self) -> Label:
        assert self._selection is not None
        return self._selection[0]

    @property
    def _expr(self) -> X.Expression:
        return self._frame._expr(self._label)

    def _shaped(self, frame: DataFrame) -> Series:
        return Series._make(frame._rows, frame._exprs[0], self._label, frame._levels)

    def _result(self, frame: DataFrame) -> Any:
        if not self._as_index:
            return frame
        return Series._make(frame._rows, frame._exprs[-1], self._label, frame._levels)

    def _named(self, function: str, numeric_only: bool = False, options: Optional[Mapping[str, Any]] = None) -> Any:
        try:
            return self._result(self._aggregated([(self._label, self._label, function, options or {})]))
        except TypeError as error:
            if function in ("mean", "median", "std", "var", "sem", "prod", "skew", "quantile"):
                name = T.dtype_name(self._expr.type)
                raise TypeError(f"agg function failed [how->{function},dtype->{name}]") from error
            raise

    def agg(self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **named: Any) -> Any:
        """Aggregations of each group: a name, a list, or `new="function"`."""
        if func is None:
            pairs = list(named.items())
        elif isinstance(func, str):
            return getattr(self, func)(*args, **named)
        elif isinstance(func, (list, tuple)):
            pairs = [(function_name(f) or getattr(f, "__name__", "<lambda>"), f) for f in func]
        elif _known(func):
            return self._named(function_name(func))
        elif callable(func):
            keys = self._key_values()
            values = [func(self._shaped(self._group(k)), *args, **named) for k in keys]
            frame = _by_keys(self, keys, {self._label: values})
            return self._result(frame)
        else:
            raise TypeError("nested renamer is not supported")
        if any(not _known(f) for _, f in pairs):
            keys = self._key_values()
            groups = [self._shaped(self._group(k)) for k in keys]
            table = {n: [getattr(g, f)() if isinstance(f, str) else f(g) for g in groups] for n, f in pairs}
            return _by_keys(self, keys, table)
        return self._aggregated([(n, self._label, function_name(f), {}) for n, f in pairs])

    aggregate = agg

    def apply(self, func: Any, *args: Any, **options: Any) -> Any:
        """A function of each group's series, the results put together."""
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        keys = self._key_values()
        results = [func(self._shaped(self._group(k)), *args, **options) for k in keys]
        return _combined(self, keys, results)

    def _made(self, e: X.Expression) -> Series:
        return Series._make(self._frame._rows, e, self._label, self._frame._levels)

    def transform(self, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **options: Any) -> Series:
        """A value by group for each row: an aggregation's for all rows of the group, or a function's."""
        name = function_name(func)
        if name in ("shift", "diff", "cumsum", "cumprod", "cummax", "cummin", "rank", "ffill", "bfill", "cumcount",
                    "ngroup", "pct_change"):  # fmt: skip
            return getattr(self, name)(*args, **options)  # type: ignore[no-any-return]
        if name in _FUNCTIONS:
            e = input_of(name, self._expr) if name != "size" else self._expr
            type_ = "int64" if name == "size" else result_type(name, e.type)
            return self._made(self._windowed(e, "aggregate", type_, aggregate=name, **options))
        if isinstance(func, str):
            raise ValueError(f"'{func}' is not a valid function name for transform(name)")
        return self._transform_python(func, args, options)

    def _transform_python(self, func: Any, args: Any, options: Mapping[str, Any]) -> Series:
        from .construction import beside_values

        number = self.ngroup()
        frame = DataFrame._make(self._frame._rows, ["number", "value"], [number._expr, self._expr], self._frame._levels)
        values = frame._column("number").tolist()
        places: Dict[Any, List[int]] = {}
        for i, n in enumerate(values):
            if not V.is_missing(n):
                places.setdefault(n, []).append(i)
        found: List[Any] = [None] * len(values)
        for n, where in sorted(places.items()):
            group = frame[frame._column("number") == n]._column("value").rename(self._label)
            result = func(group, *args, **options)
            held = result.tolist() if isinstance(result, Series) else [result] * len(where)
            for i, v in zip(where, held):
                found[i] = v
        made: Series = beside_values(self._made(self._expr), found)
        return made.rename(self._label)  # type: ignore[no-any-return]

    def _cumulative(self, function: str) -> Series:
        e = self._expr
        plain = self._made(e)
        window = plain._cumulative(function, True)._expr
        assert isinstance(window, X.Window)
        return self._made(self._windowed(e, function, window.type))

    def cumsum(self, **o: Any) -> Series:
        """The sums so far in each group."""
        return self._cumulative("cumsum")

    def cumprod(self, **o: Any) -> Series:
        return self._cumulative("cumprod")

    def cummax(self, **o: Any) -> Series:
        return self._cumulative("cummax")

    def cummin(self, **o: Any) -> Series:
        return self._cumulative("cummin")

    def shift(self, periods: int = 1, freq: Any = None, fill_value: Any = None, suffix: Any = None) -> Series:
        """The value of `periods` rows before in the group."""
        refuse("groupby().shift", freq=(None, freq), suffix=(None, suffix))
        return self._made(self._windowed(self._expr, "shift", n=periods, fill=fill_value))

    def diff(self, periods: int = 1) -> Series:
        """The difference to the value of `periods` rows before in the group."""
        result = self._made(self._expr) - self.shift(periods)
        if self._expr.type in T.INTEGERS:
            result = result.astype("float64")
        return result  # type: ignore[no-any-return]

    def pct_change(self, periods: int = 1, **o: Any) -> Series:
        return self._made(self._expr) / self.shift(periods) - 1  # type: ignore[no-any-return]

    def ffill(self, limit: Any = None) -> Series:
        return self._made(self._windowed(self._expr, "ffill", limit=limit))

    def bfill(self, limit: Any = None) -> Series:
        return self._made(self._windowed(self._expr, "bfill", limit=limit))

    def rank(self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False, axis: Any = 0) -> Series:
        """The rank of each value in its group."""
        return self._made(
            self._windowed(self._expr, "rank", "float64", method=method, ascending=ascending, missing=na_option, pct=pct)
        )

    def value_counts(self, normalize: bool = False, sort: bool = True, ascending: bool = False, bins: Any = None,
                     dropna: bool = True) -> Series:  # fmt: skip
        """How often each value occurs in each group."""
        refuse("SeriesGroupBy.value_counts", bins=(None, bins), normalize=(False, normalize))
        keys = [*self._keys, Key(self._label, self._expr, False, False)]
        counts = GroupBy(self._frame, keys, True, False, dropna, None, True)._sizes()
        frame = counts.to_frame("count").reset_index()
        names = frame._labels[: len(self._keys)]
        by, up = [*names], [True] * len(names)
        if sort:
            by, up = [*by, "count"], [*up, ascending]
        frame = frame.sort_values(by, ascending=up)
        return frame.set_index(frame._labels[:-1])["count"]  # type: ignore[no-any-return]

    def nlargest(self, n: int = 5, keep: str = "first") -> Series:
        """The largest values of each group."""
        return self.apply(lambda s: s.nlargest(n, keep))  # type: ignore[no-any-return]

    def nsmallest(self, n: int = 5, keep: str = "first") -> Series:
        return self.apply(lambda s: s.nsmallest(n, keep))  # type: ignore[no-any-return]

    def unique(self) -> Series:
        return self.agg(lambda s: s.unique().tolist())  # type: ignore[no-any-return]

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> DataFrame:
        frame = DataFrameGroupBy(self._frame, self._keys, True, self._sort, self._dropna, [self._label], True).describe(percentiles)
        frame.columns = [l[1] for l in frame._labels if isinstance(l, tuple)]
        return frame


def _known(func: Any) -> bool:
    return function_name(func) in _FUNCTIONS


def _by_keys(group: GroupBy, keys: List[Any], table: Mapping[Any, List[Any]]) -> DataFrame:
    """A frame of values by group."""
    from .labels import make_index

    names = [k.label for k in group._keys]
    frame = DataFrame(dict(table), index=make_index(keys, names))
    return frame if group._as_index else frame.reset_index()


def _combined(group: GroupBy, keys: List[Any], results: List[Any]) -> Any:
    """The results of a function of each group as one frame or series."""
    from .concatenation import concat

    names = [k.label for k in group._keys]
    if not results:
        return group._whole().head(0)
    if all(isinstance(r, DataFrame) for r in results):
        if not group._group_keys:
            return concat(results)
        return concat(results, keys=keys, names=[*names, *results[0]._levels.names])
    if all(isinstance(r, Series) for r in results):
        labels = [r.index.tolist() for r in results]
        if not isinstance(group, SeriesGroupBy) and all(l == labels[0] for l in labels):
            table = {l: [r.tolist()[i] for r in results] for i, l in enumerate(labels[0])}
            return _by_keys(group, keys, table)
        return concat(results, keys=keys, names=[*names, *results[0]._levels.names])
    frame = _by_keys(group, keys, {0: results})
    if not group._as_index:
        return frame.rename(columns={0: None})
    name = group._selection[0] if isinstance(group, SeriesGroupBy) and group._selection else None
    return Series._make(frame._rows, frame._exprs[-1], name, frame._levels)


