"""Each call: tried in the engine, and done by pandas where the engine has it not or would differ."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, Optional

import numpy
import pandas as real

import swiftwater

from . import _profile
from ._convert import as_pandas_would, scalar
from ._state import FEW_ROWS, State, Stay
from ._supported import MAY_BE_MISSING, PLAIN_SCALARS

#: The classes that stand for pandas', by pandas'. Filled by `_classes`.
PROXIES: Dict[Any, Any] = {}
PROXY_TYPES: List[Any] = []

#: How to make a chain object, filled by `_chains`: `(ours, redo, plain, kind)`.
make_chain: Callable[..., Any]

#: pandas' objects between a frame and its result, which are wrapped.
_LINKS = (
    real.api.typing.DataFrameGroupBy,
    real.api.typing.SeriesGroupBy,
    real.api.typing.Resampler,
    real.api.typing.Rolling,
    real.api.typing.Expanding,
    real.api.typing.Window,
    real.api.typing.ExponentialMovingWindow,
)
_LINK_NAMES = {"DataFrameGroupBy", "SeriesGroupBy", "Rolling", "Expanding", "GroupedRolling", "Resampler"}


def state_of(value: Any) -> Optional[State]:
    """What a frame or series of ours is, None for anything else."""
    # By identity: the classes that stand for pandas' are equal to them.
    kind = type(value)
    if any(kind is each for each in PROXY_TYPES):
        state: State = value.__dict__["_state"]
        return state
    return None


def proxy(state: State, kind: Any) -> Any:
    """A frame or series that stands for pandas' `kind`."""
    cls = PROXIES[kind]
    made = object.__new__(cls)
    made.__dict__["_state"] = state
    return made


# Arguments. They are kept as states while a result waits, since frames may change meanwhile.


def frozen(value: Any) -> Any:
    """An argument with states in place of frames and series."""
    state = state_of(value)
    if state is not None:
        return state
    kind = type(value)
    if kind is list:
        return [frozen(v) for v in value]
    if kind is tuple:
        return tuple(frozen(v) for v in value)
    if kind is dict:
        return {k: frozen(v) for k, v in value.items()}
    return value


def for_pandas(value: Any) -> Any:
    """A frozen argument as pandas takes it."""
    kind = type(value)
    if kind is State:
        return value.plain()
    if kind is list:
        return [for_pandas(v) for v in value]
    if kind is tuple:
        return tuple(for_pandas(v) for v in value)
    if kind is dict:
        return {k: for_pandas(v) for k, v in value.items()}
    if hasattr(kind, "_swiftwater_plain"):
        return value._swiftwater_plain()
    return value


_SIMPLE = (str, bytes, int, float, bool, type(None), type(Ellipsis))


def for_swiftwater(value: Any) -> Any:
    """A frozen argument as the engine takes it; `Stay` where it might mean something else there."""
    kind = type(value)
    if kind is State:
        return value.swift(forced=True)
    if kind in _SIMPLE or value is real.NaT or value is real.NA:
        return value
    if kind is list:
        return [for_swiftwater(v) for v in value]
    if kind is tuple:
        return tuple(for_swiftwater(v) for v in value)
    if kind is dict:
        return {k: for_swiftwater(v) for k, v in value.items()}
    if kind is slice:
        return slice(for_swiftwater(value.start), for_swiftwater(value.stop), for_swiftwater(value.step))
    if isinstance(value, numpy.generic):
        return value.item() if value.dtype.kind in "iufbU" else _stay(value)
    if value in (int, float, bool, str):
        return value
    if isinstance(value, numpy.dtype):
        return str(value) if value.kind in "iufb" else _stay(value)
    if kind is real.Timestamp or kind is real.Timedelta:
        return value if value.nanosecond == 0 else _stay(value) if kind is real.Timestamp else value
    if isinstance(value, real.Grouper):
        return _grouper(value)
    if hasattr(value, "__fspath__"):
        return value
    if kind.__name__ == "NamedAgg":
        return (value.column, for_swiftwater(value.aggfunc))
    if isinstance(value, (real.Index, numpy.ndarray)) and value.ndim == 1 and len(value) <= 1000:
        if getattr(value, "names", [None]) == [None] and value.dtype.kind in "iufb":
            return value.tolist()
    return _stay(value)


