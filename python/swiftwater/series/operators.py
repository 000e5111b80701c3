"""Arithmetic and comparison as methods, and what the operators do with a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import expressions as X
from ..labels import Index
from ..missing import not_there, refuse
from .base import SeriesBase

if TYPE_CHECKING:
    from . import Series


class SeriesOperators(SeriesBase):
    """Operators of series with series, lists and values."""

    def _arithmetic(self, operator: str, other: Any, swapped: bool = False) -> Any:
        if type(other).__name__ == "DataFrame":
            return NotImplemented
        where, a, b, name = self._operand(other)
        result = X.arithmetic(operator, b, a) if swapped else X.arithmetic(operator, a, b)
        return self._make(where._rows, result, name, where._levels)

    def _comparison(self, operator: str, other: Any) -> "Series":
        if isinstance(other, SeriesBase) and not self._rows is other._rows:
            from ..align import same_labels

            if not same_labels(self, other):
                raise ValueError("Can only compare identically-labeled Series objects")
        where, a, b, name = self._operand(other)
        return self._make(where._rows, X.comparison(operator, a, b), name, where._levels)

    def _logic(self, operator: str, other: Any) -> "Series":
        where, a, b, name = self._operand(other)
        return self._make(where._rows, X.logic(operator, a, b), name, where._levels)

    def __invert__(self) -> "Series":
        return self._with(X.negation(self._expr))

    def __neg__(self) -> "Series":
        return self._with(X.negative(self._expr))

    def __pos__(self) -> "Series":
        return self._series

    def __abs__(self) -> "Series":
        return self._series.abs()

    def __round__(self, decimals: int = 0) -> "Series":
        return self._series.round(decimals)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def _flexible(self, operator: str, other: Any, level: Any, fill_value: Any, swapped: bool = False) -> "Series":
        if level is not None:
            raise not_there(f"'{operator}' by a level of the index", "merge the values first")
        if fill_value is None:
            result: Series = self._arithmetic(operator, other, swapped)
            return result
        where, a, b, name = self._operand(other)
        both = X.Binary("and", X.is_na(a), X.is_na(b), "bool")
        x, y = X.fill(a, fill_value), X.fill(b, fill_value)
        value = X.arithmetic(operator, y, x) if swapped else X.arithmetic(operator, x, y)
        return self._make(where._rows, X.choose(X.Not(both), value, X.Literal(None)), name, where._levels)

    def add(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("+", other, level, fill_value)

    def radd(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("+", other, level, fill_value, True)

    def sub(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("-", other, level, fill_value)

    subtract = sub

    def rsub(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("-", other, level, fill_value, True)

    def mul(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("*", other, level, fill_value)

    multiply = mul

    def rmul(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("*", other, level, fill_value, True)

    def truediv(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("/", other, level, fill_value)

    div = truediv

    divide = truediv

    def rtruediv(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("/", other, level, fill_value, True)

    rdiv = rtruediv

    def floordiv(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("//", other, level, fill_value)

    def mod(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("%", other, level, fill_value)

    def pow(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._flexible("**", other, level, fill_value)

    def _compared(self, operator: str, other: Any, level: Any, fill_value: Any) -> "Series":
        refuse(f"'{operator}' as a method", level=(None, level), fill_value=(None, fill_value))
        return self._comparison(operator, other)

    def eq(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._compared("==", other, level, fill_value)

    def ne(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._compared("!=", other, level, fill_value)

    def lt(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._compared("<", other, level, fill_value)

    def le(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._compared("<=", other, level, fill_value)

    def gt(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._compared(">", other, level, fill_value)

    def ge(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> "Series":
        return self._compared(">=", other, level, fill_value)

    def equals(self, other: Any) -> bool:
        """Whether both have the same values, missing ones too, and labels."""
        if not isinstance(other, SeriesBase) or len(self) != len(other) or self.dtype != other.dtype:
            return False
        return self.index.equals(other.index) and Index(self.tolist()).equals(other.tolist())
