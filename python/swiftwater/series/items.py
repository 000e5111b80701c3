"""Getting and setting values by label, position or condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import selection
from .base import SeriesBase

if TYPE_CHECKING:
    from . import Series


class SeriesItems(SeriesBase):
    """Values by label, position or condition."""

    @property
    def loc(self) -> Any:
        from ..indexers import SeriesLoc

        return SeriesLoc(self._series)

    @property
    def iloc(self) -> Any:
        from ..indexers import SeriesILoc

        return SeriesILoc(self._series)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, SeriesBase) and key._expr.type == "bool":
            return self._masked(key)
        if isinstance(key, slice) and all(isinstance(p, int) or p is None for p in (key.start, key.stop, key.step)):
            return self.iloc[key]
        return self.loc[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.loc[key] = value

    def get(self, key: Any, default: Any = None) -> Any:
        try:
            return self[key]
        except (KeyError, IndexError):
            return default

    def _masked(self, mask: SeriesBase) -> "Series":
        if self._rows is mask._rows and self._levels.same(mask._levels):
            return self._selected(selection.keep(self, mask._expr))
        from ..frame import DataFrame

        frame = DataFrame._make(self._rows, [0], [self._expr], self._levels)
        result = frame._masked(mask._series)
        return self._make(result._rows, result._exprs[0], self._name, result._levels)
