"""Other labels or another name: `rename`, `reset_index`, `reindex` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from .. import values as V
from ..missing import one_axis, refuse
from .base import SeriesBase

if TYPE_CHECKING:
    from . import Series


class SeriesRelabeling(SeriesBase):
    """The name and the labels of the rows changed, chosen or dropped."""

    def reset_index(self, level: Any = None, *, drop: bool = False, name: Any = V.NaT, inplace: bool = False,
                    allow_duplicates: bool = False) -> Any:  # fmt: skip
        """The index as columns; or without it, when `drop`."""
        refuse("reset_index", allow_duplicates=(False, allow_duplicates))
        if drop:
            frame = self.to_frame(0).reset_index(level, drop=True)
            return self._placed(self._make(frame._rows, frame._exprs[0], self._name, frame._levels), inplace)
        if inplace:
            raise TypeError("Cannot reset_index inplace on a Series to create a DataFrame")
        label = name if name is not V.NaT else (self._name if self._name is not None else 0)
        return self.to_frame(label).reset_index(level)

    def rename(self, index: Any = None, *, axis: Any = None, copy: Any = None, inplace: bool = False,
               level: Any = None, errors: str = "ignore") -> Any:  # fmt: skip
        """Another name; or other labels, by a dict or function."""
        one_axis(axis)
        refuse("rename", level=(None, level), errors=("ignore", errors))
        if callable(index) or isinstance(index, (dict, Mapping)):
            frame = self.to_frame().rename(index=index)
            return self._placed(self._make(frame._rows, frame._exprs[0], self._name, frame._levels), inplace)
        if inplace:
            self._name = index
            return None
        return self._named(index)

    def rename_axis(self, mapper: Any = None, **options: Any) -> "Series":
        frame = self.to_frame().rename_axis(mapper, **options)
        return self._make(frame._rows, frame._exprs[0], self._name, frame._levels)

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = None) -> "Series":
        one_axis(axis)
        series = self.copy()
        series.index = labels
        return series

    def drop(self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, level: Any = None,
             inplace: bool = False, errors: str = "raise") -> Any:  # fmt: skip
        """The rows without these labels."""
        one_axis(axis)
        refuse("drop", level=(None, level))
        frame = self.to_frame(0).drop(index=labels if index is None else index, errors=errors)
        return self._placed(self._make(frame._rows, frame._exprs[0], self._name, frame._levels), inplace)

    def reindex(self, index: Any = None, **options: Any) -> "Series":
        frame = self.to_frame(0).reindex(index=index, **options)
        return self._make(frame._rows, frame._exprs[0], self._name, frame._levels)
