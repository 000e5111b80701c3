"""The methods that are the same for frames and series."""

from __future__ import annotations

from typing import Any

from .missing import refuse
from .operators import Operators


class Shared(Operators):
    """Single values, choosing between values, windows, plots and `pipe`."""

    def _choose(self, cond: Any, other: Any, keep: bool) -> Any:
        """The values where the condition is `keep`, `other` elsewhere."""
        raise NotImplementedError

    def _placed(self, result: Any, inplace: bool) -> Any:
        """The result; or None, when it takes the place of what is here."""
        raise NotImplementedError

    @property
    def loc(self) -> Any:
        """Rows, of frames columns too, by label."""
        raise NotImplementedError

    @property
    def iloc(self) -> Any:
        """Rows, of frames columns too, by position."""
        raise NotImplementedError

    @property
    def at(self) -> Any:
        """A single value by labels."""
        return self.loc

    @property
    def iat(self) -> Any:
        """A single value by positions."""
        return self.iloc

    def where(self, cond: Any, other: Any = None, *, inplace: bool = False, axis: Any = None, level: Any = None) -> Any:
        """The values where the condition holds, `other` elsewhere."""
        refuse("where", axis=(None, axis), level=(None, level))
        return self._placed(self._choose(cond, other, True), inplace)

    def mask(self, cond: Any, other: Any = None, *, inplace: bool = False, axis: Any = None, level: Any = None) -> Any:
        """The values where the condition does not hold, `other` elsewhere."""
        refuse("mask", axis=(None, axis), level=(None, level))
        return self._placed(self._choose(cond, other, False), inplace)

    def rolling(self, window: Any, min_periods: Any = None, center: bool = False, win_type: Any = None, on: Any = None,
                closed: Any = None, step: Any = None, method: str = "single") -> Any:  # fmt: skip
        """Windows of the last `window` rows."""
        from .rolling import Rolling

        refuse("rolling", method=("single", method))
        return Rolling(self, window, min_periods, center, win_type, on, closed, step)

    def expanding(self, min_periods: int = 1, method: str = "single") -> Any:
        from .rolling import Expanding

        refuse("expanding", method=("single", method))
        return Expanding(self, min_periods)

    def pipe(self, func: Any, *args: Any, **options: Any) -> Any:
        """`func(self, …)`; of a pair, the second names the argument that is this."""
        if isinstance(func, tuple):
            func, word = func
            return func(*args, **{word: self, **options})
        return func(self, *args, **options)

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from .ufuncs import universal

        return universal(function, method, inputs, options)

    @property
    def plot(self) -> Any:
        """Plots by matplotlib, through pandas."""
        from .plotting import plot

        return plot(self)
