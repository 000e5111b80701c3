"""Dtypes by pandas' names, and values as arrays of them."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from . import columntypes as T
from . import values as V


class Dtype(str):
    """A column's dtype by pandas' name, which compares with NumPy's and pandas' dtypes and with Python's types."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return str(self)

    @property
    def kind(self) -> str:
        if self.startswith("datetime64"):
            return "M"
        if self.startswith("timedelta64"):
            return "m"
        return {"int": "i", "uin": "u", "flo": "f", "boo": "b"}.get(self[:3], "O")

    @property
    def itemsize(self) -> int:
        digits = "".join(c for c in self if c.isdigit())
        return int(digits) // 8 if digits and self.kind in "iuf" else (1 if self.kind == "b" else 8)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str.__eq__(self, {"string": "str", "int": "int64", "float": "float64", "O": "object"}.get(other, other))
        if isinstance(other, type):
            by_type = {"int": "int64", "float": "float64", "bool": "bool", "str": "str", "object": "object"}
            return str.__eq__(self, by_type.get(other.__name__, other.__name__))
        return str.__eq__(self, str(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return str.__hash__(self)

    def __repr__(self) -> str:
        if self.kind in "iufb":
            return f"dtype('{self}')"
        return {"str": "<StringDtype(na_value=nan)>", "object": "dtype('O')"}.get(str(self), f"dtype('<{self}')")


def dtype_of(values: Sequence[Any], type_: Optional[str] = None) -> str:
    """pandas' name for the dtype of Python values; `type_` is the engine's where it is known."""
    if type_ is not None and type_ != "null":
        missing = type_ in T.INTEGERS or type_ == "bool"
        return T.dtype_name(type_, missing and any(V.is_missing(v) for v in values))
    kinds = {V.type_of(v) for v in values}
    if not kinds or kinds == {"null"}:
        return "object"
    missing = "null" in kinds
    kinds.discard("null")
    if len(kinds) == 1:
        kind = kinds.pop()
        return T.dtype_name(kind, missing)
    if kinds == {"int64", "float64"}:
        return "float64"
    return "object"


def as_array(values: List[Any], type_: Optional[str]) -> Any:
    try:
        import numpy
    except ImportError:
        return values
    name = dtype_of(values, type_)
    if name == "str" or any(isinstance(v, (tuple, list, dict)) for v in values):
        name = "object"
    array = numpy.empty(len(values), dtype=name.split(",")[0] + "]" if "," in name else name)
    array[:] = values
    return array
