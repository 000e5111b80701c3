"""Arithmetic, comparison and logic with pandas' meaning and pandas' errors."""

from __future__ import annotations

from .. import columntypes as T
from .tree import Binary, Call, Cast, Expression, Literal, Not


def arithmetic(operator: str, left: Expression, right: Expression) -> Expression:
    """`left operator right` for `+ - * / // % **`."""
    a, b = left.type, right.type
    if a == "null" or b == "null":
        other = b if a == "null" else a
        if other == "string" and operator != "+":
            raise _unsupported(operator, a, b)
        if T.is_time(other) and operator == "-":
            return Cast(Literal(None), "duration[us]")
        type_ = other if other not in ("null", "bool") and other not in T.INTEGERS else "float64"
        return Cast(Literal(None), type_) if "string" != type_ else Cast(Literal(None), "string")
    if T.is_number(a) and T.is_number(b):
        return _numbers(operator, left, right)
    if a == "string" and b == "string" and operator == "+":
        return Binary("+", left, right, "string")
    if T.is_time(a) or T.is_time(b) or T.is_duration(a) or T.is_duration(b):
        return _times(operator, left, right)
    if "string" in (a, b) and operator == "*" and (a in T.INTEGERS or b in T.INTEGERS):
        raise NotImplementedError("text times a number is not there yet; use .apply(lambda text: text * n)")
    if operator == "%" and a == "string":
        raise NotImplementedError("formatting text with % is not there yet; use .apply")
    raise _unsupported(operator, a, b)


def _numbers(operator: str, left: Expression, right: Expression) -> Expression:
    a, b = left.type, right.type
    if a == "bool" and b == "bool":
        if operator == "+":
            return Binary("or", left, right, "bool")
        if operator == "*":
            return Binary("and", left, right, "bool")
        if operator == "-":
            raise TypeError(
                "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, "
                "or the logical_xor function instead."
            )
        left, a = Cast(left, "int8"), "int8"
        right, b = Cast(right, "int8"), "int8"
    type_ = literal_type(left, right)
    if operator == "/":
        return Binary("/", left, right, "float32" if type_ == "float32" else "float64", True)
    if operator in ("//", "%"):
        if type_ in T.INTEGERS and not (isinstance(right, Literal) and right.value):
            # An integer over zero is infinite or missing in pandas, which only a float can hold.
            zero = Binary("==", right, Literal(0), "bool")
            whole = Cast(Binary(operator, left, right, type_), "float64")
            other: Expression = Binary("/", left, right, "float64", True) if operator == "//" else Literal(None)
            return Call("where", (zero, other, whole), "float64", may_nan=operator == "//")
        return Binary(operator, left, right, type_, type_ in T.FLOATS)
    if operator == "**":
        if type_ in T.INTEGERS:
            if isinstance(right, Literal) and right.value < 0:
                raise ValueError("Integers to negative integer powers are not allowed.")
            return Binary("**", left, right, type_)
        return Binary("**", left, right, type_, True)
    return Binary(operator, left, right, type_, type_ in T.FLOATS and (left.may_nan or right.may_nan))


def literal_type(left: Expression, right: Expression) -> str:
    """The common type of two operands; a literal takes the other's type where that holds it."""
    a, b = left.type, right.type
    for x, y in ((left, right), (right, left)):
        if isinstance(x, Literal) and not isinstance(y, Literal) and y.type in T.NUMBERS:
            if y.type in T.FLOATS:
                return y.type
            if x.type in T.INTEGERS:
                return y.type
    return T.common_number(a, b)


def _times(operator: str, left: Expression, right: Expression) -> Expression:
    a, b = left.type, right.type
    if a == "string" or b == "string":
        text = left if a == "string" else right
        if isinstance(text, Literal):
            other = b if a == "string" else a
            kind = "duration[us]" if T.is_duration(other) or operator == "+" else f"timestamp[{T.unit_of(other)}]"
            converted = time_literal(text, kind)
            return _times(operator, converted if a == "string" else left, right if a == "string" else converted)
        raise _unsupported(operator, a, b)
    unit = T.finer_unit(a, b)
    if T.is_time(a) and T.is_time(b) and operator == "-":
        return Binary("-", left, right, f"duration[{unit}]")
    if T.is_time(a) and T.is_duration(b) and operator in ("+", "-"):
        return Binary(operator, left, right, a.replace(T.unit_of(a), unit) if "[" in a else f"timestamp[{unit}]")
    if T.is_duration(a) and T.is_time(b) and operator == "+":
        return Binary(operator, left, right, b.replace(T.unit_of(b), unit) if "[" in b else f"timestamp[{unit}]")
    if T.is_duration(a) and T.is_duration(b):
        if operator in ("+", "-"):
            return Binary(operator, left, right, f"duration[{unit}]")
        if operator == "/":
            return Binary("/", left, right, "float64", True)
    if T.is_duration(a) and b in T.INTEGERS and operator in ("*", "//"):
        return Binary(operator, left, right, a)
    if T.is_duration(b) and a in T.INTEGERS and operator == "*":
        return Binary(operator, left, right, b)
    if T.is_duration(a) or T.is_duration(b):
        raise NotImplementedError(
            f"'{operator}' of {T.dtype_name(a)} and {T.dtype_name(b)} is not there yet; "
            "use .dt.total_seconds() and reckon with seconds"
        )
    raise _unsupported(operator, a, b)


