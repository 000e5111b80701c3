"""Frames and series as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Sequence

from ..labels import levels_of
from ..missing import not_there
from .block import Block, MAX_COLUMNS, MAX_ROWS, in_notebook, label_text, without_repeats
from .texts import text_of

if TYPE_CHECKING:
    from ..frame import DataFrame
    from ..series import Series

#: Characters of a line, and of a value.
WIDTH = 80


def frame_text(frame: "DataFrame", everything: bool = False, max_rows: Optional[int] = None, index: bool = True,
               **options: Any) -> str:  # fmt: skip
    """A frame as pandas prints it."""
    for name in options:
        raise not_there(f"to_string with {name}", f"leave out {name}")
    rows, columns = frame.shape
    if not columns or not rows:
        names = ", ".join(str(l) for l in frame._labels)
        shown_index = ", ".join(str(v) for v in frame._index_values(0, 50))
        if frame._levels.is_range and rows:
            return f"Empty DataFrame\nColumns: [{names}]\nIndex: [{_short_index(frame)}]"
        return f"Empty DataFrame\nColumns: [{names}]\nIndex: [{shown_index}]"
    limit = max_rows if max_rows is not None else (None if everything else MAX_ROWS)
    notebook = in_notebook()
    block = Block(frame, limit, MAX_COLUMNS if notebook and not everything else None)
    grid = _grid(block, index)
    if not everything:
        if notebook:
            return "\n\n".join(_folded(grid, index)) + _size_note(block, rows, columns)
        fitting = _fitting(grid, index)
        if fitting is not None:
            block = Block(frame, limit, fitting)
            grid = _grid(block, index)
    return _adjoined(grid) + _size_note(block, rows, columns)


def _short_index(frame: "DataFrame") -> str:
    """The labels of a frame without columns, the middle left out."""
    count = len(frame)
    if count <= 100:
        return ", ".join(str(v) for v in frame._index_values())
    ends = [*frame._index_values(0, 10), "...", *frame._index_values(count - 10, count)]
    return ", ".join(str(v) for v in ends)


def _size_note(block: Block, rows: int, columns: int) -> str:
    return f"\n\n[{rows} rows x {columns} columns]" if block.cut_rows or block.cut_columns else ""


def _adjoined(grid: Sequence[Sequence[str]]) -> str:
    """Columns of cells side by side; all but the first are on the right of their places already."""
    widths = [max(len(c) for c in column) for column in grid]
    lines = []
    for r in range(len(grid[0])):
        lines.append(" ".join(column[r].ljust(w) for column, w in zip(grid[:-1], widths)) + (" " if len(grid) > 1 else "") + grid[-1][r])
    return "\n".join(lines)


def _fitting(grid: Sequence[Sequence[str]], index: bool) -> Optional[int]:
    """How many columns a terminal has room for; None for all. Columns in the middle are left out."""
    import shutil

    lengths = [max(len(c) for c in column) for column in grid]
    over = sum(lengths) + len(lengths) - 1 - shutil.get_terminal_size((WIDTH, 24)).columns + 1
    if over <= 1:
        return None
    while over > 0 and len(lengths) > 1:
        over -= lengths.pop(min(round(len(lengths) / 2), len(lengths) - 1)) + 1
    return max(2, len(lengths) - (1 if index else 0))


def _folded(grid: List[List[str]], index: bool) -> List[str]:
    """The columns in as many parts as the width needs, a backslash where one goes on."""
    lead = grid[0] if index else []
    columns = grid[1:] if index else grid
    room = WIDTH - (max(len(c) for c in lead) + 1 if index else 0)
    bins: List[int] = []
    used = 0
    for i, column in enumerate(columns):
        width = max(len(c) for c in column) + 1
        used += width
        if i > 0 and used + (1 if i == len(columns) - 1 else 2) > room:
            bins.append(i)
            used = width
    bins.append(len(columns))
    parts = []
    start = 0
    for number, end in enumerate(bins):
        chosen = ([lead] if index else []) + columns[start:end]
        if len(bins) > 1:
            count = len(chosen[-1])
            last = number == len(bins) - 1
            chosen = [*chosen, [" "] * count if last else [" \\", *["  "] * (count - 1)]]
        parts.append(_adjoined(chosen))
        start = end
    return parts


def _grid(block: Block, index: bool) -> List[List[str]]:
    """Columns of cells with their headers, the index first as one column."""
    width = max(levels_of(block.labels), 1)
    headers: List[List[str]] = []
    bools = width == 1 and bool(block.labels) and all(isinstance(l, bool) for l in block.labels)
    for label in block.labels:
        parts = [label_text(p) for p in label] if width > 1 and isinstance(label, tuple) else [label_text(label)]
        headers.append([p.ljust(5) for p in parts] if bools and False in block.labels else parts)
    has_names = any(n is not None for n in block.names)
    sparse = [list(h) for h in headers]
    if width > 1:
        for i in range(len(headers) - 1, 0, -1):
            for depth in range(width - 1):
                if i != block.column_gap and headers[i][: depth + 1] == headers[i - 1][: depth + 1]:
                    sparse[i][depth] = ""
    columns: List[List[str]] = []
    for i, cells in enumerate(block.columns):
        # Without an index there is room for a sign above numbers alone.
        is_signed = block.is_number[i] and (index or not all(c.strip() in ("True", "False") for c in cells))
        head = [f" {h}" if is_signed and width == 1 else h for h in sparse[i]]
        body = list(cells) if index else [c[1:] if c.startswith(" ") else c for c in cells]
        wide = max((len(c) for c in [*head, *body]), default=0)
        if block.cut_rows:
            body.insert(block.gap, "..." if wide > 3 else "..")
        columns.append([c.rjust(wide) for c in [*head, *([""] if has_names and index else []), *body]])
    if not index:
        return columns
    levels = without_repeats(block.index, block.gap) if block.several else block.index
    lead_columns = []
    for depth, texts in enumerate(levels):
        name = block.names[depth]
        column_parts = [""] * width
        if depth == len(levels) - 1:
            for level in range(width):
                column_name = block.column_names[level] if level < len(block.column_names) else None
                column_parts[level] = str(column_name) if column_name is not None else ""
        lead_columns.append([*column_parts, *([str(name) if name is not None else ""] if has_names else []), *texts])
    widths = [max(len(c) for c in column) for column in lead_columns]
    lead = [" ".join(column[r].ljust(w) for column, w in zip(lead_columns, widths)) for r in range(len(lead_columns[0]))]
    if block.cut_rows:
        wide = max(len(t) for t in (lead if block.several else block.index[0]))
        lead.insert(block.gap + len(lead) - len(block.index[0]), "..." if wide > 3 else "..")
    if block.cut_columns:
        columns.insert(block.column_gap, [" ..."] * len(lead))
    return [lead, *columns]


def series_text(series: "Series", everything: bool = False) -> str:
    """A series as pandas prints it."""
    count = len(series)
    dtype = series.dtype
    name = f"Name: {series._name}, " if series._name is not None else ""
    if not count:
        return f"Series([], {name}dtype: {dtype})"
    from ..frame import DataFrame

    frame = DataFrame._make(series._rows, [0], [series._expr], series._levels)
    frame._view = series._computed()
    block = Block(frame, None if everything else MAX_ROWS, None)
    cells = list(block.columns[0])
    wide = max(len(c) for c in cells)
    cells = [c.rjust(wide) for c in cells]
    levels = without_repeats(block.index, block.gap) if block.several else block.index
    lead_columns = [list(l) for l in levels]
    if block.cut_rows:
        cells.insert(block.gap, ("..." if wide > 3 else "..").center(wide))
        for column in lead_columns:
            column.insert(block.gap, "")
    lines = []
    widths = [max(len(c) for c in column) for column in lead_columns]
    if any(n is not None for n in block.names):
        for column, label in zip(lead_columns, block.names):
            column.insert(0, str(label) if label is not None else "")
        cells.insert(0, "")
        # The name of one level stands above the labels and does not widen them.
        if len(lead_columns) > 1:
            widths = [max(len(c) for c in column) for column in lead_columns]
    gap = "  " if len(lead_columns) > 1 else " "
    for r, cell in enumerate(cells):
        lead = gap.join(column[r].ljust(w) for column, w in zip(lead_columns, widths))
        lines.append(f"{lead}   {cell}" if cell else (lead.rstrip() if len(lead_columns) == 1 else lead))
    if everything:
        return "\n".join(lines)
    notes = [f"Name: {series._name}"] if series._name is not None else []
    if block.cut_rows:
        notes.append(f"Length: {count}")
    return "\n".join([*lines, ", ".join([*notes, f"dtype: {dtype}"])])


def row_text(labels: Sequence[Any], values: Sequence[Any], name: Any) -> str:
    """A row, whose values may be of several kinds."""
    texts = [str(l) for l in labels]
    cells = [text_of(v) for v in values]
    left = max((len(t) for t in texts), default=0)
    right = max((len(c) for c in cells), default=0)
    lines = [f"{t.ljust(left)}    {c.rjust(right)}" for t, c in zip(texts, cells)]
    return "\n".join(lines) + f"\nName: {name}, dtype: object"
