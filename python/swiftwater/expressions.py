"""Expressions over the rows of a frame: what `df.a + df.b * 2` builds, and its text for the engine.

pandas has no third truth value: a comparison with a missing value is False (`!=` is True). The engine's logic is
Kleene's, so comparisons carry a `fillna`, which falls away where a filter would drop the row anyway and the engine can
use the bare comparison to skip data.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from . import columntypes as T
from . import values as V

Environment = Optional[Mapping[str, str]]

_WORDS = frozenset(
    "and or not in True False true false None null NA nan inf date Timestamp Timedelta "
    "isna isnull notna notnull abs round clip where fillna floor ceil sqrt exp log log10".split()
)
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))


@lru_cache(maxsize=4096)
def quoted(name: str) -> str:
    """A column's name as expressions write it."""
    if name.isidentifier() and name.isascii() and name not in _WORDS:
        return name
    return "`" + name.replace("`", "``") + "`"


class Expression:
    """A value for each row.

    Attributes
    ----------
    type : str
        The engine's type of the values.
    may_nan : bool
        Whether a value may be NaN, which pandas takes for missing and the engine does not.
    rowwise : bool
        Whether each value depends on its own row alone, so that the expression means the same after a filter.
    """

    __slots__ = ("_text", "may_nan", "rowwise", "type")
    type: str
    may_nan: bool
    rowwise: bool
    _text: Optional[str]

    @property
    def children(self) -> Tuple["Expression", ...]:
        return ()

    def rebuilt(self, children: Tuple["Expression", ...]) -> "Expression":
        """The same operation on other operands."""
        return self

    def _write(self, env: Environment) -> str:
        raise NotImplementedError

    def text(self, env: Environment = None) -> str:
        """The engine's text; `env` gives columns other names."""
        if env:
            return self._write(env)
        if self._text is None:
            self._text = self._write(None)
        return self._text

    def condition(self, env: Environment = None) -> str:
        """The text where missing counts as false, as in a filter."""
        return self.text(env)

    def leaves(self, into: "Optional[Dict[str, Column]]" = None) -> "Dict[str, Column]":
        """The columns that the expression reads, by name."""
        found: Dict[str, Column] = {} if into is None else into
        for child in self.children:
            child.leaves(found)
        return found

    def walk(self) -> "Iterator[Expression]":
        yield self
        for child in self.children:
            yield from child.walk()

    def replaced(self, change: "Callable[[Expression], Optional[Expression]]") -> "Expression":
        """The expression with parts changed, outermost first; `change` returns None for a part that stays."""
        new = change(self)
        if new is not None:
            return new
        children = self.children
        if not children:
            return self
        changed = tuple(child.replaced(change) for child in children)
        return self if all(a is b for a, b in zip(children, changed)) else self.rebuilt(changed)


class Column(Expression):
    """A column of the rows, by the engine's name."""

    __slots__ = ("name",)

    def __init__(self, name: str, type_: str, may_nan: bool = False) -> None:
        self.name = name
        self.type = type_
        self.may_nan = may_nan
        self.rowwise = True
        self._text = None

    def _write(self, env: Environment) -> str:
        return quoted(env.get(self.name, self.name) if env else self.name)

    def leaves(self, into: "Optional[Dict[str, Column]]" = None) -> "Dict[str, Column]":
        found: Dict[str, Column] = {} if into is None else into
        found[self.name] = self
        return found


class Literal(Expression):
    __slots__ = ("value",)

    def __init__(self, value: Any, type_: Optional[str] = None) -> None:
        self.value = V.plain(value)
        self.type = type_ or V.type_of(value)
        self.may_nan = False
        self.rowwise = True
        self._text = None

    def _write(self, env: Environment) -> str:
        if self.type.startswith("timestamp") and isinstance(self.value, str):
            return V.literal(self.value)
        text = V.literal(self.value)
        return f"({text})" if text.startswith("-") else text


