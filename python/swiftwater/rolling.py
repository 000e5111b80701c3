"""Windows of rows: `rolling` and `expanding`, also by group."""

from __future__ import annotations

from copy import copy
from typing import Any, List, Mapping, Optional, Tuple, Union

from . import columntypes as T
from . import expressions as X
from .base import Levels
from .frame import DataFrame
from .missing import absent, not_there, refuse
from .series import Series

Data = Union[DataFrame, Series]


class Rolling:
    """Windows of the last `window` rows."""

    _window: Optional[int]

    def __init__(self, data: Any, window: Any, min_periods: Any, center: bool, win_type: Any, on: Any, closed: Any, step: Any) -> None:
        refuse("rolling", win_type=(None, win_type), on=(None, on), closed=(None, closed), step=(None, step))
        if not isinstance(window, int):
            raise not_there("rolling by a span of time", "use a number of rows")
        if window < 0:
            raise ValueError("window must be an integer 0 or greater")
        if min_periods is not None and min_periods > window:
            raise ValueError(f"min_periods {min_periods} must be <= window {window}")
        self._data = data
        self._window = window
        self._options: List[Tuple[str, Any]] = [("window", window)]
        if min_periods is not None:
            self._options.append(("minPeriods", min_periods))
        if center:
            self._options.append(("center", True))

    def __getitem__(self, key: Any) -> "Rolling":
        made = copy(self)
        made._data = self._data[key]
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent("Rolling", name)

    def _by(self) -> Tuple[X.Expression, ...]:
        return ()

    def _expression(self, e: X.Expression, function: str, options: Mapping[str, Any]) -> X.Expression:
        if not T.is_number(e.type):
            raise TypeError(f"Cannot aggregate non-numeric type: {T.dtype_name(e.type)}")
        x = X.Cast(X.clean(e), "float64") if e.type != "float64" else X.clean(e)
        word = "expanding" if self._window is None else "rolling"
        form = (*self._options, ("aggregate", function), *options.items())
        made: X.Expression = X.Window(word, x, "float64", form, self._by())
        if function == "count":
            made = X.Cast(made, "float64")
        return made

    def _applied(self, function: str, numeric_only: bool = False, **options: Any) -> Any:
        data = self._data
        if isinstance(data, Series):
            return data._with(self._expression(data._expr, function, options))
        frame = data._numbers_if(numeric_only)
        return frame._with(frame._labels, [self._expression(e, function, options) for e in frame._exprs])

    def sum(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("sum", numeric_only)

    def mean(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("mean", numeric_only)

    def min(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("min", numeric_only)

    def max(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("max", numeric_only)

    def median(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("median", numeric_only)

    def count(self, numeric_only: bool = False) -> Any:
        return self._applied("count", numeric_only)

    def std(self, ddof: int = 1, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("std", numeric_only, **({} if ddof == 1 else {"ddof": ddof}))

    def var(self, ddof: int = 1, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        return self._applied("var", numeric_only, **({} if ddof == 1 else {"ddof": ddof}))

    def quantile(self, q: float, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        return self._applied("quantile", numeric_only, q=float(q), interpolation=interpolation)

    def agg(self, func: Any = None, *args: Any, **options: Any) -> Any:
        """Aggregations by name."""
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        if isinstance(func, (list, tuple)) and isinstance(self._data, Series):
            parts = [getattr(self, f)() for f in func]
            return DataFrame._make(self._data._rows, list(func), [p._expr for p in parts], self._data._levels)
        raise not_there("rolling().agg with functions or dicts", "give one name, or a list of names of a series")

    aggregate = agg

    def apply(self, func: Any, raw: bool = False, engine: Any = None, engine_kwargs: Any = None, args: Tuple[Any, ...] = (),
              kwargs: Optional[Mapping[str, Any]] = None) -> Any:  # fmt: skip
        """A function of each window's values."""
        if args or kwargs:
            plain, words = func, kwargs or {}
            func = lambda values: plain(values, *args, **words)  # noqa: E731
        data = self._data
        if not isinstance(data, Series) or self._window is None:
            raise not_there("rolling().apply of a frame", "apply it to one column")
        values = data.tolist()
        held = dict(self._options)
        least = held.get("minPeriods", self._window)
        if held.get("center"):
            raise not_there("rolling().apply with center=True", "use the named aggregations")
        found: List[Any] = []
        for i in range(len(values)):
            window = [float(v) for v in values[max(0, i - self._window + 1) : i + 1]]
            present = [v for v in window if v == v]
            if len(present) < max(least, 1):
                found.append(float("nan"))
            elif raw:
                import numpy

                found.append(float(func(numpy.array(window))))
            else:
                found.append(float(func(Series(window))))
        return data._like(found)._named(data._name)


class Expanding(Rolling):
    """Windows of all rows so far."""

    def __init__(self, data: Any, min_periods: int) -> None:
        self._data = data
        self._window = None
        self._options = [("minPeriods", min_periods)]


class GroupedRolling(Rolling):
    """Windows in each group."""

    def __init__(self, group: Any, window: Any, min_periods: Any, center: bool, options: Mapping[str, Any]) -> None:
        for name, value in options.items():
            refuse("groupby().rolling", **{name: (None, value)})
        if window is None:
            Expanding.__init__(self, None, min_periods)  # type: ignore[arg-type]
        else:
            Rolling.__init__(self, None, window, min_periods, center, None, None, None, None)
        self._group = group
        labels = group._columns()
        frame = group._frame
        if group._of_series:
            self._data = Series._make(frame._rows, frame._expr(labels[0]), labels[0], frame._levels)
        else:
            self._data = frame._with(labels, [frame._expr(l) for l in labels])

    def _by(self) -> Tuple[X.Expression, ...]:
        by: Tuple[X.Expression, ...] = self._group._by()
        return by

    def _applied(self, function: str, numeric_only: bool = False, **options: Any) -> Any:
        """The windows' values, the rows in the order of the groups, the keys before their labels."""
        made = super()._applied(function, numeric_only, **options)
        keys = self._group._by()
        levels = made._levels
        names = [k.label for k in self._group._keys]
        full = Levels([*keys, *levels.expressions()], [*names, *levels.names])
        if isinstance(made, Series):
            frame = DataFrame._make(made._rows, [0], [made._expr], full)
        else:
            frame = DataFrame._make(made._rows, made._labels, made._exprs, full)
        from . import selection

        condition: X.Expression = X.not_na(keys[0])
        for k in keys[1:]:
            condition = X.Binary("and", condition, X.not_na(k), "bool")
        frame = frame._selected(selection.keep(frame, condition))
        by = frame._levels.expressions()[: len(keys)]
        frame = frame._selected(selection.ordered(frame, by, [True] * len(by)))
        if isinstance(made, Series):
            return Series._make(frame._rows, frame._exprs[0], made._name, frame._levels)
        return frame
