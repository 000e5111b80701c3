"""Objects that are the engine's as long as they can be, and pandas' where they must.

A `Proxy` holds ours, pandas' own, or both, and how to get pandas' from what it was made of. An operation is tried on
ours; whatever it raises, pandas is asked, so that errors too are pandas' own.
"""

from __future__ import annotations

import operator
import time
import types
from typing import Any, Callable, Dict, Optional, Tuple

import swiftwater

from ..frame import DataFrame as OurFrame
from ..labels import Index as OurIndex
from ..series import Series as OurSeries
from .hook import real
from .report import REPORT

_PLAIN = (str, bytes, int, float, complex, bool, type(None))


class Proxy:
    """One of ours, or pandas'."""

    __slots__ = ("__weakref__", "_fast", "_name", "_slow", "_state", "_thunk")

    def __init__(self, fast: Any, slow: Any, thunk: Optional[Callable[[], Any]], name: str) -> None:
        object.__setattr__(self, "_fast", fast)
        object.__setattr__(self, "_slow", slow)
        object.__setattr__(self, "_thunk", thunk)
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_state", _state(fast))

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_ipython_", "_repr_mimebundle_")):
            raise AttributeError(name)
        return _attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _changed(self, f"{_kind(self)}.{name}", lambda x, v: setattr(x, name, v), value)

    def __setitem__(self, key: Any, value: Any) -> None:
        _changed(self, f"{_kind(self)}[…] =", lambda x, k, v: operator.setitem(x, k, v), key, value)

    def __delitem__(self, key: Any) -> None:
        _changed(self, f"{_kind(self)}[…] =", lambda x, k: operator.delitem(x, k), key)

    def __call__(self, *args: Any, **options: Any) -> Any:
        return _operate(self, _name(self), lambda f, *a, **o: f(*a, **o), args, options)

    def __iter__(self) -> Any:
        fast = _fast(self)
        if fast is not None:
            return (_wrapped(v, None, _name(self)) for v in iter(fast))
        return (_wrapped(v, None, _name(self)) for v in iter(slow_of(self)))

    def __bool__(self) -> bool:
        return bool(_fast(self) if _fast(self) is not None else slow_of(self))

    def __dir__(self) -> Any:
        fast = _fast(self)
        return dir(fast if fast is not None else slow_of(self))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        import numpy

        fast = _fast(self)
        held = fast.to_numpy() if isinstance(fast, (OurFrame, OurSeries)) else numpy.asarray(slow_of(self))
        return held if dtype is None else held.astype(dtype)

    def __reduce__(self) -> Any:
        return _from_slow, (slow_of(self), _name(self))

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        fast = _fast(self)
        if isinstance(fast, OurFrame):
            return real().DataFrame
        if isinstance(fast, OurSeries):
            return real().Series
        if fast is not None:
            return Proxy
        return type(slow_of(self))


def _state(fast: Any) -> Any:
    """Something that is another object after each change in place."""
    if isinstance(fast, (OurFrame, OurSeries)):
        return fast.__dict__.get("_exprs") or fast.__dict__.get("_expr")
    return None


def _fast(proxy: Proxy) -> Any:
    return object.__getattribute__(proxy, "_fast")


def _name(proxy: Proxy) -> str:
    name: str = object.__getattribute__(proxy, "_name")
    return name


def _kind(proxy: Proxy) -> str:
    """What the proxy stands for, for the report: `DataFrame`, `SeriesGroupBy`."""
    fast = _fast(proxy)
    held = fast if fast is not None else object.__getattribute__(proxy, "_slow")
    if held is None or callable(held) and not isinstance(held, (OurFrame, OurSeries)):
        return _name(proxy)
    return {"TextMethods": "Series.str", "MomentMethods": "Series.dt", "SpanMethods": "Series.dt", "Loc": "DataFrame.loc", "ILoc":
            "DataFrame.iloc", "SeriesLoc": "Series.loc", "SeriesILoc": "Series.iloc"}.get(type(held).__name__, type(held).__name__)  # fmt: skip


def is_proxy(value: Any) -> bool:
    return type(value) is Proxy


