"""Arithmetic and comparison of whole frames, column by column."""

from __future__ import annotations

from typing import Any, List, Optional

from . import expressions as X
from . import values as V
from .align import aligned, same_labels, together
from .frame import DataFrame
from .labels import Label
from .missing import not_there
from .series import Series

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def _operate(operator: str, a: X.Expression, b: X.Expression) -> X.Expression:
    return X.comparison(operator, a, b) if operator in _COMPARISONS else X.arithmetic(operator, a, b)


def frame_arithmetic(frame: DataFrame, operator: str, other: Any, swapped: bool, axis: Any, fill: Any) -> Any:
    """`frame operator other`: of a frame, a series along the columns (or rows, by `axis`), a list or a value."""
    if isinstance(other, DataFrame):
        return _frames(frame, operator, other, swapped, fill)
    if isinstance(other, Series):
        if axis in (0, "index"):
            return _down(frame, operator, other, swapped)
        other = other.to_dict()
    elif isinstance(other, (list, tuple)) or (hasattr(other, "tolist") and bool(getattr(other, "shape", False))):
        held = list(other)
        if len(held) != len(frame._labels):
            raise ValueError(f"Unable to coerce to Series, length must be {len(frame._labels)}: given {len(held)}")
        other = dict(zip(frame._labels, held))
    if isinstance(other, dict):
        if set(other) != set(frame._labels):
            if operator in _COMPARISONS:
                raise ValueError("Operands are not aligned. Do `left, right = left.align(right, axis=1, copy=False)` before operating.")
            raise not_there("arithmetic of a frame and a series with other labels", "reindex the series first")
        return frame._with(
            frame._labels, [_ordered(operator, e, X.Literal(other[l]), swapped) for l, e in zip(frame._labels, frame._exprs)]
        )
    if not V.is_scalar(other):
        return NotImplemented
    exprs = []
    for e in frame._exprs:
        x = X.fill(e, fill) if fill is not None else e
        exprs.append(_ordered(operator, x, X.Literal(other), swapped))
    return frame._with(frame._labels, exprs)


def _ordered(operator: str, a: X.Expression, b: X.Expression, swapped: bool) -> X.Expression:
    return _operate(operator, b, a) if swapped else _operate(operator, a, b)


def _down(frame: DataFrame, operator: str, other: Series, swapped: bool) -> DataFrame:
    rows, exprs, (b,), levels = together(frame, other)
    made = [_ordered(operator, e, b, swapped) for e in exprs]
    return DataFrame._make(rows, frame._labels, made, levels, frame._column_names)


def _frames(frame: DataFrame, operator: str, other: DataFrame, swapped: bool, fill: Any) -> DataFrame:
    if operator in _COMPARISONS and (frame._labels != other._labels or not (aligned(frame, other) or same_labels(frame, other))):
        raise ValueError("Can only compare identically-labeled (both index and columns) DataFrame objects")
    rows, left, right, levels = together(frame, other)
    labels: List[Label] = list(frame._labels)
    more = [l for l in other._labels if l not in labels]
    if more:
        labels = [*labels, *more]
        try:
            labels = sorted(labels)  # type: ignore[type-var]
        except TypeError:
            pass
    exprs: List[X.Expression] = []
    for label in labels:
        a: Optional[X.Expression] = left[frame._place(label)] if frame._has(label) else None
        b: Optional[X.Expression] = right[other._place(label)] if other._has(label) else None
        if a is None or b is None:
            present = a if a is not None else b
            assert present is not None
            if fill is None:
                exprs.append(X.Cast(X.Literal(None), "float64"))
                continue
            exprs.append(_ordered(operator, present, X.Literal(fill), swapped))
            continue
        if fill is not None:
            both = X.Binary("and", X.is_na(a), X.is_na(b), "bool")
            value = _ordered(operator, X.fill(a, fill), X.fill(b, fill), swapped)
            exprs.append(X.choose(X.Not(both), value, X.Literal(None)))
        else:
            exprs.append(_ordered(operator, a, b, swapped))
    return DataFrame._make(rows, labels, exprs, levels, frame._column_names)


def frame_logic(frame: DataFrame, operator: str, other: Any) -> DataFrame:
    """`&` and `|` of frames of bools."""
    if isinstance(other, DataFrame):
        if set(frame._labels) != set(other._labels):
            raise not_there("logic of frames with other columns", "give both the same columns")
        rows, left, right, levels = together(frame, other)
        exprs = [X.logic(operator, a, right[other._place(l)]) for l, a in zip(frame._labels, left)]
        return DataFrame._make(rows, frame._labels, exprs, levels, frame._column_names)
    return frame._with(frame._labels, [X.logic(operator, e, X.Literal(other)) for e in frame._exprs])
