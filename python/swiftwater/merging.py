"""`merge` and `join`: rows of two frames put together by equal keys."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from .base import Levels
from .concatenation import _exactly
from .frame import DataFrame
from .labels import Label
from .missing import not_there, refuse
from .plan import Pipe, PlanBuilder, emit
from .rows import Made, Rows
from .series import Series

HOW = ("inner", "left", "right", "outer", "cross", "left_anti", "right_anti")


class MergeError(ValueError):
    """The keys of a merge make no sense together."""


def merge(
    left: Any, right: Any, how: str, on: Any, left_on: Any, right_on: Any, left_index: bool, right_index: bool,
    sort: bool, suffixes: Any, indicator: Any, validate: Any,
) -> DataFrame:  # fmt: skip
    """pandas' `merge`."""
    refuse("merge", indicator=(False, indicator))
    left, right = _frame(left), _frame(right)
    if how not in HOW:
        raise ValueError(f"'{how}' is not a valid Merge type: {', '.join(HOW)}")
    if how.endswith("_anti"):
        raise not_there(f"merge with how={how!r}", "filter with isin")
    if how == "cross":
        if on is not None or left_on is not None or right_on is not None or left_index or right_index:
            raise MergeError("Can not pass on, right_on, left_on or set right_index=True or left_index=True")
        return _without_marks(_joined(left, right, [], [], how, sort, suffixes, validate, [], []))
    left_keys, right_keys, shared, lefts = _keys(left, right, on, left_on, right_on, left_index, right_index)
    result = _joined(left, right, left_keys, right_keys, how, sort, suffixes, validate, shared, lefts)
    if left_index and right_index:
        name = left._levels.names[0] if left._levels.names[0] == right._levels.names[0] else left._levels.names[0] or right._levels.names[0]
        return _indexed(result, ["__key0"], [name])
    if left_index or right_index:
        return _index_of_one(result, left if right_index else right, right_index)
    return _without_marks(result)


def _frame(data: Any) -> DataFrame:
    if isinstance(data, DataFrame):
        return data
    if isinstance(data, Series):
        if data._name is None:
            raise ValueError("Cannot merge a Series without a name")
        return data.to_frame()
    if hasattr(data, "__arrow_c_stream__"):
        return DataFrame(data)
    raise TypeError(f"Can only merge Series or DataFrame objects, a {type(data)} was passed")


def _listed(keys: Any) -> List[Any]:
    return list(keys) if isinstance(keys, (list, tuple)) and not isinstance(keys, str) else [keys]


def _key(frame: DataFrame, key: Any) -> Tuple[X.Expression, Optional[Label]]:
    if isinstance(key, Series):
        if key._rows is not frame._rows:
            raise not_there("merge by a series of other rows", "make it a column first")
        return key._expr, None
    if frame._has(key):
        return frame._expr(key), key
    if key in frame._levels.names and key is not None:
        return frame._levels.expressions()[frame._levels.names.index(key)], None
    raise KeyError(key)


