"""`loc`, `iloc`, `at` and `iat`: masks and slices in the engine, all else in pandas."""

from __future__ import annotations

from typing import Any

import pandas as real

from ._dispatch import attempt, for_pandas, for_swiftwater, frozen, state_of
from ._state import State, Stay
from ._where import is_user


class Indexer:
    """What `df.loc` gives."""

    def __init__(self, owner: Any, name: str) -> None:
        self._owner = owner
        self._name = name

    def __getitem__(self, key: Any) -> Any:
        owner, name = self._owner, self._name
        state = state_of(owner)
        assert state is not None
        if not is_user(1):
            return getattr(state.plain(), name)[key]
        if callable(key):
            key = key(owner)
        held = frozen(key)

        def fast() -> Any:
            if not _is_by_row(name, held):
                raise Stay("single rows or labels")
            ours = state.swift()
            return getattr(ours, name)[for_swiftwater(held)]

        return attempt(f"{type(owner).__name__}.{name}[]", fast, lambda: getattr(state.plain(), name)[for_pandas(held)])

    def __setitem__(self, key: Any, value: Any) -> None:
        owner, name = self._owner, self._name
        state = state_of(owner)
        assert state is not None
        if callable(key):
            key = key(owner)
        held, new = frozen(key), frozen(value)

        def slow() -> Any:
            copy = state.plain().copy(deep=False)
            getattr(copy, name)[for_pandas(held)] = for_pandas(new)
            return copy

        def fast() -> Any:
            if state.ours is None or name != "loc" or not _is_masked_column(held):
                raise Stay("single rows or labels")
            copy = state.ours.copy()
            copy.loc[for_swiftwater(held)] = for_swiftwater(new)
            return copy

        label = f"{type(owner).__name__}.{name}[]="
        owner.__dict__["_state"] = attempt(label, fast, slow)._state

    def __call__(self, *args: Any, **options: Any) -> Any:
        return getattr(self._owner._state.plain(), self._name)(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(self._owner._state.plain(), self._name), name)


def _is_mask(key: Any) -> bool:
    return type(key) is State and getattr(key, "ours", None) is not None and _is_bool(key)


def _is_bool(key: State) -> bool:
    ours = key.ours
    return hasattr(ours, "_expr") and ours._expr.type == "bool"


def _is_positions(key: Any) -> bool:
    return isinstance(key, slice) and all(type(p) in (int, type(None)) for p in (key.start, key.stop, key.step))


def _is_by_row(name: str, key: Any) -> bool:
    """Whether a key takes many rows, by a mask or a slice of positions."""
    if name == "iloc":
        return _is_positions(key)
    if name != "loc":
        return False
    if type(key) is tuple and len(key) == 2:
        rows, columns = key
        every = isinstance(rows, slice) and rows == slice(None)
        return (_is_mask(rows) or every) and (type(columns) is str or _is_texts(columns))
    return _is_mask(key)


def _is_texts(columns: Any) -> bool:
    return type(columns) is list and all(type(c) is str for c in columns)


def _is_masked_column(key: Any) -> bool:
    return type(key) is tuple and len(key) == 2 and _is_mask(key[0]) and type(key[1]) is str


__all__ = ["Indexer", "real"]
