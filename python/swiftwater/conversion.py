"""Out of the engine: pandas, NumPy, Arrow and Python values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple

from . import columntypes as T
from . import values as V
from .base import Data, shown
from .labels import Label
from .plan import PlanBuilder
from .runtime import View, output_names, run

if TYPE_CHECKING:
    from .frame import DataFrame
    from .series import Series


def python_rows(frame: "DataFrame") -> Iterator[Tuple[Any, ...]]:
    """The rows as tuples of Python values, missing ones as pandas shows them."""
    view = frame._computed()
    columns = [shown(view.values(i), view.type(i)) for i in range(len(frame._labels))]
    if not columns:
        return iter([()] * len(frame))
    return zip(*columns)


def named_rows(frame: "DataFrame", index: bool, name: Optional[str]) -> Iterator[Any]:
    """The rows as named tuples."""
    fields = [str(l) for l in frame._labels]
    rows = python_rows(frame)
    if index:
        fields = ["Index", *fields]
        rows = ((label, *row) for label, row in zip(frame._index_values(), rows))
    if name is None:
        return rows
    from collections import namedtuple

    make = namedtuple(name, fields, rename=True)  # type: ignore[misc]
    return (make(*row) for row in rows)


def to_dict(frame: "DataFrame", orient: str) -> Any:
    """`DataFrame.to_dict` in pandas' orientations."""
    labels = frame._labels
    if orient == "records":
        return [dict(zip(labels, row)) for row in python_rows(frame)]
    if orient == "list":
        return {l: s.tolist() for l, s in frame.items()}
    if orient == "series":
        return dict(frame.items())
    index = frame._index_values()
    if orient == "dict":
        return {l: dict(zip(index, s.tolist())) for l, s in frame.items()}
    if orient == "index":
        return {i: dict(zip(labels, row)) for i, row in zip(index, python_rows(frame))}
    if orient == "split":
        return {"index": index, "columns": list(labels), "data": [list(r) for r in python_rows(frame)]}
    if orient == "tight":
        return {
            "index": index, "columns": list(labels), "data": [list(r) for r in python_rows(frame)],
            "index_names": list(frame._levels.names), "column_names": list(frame._column_names),
        }  # fmt: skip
    raise ValueError(f"orient '{orient}' not understood")


# Arrow.


def _export_names(frame: "DataFrame", index: bool) -> List[Tuple[str, Any]]:
    wanted: List[Tuple[str, Any]] = []
    taken = set()
    for label, e in zip(frame._part_names(), frame._exprs):
        if label in taken:
            raise ValueError(f"Duplicate column names found: {list(frame._labels)}")
        taken.add(label)
        wanted.append((label, e))
    if index and not frame._levels.is_range:
        for i, (name, e) in enumerate(zip(frame._levels.names, frame._levels.exprs)):
            label = str(name) if name is not None else f"__index_level_{i}__"
            while label in taken:
                label += "_"
            taken.add(label)
            wanted.append((label, e))
    return wanted


def arrow_table(frame: "DataFrame", index: bool = True) -> Any:
    """The engine's table with the columns under their labels, the index after them."""
    frame._computed()
    plan = PlanBuilder()
    pipe, _ = output_names(plan, frame._rows, _export_names(frame, index))
    plan.output(pipe)
    (table,) = run(plan)
    return table


def to_arrow(frame: "DataFrame") -> Any:
    try:
        import pyarrow
    except ImportError:
        raise ImportError("to_arrow needs pyarrow: pip install pyarrow") from None
    return pyarrow.table(arrow_table(frame))


# NumPy and pandas.


def _arrays(view: View) -> Dict[str, Any]:
    from .arrays import column_arrays

    return column_arrays(view.table, sorted(set(view.names)), view.schema)


def _pandas_arrays(view: View) -> Dict[str, Any]:
    """Arrays for pandas: text as its own text arrays where pyarrow is there."""
    from .arrays import column_arrays, text_fillings

    names = sorted(set(view.names))
    dtype = _text_dtype()
    text, forms = text_fillings(view.table, [n for n in names if dtype is not None and view.schema[n] == "string"])
    found = column_arrays(view.table, [n for n in names if n not in text], view.schema, forms)
    if dtype is not None:
        import pyarrow

        found.update((n, dtype.__from_arrow__(pyarrow.chunked_array([t.finished()]))) for n, t in text.items())
    return found