def _keys(
    left: DataFrame, right: DataFrame, on: Any, left_on: Any, right_on: Any, left_index: bool, right_index: bool
) -> Any:
    if on is not None:
        if left_on is not None or right_on is not None:
            raise MergeError('Can only pass argument "on" OR "left_on" and "right_on", not a combination of both.')
        if left_index or right_index:
            raise MergeError('Can only pass argument "on" OR "left_index" and "right_index", not a combination of both.')
        names = _listed(on)
        pairs_l, pairs_r = [_key(left, k) for k in names], [_key(right, k) for k in names]
    elif left_index and right_index:
        pairs_l = [(e, None) for e in left._levels.expressions()]
        pairs_r = [(e, None) for e in right._levels.expressions()]
    elif left_on is not None or right_on is not None or left_index or right_index:
        if left_index:
            if right_on is None:
                raise MergeError('Must pass "right_on" OR "right_index".')
            pairs_l = [(e, None) for e in left._levels.expressions()]
        else:
            if left_on is None:
                raise MergeError('Must pass "left_on" OR "left_index".')
            pairs_l = [_key(left, k) for k in _listed(left_on)]
        if right_index:
            pairs_r = [(e, None) for e in right._levels.expressions()]
        else:
            if right_on is None:
                raise MergeError('Must pass "right_on" OR "right_index".')
            pairs_r = [_key(right, k) for k in _listed(right_on)]
    else:
        common = [l for l in left._labels if right._has(l)]
        if not common:
            raise MergeError(
                "No common columns to perform merge on. Merge options: left_on=None, right_on=None, left_index=False, "
                "right_index=False"
            )
        pairs_l, pairs_r = [_key(left, k) for k in common], [_key(right, k) for k in common]
    if len(pairs_l) != len(pairs_r):
        raise ValueError("len(right_on) must equal len(left_on)")
    shared = [i for i, (a, b) in enumerate(zip(pairs_l, pairs_r)) if a[1] is not None and a[1] == b[1]]
    return [e for e, _ in pairs_l], [e for e, _ in pairs_r], shared, [l for _, l in pairs_l]


def _joined(
    left: DataFrame, right: DataFrame, left_keys: Sequence[X.Expression], right_keys: Sequence[X.Expression], how: str,
    sort: bool, suffixes: Any, validate: Any, shared: Sequence[int], lefts: Sequence[Any],
) -> DataFrame:  # fmt: skip
    """The join's columns: the keys as `__key0` …, the left index, then the frames' columns."""
    types: Dict[str, str] = {}
    key_names = [f"k{i}" for i in range(len(left_keys))]
    key_types = []
    for a, b in zip(left_keys, right_keys):
        if T.is_text(a.type) != T.is_text(b.type) and "null" not in (a.type, b.type):
            raise ValueError(
                f"You are trying to merge on {T.dtype_name(a.type)} and {T.dtype_name(b.type)} columns for key. "
                "If you wish to proceed you should use pd.concat"
            )
        key_types.append(X.common_type([a.type, b.type]))
    types.update(zip(key_names, key_types))
    merged = {lefts[i]: i for i in shared}
    left_columns = [(f"l{i}", l, e) for i, (l, e) in enumerate(zip(left._labels, left._exprs)) if l not in merged]
    right_columns = [(f"r{i}", l, e) for i, (l, e) in enumerate(zip(right._labels, right._exprs)) if l not in merged]
    left_index = [(f"li{i}", e) for i, e in enumerate(left._levels.expressions())]
    right_index = [(f"ri{i}", e) for i, e in enumerate(right._levels.expressions())]
    for name, _, e in (*left_columns, *right_columns):
        types[name] = e.type
    for name, e in (*left_index, *right_index):
        types[name] = e.type

    def side(plan: PlanBuilder, origin: Rows, keys: Any, columns: Any, index: Any, needed: List[str]) -> Pipe:
        wanted = [(n, X.Cast(X.clean(e), t) if e.type != t and t != "null" else e) for n, e, t in zip(key_names, keys, key_types)]
        wanted += [(n, e) for n, _, e in columns if n in needed]
        wanted += [(n, e) for n, e in index if n in needed]
        if not wanted:
            wanted = [(f"{columns[0][0]}" if columns else index[0][0], columns[0][2] if columns else index[0][1])]
        pipe, have = emit(plan, origin, wanted)
        _exactly(pipe, have, [n for n, _ in wanted])
        return pipe

    # The rows as they are now: the frames may be changed before this is computed.
    left_rows, right_rows = left._rows, right._rows

    def write(plan: PlanBuilder, needed: List[str]) -> Pipe:
        a = side(plan, left_rows, left_keys, left_columns, left_index, needed)
        b = side(plan, right_rows, right_keys, right_columns, right_index, needed)
        pipe = Pipe(plan, plan.frame(a), types)
        form: Dict[str, Any] = {"with": plan.frame(b), "how": how}
        if key_names:
            form["on"] = key_names
        if validate is not None:
            words = {"1:1": "one_to_one", "1:m": "one_to_many", "m:1": "many_to_one", "m:m": "many_to_many"}
            word = words.get(validate, validate)
            if word not in words.values():
                raise ValueError(f'"{validate}" is not a valid argument.')
            form["validate"] = word
        pipe.step("join", form)
        if sort and key_names and how in ("inner", "left", "right"):
            pipe.step("sort_values", key_names)
        return pipe

    rows = Made(types, write)
    labels: List[Any] = []
    exprs: List[X.Expression] = []
    clash = {l for _, l, _ in left_columns} & {l for _, l, _ in right_columns}
    if clash and (suffixes is None or len(suffixes) != 2 or (not suffixes[0] and not suffixes[1])):
        raise ValueError(f"columns overlap but no suffix specified: {Series(sorted(map(str, clash))).index!r}" if suffixes is None
                         else f"columns overlap but no suffix specified: {sorted(map(str, clash))}")  # fmt: skip
    places = {l: n for n, l, _ in left_columns}
    for label in left._labels:
        if label in merged:
            labels.append(label)
            exprs.append(X.Column(f"k{merged[label]}", key_types[merged[label]]))
        else:
            name = places[label]
            labels.append(f"{label}{suffixes[0] or ''}" if label in clash else label)
            exprs.append(X.Column(name, types[name]))
    for name, label, _ in right_columns:
        labels.append(f"{label}{suffixes[1] or ''}" if label in clash else label)
        exprs.append(X.Column(name, types[name]))
    for i, name in enumerate(key_names):
        labels.append(f"__key{i}")
        exprs.append(X.Column(name, key_types[i]))
    for mark, index in (("__left", left_index), ("__right", right_index)):
        for i, (name, e) in enumerate(index):
            labels.append(f"{mark}{i}")
            exprs.append(X.Column(name, e.type))
    return DataFrame._make(rows, labels, exprs, Levels.default())


