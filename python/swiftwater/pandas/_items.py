"""`df[…]`, `df[…] = …`, `assign` and `pipe`."""

from __future__ import annotations

from typing import Any

import pandas as real

from ._dispatch import attempt, for_pandas, for_swiftwater, frozen, proxy
from ._state import State, Stay
from ._where import is_user


def get_item(self: Any, key: Any) -> Any:
    state = self._state
    if not is_user(1):
        return state.plain()[key]
    if callable(key):
        key = key(self)
    held = frozen(key)
    kind = type(self).__name__

    def fast() -> Any:
        if isinstance(held, tuple) and kind == "Series":
            raise Stay("labels of several levels")
        if kind == "Series" and not (type(held) is State or isinstance(held, slice)):
            raise Stay("a single value")
        ours = state.swift()
        if type(held) is State:
            mask = held.swift(forced=True)
            if type(mask).__name__ != "Series" or mask._expr.type != "bool":
                raise Stay("a key that is no mask")
            return ours[mask]
        if isinstance(held, slice) and not all(type(p) in (int, type(None)) for p in (held.start, held.stop, held.step)):
            raise Stay("a slice of labels")
        return ours[for_swiftwater(held)]

    return attempt(f"{kind}[]", fast, lambda: state.plain()[for_pandas(held)])


def set_item(self: Any, key: Any, value: Any) -> None:
    _store(self, key, value, is_user(1))


def _store(self: Any, key: Any, value: Any, by_user: bool) -> None:
    state = self._state
    held, new = frozen(key), frozen(value)

    def slow() -> Any:
        copy = state.plain().copy(deep=False)
        copy[for_pandas(held)] = for_pandas(new)
        return copy

    def fast() -> Any:
        if type(self).__name__ == "Series" or type(held) not in (str, int, float):
            raise Stay("rows or several columns are set")
        if state.ours is None or type(new) in (list, tuple):
            raise Stay("the frame is in pandas")
        copy = state.ours.copy()
        copy[held] = for_swiftwater(new)
        return copy

    kind = type(self).__name__
    if by_user:
        self.__dict__["_state"] = attempt(f"{kind}[]=", fast, slow)._state
    else:
        self.__dict__["_state"] = State(plain=slow())


def delete_item(self: Any, key: Any) -> None:
    state = self._state

    def slow() -> Any:
        copy = state.plain().copy(deep=False)
        del copy[key]
        return copy

    def fast() -> Any:
        if state.ours is None or type(key) is not str:
            raise Stay("the frame is in pandas")
        return state.ours.drop(columns=[key])

    self.__dict__["_state"] = attempt(f"{type(self).__name__}.__delitem__", fast, slow)._state


def assign(self: Any, **columns: Any) -> Any:
    if not is_user(1):
        return self._state.plain().assign(**columns)
    made = proxy(self._state, type(self)._swiftwater_real)
    for label, value in columns.items():
        _store(made, label, value(made) if callable(value) and not isinstance(value, real.Series) else value, True)
    return made


def pipe(self: Any, func: Any, *args: Any, **options: Any) -> Any:
    if isinstance(func, tuple):
        function, word = func
        if word in options:
            raise ValueError(f"{word} is both the pipe target and a keyword argument")
        return function(*args, **{word: self, **options})
    return func(self, *args, **options)