def slow_of(proxy: Proxy) -> Any:
    """pandas' object for a proxy."""
    slow = object.__getattribute__(proxy, "_slow")
    fast = _fast(proxy)
    state = _state(fast)
    if slow is None or state is not object.__getattribute__(proxy, "_state"):
        object.__setattr__(proxy, "_state", state)
        if isinstance(fast, (OurFrame, OurSeries)):
            slow = fast.to_pandas()
        elif isinstance(fast, OurIndex):
            pandas = real()
            slow = pandas.MultiIndex.from_tuples(fast.tolist(), names=fast.names) if fast.nlevels > 1 else pandas.Index(fast.tolist(), name=fast.name)
        else:
            thunk = object.__getattribute__(proxy, "_thunk")
            slow = thunk() if thunk is not None else fast
        object.__setattr__(proxy, "_slow", slow)
    return slow


def _from_slow(value: Any, name: str) -> Any:
    return Proxy(None, value, None, name)


def _ours_of(value: Any) -> Any:
    """The engine's object for a value; `NotImplementedError` when it has none."""
    if is_proxy(value):
        fast = _fast(value)
        if fast is None:
            slow = slow_of(value)
            pandas = real()
            if isinstance(slow, (pandas.DataFrame, pandas.Series)):
                fast = swiftwater.from_pandas(slow)
                object.__setattr__(value, "_fast", fast)
                object.__setattr__(value, "_state", _state(fast))
                return fast
            if isinstance(slow, type) or callable(slow) or hasattr(slow, "groups"):
                raise NotImplementedError(f"{type(slow).__name__} is pandas' own")
            return slow
        return fast
    if type(value) is ProxyType:
        return type.__getattribute__(value, "_ours")
    if isinstance(value, (list, tuple)) and any(is_proxy(v) for v in value):
        return type(value)(_ours_of(v) for v in value)
    if isinstance(value, dict) and any(is_proxy(v) for v in value.values()):
        return {k: _ours_of(v) for k, v in value.items()}
    if isinstance(value, types.FunctionType):
        return _calling(value)
    return value


def _theirs_of(value: Any) -> Any:
    """pandas' object for a value."""
    if is_proxy(value):
        return slow_of(value)
    if type(value) is ProxyType:
        return getattr(real(), value.__name__)
    if isinstance(value, (list, tuple)) and any(is_proxy(v) for v in value):
        return type(value)(_theirs_of(v) for v in value)
    if isinstance(value, dict) and any(is_proxy(v) for v in value.values()):
        return {k: _theirs_of(v) for k, v in value.items()}
    return value


def _calling(function: Any) -> Any:
    """A function of the user's, which may give proxies back."""
    if function.__globals__.get("__name__", "").startswith("swiftwater"):
        return function
    if not any(is_proxy(v) for v in [*function.__globals__.values(), *(c.cell_contents for c in function.__closure__ or () if _full(c))]):
        return function

    def call(*args: Any, **options: Any) -> Any:
        return _ours_of(function(*args, **options))

    return call


def _full(cell: Any) -> bool:
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


