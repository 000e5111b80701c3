"""Frames and series from what users have: dicts, lists, arrays, Arrow data, pandas."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .base import Data, Levels
from .building import column
from .labels import Index, Label, MultiIndex, RangeIndex
from .rows import Rows, TableRows, fresh
from .runtime import engine, rows_of, table_length, table_schema

FrameParts = Tuple[Rows, List[Label], List[X.Expression], Levels, List[Optional[Label]]]


def rows_of_table(table: Any) -> TableRows:
    return TableRows(table, table_schema(table), table_length(table))


def frame_parts(data: Any, index: Any, columns: Any, dtype: Any) -> FrameParts:
    """What a `DataFrame` is made of."""
    from .frame import DataFrame
    from .series import Series

    names: List[Optional[Label]] = list(getattr(columns, "names", [None]))
    labels = None if columns is None else list(columns)
    if isinstance(data, DataFrame):
        return _of_frame(data, index, labels, dtype)
    if isinstance(data, Series):
        frame = data.to_frame(labels[0] if labels else None)
        return _of_frame(frame, index, None, dtype)
    if type(data).__module__.split(".")[0] == "pandas":
        return _of_frame(DataFrame.from_pandas(data), index, labels, dtype)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        rows = rows_of_table(engine().Table.from_arrow(data))
        frame = DataFrame._make(rows, list(rows.types), [rows.column(n) for n in rows.types], Levels.default())
        return _of_frame(frame, index, labels, dtype)
    if data is None:
        data = {}
    if isinstance(data, Mapping):
        return _of_columns(dict(data), index, labels, dtype, names)
    if hasattr(data, "shape") and len(data.shape) == 2:
        held = list(labels) if labels is not None else list(range(data.shape[1]))
        if len(held) != data.shape[1]:
            raise ValueError(f"Shape of passed values is {data.shape}, indices imply {(data.shape[0], len(held))}")
        return _of_columns({l: data[:, i] for i, l in enumerate(held)}, index, None, dtype, names)
    if V.is_scalar(data):
        raise ValueError("DataFrame constructor not properly called!")
    return _of_rows(list(data), index, labels, dtype, names)


def _of_frame(frame: Any, index: Any, labels: Optional[List[Any]], dtype: Any) -> FrameParts:
    if labels is not None:
        frame = frame.reindex(columns=labels) if any(not frame._has(l) for l in labels) else frame[labels]
    if index is not None:
        frame = frame.reindex(index=index)
    if dtype is not None:
        frame = frame.astype(dtype)
    return frame._rows, list(frame._labels), list(frame._exprs), frame._levels, list(frame._column_names)


def _of_rows(
    rows: List[Any], index: Any, labels: Optional[List[Any]], dtype: Any, names: List[Optional[Label]]
) -> FrameParts:
    first = rows[0] if rows else None
    if isinstance(first, Mapping):
        keys = list(dict.fromkeys(k for row in rows for k in row))
        columns: Dict[Any, Any] = {k: [row.get(k) for row in rows] for k in keys}
        return _of_columns(columns, index, labels, dtype, names)
    if type(first).__name__ in ("Series", "RowSeries"):
        keys = list(dict.fromkeys(k for row in rows for k in row.to_dict()))
        dicts = [row.to_dict() for row in rows]
        columns = {k: [d.get(k) for d in dicts] for k in keys}
        if index is None:
            index = [row.name if row.name is not None else i for i, row in enumerate(rows)]
        return _of_columns(columns, index, labels, dtype, names)
    if first is not None and (V.is_scalar(first)):
        return _of_columns({(labels or [0])[0]: rows}, index, None, dtype, names)
    if labels is None and hasattr(first, "_fields"):
        labels = list(first._fields)  # type: ignore[union-attr]
    width = max((len(row) for row in rows), default=len(labels or ()))
    held = labels if labels is not None else list(range(width))
    if rows and len(held) != width:
        raise ValueError(f"{len(held)} columns passed, passed data had {width} columns")
    columns = {l: [row[i] if i < len(row) else None for row in rows] for i, l in enumerate(held)}
    return _of_columns(columns, index, None, dtype, names)


def _of_columns(
    data: Dict[Any, Any], index: Any, labels: Optional[List[Any]], dtype: Any, names: List[Optional[Label]]
) -> FrameParts:
    from .series import Series

    for value in data.values():
        if isinstance(value, (Series, dict)) or type(value).__module__.split(".")[0] == "pandas":
            return _of_labelled(data, index, labels, dtype, names)
    wanted = list(data) if labels is None else labels
    lengths = {len(v) for v in data.values() if not V.is_scalar(v) and hasattr(v, "__len__")}
    if len(lengths) > 1:
        raise ValueError("All arrays must be of the same length")
    made: Dict[Any, List[Any]] = {}
    length = lengths.pop() if lengths else None
    if length is None and index is not None:
        length = len(index)
    for label in wanted:
        value = data.get(label, V.nan)
        if V.is_scalar(value):
            if length is None:
                if label in data:
                    raise ValueError("If using all scalar values, you must pass an index")
                length = 0
            value = [value] * length
        elif not hasattr(value, "__len__"):
            value = list(value)
            length = len(value) if length is None else length
        made[label] = value
    count = length or 0
    if index is not None and len(index) != count:
        raise ValueError(f"Length of values ({count}) does not match length of index ({len(index)})")
    names_ = column_names(wanted)
    columns = [column(name, made[label], dtype) for name, label in zip(names_, wanted)]
    extra, levels = index_columns(index)
    rows = rows_of(columns + extra, count)
    exprs: List[X.Expression] = [rows.column(name) for name, _, _ in columns]
    return rows, list(wanted), exprs, levels, names


def column_names(labels: Sequence[Any]) -> List[str]:
    """Names for columns in the engine: the labels, where they are different texts."""
    names: List[str] = []
    for i, label in enumerate(labels):
        plain = isinstance(label, str) and label != "" and label not in names and not label.startswith("index")
        names.append(label if plain else fresh(names, [l for l in labels if isinstance(l, str)], wanted=f"c{i}"))
    return names


def _of_labelled(
    data: Dict[Any, Any], index: Any, labels: Optional[List[Any]], dtype: Any, names: List[Optional[Label]]
) -> FrameParts:
    """Columns that are series: matched by their labels."""
    from .frame import DataFrame
    from .series import Series

    wanted = list(data) if labels is None else labels
    series = {}
    for label in wanted:
        value = data.get(label)
        if isinstance(value, dict) or type(value).__module__.split(".")[0] == "pandas":
            value = Series(value)
        if isinstance(value, Series):
            series[label] = value
    first = next(iter(series.values()))
    if index is not None:
        frame = DataFrame(index=index)
    else:
        union: List[Any] = list(dict.fromkeys(k for s in series.values() for k in s._index_values()))
        from .align import same_labels

        if all(same_labels(first, s) for s in series.values()):
            frame = DataFrame._make(first._rows, [], [], first._levels)
        else:
            try:
                union.sort()
            except TypeError:
                pass
            frame = DataFrame(index=Index(union, name=first._levels.names[0]))
    for label in wanted:
        frame._set_column_lasting(label, series.get(label, data.get(label)))
    if dtype is not None:
        frame = frame.astype(dtype)
    return frame._rows, list(frame._labels), list(frame._exprs), frame._levels, names


def index_columns(index: Any) -> Tuple[List[Tuple[str, str, List[Any]]], Levels]:
    """Columns and levels for the labels that a user gives."""
    if index is None:
        return [], Levels.default()
    if type(index).__module__.split(".")[0] == "pandas":
        index = MultiIndex(index.tolist(), list(index.names)) if index.nlevels > 1 else Index(index.tolist(), name=index.name)
    if isinstance(index, RangeIndex):
        return [], Levels([X.RowNumber()], [index.name], index.start, index.step)
    names = list(getattr(index, "names", [getattr(index, "name", None)]))
    values = list(index)
    if values and isinstance(values[0], tuple) and not isinstance(index, Index):
        names = [None] * len(values[0])
    if len(names) > 1:
        parts = list(zip(*values)) if values else [() for _ in names]
    else:
        parts = [tuple(values)]
    columns = [column(f"index{i}", list(part), getattr(index, "_type", None) if len(names) == 1 else None) for i, part in enumerate(parts)]
    return columns, Levels([X.Column(n, t) for n, t, _ in columns], names)


def series_parts(data: Any, index: Any, dtype: Any) -> Tuple[Rows, X.Expression, Levels, Optional[Label]]:
    """What a `Series` is made of."""
    from .series import Series

    name: Optional[Label] = None
    if isinstance(data, Series):
        series = data
        if index is not None:
            series = series.reindex(index)
        if dtype is not None:
            series = series.astype(dtype)
        return series._rows, series._expr, series._levels, data._name
    if type(data).__module__.split(".")[0] == "pandas":
        if hasattr(data, "index") and hasattr(data, "dtype"):
            return series_parts(from_pandas(data), index, dtype)
        data, name = data.tolist(), data.name
    if isinstance(data, Mapping):
        keys = list(data) if index is None else list(index)
        values = [data.get(k) for k in keys]
        index = index if index is not None else (keys if keys else None)
        data = values
    elif data is None:
        data = [] if index is None else [V.nan] * len(index)
    elif V.is_scalar(data):
        data = [data] * (1 if index is None else len(index))
    elif isinstance(data, Index):
        name = data.name
        data = data.tolist()
    elif hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        table = rows_of_table(engine().Table.from_arrow(data))
        only = next(iter(table.types))
        return table, table.column(only), Levels.default(), None
    held = data if hasattr(data, "__len__") else list(data)
    if index is not None and len(index) != len(held):
        raise ValueError(f"Length of values ({len(held)}) does not match length of index ({len(index)})")
    made = column("value", held, dtype)
    extra, levels = index_columns(index)
    rows = rows_of([made, *extra], len(held))
    return rows, rows.column("value"), levels, name


def with_index(data: Data, labels: Any) -> Tuple[Rows, List[X.Expression], Levels]:
    """The columns of `data` with other labels of the rows."""
    from .align import beside
    from .runtime import Request

    length = data._length()
    if len(labels) != length:
        raise ValueError(
            f"Length mismatch: Expected axis has {length} elements, new values have {len(labels)} elements"
        )
    if type(labels).__name__ == "Series":
        if labels._rows is data._rows:
            return data._rows, data._parts(), Levels([labels._expr], [labels._name])
        labels = Index(labels.tolist(), name=labels._name)
    columns, levels = index_columns(labels)
    if levels.is_range:
        return data._rows, data._parts(), levels
    made = rows_of(columns, length)
    own = Request(data._rows, data._parts() or [X.RowNumber()], data._part_names() or ["_row"])
    other = Request(made, levels.exprs, ["index"] * len(levels.exprs))
    rows, parts, exprs = beside([own, other])
    return rows, parts[: len(data._parts())], Levels(exprs, levels.names)


def beside_values(data: Data, values: Sequence[Any]) -> Any:
    """Values as a series with the rows and the index of `data`, whose columns are carried along."""
    from .align import beside
    from .runtime import Request
    from .series import Series

    _, type_, held = column("value", values)
    made = rows_of([("value", type_, held)], len(held))
    own = data._request()
    rows, parts, (expr,) = beside([own, Request(made, [made.column("value")], ["value"])])
    n = len(data._parts())
    levels = data._levels
    moved = Levels([X.RowNumber()], levels.names, levels.start, levels.step) if levels.is_range else Levels(parts[n:], levels.names)
    series = Series._make(rows, expr, None, moved)
    series._carried = parts[:n]
    return series


def reindexed(series: Any, like: Data) -> Any:
    """A series by the labels of another's index: missing where it has none."""
    labels = like._index_values()
    own = series._index_values()
    places: Dict[Any, int] = {}
    for i, label in enumerate(own):
        if label in places:
            raise ValueError("cannot reindex on an axis with duplicate labels")
        places[label] = i
    view = series._computed()
    values = view.values(0)
    type_ = view.type(0)
    taken = [values[places[l]] if l in places else None for l in labels]
    if type_ in T.INTEGERS and None in taken:
        type_, taken = "float64", [None if v is None else float(v) for v in taken]
    return _with_labels(taken, type_, like, series._name)


