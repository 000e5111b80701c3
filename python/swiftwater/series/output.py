"""Out of the engine: text, Python, NumPy, pandas, Arrow."""

from __future__ import annotations

from typing import Any, Dict, Optional

from .base import SeriesBase



class SeriesOutput(SeriesBase):
    """The series as something else."""

    @property
    def values(self) -> Any:
        """The values as a NumPy array."""
        return self.to_numpy()

    @property
    def array(self) -> Any:
        return self.to_numpy()

    def __repr__(self) -> str:
        from ..display import series_text

        return series_text(self._series)

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The values as a NumPy array."""
        from ..conversion import series_to_numpy

        return series_to_numpy(self._series, dtype, na_value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.to_numpy(dtype)

    def to_pandas(self) -> Any:
        """The same as a `pandas.Series`."""
        from ..conversion import series_to_pandas

        return series_to_pandas(self._series)

    def to_arrow(self) -> Any:
        """The values as a `pyarrow.ChunkedArray`."""
        return self.to_frame().to_arrow().column(0)

    def to_dict(self) -> Dict[Any, Any]:
        """Labels to values."""
        return dict(self.items())

    def to_string(self) -> str:
        from ..display import series_text

        return series_text(self._series, everything=True)

    def to_csv(self, path_or_buf: Any = None, **options: Any) -> Optional[str]:
        return self.to_frame().to_csv(path_or_buf, **options)

    def hist(self, **options: Any) -> Any:
        return self.to_pandas().hist(**options)

    def explain(self) -> str:
        """The plan as the engine would run it."""
        from ..runtime import explain

        return explain(self._rows, list(zip(self._part_names(), self._parts())))

    def info(self, **options: Any) -> None:
        self.to_frame().info(**options)