class Binary(Expression):
    __slots__ = ("left", "operator", "right")

    def __init__(self, operator: str, left: Expression, right: Expression, type_: str, may_nan: bool = False) -> None:
        self.operator = operator
        self.left = left
        self.right = right
        self.type = type_
        self.may_nan = may_nan
        self.rowwise = left.rowwise and right.rowwise
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return (self.left, self.right)

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Binary(self.operator, children[0], children[1], self.type, self.may_nan)

    def _write(self, env: Environment) -> str:
        bare = f"({self.left.text(env)} {self.operator} {self.right.text(env)})"
        if self.operator in _COMPARISONS:
            return f"fillna({bare}, {self.operator == '!='})"
        return bare

    def condition(self, env: Environment = None) -> str:
        if self.operator in ("and", "or"):
            return f"({self.left.condition(env)} {self.operator} {self.right.condition(env)})"
        if self.operator in _COMPARISONS and self.operator != "!=":
            return f"({self.left.text(env)} {self.operator} {self.right.text(env)})"
        return self.text(env)


class Not(Expression):
    __slots__ = ("operand",)

    def __init__(self, operand: Expression) -> None:
        self.operand = operand
        self.type = "bool"
        self.may_nan = False
        self.rowwise = operand.rowwise
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return (self.operand,)

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Not(children[0])

    def _write(self, env: Environment) -> str:
        return f"(not {self.operand.text(env)})"


