"""Expressions over the rows of a frame: what `df.a + df.b * 2` builds, and its text for the engine.

pandas has no third truth value: a comparison with a missing value is False (`!=` is True). The engine's logic is
Kleene's, so comparisons carry a `fillna`, which falls away where a filter would drop the row anyway and the engine can
use the bare comparison to skip data.
"""

from __future__ import annotations

from .choices import choose, clean, common_type, fill, fits, is_long, is_na, not_na
from .operations import arithmetic, comparison, literal_type, logic, negation, negative, time_literal
from .tree import (
    PROPERTIES, Binary, Call, Cast, Clean, Column, Environment, Expression, IsIn, Literal, Not, RowNumber, Window, quoted,
)

__all__ = [
    "PROPERTIES", "Binary", "Call", "Cast", "Clean", "Column", "Environment", "Expression", "IsIn", "Literal", "Not",
    "RowNumber", "Window", "arithmetic", "choose", "clean", "common_type", "comparison", "fill", "fits", "is_long", "is_na",
    "literal_type", "logic", "negation", "negative", "not_na", "quoted", "time_literal",
]  # fmt: skip