def _with_labels(values: List[Any], type_: str, like: Data, name: Optional[Label]) -> Any:
    from .series import Series

    index = like.index
    extra, levels = index_columns(index)
    rows = rows_of([("value", type_, values), *extra], len(values))
    return Series._make(rows, rows.column("value"), name, levels)


def from_pandas(data: Any) -> Any:
    """A frame or series with the values of pandas' one, its index too. NaN and NaT are missing."""
    from .frame import DataFrame
    from .series import Series

    if isinstance(data, (DataFrame, Series)):
        return data.copy()
    is_series = not hasattr(data, "columns")
    frame = data.to_frame("value") if is_series else data
    labels = list(frame.columns)
    count = len(frame)
    if count > _SMALL:
        found = _by_arrow(frame, labels)
        if found is not None:
            rows, exprs, levels = found
            if is_series:
                return Series._make(rows, exprs[0], data.name, levels)
            return DataFrame._make(rows, labels, exprs, levels, list(frame.columns.names))
    columns = [_pandas_column(name, frame.iloc[:, i]) for i, name in enumerate(column_names(labels))]
    index = frame.index
    if type(index).__name__ == "RangeIndex":
        extra: List[Any] = []
        levels = Levels([X.RowNumber()], [index.name], index.start, index.step)
    else:
        extra = [_pandas_column(f"index{i}", index.get_level_values(i).to_series()) for i in range(index.nlevels)]
        levels = Levels([X.Column(n, t) for n, t, _ in extra], list(index.names))
    rows = rows_of(columns + extra, count)
    levels = levels if levels.is_range else Levels([rows.column(n) for n, _, _ in extra], levels.names)
    exprs = [rows.column(n) for n, _, _ in columns]
    if is_series:
        return Series._make(rows, exprs[0], data.name, levels)
    return DataFrame._make(rows, labels, exprs, levels, list(frame.columns.names))