class Call(Expression):
    """A function or method of the engine; `method` says that it is written `x.name(...)`."""

    __slots__ = ("arguments", "function", "keywords", "method")

    def __init__(
        self,
        function: str,
        arguments: Tuple[Expression, ...],
        type_: str,
        keywords: Tuple[Tuple[str, Any], ...] = (),
        method: bool = False,
        may_nan: bool = False,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords
        self.method = method
        self.type = type_
        self.may_nan = may_nan
        self.rowwise = all(a.rowwise for a in arguments)
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return self.arguments

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Call(self.function, children, self.type, self.keywords, self.method, self.may_nan)

    def _write(self, env: Environment) -> str:
        texts = [a.text(env) for a in self.arguments]
        if self.function == "where":
            texts[0] = self.arguments[0].condition(env)
        words = [f"{name}={_argument(value)}" for name, value in self.keywords]
        if self.method:
            receiver = texts[0]
            if not receiver.startswith("(") and not isinstance(self.arguments[0], (Column, Call)):
                receiver = f"({receiver})"
            if self.function in PROPERTIES:
                return f"{receiver}.{self.function}"
            return f"{receiver}.{self.function}({', '.join(texts[1:] + words)})"
        return f"{self.function}({', '.join(texts + words)})"


def _argument(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(V.literal(v) for v in value) + "]"
    return V.literal(value)


PROPERTIES = frozenset(
    f"dt.{name}" for name in "year month day hour minute second quarter dayofweek dayofyear date".split()
)


class Cast(Expression):
    __slots__ = ("operand",)

    def __init__(self, operand: Expression, type_: str) -> None:
        self.operand = operand
        self.type = type_
        self.may_nan = operand.may_nan and type_ in T.FLOATS
        self.rowwise = operand.rowwise
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return (self.operand,)

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Cast(children[0], self.type)

    def _write(self, env: Environment) -> str:
        return f"({self.operand.text(env)}).astype('{self.type}')"


class IsIn(Expression):
    __slots__ = ("operand", "values")

    def __init__(self, operand: Expression, values: List[Any]) -> None:
        self.operand = operand
        self.values = values
        self.type = "bool"
        self.may_nan = False
        self.rowwise = operand.rowwise
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return (self.operand,)

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return IsIn(children[0], self.values)

    def _write(self, env: Environment) -> str:
        if not self.values:
            return f"({self.operand.text(env)} in [])"
        return f"({self.operand.text(env)} in [{', '.join(V.literal(v) for v in self.values)}])"


class Window(Expression):
    """A value that depends on other rows in their order: `shift`, `cumsum`, a group's mean for each of its rows.

    Attributes
    ----------
    by : tuple of Expression
        The groups' keys; none for one group of all rows.
    input : Expression or None
        What the function is of.
    options : tuple of (str, value)
        As the plan's `window` step has them.
    """

    __slots__ = ("by", "function", "input", "options")

    def __init__(
        self,
        function: str,
        input: Optional[Expression],
        type_: str,
        options: Tuple[Tuple[str, Any], ...] = (),
        by: Tuple[Expression, ...] = (),
        may_nan: bool = False,
    ) -> None:
        self.function = function
        self.input = input
        self.options = options
        self.by = by
        self.type = type_
        self.may_nan = may_nan
        self.rowwise = False
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return self.by if self.input is None else (*self.by, self.input)

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        n = len(self.by)
        last = None if self.input is None else children[n]
        return Window(self.function, last, self.type, self.options, tuple(children[:n]), self.may_nan)

    def _write(self, env: Environment) -> str:
        # Only a key to find a computed column by; the plan has a step for it.
        inner = "" if self.input is None else self.input.text(env)
        return f"window:{self.function}({inner};{self.options};{[k.text(env) for k in self.by]})"


class RowNumber(Window):
    """The position of each row, from 0."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("row_number", None, "int64")

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return self


# Building them with pandas' meaning.


def lift(value: Any) -> Expression:
    """An expression for a scalar."""
    return value if isinstance(value, Expression) else Literal(value)


def clean(x: Expression) -> Expression:
    """The expression with NaN made missing."""
    if not x.may_nan:
        return x
    return Clean(x)


class Clean(Expression):
    """`x` with NaN made missing."""

    __slots__ = ("operand",)

    def __init__(self, operand: Expression) -> None:
        self.operand = operand
        self.type = operand.type
        self.may_nan = False
        self.rowwise = operand.rowwise
        self._text = None

    @property
    def children(self) -> Tuple[Expression, ...]:
        return (self.operand,)

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Clean(children[0])

    def _write(self, env: Environment) -> str:
        text = self.operand.text(env)
        return f"where({text} == {text}, {text})"


def _unsupported(operator: str, left: str, right: str) -> TypeError:
    return TypeError(f"unsupported operand type(s) for {operator}: '{T.dtype_name(left)}' and '{T.dtype_name(right)}'")


def _finer(left: str, right: str) -> str:
    order = ("s", "ms", "us", "ns")
    units = [T.unit_of(t) for t in (left, right) if "[" in t]
    return max(units, key=order.index) if units else "s"


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
            converted = _time_literal(text, kind)
            return _times(operator, converted if a == "string" else left, right if a == "string" else converted)
        raise _unsupported(operator, a, b)
    unit = _finer(a, b)
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


def _time_literal(text: Literal, type_: str) -> Expression:
    from .times import Timedelta, to_moment

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
            moment = _time_literal(x, y.type)
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


def is_na(x: Expression) -> Expression:
    x = clean(x)
    return Call("isna", (x,), "bool")


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
        type_, no = a, _time_literal(no, a)
    elif T.is_text(a) and T.is_text(b):
        type_ = "string"
    else:
        raise NotImplementedError(
            f"one column cannot hold both {T.dtype_name(a)} and {T.dtype_name(b)} values; convert one with .astype first"
        )
    return Call("where", (condition, yes, no), type_, may_nan=yes.may_nan or no.may_nan)


def fill(x: Expression, value: Any) -> Expression:
    """`x` with a value in place of missing ones."""
    other = lift(value)
    x = clean(x)
    if other.type == "null":
        return x
    if T.is_time(x.type) and isinstance(other, Literal) and other.type == "string":
        other = _time_literal(other, x.type)
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
            result = result.replace(T.unit_of(result), _finer(result, other))
        elif T.is_duration(other) and T.is_duration(result):
            result = f"duration[{_finer(result, other)}]"
        elif T.is_text(other) and T.is_text(result):
            result = "string"
        else:
            raise NotImplementedError(
                f"one column cannot hold both {T.dtype_name(result)} and {T.dtype_name(other)} values; "
                "convert one with .astype first"
            )
    return result
