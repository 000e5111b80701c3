"""Arithmetic and comparison as methods, and what the operators do with a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import expressions as X
from ..missing import not_there
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameOperators(FrameBase):
    """Operators of frames with frames, series, lists and values."""

    def _arithmetic(self, operator: str, other: Any, swapped: bool = False, axis: Any = "columns", fill: Any = None) -> Any:
        from ..arithmetic import frame_arithmetic

        return frame_arithmetic(self._frame, operator, other, swapped, axis, fill)

    def _comparison(self, operator: str, other: Any) -> Any:
        return self._arithmetic(operator, other)

    def _logic(self, operator: str, other: Any) -> "DataFrame":
        from ..arithmetic import frame_logic

        return frame_logic(self._frame, operator, other)

    def __invert__(self) -> "DataFrame":
        return self._mapped(X.negation)

    def __neg__(self) -> "DataFrame":
        return self._mapped(X.negative)

    def __pos__(self) -> "DataFrame":
        return self.copy()

    def __abs__(self) -> "DataFrame":
        return self._frame.abs()

    def add(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("+", other, axis, level, fill_value)

    def sub(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("-", other, axis, level, fill_value)

    def mul(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("*", other, axis, level, fill_value)

    def div(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("/", other, axis, level, fill_value)

    subtract, multiply, divide, truediv = sub, mul, div, div

    def floordiv(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("//", other, axis, level, fill_value)

    def mod(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("%", other, axis, level, fill_value)

    def pow(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("**", other, axis, level, fill_value)

    def eq(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("==", other, axis, level, None)

    def ne(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("!=", other, axis, level, None)

    def lt(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("<", other, axis, level, None)

    def le(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("<=", other, axis, level, None)

    def gt(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of(">", other, axis, level, None)

    def ge(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of(">=", other, axis, level, None)

    def _frame_of(self, operator: str, other: Any, axis: Any, level: Any, fill: Any) -> "DataFrame":
        if level is not None:
            raise not_there(f"'{operator}' by a level of the index", "merge the frames first")
        result: DataFrame = self._arithmetic(operator, other, False, axis, fill)
        return result

    def equals(self, other: Any) -> bool:
        """Whether both have the same labels and values, missing ones too."""
        if not isinstance(other, FrameBase) or self.shape != other.shape or self._labels != other._labels:
            return False
        return all(a.equals(b) for (_, a), (_, b) in zip(self.items(), other.items()))