def _stay(value: Any) -> Any:
    name = getattr(value, "__qualname__", None)
    raise Stay(f"an argument is a function: {name}" if callable(value) and name else f"an argument is a {type(value).__name__}")


def _grouper(value: Any) -> Any:
    frequency = getattr(value, "freq", None)
    if value.level is not None or getattr(value, "closed", None) not in (None, "left"):
        raise Stay("a Grouper with level or closed")
    if getattr(value, "label", None) not in (None, "left") or getattr(value, "origin", "start_day") != "start_day":
        raise Stay("a Grouper with label or origin")
    if frequency is None:
        return swiftwater.Grouper(key=value.key)
    return swiftwater.Grouper(key=value.key, freq=frequency.freqstr)


def is_little(values: Any) -> bool:
    """Whether frozen arguments have only few rows, all in pandas."""
    rows = [0]

    def look(value: Any) -> bool:
        if type(value) is State:
            if value.ours is not None:
                return False
            rows[0] += len(value.plain())
        elif isinstance(value, (real.DataFrame, real.Series)):
            rows[0] += len(value)
        elif type(value) in (list, tuple):
            return all(look(v) for v in value)
        elif type(value) is dict:
            return all(look(v) for v in value.values())
        return True

    return look(values) and rows[0] < FEW_ROWS


# Results.


def wrapped(result: Any) -> Any:
    """pandas' result as a user sees it."""
    kind = type(result)
    if kind is real.DataFrame or kind is real.Series:
        return proxy(State(plain=result), kind)
    if isinstance(result, _LINKS):
        return make_chain(None, None, result, type(result).__name__)
    if kind in (list, tuple):
        return kind(wrapped(v) for v in result)
    return result


def from_swiftwater(result: Any, label: str, redo: Callable[[], Any]) -> Any:
    """The engine's result as a user sees it; `Stay` where pandas' would be of another kind."""
    kind = type(result)
    if kind in (swiftwater.DataFrame, swiftwater.Series):
        result = _with_pandas_types(result, label)
    if kind is swiftwater.DataFrame:
        return proxy(State(ours=result, redo=redo, label=label), real.DataFrame)
    if kind is swiftwater.Series:
        return proxy(State(ours=result, redo=redo, label=label), real.Series)
    if kind.__name__ in _LINK_NAMES:
        return make_chain(result, redo, None, kind.__name__)
    if kind in (bool, int, float) or hasattr(result, "timetuple") or hasattr(result, "total_seconds"):
        return result if label.rsplit(".", 1)[-1] in PLAIN_SCALARS else scalar(result)
    if kind is str:
        return result
    if isinstance(result, numpy.ndarray) and result.dtype.kind in "iuf":
        return result
    if result is None and label.rsplit(".", 1)[-1].startswith("to_"):
        return None
    raise Stay(f"a result of kind {kind.__name__}")


def _with_pandas_types(result: Any, label: str) -> Any:
    owner, _, name = label.rpartition(".")
    if name not in MAY_BE_MISSING and owner not in ("str", "dt"):
        return result
    made = as_pandas_would(result, read=name in ("read_csv", "read_json", "to_datetime"))
    if made is None:
        raise Stay("pandas has objects there")
    return made


def attempt(label: str, fast: Callable[[], Any], slow: Callable[[], Any]) -> Any:
    """The engine's result of a call, or pandas' where the engine has none.

    Parameters
    ----------
    label : str
        The call, for the report.
    fast, slow : function
        The call in the engine and in pandas; `slow` may also run later, should the engine fail when it runs.
    """
    started = time.perf_counter()
    try:
        result = from_swiftwater(fast(), label, slow)
    except Stay as stay:
        reason = str(stay)
    except NotImplementedError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - pandas decides what is an error
        reason = f"{type(error).__name__}: {error}"
    else:
        _profile.count(label, _profile.SWIFTWATER, time.perf_counter() - started)
        return result
    return in_pandas(label, slow, reason)


def in_pandas(label: str, slow: Callable[[], Any], reason: Optional[str] = None) -> Any:
    """pandas' result of a call."""
    started = time.perf_counter()
    try:
        return wrapped(slow())
    finally:
        _profile.count(label, _profile.PANDAS, time.perf_counter() - started, reason)
