"""Methods and operators of pandas' classes, tried in the engine when the user calls them."""

from __future__ import annotations

import inspect
from typing import Any, Callable

import pandas as real

from ._chains import Chain, grouped_by_time
from ._convert import has_times
from ._dispatch import attempt, for_pandas, for_swiftwater, frozen, in_pandas, state_of, wrapped
from ._state import State, Stay
from ._supported import CHANGING, GIVING_THEMSELVES, NOT_OF_TIMES, SUPPORTED
from ._where import is_user

_PANDAS_3 = int(real.__version__.split(".")[0]) >= 3


def change(self: Any, name: str, args: Any, options: Any) -> Any:
    """Calls what changes the object: of pandas, on a copy that shares all values until they are written."""
    held, words = for_pandas(frozen(list(args))), for_pandas(frozen(options))
    copy = self._state.plain().copy(deep=False)
    result = getattr(copy, name)(*held, **words)
    self.__dict__["_state"] = State(plain=copy)
    return self if result is copy else wrapped(result)


def tried_method(kind: str, name: str, function: Any) -> Callable[..., Any]:
    label = f"{kind}.{name}"
    is_supported = name in SUPPORTED[kind]
    is_changing = name in CHANGING

    def call(self: Any, *args: Any, **options: Any) -> Any:
        state = self._state
        if not is_user(1):
            if is_changing or options.get("inplace"):
                return change(self, name, args, options)
            return getattr(state.plain(), name)(*args, **options)
        if is_changing:
            return in_pandas(label, lambda: change(self, name, args, options))
        inplace = options.get("inplace") is True
        if inplace and not is_supported:
            return in_pandas(label, lambda: change(self, name, args, options))
        held, words = frozen(list(args)), frozen({k: v for k, v in options.items() if not (inplace and k == "inplace")})

        def slow() -> Any:
            return getattr(state.plain(), name)(*for_pandas(held), **for_pandas(words))

        if not is_supported:
            return in_pandas(label, slow)

        def fast() -> Any:
            ours = state.swift()
            if words.get("axis") not in (None, 0, "index", "rows"):
                # Work by column; pandas' types of mixed rows.
                raise Stay("axis=1")
            if name == "merge" and words.get("validate") is not None:
                raise Stay("validate")
            if name == "to_parquet" and not ours._levels.is_range:
                # Which columns are the index only pandas writes into the file.
                raise Stay("an index is written")
            if name == "astype" and not _is_plain_type(words.get("dtype", held[0] if held else None)):
                raise Stay("types that only pandas has")
            if name in NOT_OF_TIMES and has_times(ours):
                raise Stay("of moments or spans")
            return getattr(ours, name)(*for_swiftwater(held), **for_swiftwater(words))

        result = attempt(label, fast, slow)
        if name in ("groupby", "resample") and type(result) is Chain:
            grouped_by_time(result, [*held, *words.values()], name == "resample")
        if inplace:
            self.__dict__["_state"] = result._state
            return self if _PANDAS_3 and name in GIVING_THEMSELVES else None
        return result

    call.__name__ = name
    call.__qualname__ = f"{kind}.{name}"
    call.__doc__ = function.__doc__
    try:
        call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        pass
    return call


def _is_plain_type(dtype: Any) -> bool:
    if type(dtype) is dict:
        return all(_is_plain_type(t) for t in dtype.values())
    return str(getattr(dtype, "__name__", dtype)) in _TYPES


_TYPES = frozenset("int float bool str int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split())


def _operated(self: Any, other: Any, name: str, by_user: bool) -> Any:
    state = self._state
    if not by_user:
        return getattr(state.plain(), name)(other)
    held = frozen(other)
    kind = type(self).__name__

    def slow() -> Any:
        return getattr(state.plain(), name)(for_pandas(held))

    if name not in SUPPORTED[kind]:
        return in_pandas(f"{kind}.{name}", slow)
    return attempt(f"{kind}.{name}", lambda: _given(getattr(state.swift(), name)(for_swiftwater(held))), slow)


def binary_operator(name: str) -> Callable[[Any, Any], Any]:
    def call(self: Any, other: Any) -> Any:
        return _operated(self, other, name, is_user(1))

    call.__name__ = name
    return call


def _given(result: Any) -> Any:
    if result is NotImplemented:
        raise Stay("an operand of another kind")
    return result


def changing_operator(name: str) -> Callable[[Any, Any], Any]:
    plain = name.replace("__i", "__", 1)

    def call(self: Any, other: Any) -> Any:
        result = _operated(self, other, plain, True)
        state = state_of(result)
        if state is None:
            return result
        self.__dict__["_state"] = state
        return self

    return call


def class_method(real_class: Any, name: str) -> Any:
    def call(cls: Any, *args: Any, **options: Any) -> Any:
        return in_pandas(f"{real_class.__name__}.{name}", lambda: getattr(real_class, name)(*args, **options))

    return classmethod(call)
