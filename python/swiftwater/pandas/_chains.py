"""What stands between a frame and its result: groups, windows, the accessors `.str` and `.dt`."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, Optional

import pandas as real

from . import _dispatch
from ._dispatch import attempt, for_pandas, for_swiftwater, frozen, in_pandas, state_of, wrapped
from ._state import Stay
from ._supported import NOT_OF_TIMES, PROPERTIES, SUPPORTED

_TYPES = {
    "DataFrameGroupBy": real.api.typing.DataFrameGroupBy,
    "SeriesGroupBy": real.api.typing.SeriesGroupBy,
    "Rolling": real.api.typing.Rolling,
    "Expanding": real.api.typing.Expanding,
    "GroupedRolling": getattr(real.api.typing, "RollingGroupby", real.api.typing.Rolling),
    "Resampler": real.api.typing.Resampler,
}


class Chain:
    """Groups, windows or an accessor, in the engine, in pandas, or both."""

    def __init__(self, ours: Any, redo: Optional[Callable[[], Any]], plain: Any, kind: str) -> None:
        self.__dict__.update(_ours=ours, _redo=redo, _made=plain, _kind=kind, _frequency=None)

    def _swiftwater_plain(self) -> Any:
        """pandas' object."""
        if self.__dict__["_made"] is None:
            self.__dict__["_made"] = self.__dict__["_redo"]()
        return self.__dict__["_made"]

    def _fast(self) -> Any:
        ours = self.__dict__["_ours"]
        if ours is None:
            raise Stay("few rows, or made in pandas")
        return ours

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        # So that isinstance answers as pandas' object would.
        made = self.__dict__["_made"]
        return type(made) if made is not None else _TYPES.get(self.__dict__["_kind"], Chain)

    def __getattr__(self, name: str) -> Any:
        plain, kind = self._swiftwater_plain, self.__dict__["_kind"]
        if name.startswith("_"):
            return getattr(plain(), name)
        label = f"{kind}.{name}"
        if name in SUPPORTED.get(kind, ()):
            if name in PROPERTIES:
                return attempt(label, lambda: getattr(self._fast(), name), lambda: getattr(plain(), name))
            return _Call(self, name, label)
        if self.__dict__["_made"] is None and not hasattr(_TYPES.get(kind, Chain), name) and kind not in ("str", "dt"):
            return self[name]
        found = getattr(plain(), name)
        if isinstance(found, (real.DataFrame, real.Series)) or not callable(found):
            return wrapped(found)
        return _Call(self, name, label)

    def __getitem__(self, key: Any) -> Any:
        held = frozen(key)
        result = attempt(
            f"{self.__dict__['_kind']}[]",
            lambda: self._fast()[for_swiftwater(held)],
            lambda: self._swiftwater_plain()[for_pandas(held)],
        )
        result.__dict__["_frequency"] = self.__dict__["_frequency"]
        return result

    def __iter__(self) -> Iterator[Any]:
        for item in self._swiftwater_plain():
            yield wrapped(item)

    def __len__(self) -> int:
        return len(self._swiftwater_plain())

    def __repr__(self) -> str:
        return repr(self._swiftwater_plain())

    def __dir__(self) -> List[str]:
        return dir(self._swiftwater_plain())

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._swiftwater_plain(), name, value)


class _Call:
    """A method of a chain."""

    def __init__(self, chain: Chain, name: str, label: str) -> None:
        self._chain = chain
        self._name = name
        self._label = label

    @property
    def __doc__(self) -> Optional[str]:  # type: ignore[override]
        doc: Optional[str] = getattr(self._chain._swiftwater_plain(), self._name).__doc__
        return doc

    def __call__(self, *args: Any, **options: Any) -> Any:
        chain, name = self._chain, self._name
        held, words = frozen(list(args)), frozen(options)

        def slow() -> Any:
            return getattr(chain._swiftwater_plain(), name)(*for_pandas(held), **for_pandas(words))

        kind = chain.__dict__["_kind"]
        if name in SUPPORTED.get(kind, ()):

            def fast() -> Any:
                ours = chain._fast()
                if name in NOT_OF_TIMES and _has_times(ours):
                    raise Stay("of moments or spans")
                return getattr(ours, name)(*for_swiftwater(held), **for_swiftwater(words))

            result = attempt(self._label, fast, slow)
            frequency = chain.__dict__["_frequency"]
            return result if frequency is None else _with_frequency(result, frequency)
        if name == "pipe" and args and callable(args[0]):
            return args[0](chain, *args[1:], **options)
        return in_pandas(self._label, slow)

    def __getattr__(self, name: str) -> Any:
        # `plot` is an accessor that can also be called: df.groupby("k").plot.line().
        return getattr(getattr(self._chain._swiftwater_plain(), self._name), name)


def _has_times(ours: Any) -> bool:
    """Whether what is aggregated holds moments or spans."""
    frame = getattr(ours, "_frame", None)
    if frame is None:
        return False
    labels = ours._columns() if hasattr(ours, "_columns") else frame._labels
    return any(frame._expr(label).type.startswith(("timestamp", "duration", "date")) for label in labels)


def grouped_by_time(chain: Any, arguments: List[Any], is_resampled: bool) -> None:
    """Notes the spans that rows are grouped by, which pandas' index of the result knows.

    Parameters
    ----------
    chain : Chain
        The groups.
    arguments : list
        What they were asked for by.
    """
    for value in arguments:
        frequency = value if is_resampled else getattr(value, "freq", None) if isinstance(value, real.Grouper) else None
        if frequency is not None:
            chain.__dict__["_frequency"] = frequency
            return


def _with_frequency(result: Any, frequency: Any) -> Any:
    """A result with the frequency that pandas' index of spans has; the engine's has none."""
    state = state_of(result)
    if state is not None and state.is_lazy and hasattr(state.ours, "_levels"):
        plain = state.plain()
        if isinstance(plain.index, real.DatetimeIndex) and plain.index.freq is None:
            plain.index.freq = frequency
        state.ours = None
    return result


_dispatch.make_chain = Chain
