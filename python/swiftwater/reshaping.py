"""The functions of several frames, loaded when they are called."""

from __future__ import annotations

from typing import Any

from .frame import DataFrame
from .missing import refuse


def concat(
    objs: Any, *, axis: Any = 0, join: str = "outer", ignore_index: bool = False, keys: Any = None, levels: Any = None,
    names: Any = None, verify_integrity: bool = False, sort: bool = False, copy: Any = None,
) -> Any:  # fmt: skip
    """Frames or series one after the other, or side by side with `axis=1`.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.concat([sw.DataFrame({"a": [1]}), sw.DataFrame({"a": [2]})], ignore_index=True)["a"].tolist()
    [1, 2]
    """
    from .concatenation import concat as put_together

    refuse("concat", levels=(None, levels))
    return put_together(objs, axis, join, ignore_index, keys, names, verify_integrity, sort)


def merge(
    left: Any, right: Any, how: str = "inner", on: Any = None, left_on: Any = None, right_on: Any = None,
    left_index: bool = False, right_index: bool = False, sort: bool = False, suffixes: Any = ("_x", "_y"),
    copy: Any = None, indicator: Any = False, validate: Any = None,
) -> DataFrame:  # fmt: skip
    """The rows of two frames put together by equal keys.

    Examples
    --------
    >>> import swiftwater as sw
    >>> left, right = sw.DataFrame({"k": [1, 2], "a": [3, 4]}), sw.DataFrame({"k": [2], "b": [5]})
    >>> sw.merge(left, right, on="k")["b"].tolist()
    [5]
    """
    from .merging import merge as put_together

    return put_together(
        left, right, how, on, left_on, right_on, left_index, right_index, sort, suffixes, indicator, validate
    )


def melt(
    frame: DataFrame, id_vars: Any = None, value_vars: Any = None, var_name: Any = None, value_name: Any = "value",
    col_level: Any = None, ignore_index: bool = True,
) -> DataFrame:  # fmt: skip
    """A row for each value of some columns."""
    return frame.melt(id_vars, value_vars, var_name, value_name, col_level, ignore_index)


def pivot_table(data: DataFrame, values: Any = None, index: Any = None, columns: Any = None, aggfunc: Any = "mean",
                fill_value: Any = None, **options: Any) -> DataFrame:  # fmt: skip
    """Aggregations by the values of some columns in rows and others in columns."""
    return data.pivot_table(values, index, columns, aggfunc, fill_value, **options)


def pivot(data: DataFrame, *, columns: Any, index: Any = None, values: Any = None) -> DataFrame:
    """The values of a column as columns."""
    return data.pivot(columns=columns, index=index, values=values)


def crosstab(index: Any, columns: Any, values: Any = None, rownames: Any = None, colnames: Any = None,
             aggfunc: Any = None, margins: bool = False, margins_name: str = "All", dropna: bool = True,
             normalize: Any = False) -> DataFrame:  # fmt: skip
    """How often the values of two series occur together."""
    from .reshape import crosstab as count

    return count(index, columns, values, rownames, colnames, aggfunc, margins, dropna, normalize)