def _text_dtype() -> Any:
    """pandas' type of text, if it is Arrow's memory."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return None
    import pandas

    dtype = pandas.Series(["text"]).dtype
    return dtype if hasattr(dtype, "__from_arrow__") else None


def series_to_numpy(series: "Series", dtype: Any, na_value: Any) -> Any:
    try:
        import numpy
    except ImportError:
        raise ImportError("to_numpy needs numpy: pip install numpy") from None
    view = series._computed()
    array = _arrays(view)[view.names[0]]
    if na_value is not None and not V.is_missing(na_value):
        array = array.copy()
        array[_missing_of(array)] = na_value
    return numpy.asarray(array, dtype=dtype) if dtype is not None else array


def _missing_of(array: Any) -> Any:
    import numpy

    if array.dtype.kind == "f":
        return numpy.isnan(array)
    if array.dtype.kind in "mM":
        return numpy.isnat(array)
    return numpy.array([V.is_missing(v) for v in array], dtype=bool)


def frame_to_numpy(frame: "DataFrame", dtype: Any, na_value: Any) -> Any:
    import numpy

    if na_value is not None:
        frame = frame.fillna(na_value)
    count = len(frame)
    if not frame._labels:
        return numpy.empty((count, 0), dtype=dtype or object)
    view = frame._computed()
    arrays = _arrays(view)
    columns = [arrays[view.names[i]] for i in range(len(frame._labels))]
    kinds = {c.dtype for c in columns}
    common = kinds.pop() if len(kinds) == 1 else (
        numpy.result_type(*columns) if all(c.dtype.kind in "iuf" for c in columns) else numpy.dtype(object)
    )  # fmt: skip
    result = numpy.empty((count, len(columns)), dtype=dtype or common)
    for i, column in enumerate(columns):
        if common == object and column.dtype.kind in "mM":
            column = numpy.array(shown(view.values(i), view.type(i)), dtype=object)
        result[:, i] = column
    return result


def _pandas_values(array: Any, type_: str) -> Any:
    import pandas

    if T.is_text(type_):
        return pandas.array(array, dtype="str") if getattr(array, "dtype", None) == object else array
    if type_.startswith("timestamp"):
        zone = T.zone_of(type_)
        if zone is not None:
            return pandas.DatetimeIndex(array).tz_localize("UTC").tz_convert(zone)
    return array


def _pandas_index(data: Data, view: Optional[View], arrays: Dict[str, Any], first: int) -> Any:
    import pandas

    levels = data._levels
    if levels.start is not None:
        stop = levels.start + data._length() * levels.step
        return pandas.RangeIndex(levels.start, stop, levels.step, name=levels.names[0])
    assert view is not None
    parts = [_pandas_values(arrays[view.names[first + i]], view.type(first + i)) for i in range(len(levels.exprs))]
    if len(parts) == 1:
        return pandas.Index(parts[0], name=levels.names[0])
    return pandas.MultiIndex.from_arrays(parts, names=levels.names)


def frame_to_pandas(frame: "DataFrame") -> Any:
    """The frame in pandas, with the types that pandas itself would have."""
    try:
        import pandas
    except ImportError:
        raise ImportError("to_pandas needs pandas: pip install pandas") from None
    labels = frame._labels
    if not labels and frame._levels.is_range:
        return pandas.DataFrame(index=pandas.RangeIndex(len(frame)))
    view = frame._computed()
    arrays = _pandas_arrays(view)
    index = _pandas_index(frame, view, arrays, len(labels))
    columns = {i: _pandas_values(arrays[view.names[i]], view.type(i)) for i in range(len(labels))}
    result = pandas.DataFrame(columns, index=index, copy=False)
    result.columns = _pandas_labels(labels, frame._column_names)
    return result


def _pandas_labels(labels: List[Label], names: List[Optional[Label]]) -> Any:
    import pandas

    if labels and all(isinstance(l, tuple) for l in labels):
        width = len(labels[0])  # type: ignore[arg-type]
        return pandas.MultiIndex.from_tuples(labels, names=names if len(names) == width else None)
    if labels == list(range(len(labels))) and names == [None]:
        return pandas.RangeIndex(len(labels))
    return pandas.Index(labels, name=names[0] if names else None)


def series_to_pandas(series: "Series") -> Any:
    """The series in pandas."""
    import pandas

    view = series._computed()
    arrays = _pandas_arrays(view)
    index = _pandas_index(series, view, arrays, 1)
    values = _pandas_values(arrays[view.names[0]], view.type(0))
    return pandas.Series(values, index=index, name=series._name, copy=False)

