"""Index to columns and back: `set_index`, `reset_index`, `reindex`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .base import Levels
from .frame import DataFrame
from .labels import Index, Label, levels_of
from .runtime import rows_of
from .series import Series


def reset_index(
    frame: DataFrame, level: Any, drop: bool, names: Any = None, allow_duplicates: bool = False
) -> DataFrame:
    """The index' levels as columns at the front."""
    levels = frame._levels
    chosen = list(range(len(levels.names)))
    if level is not None:
        wanted = list(level) if isinstance(level, (list, tuple)) else [level]
        chosen = []
        for l in wanted:
            if l in levels.names:
                chosen.append(levels.names.index(l))
            elif isinstance(l, int) and -len(levels.names) <= l < len(levels.names):
                chosen.append(l % len(levels.names))
            else:
                raise KeyError(f"Requested level ({l}) does not match index name ({levels.names[0]})")
    rest = [i for i in range(len(levels.names)) if i not in chosen]
    exprs = levels.expressions()
    left = Levels([exprs[i] for i in rest], [levels.names[i] for i in rest]) if rest else Levels.default()
    if drop:
        return DataFrame._make(frame._rows, frame._labels, frame._exprs, left, frame._column_names)
    given = [names] if isinstance(names, str) else names
    labels: List[Label] = []
    for place, i in enumerate(chosen):
        name: Any = levels.names[i]
        if given is not None:
            name = given[place]
        elif name is None:
            name = "index" if len(levels.names) == 1 else f"level_{i}"
            if name in frame._labels:
                name = "level_0"
        width = levels_of(frame._labels)
        if width > 1 and not isinstance(name, tuple):
            name = (name, *[""] * (width - 1))
        if name in frame._labels and not allow_duplicates:
            raise ValueError(f"cannot insert {name}, already exists")
        labels.append(name)
    return DataFrame._make(
        frame._rows,
        [*labels, *frame._labels],
        [*(exprs[i] for i in chosen), *frame._exprs],
        left,
        frame._column_names,
    )


def set_index(frame: DataFrame, keys: Any, drop: bool, append: bool, verify: bool) -> DataFrame:
    """Columns, or values, as the index."""
    listed = list(keys) if isinstance(keys, list) else [keys]
    frame = frame.copy()
    exprs: List[X.Expression] = []
    names: List[Optional[Label]] = []
    gone: List[Any] = []
    missing = [k for k in listed if (V.is_scalar(k) or isinstance(k, tuple)) and not frame._has(k)]
    if missing:
        raise KeyError(f"None of {missing} are in the columns")
    values: List[Tuple[int, Any, Any]] = []
    for key in listed:
        if V.is_scalar(key) or isinstance(key, tuple):
            exprs.append(frame._expr(key))
            names.append(key)
            gone.append(key)
        else:
            series = key if isinstance(key, Series) else frame._series_of(list(key))
            if isinstance(key, Series) and key._rows is not frame._rows:
                series = frame._series_of(key.tolist())
            values.append((len(exprs), series, getattr(key, "name", None)))
            exprs.append(series._expr)
            names.append(getattr(key, "name", None))
    if append:
        exprs = [*frame._levels.expressions(), *exprs]
        names = [*frame._levels.names, *names]
    kept = [i for i, l in enumerate(frame._labels) if not (drop and l in gone)]
    result = DataFrame._make(
        frame._rows,
        [frame._labels[i] for i in kept],
        [frame._exprs[i] for i in kept],
        Levels(exprs, names),
        frame._column_names,
    )
    if verify and not result.index.is_unique:
        raise ValueError(f"Index has duplicate keys: {result.index!r}")
    return result


def reindex(frame: DataFrame, index: Any, columns: Any, fill_value: Any) -> DataFrame:
    """The rows and columns with these labels, filled where there is none."""
    result = frame
    if columns is not None:
        labels = list(columns)
        fill = X.Literal(None if V.is_missing(fill_value) else fill_value)
        blank: X.Expression = X.Cast(fill, "float64") if fill.type == "null" else fill
        exprs = [frame._expr(l) if frame._has(l) else blank for l in labels]
        result = frame._with(labels, exprs)
    if index is None:
        return result
    return _reindexed_rows(result, index, fill_value)


def _reindexed_rows(frame: DataFrame, index: Any, fill_value: Any) -> DataFrame:
    from .construction import index_columns

    labels = list(index)
    own = frame._index_values()
    places: Dict[Any, int] = {}
    for i, label in enumerate(own):
        if label in places:
            raise ValueError("cannot reindex on an axis with duplicate labels")
        places[label] = i
    found = [places.get(l) for l in labels]
    frame = take(frame, found, fill_value)
    given = index if isinstance(index, Index) or hasattr(index, "name") else Index(labels, name=frame._levels.names[0])
    extra, levels = index_columns(given)
    if levels.is_range:
        return DataFrame._make(frame._rows, frame._labels, frame._exprs, levels, frame._column_names)
    result: DataFrame = frame.reset_index(drop=True)
    result.index = given
    return result


def take(frame: DataFrame, places: Sequence[Optional[int]], fill_value: Any = V.nan) -> DataFrame:
    """Rows by position, in any order; None gives a row without values."""
    view = frame._computed()
    columns = []
    n = len(frame._exprs)
    blank = None if V.is_missing(fill_value) else fill_value
    holes = None in places
    total = n + (0 if frame._levels.is_range else len(frame._levels.exprs))
    for i in range(total):
        values = view.values(i)
        type_ = view.type(i)
        if holes and i < n:
            if blank is None and type_ in T.INTEGERS:
                type_ = "float64"
                values = [None if v is None else float(v) for v in values]
            elif blank is not None and not X.fits(blank, type_):
                type_ = X.common_type([type_, V.type_of(blank)])
        columns.append((f"c{i}", type_, [blank if p is None else values[p] for p in places]))
    levels = frame._levels
    if levels.is_range:
        start = levels.start or 0
        columns.append(("index", "int64", [None if p is None else start + p * levels.step for p in places]))
    rows = rows_of(columns, len(places))
    exprs: List[X.Expression] = [rows.column(c[0]) for c in columns]
    return DataFrame._make(rows, frame._labels, exprs[:n], Levels(exprs[n:], levels.names), frame._column_names)
