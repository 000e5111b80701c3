"""`Series`: one column, an expression over the rows of a frame.

Each module here has the methods of one idea; all of them stand on `base`.
"""

from __future__ import annotations

import builtins
from typing import Any, Optional

from .. import expressions as X
from ..base import Levels, named_as_one
from ..labels import Label
from ..missing import absent, not_there
from ..rows import Rows
from .elementwise import SeriesElementwise
from .items import SeriesItems
from .operators import SeriesOperators
from .output import SeriesOutput
from .relabeling import SeriesRelabeling
from .selecting import SeriesSelecting
from .statistics import SeriesStatistics
from .windows import SeriesWindows

__all__ = ["Series"]


@named_as_one
class Series(
    SeriesItems, SeriesRelabeling, SeriesSelecting, SeriesElementwise, SeriesOperators, SeriesWindows,
    SeriesStatistics, SeriesOutput,
):  # fmt: skip
    """One column with an index.

    Parameters
    ----------
    data : list, dict, array, scalar or Series
        The values; a dict's keys become the index.
    index : list or Index, optional
        Labels of the rows; positions by default.
    dtype : str or type, optional
    name : hashable, optional

    Examples
    --------
    >>> import swiftwater as sw
    >>> (sw.Series([1, 2, 3]) * 2).sum()
    12
    """

    def __init__(
        self,
        data: Any = None,
        index: Any = None,
        dtype: Any = None,
        name: Optional[Label] = None,
        copy: Any = None,
    ) -> None:
        from ..construction import series_parts

        rows, expr, levels, found = series_parts(data, index, dtype)
        self._set(rows, expr, name if name is not None else found, levels)

    @staticmethod
    def _make(rows: Rows, expr: X.Expression, name: Optional[Label], levels: Levels) -> Series:
        series = Series.__new__(Series)
        series._set(rows, expr, name, levels)
        return series

    @property
    def _series(self) -> Series:
        return self

    # Accessors; after the methods, because `str` hides Python's own here.

    @property
    def str(self) -> Any:
        """Methods of text."""
        from ..accessors.text import TextMethods

        return TextMethods(self)

    @property
    def dt(self) -> Any:
        """Parts of moments and spans of time."""
        from ..accessors.time import time_methods

        return time_methods(self)

    @property
    def cat(self) -> Any:
        raise not_there("Series.cat", "use the values themselves")

    def __getattr__(self, name: "builtins.str") -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent("Series", name)
