"""How often values occur: `value_counts` and `mode`."""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple

from . import expressions as X
from . import values as V
from .base import Levels
from .labels import flat_label
from .rows import Grouped, Rows, fresh
from .series import Series


def count_values(
    keys: Sequence[Tuple[Any, X.Expression]],
    rows: Rows,
    normalize: bool,
    sort: bool,
    ascending: bool,
    dropna: bool,
) -> Series:
    """How often each combination of values occurs, as a series with the values as index."""
    names: List[str] = []
    for label, _ in keys:
        names.append(fresh(names, ["count", "proportion"], wanted=flat_label(label) if label is not None else "value"))
    grouped = Grouped(rows, [(n, e) for n, (_, e) in zip(names, keys)], [("count", "size", None, "int64", {})], False, dropna)
    levels = Levels([X.Column(n, e.type) for n, (_, e) in zip(names, keys)], [l for l, _ in keys])
    counts = Series._make(grouped, X.Column("count", "int64"), "count", levels)
    if sort:
        counts = counts.sort_values(ascending=ascending)
    if normalize:
        total = counts.sum()
        counts = (counts / (total or 1)).rename("proportion")
    return counts


def mode(series: Series, dropna: bool) -> Series:
    """The most frequent values, in order."""
    counts = series.value_counts(dropna=dropna)
    pairs = list(counts.items())
    most = pairs[0][1] if pairs else 0
    values = [value for value, n in pairs if n == most]
    return Series(sorted(values, key=lambda v: (V.is_missing(v), v)), name=series._name)
