"""One value of each column of a frame, or of all its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence

from .. import columntypes as T
from .. import expressions as X
from .. import values as V
from ..labels import Label
from ..missing import refuse, rows_only
from .byrow import across
from .ofseries import as_bool, label_of
from .overall import Wanted, finished, totals

if TYPE_CHECKING:
    from ..frame import DataFrame
    from ..frame.base import FrameBase
    from ..series import Series


def columns(
    frame: FrameBase, function: str, axis: Any, numeric_only: bool, skipna: bool = True, min_count: int = 0,
    ddof: int = 1,
) -> "Series":  # fmt: skip
    """An aggregation of each column, labelled by the columns."""
    from ..series import Series

    frame = frame._numbers_if(numeric_only)
    if axis in (1, "columns"):
        return across(frame, function, skipna, min_count, ddof)
    if axis is None:
        return _of_all(frame, function, skipna, min_count, ddof)  # type: ignore[no-any-return]
    rows_only(function, axis)
    options: Dict[str, Any] = {"ddof": ddof} if ddof != 1 else {}
    wanted: List[Wanted] = [(function, e, options) for e in frame._exprs]
    n = len(wanted)
    if not skipna or min_count:
        wanted += [("count", e, {}) for e in frame._exprs] + [("size", e, {}) for e in frame._exprs]
    values, types = totals(frame._rows, wanted)
    found = []
    for i in range(n):
        value = finished(function, values[i], types[i])
        if (not skipna and values[n + i] < values[2 * n + i]) or (min_count and values[n + i] < min_count):
            value = V.nan
        found.append(value)
    return labelled(found, types[:n], frame, Series)


def _of_all(frame: "DataFrame", function: str, skipna: bool, min_count: int, ddof: int) -> Any:
    """An aggregation of all values of a frame."""
    from ..concatenation import concat

    values = concat([s for _, s in frame.items()], ignore_index=True)
    options: Dict[str, Any] = {"min_count": min_count} if function in ("sum", "prod") else {}
    if function in ("std", "var", "sem"):
        options["ddof"] = ddof
    return getattr(values, function)(skipna=skipna, **options)


def labelled(values: List[Any], types: Sequence[str], frame: FrameBase, make: Any, name: Optional[Label] = None) -> "Series":
    """Values of columns as a series with the columns as index."""
    series: "Series"
    if not values:
        series = make([], index=frame.columns, dtype="float64", name=name)
        return series
    if any(t in T.FLOATS for t in types) and all(T.is_number(t) for t in types) and "bool" not in types:
        values = [float(v) for v in values]
    series = make(values, index=frame.columns, name=name)
    return series


def truths(frame: FrameBase, function: str, axis: Any) -> "Series":
    """`any` or `all` of each column, or of each row."""
    from ..series import Series

    exprs = [as_bool(e, function) for e in frame._exprs]
    if axis in (1, "columns"):
        result: X.Expression = X.Literal(function == "all")
        for e in exprs:
            result = X.Binary("or" if function == "any" else "and", result, X.fill(e, function == "all"), "bool")
        return Series._make(frame._rows, result, None, frame._levels)
    values, _ = totals(frame._rows, [(function, e, {}) for e in exprs])
    found = [function == "all" if v is None else bool(v) for v in values]
    if axis is None:
        return any(found) if function == "any" else all(found)  # type: ignore[return-value]
    return Series(found, index=frame.columns, dtype="bool")


def labels_of(frame: FrameBase, which: str, axis: Any, skipna: bool) -> "Series":
    """The label of the smallest or largest value of each column, or of each row."""
    from ..series import Series

    if axis not in (1, "columns"):
        rows_only(f"idx{which}", axis)
        return Series([label_of(s, which, skipna) for _, s in frame.items()], index=frame.columns)
    refuse(f"idx{which} with axis=1", skipna=(True, skipna))
    if not frame._labels:
        raise ValueError(f"attempt to get arg{which} of an empty sequence")
    best, label = X.clean(frame._exprs[0]), X.choose(X.not_na(frame._exprs[0]), X.Literal(frame._labels[0]), X.Literal(None))
    for name, e in zip(frame._labels[1:], frame._exprs[1:]):
        x = X.clean(e)
        better = X.comparison("<" if which == "min" else ">", x, best)
        take = X.Binary("or", better, X.Binary("and", X.is_na(best), X.not_na(x), "bool"), "bool")
        label, best = X.choose(take, X.Literal(name), label), X.choose(take, x, best)
    result = Series._make(frame._rows, label, None, frame._levels)
    if result.hasnans:
        raise ValueError("Encountered all NA values")
    return result


def frame_quantile(frame: FrameBase, q: Any, numeric_only: bool, interpolation: str) -> Any:
    from ..frame import DataFrame
    from ..series import Series

    frame = frame._numbers_if(numeric_only)
    shares = [q] if isinstance(q, (int, float)) else list(q)
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError("percentiles should all be in the interval [0, 1]")
    options = [{"q": float(s), "interpolation": interpolation} for s in shares]
    values, types = totals(frame._rows, [("quantile", e, o) for o in options for e in frame._exprs])
    n = len(frame._exprs)
    found = [finished("quantile", v, t) for v, t in zip(values, types)]
    if isinstance(q, (int, float)):
        return Series(found, index=frame.columns, name=float(q), dtype="float64" if not found else None)
    table = {l: [found[r * n + i] for r in range(len(shares))] for i, l in enumerate(frame._labels)}
    return DataFrame(table, index=[float(s) for s in shares])


def pairs(frame: "DataFrame", function: Callable[["Series", "Series"], float]) -> "DataFrame":
    """A value for each pair of columns."""
    from ..frame import DataFrame

    for label, e in zip(frame._labels, frame._exprs):
        if not T.is_number(e.type):
            raise ValueError(f"could not convert column {label!r} to float")
    columns = [s for _, s in frame.items()]
    table = {b._name: [function(a, b) for a in columns] for b in columns}
    return DataFrame(table, index=frame.columns)