def time_literal(text: Literal, type_: str) -> Literal:
    """The moment or span of time that a text means beside values of this type."""
    from ..times import Timedelta, to_moment

    if T.is_duration(type_):
        return Literal(Timedelta(text.value))
    return Literal(to_moment(text.value))


def comparison(operator: str, left: Expression, right: Expression) -> Expression:
    """`left operator right`: never missing, as in pandas."""
    a, b = left.type, right.type
    equality = operator in ("==", "!=")
    if a == "null" or b == "null":
        if not equality and "string" in (a, b):
            raise TypeError(f"'{operator}' not supported between instances of 'str' and 'NoneType'")
        return Literal(operator == "!=", "bool")
    time = T.is_time(a) or T.is_duration(a), T.is_time(b) or T.is_duration(b)
    comparable = (
        (T.is_number(a) and T.is_number(b))
        or (T.is_text(a) and T.is_text(b))
        or (time[0] and time[1] and T.is_time(a) == T.is_time(b))
        or a == b
        or (time[0] and isinstance(right, Literal) and b == "string")
        or (time[1] and isinstance(left, Literal) and a == "string")
    )
    if comparable and T.is_nested(a):
        raise NotImplementedError("lists and objects are not compared yet; compare their parts with .apply")
    if not comparable:
        if equality:
            return Literal(operator == "!=", "bool")
        raise TypeError(f"Invalid comparison between dtype={T.dtype_name(a)} and {T.dtype_name(b)}")
    for x, y in ((left, right), (right, left)):
        if isinstance(x, Literal) and x.type == "string" and (T.is_time(y.type) or T.is_duration(y.type)):
            moment = time_literal(x, y.type)
            left, right = (moment, right) if x is left else (left, moment)
    if "bool" in (a, b) and a != b:
        if a == "bool":
            left = Cast(left, "int8")
        if b == "bool":
            right = Cast(right, "int8")
    return Binary(operator, left, right, "bool")


def logic(operator: str, left: Expression, right: Expression) -> Expression:
    """`and`, `or`, `^` of bools."""
    a, b = left.type, right.type
    if a in T.INTEGERS and b in T.INTEGERS:
        raise NotImplementedError(f"the bitwise '{operator}' of integers is not there yet; use .apply")
    for x in (a, b):
        if x != "bool":
            raise TypeError(f"unsupported operand type(s) for {operator}: '{T.dtype_name(a)}' and '{T.dtype_name(b)}'")
    return Binary({"&": "and", "|": "or"}.get(operator, operator), left, right, "bool")


def negation(x: Expression) -> Expression:
    """`~x`."""
    if x.type != "bool":
        if x.type in T.INTEGERS:
            return Binary("-", Literal(-1), x, x.type)
        raise TypeError(f"bad operand type for unary ~: '{T.dtype_name(x.type)}'")
    return Not(x)


def negative(x: Expression) -> Expression:
    """`-x`."""
    if x.type == "bool":
        raise TypeError("The numpy boolean negative, the `-` operator, is not supported, use the `~` operator instead.")
    if not (x.type in T.NUMBERS or T.is_duration(x.type)):
        raise TypeError(f"bad operand type for unary -: '{T.dtype_name(x.type)}'")
    if T.is_duration(x.type):
        return Binary("*", x, Literal(-1), x.type)
    return Binary("*", x, Literal(-1), x.type, x.may_nan)


def _unsupported(operator: str, left: str, right: str) -> TypeError:
    return TypeError(f"unsupported operand type(s) for {operator}: '{T.dtype_name(left)}' and '{T.dtype_name(right)}'")
