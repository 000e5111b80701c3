"""Rows to columns and back: `explode`, `melt`, `pivot_table`, `unstack`, `transpose`, `crosstab`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .base import Levels
from .concatenation import _exactly
from .frame import DataFrame
from .labels import Label, MultiIndex, levels_of, make_index
from .missing import not_there, refuse
from .plan import Pipe, PlanBuilder, emit
from .rows import Made
from .series import Series


def explode(frame: DataFrame, labels: Sequence[Any], ignore_index: bool) -> DataFrame:
    """A row for each element of lists; an empty list gives a row without a value."""
    if len(set(labels)) != len(labels):
        raise ValueError("column must be unique")
    exploded = [frame._place(l) for l in labels]
    types: Dict[str, str] = {}
    wanted: List[Tuple[str, X.Expression]] = []
    for i, e in enumerate(frame._exprs):
        type_ = e.type
        if i in exploded:
            type_ = e.type[len("list<") : -1] if e.type.startswith("list<") else e.type
        types[f"c{i}"] = type_
        wanted.append((f"c{i}", e))
    for i, e in enumerate(frame._levels.expressions()):
        types[f"index{i}"] = e.type
        wanted.append((f"index{i}", e))
    names = [f"c{i}" for i in exploded if frame._exprs[i].type.startswith("list<")]
    # The rows as they are now: the frame may be changed before this is computed.
    origin = frame._rows

    def write(plan: PlanBuilder, needed: List[str]) -> Pipe:
        chosen = [(n, e) for n, e in wanted if n in needed or n in names]
        pipe, have = emit(plan, origin, chosen or wanted[:1])
        _exactly(pipe, have, [n for n, _ in chosen or wanted[:1]])
        if names:
            pipe.step("explode", names)
        result = Pipe(plan, pipe.source, [n for n, _ in chosen])
        result.steps = pipe.steps
        return result

    rows = Made(types, write)
    exprs = [rows.column(f"c{i}") for i in range(len(frame._exprs))]
    count = len(frame._levels.names)
    levels = Levels([rows.column(f"index{i}") for i in range(count)], frame._levels.names)
    if ignore_index:
        levels = Levels.default()
    return DataFrame._make(rows, frame._labels, exprs, levels, frame._column_names)


def melt(
    frame: DataFrame, id_vars: Any, value_vars: Any, var_name: Any, value_name: Any, ignore_index: bool
) -> DataFrame:
    """A row for each value of some columns, column after column."""
    if levels_of(frame._labels) > 1:
        raise not_there("melt of columns with several levels", "flatten the labels first")
    ids = [] if id_vars is None else frame._listed(id_vars)
    values = [l for l in frame._labels if l not in ids] if value_vars is None else frame._listed(value_vars)
    missing = [l for l in [*ids, *values] if not frame._has(l)]
    if missing:
        raise KeyError(f"The following id_vars or value_vars are not present in the DataFrame: {missing}")
    variable = var_name if var_name is not None else (frame._column_names[0] or "variable")
    if not values:
        return DataFrame({**{i: [] for i in ids}, variable: [], value_name: []})
    type_ = X.common_type([frame._expr(l).type for l in values])
    if not all(isinstance(l, str) for l in values):
        return _stacked_melt(frame, ids, values, variable, value_name, ignore_index)
    types: Dict[str, str] = {f"i{i}": frame._expr(l).type for i, l in enumerate(ids)}
    types.update(variable="string", value=type_)
    index = frame._levels.expressions() if not ignore_index else []
    types.update((f"index{i}", e.type) for i, e in enumerate(index))
    names = [str(l) for l in values]
    taken = set(types)
    safe = [f"v_{n}" if n in taken else n for n in names]
    # As they are now: the frame may be changed before this is computed.
    origin = frame._rows
    ids_held = [(f"i{i}", frame._expr(l)) for i, l in enumerate(ids)] + [(f"index{i}", e) for i, e in enumerate(index)]
    values_held = [(s, _cast(frame._expr(l), type_)) for s, l in zip(safe, values)]

    def write(plan: PlanBuilder, needed: List[str]) -> Pipe:
        wanted = [(n, e) for n, e in ids_held if n in needed]
        keys = [n for n, _ in wanted]
        wanted += values_held
        pipe, have = emit(plan, origin, wanted)
        _exactly(pipe, have, [n for n, _ in wanted])
        pipe.step("melt", {"id": keys, "value": safe, "variableName": "variable", "valueName": "value"})
        result = Pipe(plan, pipe.source, types)
        result.steps = pipe.steps
        return result

    rows = Made(types, write)
    label: X.Expression = rows.column("variable")
    for s, n in zip(safe, names):
        if s != n:
            label = X.Call("where", (X.comparison("==", rows.column("variable"), X.Literal(s)), X.Literal(n), label), "string")
    exprs = [*(rows.column(f"i{i}") for i in range(len(ids))), label, rows.column("value")]
    levels = Levels.default() if ignore_index else Levels([rows.column(f"index{i}") for i in range(len(index))], frame._levels.names)
    return DataFrame._make(rows, [*ids, variable, value_name], exprs, levels)


def _cast(e: X.Expression, type_: str) -> X.Expression:
    return X.clean(e) if e.type == type_ or type_ == "null" else X.Cast(X.clean(e), type_)


def _stacked_melt(
    frame: DataFrame, ids: Sequence[Any], values: Sequence[Any], variable: Any, value_name: Any, ignore_index: bool
) -> DataFrame:
    from .concatenation import concat

    parts = []
    for label in values:
        part = frame._with(list(ids), [frame._expr(i) for i in ids])
        part[variable] = label
        part[value_name] = frame._column(label)
        parts.append(part)
    result = concat(parts, ignore_index=ignore_index)
    assert isinstance(result, DataFrame)
    return result


def transpose(frame: DataFrame) -> DataFrame:
    """Rows as columns."""
    from .conversion import python_rows

    index = frame._index_values()
    columns = [list(row) for row in python_rows(frame)]
    table = dict(zip(range(len(index)), columns))
    result = DataFrame(table, index=frame.columns) if table else DataFrame(index=frame.columns)
    result.columns = make_index(index, frame._levels.names)
    return result


def spread(frame: DataFrame, across: int, fill_value: Any) -> DataFrame:
    """The `across` last levels of the index as columns: one for each value column and combination of their values.

    The index' labels must be different.
    """
    depth = len(frame._levels.names)
    keep = depth - across
    index = frame._index_values()
    if len(set(index)) != len(index):
        raise ValueError("Index contains duplicate entries, cannot reshape")
    view = frame._computed()
    row_keys = list(dict.fromkeys(k[:keep] for k in index))
    column_keys = list(dict.fromkeys(k[keep:] for k in index))
    try:
        row_keys.sort()
        column_keys.sort()
    except TypeError:
        pass
    row_at = {k: i for i, k in enumerate(row_keys)}
    found_labels: List[Any] = []
    column_values = [view.values(i) for i in range(len(frame._labels))]
    blank = None if V.is_missing(fill_value) else fill_value
    from .runtime import rows_of
    from .construction import index_columns

    columns: List[Tuple[str, str, List[Any]]] = []
    for c, label in enumerate(frame._labels):
        cells: Dict[Any, List[Any]] = {k: [blank] * len(row_keys) for k in column_keys}
        filled: Dict[Any, int] = {k: 0 for k in column_keys}
        for key, value in zip(index, column_values[c]):
            cells[key[keep:]][row_at[key[:keep]]] = value
            filled[key[keep:]] += 1
        type_ = view.type(c)
        for k in column_keys:
            held, kind = cells[k], type_
            holes = filled[k] < len(row_keys)
            if kind in T.INTEGERS and blank is None and any(filled[x] < len(row_keys) for x in column_keys):
                kind, held = "float64", [None if v is None else float(v) for v in held]
            elif holes and blank is not None and not X.fits(blank, kind):
                kind = X.common_type([kind, V.type_of(blank)])
                held = [None if v is None else float(v) if kind == "float64" else v for v in held]
            columns.append((f"c{len(columns)}", kind, held))
            first = label if isinstance(label, tuple) else (label,)
            found_labels.append((*first, *k))
    names = frame._levels.names
    index_labels = [k[0] if keep == 1 else k for k in row_keys]
    extra, levels = index_columns(make_index(index_labels, names[:keep]))
    rows = rows_of(columns + extra, len(row_keys))
    exprs = [rows.column(n) for n, _, _ in columns]
    return DataFrame._make(rows, found_labels, exprs, levels, [*frame._column_names, *names[keep:]])


def unstack(series: Series, level: Any, fill_value: Any) -> DataFrame:
    """A level of the index as columns."""
    names = series._levels.names
    if len(names) < 2:
        raise ValueError("index must be a MultiIndex to unstack, <class 'Index'> was passed")
    place = names.index(level) if level in names else int(level) % len(names)
    frame = DataFrame._make(series._rows, [0], [series._expr], _last(series._levels, place))
    result = spread(frame, 1, fill_value)
    return DataFrame._make(result._rows, [l[1] for l in result._labels if isinstance(l, tuple)], result._exprs, result._levels, result._column_names[1:])


def _last(levels: Levels, place: int) -> Levels:
    order = [i for i in range(len(levels.names)) if i != place] + [place]
    return Levels([levels.exprs[i] for i in order], [levels.names[i] for i in order])


def unstack_frame(frame: DataFrame, level: Any, fill_value: Any) -> Any:
    """A level of the index as a level of the columns."""
    names = frame._levels.names
    if len(names) < 2:
        raise not_there("unstack of an index with one level", "use .T and .stack, or melt")
    place = names.index(level) if level in names else int(level) % len(names)
    return spread(DataFrame._make(frame._rows, frame._labels, frame._exprs, _last(frame._levels, place), frame._column_names), 1, fill_value)


def stack(frame: DataFrame) -> Series:
    """The columns as a level of the index."""
    if levels_of(frame._labels) > 1:
        raise not_there("stack of columns with several levels", "use melt")
    from .conversion import python_rows

    index = frame._index_values()
    several = len(frame._levels.names) > 1
    labels = [((*k, l) if several else (k, l)) for k in index for l in frame._labels]
    values = [v for row in python_rows(frame) for v in row]
    return Series(values, index=MultiIndex(labels, [*frame._levels.names, *frame._column_names]))


def pivot(frame: DataFrame, columns: Any, index: Any, values: Any) -> DataFrame:
    """The values of a column as columns."""
    across = frame._listed(columns)
    if index is None:
        keys = frame._levels.expressions()
        names: List[Optional[Label]] = list(frame._levels.names)
        rest = [l for l in frame._labels if l not in across]
    else:
        down = frame._listed(index)
        keys = [frame._expr(l) for l in down]
        names = list(down)
        rest = [l for l in frame._labels if l not in across and l not in down]
    chosen = rest if values is None else frame._listed(values)
    levels = Levels([*keys, *(frame._expr(l) for l in across)], [*names, *across])
    part = DataFrame._make(frame._rows, chosen, [frame._expr(l) for l in chosen], levels, frame._column_names)
    result = spread(part, len(across), None)
    if values is not None and not isinstance(values, list):
        labels = [l[1] if len(l) == 2 else l[1:] for l in result._labels if isinstance(l, tuple)]
        return DataFrame._make(result._rows, labels, result._exprs, result._levels, result._column_names[1:])
    return result


def pivot_table(
    frame: DataFrame, values: Any, index: Any, columns: Any, aggfunc: Any, fill_value: Any, dropna: bool, sort: bool
) -> DataFrame:
    """Aggregations by the values of some columns in rows and others in columns."""
    if isinstance(aggfunc, (list, dict)):
        raise not_there("pivot_table with several functions", "call it for each")
    down = [] if index is None else frame._listed(index)
    across = [] if columns is None else frame._listed(columns)
    if not down and not across:
        raise ValueError("No group keys passed!")
    if values is None:
        chosen = [l for l in frame._labels if l not in down and l not in across]
    else:
        chosen = frame._listed(values)
        for l in chosen:
            if not frame._has(l):
                raise KeyError(l)
    grouped = frame.groupby([*down, *across], sort=sort)[chosen]
    result = grouped.agg(aggfunc)
    if isinstance(result, Series):
        raise not_there(f"pivot_table with aggfunc={aggfunc!r}", "use 'count', or groupby(…).size().unstack()")
    if dropna:
        result = result.dropna(how="all")
    if values is None or isinstance(values, list):
        result = result._with(sorted(result._labels), [result._expr(l) for l in sorted(result._labels)])
    if not across:
        return result.fillna(fill_value) if fill_value is not None else result  # type: ignore[no-any-return]
    if not down:
        raise not_there("pivot_table without an index", "transpose a pivot_table with the columns as index")
    table = spread(result, len(across), fill_value if fill_value is not None else None)
    if fill_value is not None:
        table = table.fillna(fill_value)
    if values is not None and not isinstance(values, list):
        labels = [l[1] if len(l) == 2 else l[1:] for l in table._labels if isinstance(l, tuple)]
        return DataFrame._make(table._rows, labels, table._exprs, table._levels, table._column_names[1:])
    return table


def crosstab(
    index: Any, columns: Any, values: Any, rownames: Any, colnames: Any, aggfunc: Any, margins: bool, dropna: bool,
    normalize: Any,
) -> DataFrame:  # fmt: skip
    """How often the values of series occur together."""
    refuse("crosstab", margins=(False, margins), dropna=(True, dropna))
    down = index if isinstance(index, list) and index and isinstance(index[0], Series) else [index]
    across = columns if isinstance(columns, list) and columns and isinstance(columns[0], Series) else [columns]
    series = [s if isinstance(s, Series) else Series(s) for s in (*down, *across)]
    frame = series[0].to_frame("k0")
    for i, s in enumerate(series[1:], 1):
        frame[f"k{i}"] = s
    keys = [f"k{i}" for i in range(len(series))]
    if values is not None:
        if aggfunc is None:
            raise ValueError("values cannot be used without an aggfunc.")
        frame["value"] = values
        table = pivot_table(frame, "value", keys[: len(down)], keys[len(down) :], aggfunc, None, True, True)
    else:
        if aggfunc is not None:
            raise ValueError("aggfunc cannot be used without values.")
        counts = frame.groupby(keys).size().to_frame(0)
        table = spread(counts, len(across), 0)
        labels = [l[1] if len(l) == 2 else l[1:] for l in table._labels if isinstance(l, tuple)]
        table = DataFrame._make(table._rows, labels, table._exprs, table._levels, table._column_names[1:])
    names = [s._name for s in series]
    table._levels = table._levels.renamed(
        list(rownames) if rownames is not None else [n if n is not None else f"row_{i}" for i, n in enumerate(names[: len(down)])]
    )
    table._column_names = (
        list(colnames) if colnames is not None else [n if n is not None else f"col_{i}" for i, n in enumerate(names[len(down) :])]
    )
    if normalize is not False:
        table = _normalized(table, normalize)
    return table


def _normalized(table: DataFrame, normalize: Any) -> DataFrame:
    if normalize in (True, "all"):
        total = sum(table.sum().tolist())
        return table / total  # type: ignore[no-any-return]
    if normalize in ("index", 0):
        return table.div(table.sum(axis=1), axis=0)
    if normalize in ("columns", 1):
        return table.div(table.sum())
    raise ValueError("Not a valid normalize argument")
