"""Missing values, choosing between two values, and the type that holds both."""

from __future__ import annotations

from typing import Any, List

from .. import columntypes as T
from .. import values as V
from .operations import literal_type, time_literal
from .tree import Call, Cast, Clean, Expression, Literal


def clean(x: Expression) -> Expression:
    """The expression with NaN made missing."""
    if not x.may_nan:
        return x
    return Clean(x)


def is_long(x: Expression) -> bool:
    """Whether the expression should be a column before more is made of it.

    The engine takes a thousand operations, a hundred deep; a column that is set again and again has them soon.
    """
    if not any(child.children for child in x.children):
        return False
    size = len(x.text())
    return size > 1000 or (size > 300 and _depth(x) > 40)


def _depth(x: Expression) -> int:
    return 1 + max((_depth(child) for child in x.children), default=0)


def is_na(x: Expression) -> Expression:
    return Call("isna", (clean(x),), "bool")


def not_na(x: Expression) -> Expression:
    return Call("notna", (clean(x),), "bool")


def fits(value: Any, type_: str) -> bool:
    """Whether a scalar goes into a column of the type without changing the column's type."""
    kind = V.type_of(value)
    if kind == "null" or kind == type_:
        return True
    if type_ in T.FLOATS:
        return kind in ("int64", "float64", "bool") and kind != "bool"
    if type_ in T.INTEGERS:
        return kind == "int64"
    if type_ in ("string", "category"):
        return kind == "string"
    if T.is_time(type_):
        return T.is_time(kind) or kind == "string"
    if T.is_duration(type_):
        return T.is_duration(kind) or kind == "string"
    return False


def choose(condition: Expression, yes: Expression, no: Expression) -> Expression:
    """`yes` where the condition holds, else `no`, of their common type."""
    a, b = yes.type, no.type
    if a == b or b == "null":
        type_ = a
    elif a == "null":
        type_ = b
    elif T.is_number(a) and T.is_number(b) and "bool" not in (a, b):
        type_ = literal_type(yes, no)
        if type_ in T.INTEGERS and "float64" in (a, b):
            type_ = "float64"
    elif T.is_time(a) and T.is_time(b):
        type_ = a
    elif T.is_time(a) and isinstance(no, Literal) and b == "string":
        type_, no = a, time_literal(no, a)
    elif T.is_text(a) and T.is_text(b):
        type_ = "string"
    else:
        raise NotImplementedError(
            f"one column cannot hold both {T.dtype_name(a)} and {T.dtype_name(b)} values; convert one with .astype first"
        )
    return Call("where", (condition, yes, no), type_, may_nan=yes.may_nan or no.may_nan)


def fill(x: Expression, value: Any) -> Expression:
    """`x` with a value in place of missing ones."""
    other = value if isinstance(value, Expression) else Literal(value)
    x = clean(x)
    if other.type == "null":
        return x
    if T.is_time(x.type) and isinstance(other, Literal) and other.type == "string":
        other = time_literal(other, x.type)
    if x.type == "null":
        return choose(Call("isna", (x,), "bool"), other, x)
    if isinstance(other, Literal):
        if x.type in T.INTEGERS and other.type == "float64":
            return Call("where", (Call("notna", (x,), "bool"), Cast(x, "float64"), other), "float64")
        if not fits(other.value, x.type):
            return choose(Call("notna", (x,), "bool"), x, other)
        return Call("fillna", (x, other), x.type, may_nan=other.may_nan)
    if x.type == other.type:
        return Call("fillna", (x, other), x.type, may_nan=other.may_nan)
    return choose(Call("notna", (x,), "bool"), x, other)


def common_type(types: List[str]) -> str:
    """The type that values of all the types are read as, for a column made of several."""
    known = [t for t in types if t != "null"]
    if not known:
        return "null"
    result = known[0]
    for other in known[1:]:
        if other == result:
            continue
        if other in T.NUMBERS and result in T.NUMBERS:
            result = T.common_number(result, other)
        elif T.is_time(other) and T.is_time(result) and "[" in other and "[" in result:
            if T.zone_of(other) != T.zone_of(result):
                raise NotImplementedError("moments with and without a zone do not go into one column")
            result = result.replace(T.unit_of(result), T.finer_unit(result, other))
        elif T.is_duration(other) and T.is_duration(result):
            result = f"duration[{T.finer_unit(result, other)}]"
        elif T.is_text(other) and T.is_text(result):
            result = "string"
        else:
            raise NotImplementedError(
                f"one column cannot hold both {T.dtype_name(result)} and {T.dtype_name(other)} values; "
                "convert one with .astype first"
            )
    return result