#: Rows from which on pyarrow, where it is there, brings pandas' values.
_SMALL = 1000


def _by_arrow(frame: Any, labels: List[Any]) -> Optional[Tuple[Rows, List[X.Expression], Levels]]:
    """Rows with pandas' values by Arrow, without a copy where pandas has them so; None without pyarrow."""
    try:
        import pyarrow
    except ImportError:
        return None
    names = column_names(labels)
    index = frame.index
    is_range = type(index).__name__ == "RangeIndex"
    try:
        columns = [pyarrow.array(frame.iloc[:, i], from_pandas=True) for i in range(len(labels))]
        if not is_range:
            names = [*names, *(f"index{i}" for i in range(index.nlevels))]
            columns += [pyarrow.array(index.get_level_values(i), from_pandas=True) for i in range(index.nlevels)]
        rows = rows_of_table(engine().Table.from_arrow(pyarrow.table(columns, names=names)))
    except (pyarrow.ArrowException, NotImplementedError, TypeError, ValueError):
        return None
    if is_range:
        levels = Levels([X.RowNumber()], [index.name], index.start, index.step)
    else:
        levels = Levels([rows.column(n) for n in names[len(labels) :]], list(index.names))
    return rows, [rows.column(n) for n in names[: len(labels)]], levels


def _pandas_column(name: str, series: Any) -> Tuple[str, str, List[Any]]:
    dtype = str(series.dtype)
    if dtype.startswith(("datetime64", "timedelta64")):
        type_ = T.parse_dtype(dtype)
        values = [None if V.is_missing(v) else v for v in series.tolist()]
        return name, type_, values
    if dtype == "category":
        series = series.astype(series.cat.categories.dtype)
    kind = str(series.dtype)
    if kind in T.NUMBERS:
        return column(name, series.to_numpy())
    values = series.tolist()
    if kind in ("str", "string", "bool", "boolean"):
        type_ = "string" if kind.startswith("str") else "bool"
        return name, type_, [None if V.is_missing(v) else v for v in values]
    return column(name, values)
