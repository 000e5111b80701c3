"""What rows are grouped by: labels, series, functions, dicts, levels of the index, and `Grouper`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Tuple

from . import expressions as X
from . import values as V
from .labels import Label
from .missing import not_there

if TYPE_CHECKING:
    from .frame import DataFrame


class Key:
    """A key: the label that it has in the result, and its values.

    Attributes
    ----------
    in_frame : bool
        Whether it is a column of the frame, which is then not aggregated.
    listed : bool
        Whether it was given in a list, which makes the groups' names tuples.
    finish : callable or None
        Completes the result: the spans without rows of a `Grouper`.
    """

    def __init__(
        self,
        label: Optional[Label],
        expr: X.Expression,
        in_frame: bool,
        listed: bool,
        finish: "Optional[Callable[[DataFrame], DataFrame]]" = None,
    ) -> None:
        self.label = label
        self.expr = expr
        self.in_frame = in_frame
        self.listed = listed
        self.finish = finish


class Grouper:
    """A key with options: a column, a level, or spans of time.

    Parameters
    ----------
    key : hashable, optional
        A column's label.
    level : hashable or int, optional
        A level of the index.
    freq : str, optional
        The length of the spans, such as `"5min"` or `"1D"`.

    Examples
    --------
    >>> import swiftwater as sw
    >>> times = sw.to_datetime(["2020-01-01 00:01", "2020-01-01 00:02", "2020-01-01 00:07"])
    >>> df = sw.DataFrame({"t": times, "x": [1, 2, 4]})
    >>> df.groupby(sw.Grouper(key="t", freq="5min")).sum()["x"].tolist()
    [3, 4]
    """

    def __init__(
        self,
        key: Any = None,
        level: Any = None,
        freq: Any = None,
        sort: bool = False,
        closed: Any = None,
        label: Any = None,
        origin: Any = "start_day",
        offset: Any = None,
        dropna: bool = True,
    ) -> None:
        self.key = key
        self.level = level
        self.freq = freq
        self.closed = closed
        self.label = label
        self.origin = origin
        self.offset = offset


def keys_of(frame: "DataFrame", by: Any, level: Any, series: Any = None) -> "Tuple[DataFrame, List[Key]]":
    """The keys that `by` and `level` mean; the frame may go over to other rows that hold them too."""
    if by is None and level is None:
        raise TypeError("You have to supply one of 'by' and 'level'")
    if level is not None:
        wanted = list(level) if isinstance(level, (list, tuple)) else [level]
        return frame, [_level_key(frame, l, isinstance(level, (list, tuple))) for l in wanted]
    listed = isinstance(by, list) and not _is_values(frame, by)
    parts = by if listed else [by]
    if not parts:
        raise ValueError("No group keys passed!")
    frame = frame.copy()
    keys = [_key(frame, part, listed, series) for part in parts]
    return frame, keys


def _is_values(frame: "DataFrame", by: List[Any]) -> bool:
    """Whether a list is one value for each row rather than a list of keys."""
    if not by or any(not V.is_scalar(b) for b in by):
        return False
    if all(_names(frame, b) for b in by):
        return False
    return len(by) == len(frame)


def _names(frame: "DataFrame", label: Any) -> bool:
    return frame._has(label) or (label is not None and label in frame._levels.names)


def _level_key(frame: "DataFrame", level: Any, listed: bool) -> Key:
    names = frame._levels.names
    if level in names:
        place = names.index(level)
    elif isinstance(level, int) and -len(names) <= level < len(names):
        place = level % len(names)
    else:
        raise ValueError(f"level name {level} is not the name of the index")
    return Key(names[place], frame._levels.expressions()[place], False, listed)


def _key(frame: "DataFrame", by: Any, listed: bool, series: Any) -> Key:
    from .series import Series

    if isinstance(by, Grouper):
        if by.freq is not None:
            from .resampling import time_key

            return time_key(frame, by)
        if by.level is not None:
            return _level_key(frame, by.level, listed)
        by = by.key
    if isinstance(by, Series):
        if by._rows is frame._rows and by._levels.same(frame._levels):
            in_frame = frame._has(by._name) and frame._expr(by._name).text() == by._expr.text()
            return Key(by._name, by._expr, in_frame and series is None, listed)
        fitted = frame._fitted(by)
        return Key(by._name, fitted._expr, False, listed)
    if callable(by):
        labels = [by(l) for l in frame._index_values()]
        return Key(None, frame._series_of(labels)._expr, False, listed)
    if isinstance(by, Mapping):
        labels = [by.get(l) for l in frame._index_values()]
        return Key(None, frame._series_of(labels)._expr, False, listed)
    if V.is_scalar(by) or isinstance(by, tuple):
        if series is None and frame._has(by):
            return Key(by, frame._expr(by), True, listed)
        if by is not None and by in frame._levels.names:
            return _level_key(frame, by, listed)
        raise KeyError(by)
    if hasattr(by, "__len__"):
        held = by.tolist() if hasattr(by, "tolist") else list(by)
        if len(held) != len(frame):
            raise ValueError("Grouper and axis must be same length")
        return Key(getattr(by, "name", None), frame._series_of(held)._expr, False, listed)
    raise not_there(f"groupby by a {type(by).__name__}", "group by labels or series")