def _wrapped(value: Any, thunk: Optional[Callable[[], Any]], name: str) -> Any:
    """A result as the user gets it: values as they are, frames, series and their like as proxies."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(_wrapped(v, None, name) for v in value)
    if type(value) is list and any(isinstance(v, (OurFrame, OurSeries)) for v in value):
        return [_wrapped(v, None, name) for v in value]
    module = type(value).__module__ or ""
    if isinstance(value, types.MethodType):
        owner = type(value.__self__).__module__ or ""
        if owner.startswith("swiftwater"):
            return Proxy(value, None, thunk, name)
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType)) and (value.__module__ or "").startswith("swiftwater"):
        return Proxy(value, None, thunk, name)
    if module.startswith("swiftwater"):
        if isinstance(value, str):
            return value
        return Proxy(value, None, thunk, name)
    return value


def _wrapped_slow(value: Any, name: str) -> Any:
    if isinstance(value, _PLAIN):
        return value
    pandas = real()
    if isinstance(value, (pandas.DataFrame, pandas.Series)):
        return Proxy(None, value, None, name)
    module = type(value).__module__ or ""
    if module.startswith("pandas.core.") and not isinstance(value, pandas.api.extensions.ExtensionDtype):
        if any(part in module for part in ("groupby", "indexing", "accessor", "window", "resample", "strings")):
            return Proxy(None, value, None, name)
    if isinstance(value, types.MethodType) and (type(value.__self__).__module__ or "").startswith("pandas"):
        return Proxy(None, value, None, name)
    if type(value) is tuple:
        return tuple(_wrapped_slow(v, name) for v in value)
    return value


def _attribute(proxy: Proxy, name: str) -> Any:
    full = f"{_kind(proxy)}.{name}"
    fast = _fast(proxy)
    if fast is None and object.__getattribute__(proxy, "_slow") is not None:
        try:
            fast = _ours_of(proxy)
        except Exception:  # noqa: BLE001 - then pandas' own
            fast = None
        if fast is object.__getattribute__(proxy, "_slow"):
            fast = None
    reason = ""
    if fast is not None:
        begun = time.perf_counter()
        try:
            value = getattr(fast, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, pandas knows better
            reason = str(error)
        else:
            if not callable(value) or isinstance(value, (OurFrame, OurSeries)):
                REPORT.note("engine", full, time.perf_counter() - begun)
            return _wrapped(value, lambda: getattr(slow_of(proxy), name), full)
    begun = time.perf_counter()
    value = getattr(slow_of(proxy), name)
    if not callable(value):
        REPORT.note("pandas", full, time.perf_counter() - begun, reason)
    elif reason:
        REPORT.reasons.setdefault(full, reason)
    return _wrapped_slow(value, full)


def _operate(proxy: Proxy, name: str, function: Callable[..., Any], args: Tuple[Any, ...], options: Dict[str, Any]) -> Any:
    """An operation on ours, or else on pandas'."""
    reason = ""
    begun = time.perf_counter()
    try:
        fast = _ours_of(proxy)
        if fast is None or (_fast(proxy) is None):
            raise NotImplementedError("the object is pandas' own")
        result = function(fast, *(_ours_of(a) for a in args), **{k: _ours_of(v) for k, v in options.items()})
        if result is NotImplemented:
            raise NotImplementedError("operands")
    except Exception as error:  # noqa: BLE001 - whatever it is, pandas knows better
        reason = f"{type(error).__name__}: {error}" if not isinstance(error, NotImplementedError) else str(error)
    else:
        REPORT.note("engine", name, time.perf_counter() - begun)
        return _wrapped(result, lambda: function(slow_of(proxy), *map(_theirs_of, args), **{k: _theirs_of(v) for k, v in options.items()}), name)
    begun = time.perf_counter()
    slow = slow_of(proxy)
    result = function(slow, *(_theirs_of(a) for a in args), **{k: _theirs_of(v) for k, v in options.items()})
    REPORT.note("pandas", name, time.perf_counter() - begun, reason)
    if result is None:
        _forget_fast(slow)
    return _wrapped_slow(result, name)


def _forget_fast(slow: Any) -> None:
    """After a method of pandas that gave nothing back, its object may have changed."""
    owner = getattr(slow, "__self__", None)
    if owner is None:
        return
    import gc

    for referrer in gc.get_referrers(owner):
        if is_proxy(referrer) and object.__getattribute__(referrer, "_slow") is owner:
            object.__setattr__(referrer, "_fast", None)


def _changed(proxy: Proxy, name: str, change: Callable[..., None], *args: Any) -> None:
    """A change in place, of ours or else of pandas'."""
    fast = _fast(proxy)
    reason = ""
    begun = time.perf_counter()
    if fast is None:
        try:
            fast = _ours_of(proxy)
        except Exception:  # noqa: BLE001 - then pandas' own
            fast = None
    if fast is not None and isinstance(fast, (OurFrame, OurSeries)) or (fast is not None and (type(fast).__module__ or "").startswith("swiftwater")):
        try:
            change(fast, *(_ours_of(a) for a in args))
        except Exception as error:  # noqa: BLE001 - whatever it is, pandas knows better
            reason = str(error)
        else:
            object.__setattr__(proxy, "_slow", None)
            REPORT.note("engine", name, time.perf_counter() - begun)
            return
    begun = time.perf_counter()
    slow = slow_of(proxy)
    change(slow, *(_theirs_of(a) for a in args))
    object.__setattr__(proxy, "_fast", None)
    thunk_owner = object.__getattribute__(proxy, "_thunk")
    if thunk_owner is not None and hasattr(slow, "obj"):
        _forget_fast(_Owner(slow.obj))
    REPORT.note("pandas", name, time.perf_counter() - begun, reason)


