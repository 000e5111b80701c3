"""The part of a frame that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from .. import columntypes as T
from ..base import shown
from .texts import index_texts, texts_of

if TYPE_CHECKING:
    from ..frame import DataFrame

#: pandas' defaults: at most so many rows are shown whole, otherwise so many.
MAX_ROWS = 60
MIN_ROWS = 10
MAX_COLUMNS = 20
MAX_TEXT = 50


class Block:
    """The part of a frame that is shown.

    Attributes
    ----------
    columns : list of list of str
        Texts of the cells, by column.
    """

    def __init__(self, frame: "DataFrame", max_rows: Optional[int], max_columns: Optional[int]) -> None:
        self.rows = len(frame)
        labels = frame._labels
        self.total_columns = len(labels)
        places = list(range(len(labels)))
        self.cut_columns = max_columns is not None and len(places) > max_columns
        self.column_gap = -1
        if self.cut_columns and max_columns is not None:
            half = max(max_columns // 2, 1)
            places = places[:half] + places[-half:]
            self.column_gap = half
        self.cut_rows = max_rows is not None and self.rows > max_rows
        self.gap = -1
        ranges: List[Tuple[int, Optional[int]]] = [(0, None)]
        if self.cut_rows:
            half = MIN_ROWS // 2
            ranges = [(0, half), (self.rows - half, self.rows)]
            self.gap = half
        view = frame._computed() if labels else None
        self.labels = [labels[p] for p in places]
        self.columns: List[List[str]] = []
        self.is_number: List[bool] = []
        for p in places:
            assert view is not None
            raw: List[Any] = []
            for start, stop in ranges:
                raw += view.values(p, start, stop)
            type_ = view.type(p)
            held = shown(raw, type_)
            if type_ in T.INTEGERS and view.missing(p) and None not in raw:
                held = [float(v) for v in held]
            self.columns.append([_clip(t, MAX_TEXT) for t in texts_of(held, type_)])
            self.is_number.append(T.is_number(type_))
        index: List[Any] = []
        for start, stop in ranges:
            index += frame._index_values(start, stop)
        self.several = len(frame._levels.names) > 1
        self.index: List[List[str]] = []
        for level in range(len(frame._levels.names)):
            parts = [i[level] if self.several else i for i in index]
            texts = [_clip(t, MAX_TEXT) for t in index_texts(parts)]
            if self.several:
                texts = ["nan" if isinstance(p, float) and p != p and t == "NaN" else t for p, t in zip(parts, texts)]
            self.index.append(texts)
        self.names = frame._levels.names
        self.column_names = frame._column_names


def _clip(text: str, limit: Optional[int]) -> str:
    return text if limit is None or len(text) <= limit else text[: limit - 4] + "..."


def without_repeats(levels: List[List[str]], gap: int) -> List[List[str]]:
    """Labels of outer levels only where they change."""
    result = [list(level) for level in levels]
    for i in range(len(levels[0]) - 1, 0, -1):
        if i == gap:
            continue
        for depth in range(len(levels) - 1):
            if all(levels[d][i] == levels[d][i - 1] for d in range(depth + 1)):
                result[depth][i] = ""
            else:
                break
    return result


def label_text(label: Any) -> str:
    return "NaN" if isinstance(label, float) and label != label else str(label)


def in_notebook() -> bool:
    """Whether a notebook, rather than a terminal, shows what is printed: pandas' question."""
    import builtins

    shell = getattr(builtins, "get_ipython", None)
    return shell is not None and "TerminalInteractiveShell" not in str(type(shell()))
