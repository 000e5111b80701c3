"""`concat`: frames and series one after the other, or side by side."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import expressions as X
from . import values as V
from .base import Levels
from .frame import DataFrame
from .labels import Label
from .missing import refuse
from .plan import Pipe, PlanBuilder, emit
from .rows import Made
from .series import Series


def concat(
    objs: Any,
    axis: Any = 0,
    join: str = "outer",
    ignore_index: bool = False,
    keys: Any = None,
    names: Any = None,
    verify_integrity: bool = False,
    sort: bool = False,
) -> Any:
    """The rows of all, or the columns of all with `axis=1`."""
    refuse("concat", verify_integrity=(False, verify_integrity))
    if isinstance(objs, (DataFrame, Series, str)):
        raise TypeError(
            "first argument must be an iterable of pandas objects, you passed an object of type "
            f'"{type(objs).__name__}"'
        )
    if isinstance(objs, Mapping):
        keys = list(objs) if keys is None else list(keys)
        objs = [objs[k] for k in keys]
    held = list(objs)
    if keys is not None:
        pairs = [(k, o) for k, o in zip(keys, held) if o is not None]
        keys, held = [k for k, _ in pairs], [o for _, o in pairs]
    else:
        held = [o for o in held if o is not None]
    if not held:
        raise ValueError("No objects to concatenate")
    for o in held:
        if not isinstance(o, (DataFrame, Series)):
            raise TypeError(f"cannot concatenate object of type '{type(o)}'; only Series and DataFrame objs are valid")
    if join not in ("inner", "outer"):
        raise ValueError("Only can inner (intersect) or outer (union) join the other axis")
    if axis in (1, "columns"):
        return _side_by_side(held, join, ignore_index, keys)
    if axis not in (0, "index", "rows"):
        raise ValueError(f"No axis named {axis} for object type DataFrame")
    if all(isinstance(o, Series) for o in held):
        common = {o._name for o in held}
        name = common.pop() if len(common) == 1 else None
        frames = [DataFrame._make(o._rows, [0], [o._expr], o._levels) for o in held]
        frame = _stacked(frames, join, ignore_index, keys, names, False)
        return Series._make(frame._rows, frame._exprs[0], name, frame._levels)
    frames = [o if isinstance(o, DataFrame) else o.to_frame() for o in held]
    return _stacked(frames, join, ignore_index, keys, names, sort)


def _stacked(
    frames: Sequence[DataFrame], join: str, ignore_index: bool, keys: Any, names: Any, sort: bool
) -> DataFrame:
    labels: List[Label] = list(dict.fromkeys(l for f in frames for l in f._labels))
    if join == "inner":
        labels = [l for l in labels if all(f._has(l) for f in frames)]
    if sort:
        labels = sorted(labels)  # type: ignore[type-var]
    types: Dict[str, str] = {}
    columns: List[List[Tuple[str, Optional[X.Expression]]]] = [[] for _ in frames]
    exprs: List[X.Expression] = []
    for i, label in enumerate(labels):
        name = f"c{i}"
        found = [f._expr(label) if f._has(label) else None for f in frames]
        type_ = X.common_type([e.type for e in found if e is not None])
        types[name] = type_
        for part, e in zip(columns, found):
            part.append((name, e))
        exprs.append(X.Column(name, type_))
    levels = Levels.default()
    if not ignore_index:
        index_names, index_exprs, index_columns = _index_columns(frames, keys, names)
        for name, type_, found in index_columns:
            types[name] = type_
            for part, e in zip(columns, found):
                part.append((name, e))
        levels = Levels(index_exprs, index_names)
    order = [*types]
    # The rows as they are now: the frames may be changed before this is computed.
    origins = [f._rows for f in frames]

    def write(plan: PlanBuilder, needed: List[str]) -> Pipe:
        wanted = [n for n in order if n in needed] or order[:1]
        sources = []
        for origin, part in zip(origins, columns):
            chosen = {n: e for n, e in part if n in wanted}
            cast = [(n, _typed(chosen[n], types[n])) for n in wanted] or [("_row", X.RowNumber())]
            pipe, got = emit(plan, origin, cast)
            _exactly(pipe, got, [n for n, _ in cast])
            sources.append(plan.frame(pipe))
        return Pipe(plan, sources, wanted)

    rows = Made(types, write)
    if not types:
        rows.types["_row"] = "int64"
    return DataFrame._make(rows, labels, exprs, levels, frames[0]._column_names)


def _typed(e: Optional[X.Expression], type_: str) -> X.Expression:
    if e is None:
        return X.Cast(X.Literal(None), type_) if type_ != "null" else X.Literal(None)
    if e.type == type_ or type_ == "null":
        return e
    return X.Cast(X.clean(e), type_)


def _exactly(pipe: Pipe, have: Sequence[str], wanted: Sequence[str]) -> None:
    """Leaves the pipe with these columns under these names."""
    if len(set(have)) != len(have):
        copies = []
        held = []
        for name in have:
            if name in held:
                copy = pipe.fresh("_")
                copies.append({copy: X.quoted(name)})
                name = copy
            held.append(name)
        pipe.step("assign", copies)
        have = held
    pipe.step("select", list(have))
    renamed = [{a: b} for a, b in zip(have, wanted) if a != b]
    if renamed:
        pipe.step("rename", renamed)


def _index_columns(
    frames: Sequence[DataFrame], keys: Any, names: Any
) -> Tuple[List[Optional[Label]], List[X.Expression], List[Tuple[str, str, List[Optional[X.Expression]]]]]:
    depth = len(frames[0]._levels.names)
    if any(len(f._levels.names) != depth for f in frames):
        raise ValueError("frames with indexes of different numbers of levels cannot be concatenated; reset_index first")
    columns: List[Tuple[str, str, List[Optional[X.Expression]]]] = []
    found_names: List[Optional[Label]] = []
    if keys is not None:
        parts = [k if isinstance(k, tuple) else (k,) for k in keys]
        for d in range(len(parts[0])):
            values = [p[d] for p in parts]
            type_ = X.common_type(sorted({V.type_of(v) for v in values}))
            literals: List[Optional[X.Expression]] = [X.Cast(X.Literal(v), type_) for v in values]
            columns.append((f"key{d}", type_, literals))
            found_names.append(None)
    for level in range(depth):
        exprs: List[Optional[X.Expression]] = [f._levels.expressions()[level] for f in frames]
        type_ = X.common_type([e.type for e in exprs if e is not None])
        columns.append((f"index{level}", type_, exprs))
        same = {f._levels.names[level] for f in frames}
        found_names.append(same.pop() if len(same) == 1 else None)
    if names is not None:
        given = list(names) if isinstance(names, (list, tuple)) else [names]
        found_names = [*given, *found_names[len(given) :]]
    return found_names, [X.Column(n, t) for n, t, _ in columns], columns


def _side_by_side(held: Sequence[Any], join: str, ignore_index: bool, keys: Any) -> DataFrame:
    from .align import same_labels, together

    frames: List[DataFrame] = []
    numbered = 0
    for i, o in enumerate(held):
        if isinstance(o, Series):
            label: Any = o._name
            if keys is not None:
                label = keys[i]
            elif label is None:
                label, numbered = numbered, numbered + 1
            frames.append(DataFrame._make(o._rows, [label], [o._expr], o._levels))
        elif keys is not None:
            labels = [(keys[i], *(l if isinstance(l, tuple) else (l,))) for l in o._labels]
            frames.append(DataFrame._make(o._rows, labels, o._exprs, o._levels))
        else:
            frames.append(o)
    result = frames[0]
    for other in frames[1:]:
        if join == "inner" and not same_labels(result, other):
            keep = [l for l in result._index_values() if l in set(other._index_values())]
            result, other = result.loc[keep], other.loc[keep]
        elif not same_labels(result, other):
            result, other = _united(result, other)
        rows, a, b, levels = together(result, other)
        result = DataFrame._make(rows, [*result._labels, *other._labels], [*a, *b], levels, result._column_names)
    if ignore_index:
        result.columns = list(range(len(result._labels)))
    return result


def _united(a: DataFrame, b: DataFrame) -> Tuple[DataFrame, DataFrame]:
    """Two frames with the labels of both, in order of appearance."""
    labels = list(dict.fromkeys([*a._index_values(), *b._index_values()]))
    return a.reindex(index=labels), b.reindex(index=labels)


