"""`loc` and `iloc`: rows and columns by label and by position."""

from __future__ import annotations

from .labels import Loc, SeriesLoc
from .lookup import without_labels
from .positions import ILoc, SeriesILoc

__all__ = ["ILoc", "Loc", "SeriesILoc", "SeriesLoc", "without_labels"]
