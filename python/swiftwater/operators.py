"""Python's operators, for frames and series alike."""

from __future__ import annotations

from typing import Any

from .base import Data


class Operators(Data):
    """What `+`, `<`, `&` and their like call."""

    def _arithmetic(self, operator: str, other: Any, swapped: bool = False) -> Any:
        """`self operator other`, or `other operator self` when swapped."""
        raise NotImplementedError

    def _comparison(self, operator: str, other: Any) -> Any:
        raise NotImplementedError

    def _logic(self, operator: str, other: Any) -> Any:
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return self._arithmetic("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._arithmetic("+", other, True)

    def __sub__(self, other: Any) -> Any:
        return self._arithmetic("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._arithmetic("-", other, True)

    def __mul__(self, other: Any) -> Any:
        return self._arithmetic("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._arithmetic("*", other, True)

    def __truediv__(self, other: Any) -> Any:
        return self._arithmetic("/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._arithmetic("/", other, True)

    def __floordiv__(self, other: Any) -> Any:
        return self._arithmetic("//", other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._arithmetic("//", other, True)

    def __mod__(self, other: Any) -> Any:
        return self._arithmetic("%", other)

    def __rmod__(self, other: Any) -> Any:
        return self._arithmetic("%", other, True)

    def __pow__(self, other: Any) -> Any:
        return self._arithmetic("**", other)

    def __rpow__(self, other: Any) -> Any:
        return self._arithmetic("**", other, True)

    def __eq__(self, other: Any) -> Any:
        return self._comparison("==", other)

    def __ne__(self, other: Any) -> Any:
        return self._comparison("!=", other)

    def __lt__(self, other: Any) -> Any:
        return self._comparison("<", other)

    def __le__(self, other: Any) -> Any:
        return self._comparison("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._comparison(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._comparison(">=", other)

    def __and__(self, other: Any) -> Any:
        return self._logic("&", other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._logic("|", other)

    __ror__ = __or__

    def __xor__(self, other: Any) -> Any:
        return self._logic("^", other)

    __rxor__ = __xor__
