"""pandas' objects as the engine's, where that is the same, and single values as pandas gives them."""

from __future__ import annotations

import datetime
from typing import Any, List, Optional

import numpy
import pandas as real

import swiftwater

# Its modules need each other; this loads them in their order.
swiftwater.DataFrame  # noqa: B018

_PANDAS_3 = int(real.__version__.split(".")[0]) >= 3
_KINDS = frozenset("iufbMm")


def _unlike_type(dtype: Any) -> bool:
    if isinstance(dtype, numpy.dtype):
        return dtype.kind not in _KINDS or dtype == numpy.float16
    if isinstance(dtype, real.StringDtype):
        # Missing values are NaN in pandas' default text, NA in the nullable one.
        return dtype.na_value is real.NA
    return True


def unlike(plain: Any) -> Optional[str]:
    """Why a frame or series would not be the same in the engine, if so."""
    if isinstance(plain, real.DataFrame):
        for label, dtype in zip(plain.columns, plain.dtypes):
            if _unlike_type(dtype):
                return f"column {label!r} has dtype {dtype}"
        if not isinstance(plain.columns, real.MultiIndex) and isinstance(plain.columns, (real.DatetimeIndex, real.CategoricalIndex, real.IntervalIndex, real.PeriodIndex)):  # fmt: skip
            return f"the columns are a {type(plain.columns).__name__}"
        if not plain.columns.is_unique:
            return "columns with the same label"
    elif _unlike_type(plain.dtype):
        return f"dtype {plain.dtype}"
    if plain.attrs or not plain.flags.allows_duplicate_labels:
        return "attrs or flags are set"
    return _unlike_index(plain.index)


def _unlike_index(index: Any) -> Optional[str]:
    if isinstance(index, real.RangeIndex):
        return None
    levels = index.levels if isinstance(index, real.MultiIndex) else [index]
    for level in levels:
        if _unlike_type(level.dtype) or isinstance(level, real.RangeIndex):
            return f"the index has dtype {level.dtype}"
        if getattr(level, "freq", None) is not None:
            return "the index has a frequency"
    return None


def as_swiftwater(plain: Any) -> Any:
    """The engine's object of pandas' one; by Arrow, without a copy of the values, where pyarrow is there."""
    try:
        import pyarrow
    except ImportError:
        return swiftwater.from_pandas(plain)
    frame = plain if isinstance(plain, real.DataFrame) else plain.to_frame("value")
    if not len(frame.columns):
        return swiftwater.from_pandas(plain)
    index = frame.index
    is_range = isinstance(index, real.RangeIndex)
    arrays: List[Any] = [pyarrow.Array.from_pandas(frame.iloc[:, i]) for i in range(len(frame.columns))]
    if not is_range:
        arrays += [pyarrow.Array.from_pandas(index.get_level_values(i)) for i in range(index.nlevels)]
    arrays = [a.cast(pyarrow.string()) if pyarrow.types.is_large_string(a.type) else a for a in arrays]
    table = pyarrow.table(arrays, names=[f"column{i}" for i in range(len(arrays))])
    return _labelled(table, plain, frame, is_range)


def _labelled(table: Any, plain: Any, frame: Any, is_range: bool) -> Any:
    from ..base import Levels
    from ..construction import column_names, rows_of_table
    from ..expressions import RowNumber
    from ..runtime import engine

    labels = list(frame.columns)
    names = column_names(labels) + [f"index{i}" for i in range(table.num_columns - len(labels))]
    if len(set(names)) != len(names):
        return swiftwater.from_pandas(plain)
    rows = rows_of_table(engine().Table.from_arrow(table.rename_columns(names)))
    exprs = [rows.column(n) for n in names]
    index = frame.index
    if is_range:
        levels = Levels([RowNumber()], [index.name], index.start, index.step)
    else:
        levels = Levels(exprs[len(labels) :], list(index.names))
    if isinstance(plain, real.DataFrame):
        return swiftwater.DataFrame._make(rows, labels, exprs[: len(labels)], levels, list(frame.columns.names))
    return swiftwater.Series._make(rows, exprs[0], plain.name, levels)


def has_times(ours: Any) -> bool:
    """Whether a column holds moments or spans."""
    return any(e.type.startswith(("timestamp", "duration", "date")) for e in ours._parts())


def as_pandas_would(ours: Any, read: bool) -> Any:
    """A frame or series of the engine, computed, with the types that pandas has; `None` where it would have objects.

    Integers with missing values are floats there. What is read (`read`) has moments in microseconds from pandas 3 on, and
    floats where all is missing.
    """
    from .. import columntypes as T
    from .. import expressions as X

    view = ours._computed()
    exprs = list(ours._parts())
    for i, e in enumerate(exprs):
        type_ = view.type(i)
        if read and type_ == "null":
            exprs[i] = X.Cast(e, "float64")
        elif read and _PANDAS_3 and type_.startswith(("timestamp[s", "timestamp[ms")):
            exprs[i] = X.Cast(e, type_.replace("[ms", "[us").replace("[s", "[us"))
        elif type_ in T.INTEGERS:
            if view.missing(i):
                exprs[i] = X.Cast(e, "float64")
        elif type_ == "bool":
            if view.missing(i):
                return None
        elif type_ not in T.NUMBERS and not T.is_text(type_) and not type_.startswith(("timestamp", "duration")):
            return None
    if all(a is b for a, b in zip(exprs, ours._parts())):
        return ours
    if type(ours) is swiftwater.Series:
        return ours._with(exprs[0])
    return ours._with(ours._labels, exprs)._named_columns(ours)


def scalar(value: Any) -> Any:
    """A single value as pandas gives it: NumPy's numbers, pandas' moments."""
    if isinstance(value, bool):
        return numpy.bool_(value)
    if isinstance(value, int):
        return numpy.int64(value)
    if isinstance(value, float):
        return numpy.float64(value)
    if isinstance(value, datetime.datetime):
        return real.Timestamp(value)
    if isinstance(value, datetime.timedelta):
        return real.Timedelta(value)
    return value
