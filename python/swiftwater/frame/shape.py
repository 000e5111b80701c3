"""Other shapes: merges, pivots, rows as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..missing import no_more, refuse
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameShape(FrameBase):
    """Frames put together or turned around."""

    @property
    def T(self) -> "DataFrame":
        return self.transpose()

    def explode(self, column: Any, ignore_index: bool = False) -> "DataFrame":
        """A row for each element of lists."""
        from ..reshape import explode

        return explode(self._frame, self._listed(column), ignore_index)

    def melt(self, id_vars: Any = None, value_vars: Any = None, var_name: Any = None, value_name: Any = "value",
             col_level: Any = None, ignore_index: bool = True) -> "DataFrame":  # fmt: skip
        """A row for each value of some columns."""
        from ..reshape import melt

        refuse("melt", col_level=(None, col_level))
        return melt(self._frame, id_vars, value_vars, var_name, value_name, ignore_index)

    def merge(self, right: Any, how: str = "inner", on: Any = None, left_on: Any = None, right_on: Any = None,
              left_index: bool = False, right_index: bool = False, sort: bool = False, suffixes: Any = ("_x", "_y"),
              copy: Any = None, indicator: Any = False, validate: Any = None) -> "DataFrame":  # fmt: skip
        """The rows of two frames put together by equal keys."""
        from ..merging import merge

        return merge(self, right, how, on, left_on, right_on, left_index, right_index, sort, suffixes, indicator, validate)

    def join(self, other: Any, on: Any = None, how: str = "left", lsuffix: str = "", rsuffix: str = "",
             sort: bool = False, validate: Any = None) -> "DataFrame":  # fmt: skip
        """The columns of another frame beside these, by the index."""
        from ..merging import join

        return join(self._frame, other, on, how, lsuffix, rsuffix, sort, validate)

    def pivot_table(self, values: Any = None, index: Any = None, columns: Any = None, aggfunc: Any = "mean",
                    fill_value: Any = None, margins: bool = False, dropna: bool = True, margins_name: str = "All",
                    observed: bool = True, sort: bool = True, **options: Any) -> "DataFrame":  # fmt: skip
        """Aggregations by the values of some columns in rows and others in columns."""
        from ..reshape import pivot_table

        refuse("pivot_table", margins=(False, margins))
        no_more("pivot_table", options)
        return pivot_table(self._frame, values, index, columns, aggfunc, fill_value, dropna, sort)

    def pivot(self, *, columns: Any, index: Any = None, values: Any = None) -> "DataFrame":
        """The values of a column as columns."""
        from ..reshape import pivot

        return pivot(self._frame, columns, index, values)

    def stack(self, level: Any = -1, dropna: Any = None, sort: Any = None, future_stack: bool = True) -> Any:
        from ..reshape import stack

        refuse("stack", level=(-1, level), dropna=(None, dropna), sort=(None, sort), future_stack=(True, future_stack))
        return stack(self._frame)

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> Any:
        from ..reshape import unstack_frame

        refuse("unstack", sort=(True, sort))
        return unstack_frame(self._frame, level, fill_value)

    def transpose(self, *args: Any, copy: Any = None) -> "DataFrame":
        """Rows as columns and columns as rows."""
        from ..reshape import transpose

        return transpose(self._frame)

    def squeeze(self, axis: Any = None) -> Any:
        """A single column as a series, a single row as a series, a single value as itself."""
        if axis not in (None, 0, 1, "index", "rows", "columns"):
            raise ValueError(f"No axis named {axis} for object type DataFrame")
        is_column = len(self._labels) == 1 and axis not in (0, "index", "rows")
        is_row = axis not in (1, "columns") and len(self) == 1
        if is_column:
            column = self._column(self._labels[0])
            return column.item() if is_row else column
        return self._frame.iloc[0] if is_row else self._frame