class _Owner:
    def __init__(self, value: Any) -> None:
        self.__self__ = value


def _binary(name: str) -> Callable[[Proxy, Any], Any]:
    def operate(self: Proxy, *args: Any) -> Any:
        return _operate(self, f"{_kind(self)}.{name}", lambda x, *a: _special(x, name, a), args, {})

    return operate


def _special(x: Any, name: str, args: Tuple[Any, ...]) -> Any:
    plain = getattr(operator, name, None)
    if plain is not None and not name.startswith("__r"):
        return plain(x, *args)
    return getattr(type(x), name)(x, *args)


for _operator in (
    "__add__ __sub__ __mul__ __truediv__ __floordiv__ __mod__ __pow__ __and__ __or__ __xor__ __eq__ __ne__ __lt__ __le__ "
    "__gt__ __ge__ __neg__ __pos__ __abs__ __invert__ __getitem__ __contains__ __radd__ __rsub__ __rmul__ __rtruediv__ "
    "__rfloordiv__ __rmod__ __rpow__ __rand__ __ror__ __rxor__"
).split():
    setattr(Proxy, _operator, _binary(_operator))


def _asked(name: str, function: Callable[[Any], Any]) -> Callable[[Proxy], Any]:
    def ask(self: Proxy) -> Any:
        return _operate(self, f"{_kind(self)}.{name}", function, (), {})

    return ask


Proxy.__len__ = _asked("__len__", len)  # type: ignore[attr-defined]
Proxy.__repr__ = _asked("__repr__", repr)  # type: ignore[method-assign,assignment]
Proxy.__str__ = _asked("__str__", str)  # type: ignore[method-assign,assignment]
Proxy.__hash__ = None  # type: ignore[assignment]


class ProxyType(type):
    """`pd.DataFrame` and its like: makes proxies, and says which objects are such."""

    def __call__(cls, *args: Any, **options: Any) -> Any:
        return Proxy(type.__getattribute__(cls, "_ours"), None, lambda: getattr(real(), cls.__name__), cls.__name__)(*args, **options)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(Proxy(type.__getattribute__(cls, "_ours"), None, lambda: getattr(real(), cls.__name__), cls.__name__), name)

    def __instancecheck__(cls, value: Any) -> bool:
        if is_proxy(value):
            fast = _fast(value)
            if fast is not None:
                return isinstance(fast, type.__getattribute__(cls, "_ours"))
            return isinstance(slow_of(value), getattr(real(), cls.__name__))
        return isinstance(value, getattr(real(), cls.__name__))


def _proxy_type(name: str, ours: Any) -> Any:
    return ProxyType(name, (), {"_ours": ours, "__doc__": ours.__doc__})


class ProxyModule(types.ModuleType):
    """What the user's `import pandas` gives."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            return getattr(real(), name)
        if name in ("DataFrame", "Series", "Index"):
            made = _proxy_type(name, getattr(swiftwater, name))
        elif name in ("Timestamp", "Timedelta", "NaT", "MultiIndex", "RangeIndex", "Grouper") or name not in swiftwater.__all__:
            value = getattr(real(), name)
            if name == "Grouper":
                made = _grouper
            elif isinstance(value, types.FunctionType):
                made = Proxy(None, value, None, name)
            else:
                return value
        else:
            made = Proxy(getattr(swiftwater, name), None, lambda: getattr(real(), name), name)
        self.__dict__[name] = made
        return made


def _grouper(*args: Any, **options: Any) -> Any:
    ours = swiftwater.Grouper(*args, **options)
    return Proxy(ours, None, lambda: real().Grouper(*args, **options), "Grouper")


MODULE = ProxyModule("pandas", "pandas, by Swiftwater")
