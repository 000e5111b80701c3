"""What functions of groups give, put together as frames and series."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from .. import expressions as X
from ..frame import DataFrame
from ..labels import Label
from ..series import Series
from .groups import GroupBy, Spec


def by_keys(group: GroupBy, keys: List[Any], table: Mapping[Any, List[Any]]) -> DataFrame:
    """A frame of values by group."""
    from ..labels import make_index

    names = [k.label for k in group._keys]
    frame = DataFrame(dict(table), index=make_index(keys, names))
    return frame if group._as_index else frame.reset_index()


def combined(group: GroupBy, keys: List[Any], results: List[Any]) -> Any:
    """The results of a function of each group as one frame or series."""
    from ..concatenation import concat

    names = [k.label for k in group._keys]
    if not results:
        return group._whole().head(0)
    if all(isinstance(r, DataFrame) for r in results):
        if not group._group_keys:
            return concat(results)
        return concat(results, keys=keys, names=[*names, *results[0]._levels.names])
    if all(isinstance(r, Series) for r in results):
        labels = [r.index.tolist() for r in results]
        if not group._of_series and all(l == labels[0] for l in labels):
            table = {l: [r.tolist()[i] for r in results] for i, l in enumerate(labels[0])}
            return by_keys(group, keys, table)
        return concat(results, keys=keys, names=[*names, *results[0]._levels.names])
    frame = by_keys(group, keys, {0: results})
    if not group._as_index:
        return frame.rename(columns={0: None})
    return Series._make(frame._rows, frame._exprs[-1], group._series_name, frame._levels)


def described(group: GroupBy, labels: Sequence[Label], percentiles: Any) -> DataFrame:
    """Count, mean, spread and quantiles of columns of numbers, by group."""
    shares = [0.25, 0.5, 0.75] if percentiles is None else sorted({*percentiles, 0.5})
    specs: List[Spec] = []
    for l in labels:
        for f in ("count", "mean", "std", "min"):
            specs.append(((l, f), l, f, {}))
        specs += [((l, f"{s * 100:g}%"), l, "quantile", {"q": s}) for s in shares]
        specs.append(((l, "max"), l, "max", {}))
    frame = group._aggregated(specs)
    made = {s[0] for s in specs}
    exprs = [X.Cast(e, "float64") if l in made else e for l, e in zip(frame._labels, frame._exprs)]
    return frame._with(frame._labels, exprs)
