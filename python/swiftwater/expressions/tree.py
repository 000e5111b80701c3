"""The tree of an expression: one class a kind of node, each with its text for the engine."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from .. import columntypes as T
from .. import values as V

Environment = Optional[Mapping[str, str]]

_WORDS = frozenset(
    "and or not in True False true false None null NA nan inf date Timestamp Timedelta "
    "isna isnull notna notnull abs round clip where fillna floor ceil sqrt exp log log10".split()
)
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
PROPERTIES = frozenset(
    f"dt.{name}" for name in "year month day hour minute second quarter dayofweek dayofyear date".split()
)


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


class Unary(Expression):
    """What is made of one other expression."""

    __slots__ = ("operand",)
    operand: Expression

    @property
    def children(self) -> Tuple[Expression, ...]:
        return (self.operand,)


class Not(Unary):
    __slots__ = ()

    def __init__(self, operand: Expression) -> None:
        self.operand = operand
        self.type = "bool"
        self.may_nan = False
        self.rowwise = operand.rowwise
        self._text = None

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


class Cast(Unary):
    __slots__ = ()

    def __init__(self, operand: Expression, type_: str) -> None:
        self.operand = operand
        self.type = type_
        self.may_nan = operand.may_nan and type_ in T.FLOATS
        self.rowwise = operand.rowwise
        self._text = None

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Cast(children[0], self.type)

    def _write(self, env: Environment) -> str:
        return f"({self.operand.text(env)}).astype('{self.type}')"


class IsIn(Unary):
    __slots__ = ("values",)

    def __init__(self, operand: Expression, values: List[Any]) -> None:
        self.operand = operand
        self.values = values
        self.type = "bool"
        self.may_nan = False
        self.rowwise = operand.rowwise
        self._text = None

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


class Clean(Unary):
    """`x` with NaN made missing."""

    __slots__ = ()

    def __init__(self, operand: Expression) -> None:
        self.operand = operand
        self.type = operand.type
        self.may_nan = False
        self.rowwise = operand.rowwise
        self._text = None

    def rebuilt(self, children: Tuple[Expression, ...]) -> Expression:
        return Clean(children[0])

    def _write(self, env: Environment) -> str:
        text = self.operand.text(env)
        return f"where({text} == {text}, {text})"
