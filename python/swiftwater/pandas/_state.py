"""What a frame or series is now: rows of the engine, pandas' object, or both, and how to make the one from the other."""

from __future__ import annotations

import os
import time
from typing import Any, Callable, Optional

from . import _profile
from ._convert import as_swiftwater, unlike

#: Frames of pandas with fewer rows stay there: moving them would cost more than it saves.
FEW_ROWS = int(os.environ.get("SWIFTWATER_PANDAS_FEW_ROWS", "10000"))
#: So do smaller files.
FEW_BYTES = int(os.environ.get("SWIFTWATER_PANDAS_FEW_BYTES", "1000000"))


class Stay(Exception):
    """A reason to leave a call to pandas."""


class State:
    """The data of a frame or series at one moment; never changed but by adding the other form of the same data.

    Attributes
    ----------
    ours : DataFrame or Series of the engine, or None
    redo : function, or None
        Makes pandas' object by pandas alone, should the engine fail when it runs.
    label : str
        The call that made it, for the report.
    """

    __slots__ = ("__weakref__", "_plain", "columns", "label", "ours", "redo", "why")

    def __init__(
        self, ours: Any = None, plain: Any = None, redo: Optional[Callable[[], Any]] = None, label: str = ""
    ) -> None:
        self.ours = ours
        self.redo = redo
        self.label = label
        self.why: Optional[str] = None
        self.columns: Any = None
        self._plain = plain

    @property
    def is_lazy(self) -> bool:
        """Whether pandas' object has not been made."""
        return self._plain is None

    def plain(self) -> Any:
        """pandas' object, which must not be changed."""
        if self._plain is None:
            self._plain = self._converted()
            if self.columns is not None:
                # The very object that the user has seen, who may have named its levels.
                self._plain.columns = self.columns
            self.redo = None
        return self._plain

    def _converted(self) -> Any:
        started = time.perf_counter()
        try:
            made = self.ours.to_pandas()
        except Exception as error:
            if self.redo is None:
                raise
            reason = f"{type(error).__name__}: {error}"
            self.ours = None
            started = time.perf_counter()
            made = self.redo()
            _profile.count(self.label, _profile.PANDAS, time.perf_counter() - started, reason)
            return made
        _profile.count(self.label, _profile.SWIFTWATER, time.perf_counter() - started, calls=0)
        return made

    def length(self) -> int:
        """How many rows there are; computed without the columns where possible."""
        if self._plain is None:
            started = time.perf_counter()
            try:
                count = len(self.ours)
            except Exception:
                return len(self.plain())
            _profile.count(self.label, _profile.SWIFTWATER, time.perf_counter() - started, calls=0)
            return count
        return len(self._plain)

    def swift(self, forced: bool = False) -> Any:
        """The engine's object; `Stay` where it would not be the same as pandas'.

        Parameters
        ----------
        forced : bool
            Whether few rows are taken over too.
        """
        if self.ours is not None and self._renamed():
            self.plain()
            self.ours = None
        if self.ours is None:
            plain = self.plain()
            if self.why is not None:
                raise Stay(self.why)
            if not forced and len(plain) < FEW_ROWS:
                raise Stay(f"fewer than {FEW_ROWS} rows")
            self.why = unlike(plain)
            if self.why is not None:
                raise Stay(self.why)
            self.ours = as_swiftwater(plain)
        return self.ours

    def _renamed(self) -> bool:
        """Whether the user has named the levels of pandas' index or columns."""
        if self.columns is not None and list(self.columns.names) != list(self.ours._column_names):
            return True
        return self._plain is not None and list(self._plain.index.names) != list(self.ours._levels.names)
