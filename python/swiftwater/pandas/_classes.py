"""`DataFrame` and `Series` that are pandas' own classes to everybody, and the engine's inside.

They are subclasses, so that every library takes them. What a library or pandas itself does with them, it does with
pandas' object, made at that moment; only calls from the user's code are tried in the engine.
"""

from __future__ import annotations

import inspect
from typing import Any, Dict, Tuple

import pandas as real

from ._attributes import (
    accessor, columns_of, copied, get_attribute, get_manager, indexer, length_of, pinned, plain_property, reduced,
    series_name, set_attribute, set_columns, set_manager, shape_of, sized, universal,
)
from ._calls import binary_operator, change, changing_operator, class_method, tried_method
from ._dispatch import PROXIES, PROXY_TYPES, for_pandas, frozen, in_pandas
from ._items import assign, delete_item, get_item, pipe, set_item


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
            found[name] = class_method(real_class, name)
        elif inspect.isfunction(held):
            found[name] = tried_method(kind, name, held)
        else:
            found[name] = plain_property(name, getattr(held, "__doc__", None))
    for name in _OPERATORS + _COMPARISONS:
        for form in (f"__{name}__", f"__r{name}__"):
            if hasattr(real_class, form):
                found[form] = binary_operator(form)
        if hasattr(real_class, f"__i{name}__"):
            found[f"__i{name}__"] = changing_operator(f"__i{name}__")
    for name in "__invert__ __neg__ __pos__ __abs__ __round__ __iter__ __contains__ __repr__ __float__ __int__ __array__ __arrow_c_stream__ __arrow_c_schema__ __dataframe__ __bool__ __dir__".split():  # fmt: skip
        if name in ("__arrow_c_stream__", "__arrow_c_schema__", "__dir__") or hasattr(real_class, name):
            if hasattr(real_class, name):
                found[name] = tried_method(kind, name, getattr(real_class, name))
    for name in ("loc", "iloc", "at", "iat"):
        found[name] = indexer(name)
    if hasattr(real_class, "_repr_html_"):
        found["_repr_html_"] = lambda self: self._state.plain()._repr_html_()
    found.update(
        __len__=length_of, __getitem__=get_item, __setitem__=set_item, __delitem__=delete_item,
        __getattr__=get_attribute, __setattr__=set_attribute, __array_ufunc__=universal, __copy__=copied,
        __deepcopy__=copied, __reduce_ex__=reduced, __reduce__=reduced, __sizeof__=sized, __hash__=None,
        _mgr=property(get_manager, set_manager), _attrs=pinned("_attrs"), _flags=pinned("_flags"),
        shape=property(shape_of), pipe=pipe, _swiftwater_real=real_class,
        __module__=real_class.__module__, __doc__=real_class.__doc__, __qualname__=real_class.__qualname__,
    )  # fmt: skip
    if kind == "DataFrame":
        found.update(columns=property(columns_of, set_columns), assign=assign)
    else:
        found.update(
            name=property(series_name, lambda self, value: change(self, "__setattr__", ("name", value), {})),
            _name=pinned("_name"), str=accessor("str"), dt=accessor("dt"),
        )  # fmt: skip
    return found


def _make(real_class: Any) -> Any:
    made: Any = Meta(real_class.__name__, (real_class,), _names(real_class))
    PROXIES[real_class] = made
    PROXY_TYPES.append(made)
    return made


DataFrame = _make(real.DataFrame)
Series = _make(real.Series)
