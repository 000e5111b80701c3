"""Properties, columns as attributes, and what looks at a frame's inside."""

from __future__ import annotations

import inspect
from typing import Any, Optional, Tuple

import pandas as real

from ._calls import change
from ._chains import Chain
from ._dispatch import attempt, for_pandas, frozen, in_pandas, proxy, wrapped
from ._indexers import Indexer
from ._state import State
from ._where import is_user


def plain_property(name: str, doc: Optional[str]) -> property:
    def get(self: Any) -> Any:
        found = getattr(self._state.plain(), name)
        return wrapped(found) if is_user(1) else found

    def put(self: Any, value: Any) -> None:
        change(self, "__setattr__", (name, value), {})

    return property(get, put, doc=doc)


def indexer(name: str) -> property:
    def get(self: Any) -> Any:
        return Indexer(self, name)

    return property(get)


def get_manager(self: Any) -> Any:
    # Whoever asks for it may change it: from now on it is pandas' alone.
    copy = self._state.plain().copy(deep=False)
    self.__dict__["_state"] = State(plain=copy)
    return copy._mgr


def set_manager(self: Any, manager: Any) -> None:
    copy = self._state.plain().copy(deep=False)
    copy._mgr = manager
    self.__dict__["_state"] = State(plain=copy)


def pinned(name: str) -> property:
    def get(self: Any) -> Any:
        return getattr(self._state.plain(), name)

    def put(self: Any, value: Any) -> None:
        copy = self._state.plain().copy(deep=False)
        object.__setattr__(copy, name, value)
        self.__dict__["_state"] = State(plain=copy)

    return property(get, put)


def length_of(self: Any) -> int:
    count: int = self._state.length()
    return count


def columns_of(self: Any) -> Any:
    state = self._state
    if state.columns is not None:
        return state.columns
    if state.is_lazy:
        from ..conversion import _pandas_labels

        ours = state.ours
        state.columns = _pandas_labels(ours._labels, ours._column_names)
        return state.columns
    return state.plain().columns


def set_columns(self: Any, labels: Any) -> None:
    state = self._state
    held = labels if isinstance(labels, real.Index) else list(for_pandas(frozen(labels)))
    if state.ours is not None and is_user(1) and len(held) == len(state.ours._labels):
        index = held if isinstance(held, real.Index) else real.Index(held)
        ours = state.ours.copy()
        ours.columns = list(index)
        ours.__dict__["_column_names"] = list(index.names)
        made = State(ours=ours, redo=lambda: state.plain().set_axis(held, axis=1), label=state.label)
        made.columns = index
        if not state.is_lazy:
            made.plain()
        self.__dict__["_state"] = made
        return
    change(self, "__setattr__", ("columns", labels), {})


def shape_of(self: Any) -> Tuple[int, ...]:
    state = self._state
    if state.is_lazy and hasattr(state.ours, "_labels"):
        return (state.length(), len(state.ours._labels))
    if state.is_lazy:
        return (state.length(),)
    shape: Tuple[int, ...] = state.plain().shape
    return shape


def series_name(self: Any) -> Any:
    state = self._state
    return state.ours._name if state.is_lazy else state.plain().name


def accessor(name: str) -> property:
    def get(self: Any) -> Any:
        state = self._state
        if not is_user(1):
            return getattr(state.plain(), name)
        try:
            ours = getattr(state.swift(), name)
        except Exception:  # noqa: BLE001 - pandas decides what is an error
            return Chain(None, None, getattr(state.plain(), name), name)
        return Chain(ours, lambda: getattr(state.plain(), name), None, name)

    return property(get)


def get_attribute(self: Any, name: str) -> Any:
    if name.startswith("_") or "_state" not in self.__dict__:
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
    state = self._state
    if state.is_lazy and hasattr(state.ours, "_labels") and name in state.ours._labels and is_user(1):
        return _column(self, name)
    found = getattr(state.plain(), name)
    if isinstance(found, real.Series) and name in getattr(state.plain(), "columns", ()) and is_user(1):
        return _column(self, name)
    return wrapped(found)


def _column(self: Any, name: str) -> Any:
    state = self._state
    return attempt("DataFrame[]", lambda: state.swift()[name], lambda: state.plain()[name])


def set_attribute(self: Any, name: str, value: Any) -> None:
    found = inspect.getattr_static(type(self), name, None)
    if name.startswith("_") or hasattr(type(found), "__set__"):
        object.__setattr__(self, name, value)
    elif name in getattr(self, "columns", ()):
        self[name] = value
    else:
        object.__setattr__(self, name, value)


def universal(self: Any, function: Any, method: str, *inputs: Any, **options: Any) -> Any:
    held = for_pandas(frozen(list(inputs)))
    return in_pandas(f"numpy.{function.__name__}", lambda: getattr(function, method)(*held, **for_pandas(frozen(options))))


def copied(self: Any, memo: Any = None) -> Any:
    return proxy(self._state, type(self)._swiftwater_real)


def unpickled(plain: Any) -> Any:
    """A frame or series from a pickle: pandas' own, where pandas has not been taken over."""
    return plain


def reduced(self: Any, protocol: Any = None) -> Any:
    return unpickled, (self._state.plain(),)


def sized(self: Any) -> int:
    return self._state.plain().__sizeof__()  # type: ignore[no-any-return]