def _without_marks(frame: DataFrame) -> DataFrame:
    kept = [i for i, l in enumerate(frame._labels) if not (isinstance(l, str) and l.startswith(("__key", "__left", "__right")))]
    return frame._with([frame._labels[i] for i in kept], [frame._exprs[i] for i in kept])


def _indexed(frame: DataFrame, marks: Sequence[str], names: Sequence[Optional[Label]]) -> DataFrame:
    exprs = [frame._expr(m) for m in marks]
    result = _without_marks(frame)
    return DataFrame._make(result._rows, result._labels, result._exprs, Levels(exprs, names))


def _index_of_one(frame: DataFrame, other: DataFrame, right_index: bool) -> DataFrame:
    """Where one side's index is the key, the other side's index is the result's."""
    mark = "__left" if right_index else "__right"
    names = other._levels.names
    return _indexed(frame, [f"{mark}{i}" for i in range(len(names))], names)


def join(left: DataFrame, other: Any, on: Any, how: str, lsuffix: str, rsuffix: str, sort: bool, validate: Any) -> DataFrame:
    """pandas' `join`: the columns of other frames beside these, by the index."""
    if isinstance(other, (list, tuple)):
        result = left
        for one in other:
            result = join(result, one, on, how, lsuffix, rsuffix, sort, validate)
        return result
    right = _frame(other)
    clash = [l for l in left._labels if right._has(l)]
    if clash and not lsuffix and not rsuffix:
        raise ValueError(f"columns overlap but no suffix specified: {list(clash)}")
    suffixes = (lsuffix, rsuffix)
    if on is not None:
        return merge(left, right, how, None, on, None, False, True, sort, suffixes, False, validate)
    return merge(left, right, how, None, None, None, True, True, sort or how == "outer", suffixes, False, validate)


