"""Turning a small function of Python into an expression.

Only functions whose meaning is sure to be the same are traced: straight-line code of operators and of methods that the
engine has, without names from outside. Anything else is called for each value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from . import columntypes as T
from . import expressions as X

if TYPE_CHECKING:
    from .frame import DataFrame
    from .series import Series

_METHODS = frozenset(("upper", "lower", "startswith", "endswith"))
_BUILTINS = frozenset(("abs",))


class NotTraceable(Exception):
    """The function does something that an expression cannot say."""


class Traced:
    """Stands for a value while a function is traced."""

    __slots__ = ("_e",)

    def __init__(self, e: X.Expression) -> None:
        object.__setattr__(self, "_e", e)

    def __getattribute__(self, name: str) -> Any:
        if name == "_e":
            return object.__getattribute__(self, "_e")
        if name in _METHODS:
            e = object.__getattribute__(self, "_e")
            if T.is_text(e.type):
                return lambda *a: _text(e, name, a)
        raise NotTraceable(name)

    def _stop(self, *args: Any) -> Any:
        raise NotTraceable

    __bool__ = __str__ = __repr__ = __len__ = __iter__ = __int__ = __float__ = __index__ = __contains__ = _stop
    __format__ = __hash__ = __round__ = __getitem__ = __call__ = _stop

    def __add__(self, other: Any) -> "Traced":
        return _apply("+", self, other)

    def __radd__(self, other: Any) -> "Traced":
        return _apply("+", other, self)

    def __sub__(self, other: Any) -> "Traced":
        return _apply("-", self, other)

    def __rsub__(self, other: Any) -> "Traced":
        return _apply("-", other, self)

    def __mul__(self, other: Any) -> "Traced":
        return _apply("*", self, other)

    def __rmul__(self, other: Any) -> "Traced":
        return _apply("*", other, self)

    def __neg__(self) -> "Traced":
        return Traced(X.negative(_e(self)))

    def __abs__(self) -> "Traced":
        e = _e(self)
        if e.type not in T.NUMBERS or e.type in T.UNSIGNED:
            raise NotTraceable
        return Traced(X.Call("abs", (e,), e.type, may_nan=e.may_nan))

    def __eq__(self, other: object) -> Any:
        return _compare("==", self, other)

    def __ne__(self, other: object) -> Any:
        return _compare("!=", self, other)

    def __lt__(self, other: Any) -> "Traced":
        return _compare("<", self, other)

    def __le__(self, other: Any) -> "Traced":
        return _compare("<=", self, other)

    def __gt__(self, other: Any) -> "Traced":
        return _compare(">", self, other)

    def __ge__(self, other: Any) -> "Traced":
        return _compare(">=", self, other)


class TracedRow:
    """Stands for a row while a function is traced."""

    def __init__(self, frame: "DataFrame") -> None:
        object.__setattr__(self, "_frame", frame)

    def __getattribute__(self, name: str) -> Any:
        frame = object.__getattribute__(self, "_frame")
        if frame._has(name):
            return Traced(frame._expr(name))
        raise NotTraceable(name)

    def __getitem__(self, key: Any) -> Traced:
        frame = object.__getattribute__(self, "_frame")
        if isinstance(key, str) and frame._has(key):
            return Traced(frame._expr(key))
        raise NotTraceable(key)


def _e(value: Any) -> X.Expression:
    if type(value) is Traced:
        e: X.Expression = object.__getattribute__(value, "_e")
        return e
    return X.Literal(value)


def _apply(operator: str, left: Any, right: Any) -> Traced:
    a, b = _e(left), _e(right)
    if not ((a.type in T.NUMBERS and b.type in T.NUMBERS) or (T.is_text(a.type) and T.is_text(b.type) and operator == "+")):
        raise NotTraceable
    return Traced(X.arithmetic(operator, a, b))


def _compare(operator: str, left: Any, right: Any) -> Traced:
    a, b = _e(left), _e(right)
    numbers = a.type in T.NUMBERS and b.type in T.NUMBERS
    if not numbers and not (T.is_text(a.type) and T.is_text(b.type) and operator in ("==", "!=")):
        raise NotTraceable
    return Traced(X.comparison(operator, a, b))


def _text(e: X.Expression, name: str, arguments: Any) -> Traced:
    if name in ("upper", "lower"):
        if arguments:
            raise NotTraceable
        return Traced(X.Call(f"str.{name}", (e,), "string", method=True))
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise NotTraceable
    raise NotTraceable


def _is_plain(func: Any) -> bool:
    """Whether the code is one straight line that touches nothing outside."""
    code = getattr(func, "__code__", None)
    if code is None or code.co_argcount != 1 or code.co_freevars or code.co_cellvars or code.co_kwonlyargcount:
        return False
    if code.co_flags & 0x2C or getattr(func, "__defaults__", None):
        return False
    if any(name not in _METHODS and name not in _BUILTINS and not name.isidentifier() for name in code.co_names):
        return False
    import opcode

    names = [opcode.opname[op] for op in code.co_code[::2]]
    for name in names:
        if "JUMP" in name or name in ("IS_OP", "CONTAINS_OP", "FOR_ITER", "STORE_GLOBAL", "IMPORT_NAME", "BUILD_STRING"):
            return False
    return True


def _outside(func: Any, allowed: Any) -> bool:
    """Whether the function reads a global name that is no built-in it may use."""
    import opcode

    code = func.__code__
    loads = {opcode.opmap[n] for n in ("LOAD_GLOBAL", "LOAD_NAME") if n in opcode.opmap}
    if any(op in loads for op in code.co_code[::2]):
        return any(name not in _BUILTINS and name not in allowed for name in code.co_names)
    return False


def traced(series: "Series", func: Any) -> Optional[X.Expression]:
    """The function as an expression of the series' values; None where it is not sure to mean the same."""
    e = X.clean(series._expr)
    if not (e.type in T.NUMBERS or T.is_text(e.type)) or not _is_plain(func) or _outside(func, _METHODS):
        return None
    # Python's integers do not wrap around, its floats divide by zero with an error, and missing integers are floats.
    if e.type not in T.FLOATS and not T.is_text(e.type):
        return None
    if T.is_text(e.type):
        # A missing text is a float to the function.
        return None if series.hasnans else _run(func, Traced(e))
    return _run(func, Traced(e))


def traced_row(frame: "DataFrame", func: Any) -> Optional[X.Expression]:
    """The function of a row as an expression; None where it is not sure to mean the same."""
    if not _is_plain(func) or _outside(func, ()):
        return None
    if any(e.type not in ("float64", "int64") for e in frame._exprs):
        return None
    return _run(func, TracedRow(frame))


def _run(func: Any, value: Any) -> Optional[X.Expression]:
    try:
        result = func(value)
    except Exception:  # noqa: BLE001 - whatever goes wrong, the function is called for each value instead
        return None
    if type(result) is not Traced:
        return None
    return _e(result)
