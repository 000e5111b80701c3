"""`DataFrame` and `Series` that are pandas' own classes to everybody, and the engine's inside.

They are subclasses, so that every library takes them. What a library or pandas itself does with them, it does with
pandas' object, made at that moment; only calls from the user's code are tried in the engine.
"""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, Optional, Tuple

import numpy
import pandas as real

from ._chains import Chain, grouped_by_time
from ._convert import has_times
from ._dispatch import PROXIES, PROXY_TYPES, attempt, for_pandas, for_swiftwater, frozen, in_pandas, proxy, state_of, wrapped
from ._indexers import Indexer
from ._state import State, Stay
from ._supported import CHANGING, GIVING_THEMSELVES, NOT_OF_TIMES, SUPPORTED
from ._where import is_user

_PANDAS_3 = int(real.__version__.split(".")[0]) >= 3


class Meta(type):
    """The class of the classes: pandas' own objects are instances too, and subclasses are made of pandas' own."""

    def __new__(mcs, name: str, bases: Tuple[type, ...], names: Dict[str, Any]) -> Any:
        ours = tuple(base for base in bases if isinstance(base, Meta))
        if ours and "_swiftwater_real" not in names:
            plain = tuple(base._swiftwater_real if isinstance(base, Meta) else base for base in bases)
            return type(plain[0])(name, plain, names)
        return super().__new__(mcs, name, bases, names)

    _swiftwater_real: Any

    def __call__(cls, *args: Any, **options: Any) -> Any:
        held, words = for_pandas(frozen(list(args))), for_pandas(frozen(options))
        return in_pandas(cls.__name__, lambda: cls._swiftwater_real(*held, **words))

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, cls._swiftwater_real)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, cls._swiftwater_real)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls._swiftwater_real

    def __hash__(cls) -> int:
        return hash(cls._swiftwater_real)


def change(self: Any, name: str, args: Any, options: Any) -> Any:
    """Calls what changes the object: of pandas, on a copy that shares all values until they are written."""
    held, words = for_pandas(frozen(list(args))), for_pandas(frozen(options))
    copy = self._state.plain().copy(deep=False)
    result = getattr(copy, name)(*held, **words)
    self.__dict__["_state"] = State(plain=copy)
    return self if result is copy else wrapped(result)


def _method(kind: str, name: str, function: Any) -> Callable[..., Any]:
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


def _binary(name: str) -> Callable[[Any, Any], Any]:
    def call(self: Any, other: Any) -> Any:
        return _operated(self, other, name, is_user(1))

    call.__name__ = name
    return call


def _given(result: Any) -> Any:
    if result is NotImplemented:
        raise Stay("an operand of another kind")
    return result


def _changing_operator(name: str) -> Callable[[Any, Any], Any]:
    plain = name.replace("__i", "__", 1)

    def call(self: Any, other: Any) -> Any:
        result = _operated(self, other, plain, True)
        state = state_of(result)
        if state is None:
            return result
        self.__dict__["_state"] = state
        return self

    return call


def _property(name: str, doc: Optional[str]) -> property:
    def get(self: Any) -> Any:
        found = getattr(self._state.plain(), name)
        return wrapped(found) if is_user(1) else found

    def put(self: Any, value: Any) -> None:
        change(self, "__setattr__", (name, value), {})

    return property(get, put, doc=doc)


def _indexer(name: str) -> property:
    def get(self: Any) -> Any:
        return Indexer(self, name)

    return property(get)


def _class_method(real_class: Any, name: str) -> Any:
    def call(cls: Any, *args: Any, **options: Any) -> Any:
        return in_pandas(f"{real_class.__name__}.{name}", lambda: getattr(real_class, name)(*args, **options))

    return classmethod(call)


# What has a meaning of its own.


def _get_manager(self: Any) -> Any:
    # Whoever asks for it may change it: from now on it is pandas' alone.
    copy = self._state.plain().copy(deep=False)
    self.__dict__["_state"] = State(plain=copy)
    return copy._mgr


def _set_manager(self: Any, manager: Any) -> None:
    copy = self._state.plain().copy(deep=False)
    copy._mgr = manager
    self.__dict__["_state"] = State(plain=copy)


def _pinned(name: str) -> property:
    def get(self: Any) -> Any:
        return getattr(self._state.plain(), name)

    def put(self: Any, value: Any) -> None:
        copy = self._state.plain().copy(deep=False)
        object.__setattr__(copy, name, value)
        self.__dict__["_state"] = State(plain=copy)

    return property(get, put)


def _length(self: Any) -> int:
    count: int = self._state.length()
    return count


def _columns(self: Any) -> Any:
    state = self._state
    if state.columns is not None:
        return state.columns
    if state.is_lazy:
        from ..conversion import _pandas_labels

        ours = state.ours
        state.columns = _pandas_labels(ours._labels, ours._column_names)
        return state.columns
    return state.plain().columns


def _set_columns(self: Any, labels: Any) -> None:
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


def _shape(self: Any) -> Tuple[int, ...]:
    state = self._state
    if state.is_lazy and hasattr(state.ours, "_labels"):
        return (state.length(), len(state.ours._labels))
    if state.is_lazy:
        return (state.length(),)
    shape: Tuple[int, ...] = state.plain().shape
    return shape


