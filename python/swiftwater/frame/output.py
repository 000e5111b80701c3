"""Out of the engine and into it: text, Python, NumPy, pandas, Arrow, files."""

from __future__ import annotations

from typing import Any, Iterator, Optional, Tuple

from ..missing import no_more, refuse, utf8_only
from ..series import Series
from ..series.row import RowSeries
from .base import FrameBase


class FrameOutput(FrameBase):
    """The frame as something else."""

    @property
    def values(self) -> Any:
        """The values as a NumPy array of two dimensions."""
        return self.to_numpy()

    def __repr__(self) -> str:
        from ..display import frame_text

        return frame_text(self._frame)

    def _repr_html_(self) -> str:
        from ..display import frame_html

        return frame_html(self._frame)

    def iterrows(self) -> Iterator[Tuple[Any, Series]]:
        """Pairs of label and row, each row a series."""
        from ..conversion import python_rows

        for label, values in zip(self._index_values(), python_rows(self._frame)):
            yield label, RowSeries(values, self._labels, label)

    def itertuples(self, index: bool = True, name: Optional[str] = "Pandas") -> Iterator[Any]:
        """The rows as named tuples."""
        from ..conversion import named_rows

        return named_rows(self._frame, index, name)

    def to_dict(self, orient: str = "dict", *, into: Any = dict, index: bool = True) -> Any:
        """The frame as Python values."""
        from ..conversion import to_dict

        refuse("to_dict", into=(dict, into), index=(True, index))
        return to_dict(self._frame, orient)

    def to_records(self, index: bool = True, **options: Any) -> Any:
        return self.to_pandas().to_records(index=index, **options)

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The values as a NumPy array of two dimensions."""
        from ..conversion import frame_to_numpy

        return frame_to_numpy(self._frame, dtype, na_value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.to_numpy(dtype)

    def to_pandas(self) -> Any:
        """The same as a `pandas.DataFrame`."""
        from ..conversion import frame_to_pandas

        return frame_to_pandas(self._frame)

    def to_arrow(self) -> Any:
        """The same as a `pyarrow.Table`, the index as columns."""
        from ..conversion import to_arrow

        return to_arrow(self._frame)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        from ..conversion import arrow_table

        return arrow_table(self._frame).__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        from ..conversion import arrow_table

        return arrow_table(self._frame).__arrow_c_schema__()

    def to_csv(self, path_or_buf: Any = None, *, sep: str = ",", na_rep: str = "", float_format: Any = None,
               columns: Any = None, header: Any = True, index: bool = True, index_label: Any = None, mode: str = "w",
               encoding: Any = None, compression: Any = "infer", **options: Any) -> Optional[str]:  # fmt: skip
        """Writes CSV, or returns it as text."""
        from ..writing import to_csv

        utf8_only("to_csv", encoding)
        return to_csv(self._frame, path_or_buf, sep, na_rep, float_format, columns, header, index, index_label, mode,
                      compression, options)  # fmt: skip

    def to_json(self, path_or_buf: Any = None, *, orient: Any = None, date_format: Any = None, lines: bool = False,
                compression: Any = "infer", index: Any = None, mode: str = "w", **options: Any) -> Optional[str]:  # fmt: skip
        """Writes JSON, or returns it as text."""
        from ..writing import to_json

        return to_json(self._frame, path_or_buf, orient, date_format, lines, compression, index, mode, options)

    def to_parquet(self, path: Any = None, *, engine: Any = "auto", compression: Any = "snappy", index: Any = None,
                   partition_cols: Any = None, **options: Any) -> Optional[bytes]:  # fmt: skip
        """Writes a Parquet file."""
        from ..writing import to_parquet

        return to_parquet(self._frame, path, compression, index, partition_cols, options)

    def to_string(self, buf: Any = None, **options: Any) -> Optional[str]:
        """The whole frame as text."""
        from ..display import frame_text

        return put(frame_text(self._frame, everything=True, **options), buf)

    def to_html(self, buf: Any = None, **options: Any) -> Optional[str]:
        """The whole frame as a table of HTML."""
        from ..display import frame_html

        no_more("to_html", options)
        return put(frame_html(self._frame, everything=True), buf)

    def hist(self, **options: Any) -> Any:
        return self.to_pandas().hist(**options)

    def boxplot(self, **options: Any) -> Any:
        return self.to_pandas().boxplot(**options)

    def explain(self) -> str:
        """The plan as the engine would run it."""
        from ..runtime import explain

        request = self._request()
        return explain(request.rows, list(zip(request.names, request.expressions)))


def put(text: str, buf: Any) -> Optional[str]:
    """Writes text to a path or an open file; returns it where there is none."""
    if buf is None:
        return text
    if hasattr(buf, "write"):
        buf.write(text)
    else:
        with open(buf, "w", encoding="utf-8") as file:
            file.write(text)
    return None
