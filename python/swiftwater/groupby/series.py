"""Groups of a series' rows: `series.groupby(…)`, `df.groupby(…).column`."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..frame import DataFrame
from ..grouping import Key
from ..labels import Label
from ..missing import absent, no_more, one_axis, refuse
from ..reductions import input_of, result_type
from ..series import Series
from .aggregations import FUNCTIONS, Aggregations, function_name, is_known, refusal
from .groups import GroupBy
from .results import by_keys, combined, described


class SeriesGroupBy(Aggregations):
    """Groups of a series' rows."""

    _of_series = True

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
            refused = refusal(function, self._expr.type)
            if refused is None:
                raise
            raise refused from error

    def agg(self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **named: Any) -> Any:
        """Aggregations of each group: a name, a list, or `new="function"`."""
        if func is None:
            pairs = list(named.items())
        elif isinstance(func, str):
            return getattr(self, func)(*args, **named)
        elif isinstance(func, (list, tuple)):
            pairs = [(function_name(f) or getattr(f, "__name__", "<lambda>"), f) for f in func]
        elif is_known(func):
            return self._named(function_name(func))
        elif callable(func):
            keys = self._key_values()
            values = [func(self._shaped(self._group(k)), *args, **named) for k in keys]
            frame = by_keys(self, keys, {self._label: values})
            return self._result(frame)
        else:
            raise TypeError("nested renamer is not supported")
        if any(not is_known(f) for _, f in pairs):
            keys = self._key_values()
            groups = [self._shaped(self._group(k)) for k in keys]
            table = {n: [getattr(g, f)() if isinstance(f, str) else f(g) for g in groups] for n, f in pairs}
            return by_keys(self, keys, table)
        return self._aggregated([(n, self._label, function_name(f), {}) for n, f in pairs])

    aggregate = agg

    def apply(self, func: Any, *args: Any, **options: Any) -> Any:
        """A function of each group's series, the results put together."""
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        keys = self._key_values()
        results = [func(self._shaped(self._group(k)), *args, **options) for k in keys]
        return combined(self, keys, results)

    def _made(self, e: X.Expression) -> Series:
        return Series._make(self._frame._rows, e, self._label, self._frame._levels)

    def transform(self, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **options: Any) -> Series:
        """A value by group for each row: an aggregation's for all rows of the group, or a function's."""
        name = function_name(func)
        if name in ("shift", "diff", "cumsum", "cumprod", "cummax", "cummin", "rank", "ffill", "bfill", "cumcount",
                    "ngroup", "pct_change"):  # fmt: skip
            return getattr(self, name)(*args, **options)  # type: ignore[no-any-return]
        if name in FUNCTIONS:
            e = input_of(name, self._expr) if name != "size" else self._expr
            type_ = "int64" if name == "size" else result_type(name, e.type)
            return self._made(self._windowed(e, "aggregate", type_, aggregate=name, **options))
        if isinstance(func, str):
            raise ValueError(f"'{func}' is not a valid function name for transform(name)")
        return self._transform_python(func, args, options)

    def _transform_python(self, func: Any, args: Any, options: Mapping[str, Any]) -> Series:
        from ..construction import beside_values

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

    def _cumulative(self, function: str, words: Mapping[str, Any]) -> Series:
        no_more(f"groupby().{function}", words)
        e = self._expr
        plain = self._made(e)
        window = plain._cumulative(function, True)._expr
        assert isinstance(window, X.Window)
        return self._made(self._windowed(e, function, window.type))

    def cumsum(self, numeric_only: bool = False, **o: Any) -> Series:
        """The sums so far in each group."""
        return self._cumulative("cumsum", o)

    def cumprod(self, numeric_only: bool = False, **o: Any) -> Series:
        return self._cumulative("cumprod", o)

    def cummax(self, numeric_only: bool = False, **o: Any) -> Series:
        return self._cumulative("cummax", o)

    def cummin(self, numeric_only: bool = False, **o: Any) -> Series:
        return self._cumulative("cummin", o)

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

    def pct_change(self, periods: int = 1, fill_method: Any = None, freq: Any = None) -> Series:
        refuse("groupby().pct_change", fill_method=(None, fill_method), freq=(None, freq))
        return self._made(self._expr) / self.shift(periods) - 1  # type: ignore[no-any-return]

    def ffill(self, limit: Any = None) -> Series:
        return self._made(self._windowed(self._expr, "ffill", limit=limit))

    def bfill(self, limit: Any = None) -> Series:
        return self._made(self._windowed(self._expr, "bfill", limit=limit))

    def rank(self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False, axis: Any = 0) -> Series:
        """The rank of each value in its group."""
        one_axis(axis)
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
        refuse("groupby().describe", include=(None, include), exclude=(None, exclude))
        group = GroupBy(self._frame, self._keys, True, self._sort, self._dropna, [self._label], True)
        frame = described(group, [self._label] if T.is_number(self._expr.type) else [], percentiles)
        frame.columns = [l[1] for l in frame._labels if isinstance(l, tuple)]
        return frame