def _name(self: Any) -> Any:
    state = self._state
    return state.ours._name if state.is_lazy else state.plain().name


def _accessor(name: str) -> property:
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


def _get_item(self: Any, key: Any) -> Any:
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


def _set_item(self: Any, key: Any, value: Any) -> None:
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


def _delete_item(self: Any, key: Any) -> None:
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


def _get_attribute(self: Any, name: str) -> Any:
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


def _set_attribute(self: Any, name: str, value: Any) -> None:
    found = inspect.getattr_static(type(self), name, None)
    if name.startswith("_") or hasattr(type(found), "__set__"):
        object.__setattr__(self, name, value)
    elif name in getattr(self, "columns", ()):
        self[name] = value
    else:
        object.__setattr__(self, name, value)


def _assign(self: Any, **columns: Any) -> Any:
    if not is_user(1):
        return self._state.plain().assign(**columns)
    made = proxy(self._state, type(self)._swiftwater_real)
    for label, value in columns.items():
        _store(made, label, value(made) if callable(value) and not isinstance(value, real.Series) else value, True)
    return made


def _pipe(self: Any, func: Any, *args: Any, **options: Any) -> Any:
    if isinstance(func, tuple):
        function, word = func
        if word in options:
            raise ValueError(f"{word} is both the pipe target and a keyword argument")
        return function(*args, **{word: self, **options})
    return func(self, *args, **options)


def _universal(self: Any, function: Any, method: str, *inputs: Any, **options: Any) -> Any:
    held = for_pandas(frozen(list(inputs)))
    return in_pandas(f"numpy.{function.__name__}", lambda: getattr(function, method)(*held, **for_pandas(frozen(options))))


def _copied(self: Any, memo: Any = None) -> Any:
    return proxy(self._state, type(self)._swiftwater_real)


def unpickled(plain: Any) -> Any:
    """A frame or series from a pickle: pandas' own, where pandas has not been taken over."""
    return plain


def _reduced(self: Any, protocol: Any = None) -> Any:
    return unpickled, (self._state.plain(),)


def _sized(self: Any) -> int:
    return self._state.plain().__sizeof__()  # type: ignore[no-any-return]


_OPERATORS = "add sub mul truediv floordiv mod pow matmul and or xor divmod".split()
_COMPARISONS = "eq ne lt le gt ge".split()


def _names(real_class: Any) -> Dict[str, Any]:
    """All attributes of a class that stands for pandas'."""
    kind = real_class.__name__
    found: Dict[str, Any] = {}
    for name in dir(real_class):
        if name.startswith("_"):
            continue
        held = inspect.getattr_static(real_class, name)
        if isinstance(held, (classmethod, staticmethod)):
            found[name] = _class_method(real_class, name)
        elif inspect.isfunction(held):
            found[name] = _method(kind, name, held)
        else:
            found[name] = _property(name, getattr(held, "__doc__", None))
    for name in _OPERATORS + _COMPARISONS:
        for form in (f"__{name}__", f"__r{name}__"):
            if hasattr(real_class, form):
                found[form] = _binary(form)
        if hasattr(real_class, f"__i{name}__"):
            found[f"__i{name}__"] = _changing_operator(f"__i{name}__")
    for name in "__invert__ __neg__ __pos__ __abs__ __round__ __iter__ __contains__ __repr__ __float__ __int__ __array__ __arrow_c_stream__ __arrow_c_schema__ __dataframe__ __bool__ __dir__".split():  # fmt: skip
        if name in ("__arrow_c_stream__", "__arrow_c_schema__", "__dir__") or hasattr(real_class, name):
            if hasattr(real_class, name):
                found[name] = _method(kind, name, getattr(real_class, name))
    for name in ("loc", "iloc", "at", "iat"):
        found[name] = _indexer(name)
    if hasattr(real_class, "_repr_html_"):
        found["_repr_html_"] = lambda self: self._state.plain()._repr_html_()
    found.update(
        __len__=_length, __getitem__=_get_item, __setitem__=_set_item, __delitem__=_delete_item,
        __getattr__=_get_attribute, __setattr__=_set_attribute, __array_ufunc__=_universal, __copy__=_copied,
        __deepcopy__=_copied, __reduce_ex__=_reduced, __reduce__=_reduced, __sizeof__=_sized, __hash__=None,
        _mgr=property(_get_manager, _set_manager), _attrs=_pinned("_attrs"), _flags=_pinned("_flags"),
        shape=property(_shape), pipe=_pipe, _swiftwater_real=real_class,
        __module__=real_class.__module__, __doc__=real_class.__doc__, __qualname__=real_class.__qualname__,
    )  # fmt: skip
    if kind == "DataFrame":
        found.update(columns=property(_columns, _set_columns), assign=_assign)
    else:
        found.update(
            name=property(_name, lambda self, value: change(self, "__setattr__", ("name", value), {})),
            _name=_pinned("_name"), str=_accessor("str"), dt=_accessor("dt"),
        )  # fmt: skip
    return found


def _make(real_class: Any) -> Any:
    made: Any = Meta(real_class.__name__, (real_class,), _names(real_class))
    PROXIES[real_class] = made
    PROXY_TYPES.append(made)
    return made


DataFrame = _make(real.DataFrame)
Series = _make(real.Series)

__all__ = ["DataFrame", "Meta", "Series", "numpy", "state_of", "unpickled"]
