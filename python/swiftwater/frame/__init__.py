"""`DataFrame`: columns with labels, each an expression over the same rows, and an index.

Each module here has the methods of one idea; all of them stand on `base`.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Optional, Sequence

from .. import expressions as X
from ..base import Levels, named_as_one
from ..labels import Label
from ..missing import not_there, refuse
from ..rows import Rows
from .elementwise import FrameElementwise
from .items import FrameItems, IndexingError
from .operators import FrameOperators
from .output import FrameOutput
from .relabeling import FrameRelabeling
from .selecting import FrameSelecting
from .shape import FrameShape
from .statistics import FrameStatistics
from .windows import FrameWindows

__all__ = ["DataFrame", "IndexingError"]


@named_as_one
class DataFrame(
    FrameItems, FrameRelabeling, FrameSelecting, FrameElementwise, FrameOperators, FrameWindows, FrameStatistics,
    FrameShape, FrameOutput,
):  # fmt: skip
    """A table with labelled columns and rows, computed when it is looked at.

    Parameters
    ----------
    data : dict, list, DataFrame, NumPy array or Arrow data
        Columns by label; a list of rows, of dicts or of lists; anything with `__arrow_c_stream__`.
    index : list or Index, optional
        Labels of the rows; positions by default.
    columns : list, optional
        Labels of the columns, or which of the data's to take.
    dtype : str or type, optional
        For all columns.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.DataFrame({"company": ["a", "b", "a"], "cpu": [1.0, 2.0, 4.0]}).groupby("company").mean()
             cpu
    company     
    a        2.5
    b        2.0
    """

    def __init__(
        self, data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, copy: Any = None
    ) -> None:
        from ..construction import frame_parts

        rows, labels, exprs, levels, names = frame_parts(data, index, columns, dtype)
        self._set(rows, labels, exprs, levels, names)

    @classmethod
    def from_pandas(cls, frame: Any) -> "DataFrame":
        from ..construction import from_pandas

        result = from_pandas(frame)
        assert isinstance(result, DataFrame)
        return result

    @classmethod
    def from_dict(cls, data: Any, orient: str = "columns", dtype: Any = None, columns: Any = None) -> "DataFrame":
        """A frame of a dict of columns, or of rows with `orient="index"`."""
        if orient == "columns":
            return cls(data, dtype=dtype, columns=columns)
        if orient != "index":
            raise not_there(f"from_dict with orient={orient!r}", "use 'columns' or 'index'")
        return cls(list(data.values()), index=list(data), columns=columns, dtype=dtype)

    @classmethod
    def from_records(cls, data: Any, index: Any = None, exclude: Any = None, columns: Any = None,
                     coerce_float: bool = False, nrows: Optional[int] = None) -> "DataFrame":  # fmt: skip
        refuse("from_records", coerce_float=(False, coerce_float))
        # As in pandas, `nrows` counts for iterators alone.
        frame = cls(list(islice(data, nrows) if hasattr(data, "__next__") else data), columns=columns)
        if exclude is not None:
            frame = frame.drop(columns=[l for l in exclude if frame._has(l)])
        return frame.set_index(index) if index is not None else frame

    @staticmethod
    def _make(
        rows: Rows,
        labels: Sequence[Label],
        exprs: Sequence[X.Expression],
        levels: Levels,
        column_names: Sequence[Optional[Label]] = (None,),
    ) -> DataFrame:
        frame = DataFrame.__new__(DataFrame)
        frame._set(rows, labels, exprs, levels, column_names)
        return frame

    @property
    def _frame(self) -> DataFrame:
        return self
