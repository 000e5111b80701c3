"""Frames and series as text and HTML, in pandas' look and with its truncation."""

from __future__ import annotations

import datetime as _dt
import math
from html import escape
from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import values as V
from .base import shown
from .labels import levels_of
from .missing import not_there

if TYPE_CHECKING:
    from .frame import DataFrame
    from .series import Series

#: pandas' defaults: at most so many rows are shown whole, otherwise so many; so many columns; so wide.
MAX_ROWS, MIN_ROWS, MAX_COLUMNS, WIDTH, MAX_TEXT = 60, 10, 20, 80, 50


def in_notebook() -> bool:
    """Whether a notebook, rather than a terminal, shows what is printed: pandas' question."""
    import builtins

    shell = getattr(builtins, "get_ipython", None)
    return shell is not None and "TerminalInteractiveShell" not in str(type(shell()))


def _numbers(values: Sequence[Any]) -> List[str]:
    """Floats as pandas aligns them: six digits without common zeros at the end, or scientific; a space for the sign."""
    present = [v for v in values if isinstance(v, float) and v == v and not math.isinf(v)]
    texts = _trimmed([f"{v: .6f}" for v in present])
    small = any(0 < abs(v) < 1e-6 for v in present)
    large = any(abs(v) > 1e6 for v in present)
    if small or (large and any(len(t) > 12 for t in texts)):
        texts = [f"{v: .6e}" for v in present]
    found = iter(texts)
    result = []
    for v in values:
        if isinstance(v, float) and v == v:
            result.append(next(found) if not math.isinf(v) else (" inf" if v > 0 else "-inf"))
        else:
            result.append("NaN" if not _is_nat(v) else "NaT")
    return result


def _trimmed(texts: List[str]) -> List[str]:
    """Texts of floats without the zeros that all have at their ends; one stays behind the point."""
    while texts and all(t.endswith("0") and not t.endswith(".0") for t in texts):
        texts = [t[:-1] for t in texts]
    return texts


def _is_nat(value: Any) -> bool:
    return type(value).__name__ == "NaTType"


def texts_of(values: Sequence[Any], type_: str) -> List[str]:
    """Values as pandas prints them in a column."""
    floats = any(isinstance(v, float) for v in values) and all(isinstance(v, float) or V.is_missing(v) for v in values)
    if floats and not T.is_text(type_) and type_ != "bool":
        return _numbers(values)
    if type_ in T.INTEGERS:
        return [f"{v: d}" for v in values]
    if type_.startswith("timestamp"):
        return _moments(values, [v for v in values if not V.is_missing(v)])
    if T.is_duration(type_):
        return _spans(values)
    return [f" {_value(v)}" for v in values]


def _spans(values: Sequence[Any]) -> List[str]:
    present = [v for v in values if not V.is_missing(v)]
    whole = all(not v.seconds and not v.microseconds for v in present)
    return ["NaT" if V.is_missing(v) else (f"{v.days} days" if whole else span_text(v)) for v in values]


def _moments(values: Sequence[Any], moments: Sequence[Any]) -> List[str]:
    days = all(not (m.hour or m.minute or m.second or m.microsecond or m.tzinfo) for m in moments)
    fraction = any(m.microsecond or getattr(m, "nanosecond", 0) for m in moments)
    fine = any(getattr(m, "nanosecond", 0) for m in moments)
    micro = any(m.microsecond % 1000 for m in moments)
    texts = []
    for v in values:
        if V.is_missing(v):
            texts.append("NaT")
        elif days:
            texts.append(v.strftime("%Y-%m-%d"))
        elif fine:
            texts.append(v.isoformat(sep=" "))
        elif fraction:
            texts.append(v.isoformat(sep=" ", timespec="microseconds" if micro else "milliseconds"))
        else:
            texts.append(v.isoformat(sep=" ", timespec="seconds"))
    return texts


def _value(value: Any) -> str:
    if value is None:
        return "None"
    if _is_nat(value):
        return "NaT"
    if isinstance(value, float):
        if value != value:
            return "NaN"
        return f"{value:.6f}".rstrip("0") if value != int(value) or abs(value) > 1e15 else f"{value:.1f}"
    if isinstance(value, str):
        text = value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
        return text
    if isinstance(value, _dt.timedelta):
        return span_text(value)
    return str(value)


def span_text(value: _dt.timedelta) -> str:
    """A span of time as pandas prints it: `1 days 02:03:04`."""
    days, seconds = value.days, value.seconds
    sign = ""
    if days < 0 and seconds:
        days += 0
    hours, rest = divmod(seconds, 3600)
    text = f"{sign}{days} days {'+' if days < 0 and seconds else ''}{hours:02}:{rest // 60:02}:{rest % 60:02}"
    if value.microseconds:
        text += f".{value.microseconds:06}"
    return text


def _clip(text: str, limit: Optional[int]) -> str:
    return text if limit is None or len(text) <= limit else text[: limit - 4] + "..."


def _width(text: str) -> int:
    return len(text)


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


def index_texts(parts: Sequence[Any]) -> List[str]:
    """Labels as pandas prints them."""
    if parts and all(isinstance(p, float) or V.is_missing(p) for p in parts) and any(isinstance(p, float) and p == p for p in parts):
        texts = _numbers(list(parts))
        return [t.lstrip() if all(x.startswith(" ") or x == "NaN" for x in texts) else t for t in texts]
    moments = [p for p in parts if isinstance(p, _dt.datetime) and not V.is_missing(p)]
    if moments:
        return _moments(parts, moments)
    return [_value(p) for p in parts]


def _sparse(levels: List[List[str]], gap: int) -> List[List[str]]:
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
    widths = [max(_width(c) for c in column) for column in grid]
    lines = []
    for r in range(len(grid[0])):
        lines.append(" ".join(column[r].ljust(w) for column, w in zip(grid[:-1], widths)) + (" " if len(grid) > 1 else "") + grid[-1][r])
    return "\n".join(lines)


def _fitting(grid: Sequence[Sequence[str]], index: bool) -> Optional[int]:
    """How many columns a terminal has room for; None for all. Columns in the middle are left out."""
    import shutil

    lengths = [max(_width(c) for c in column) for column in grid]
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
    room = WIDTH - (max(_width(c) for c in lead) + 1 if index else 0)
    bins: List[int] = []
    used = 0
    for i, column in enumerate(columns):
        width = max(_width(c) for c in column) + 1
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
        parts = [_label(p) for p in label] if width > 1 and isinstance(label, tuple) else [_label(label)]
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
        head = [f" {h}" if block.is_number[i] and width == 1 else h for h in sparse[i]]
        wide = max((_width(c) for c in [*head, *cells]), default=0)
        body = list(cells)
        if block.cut_rows:
            body.insert(block.gap, "..." if wide > 3 else "..")
        columns.append([c.rjust(wide) for c in [*head, *([""] if has_names and index else []), *body]])
    if not index:
        return columns
    levels = _sparse(block.index, block.gap) if block.several else block.index
    lead_columns = []
    for depth, texts in enumerate(levels):
        name = block.names[depth]
        column_parts = [""] * width
        if depth == len(levels) - 1:
            for level in range(width):
                column_name = block.column_names[level] if level < len(block.column_names) else None
                column_parts[level] = str(column_name) if column_name is not None else ""
        lead_columns.append([*column_parts, *([str(name) if name is not None else ""] if has_names else []), *texts])
    widths = [max(_width(c) for c in column) for column in lead_columns]
    lead = [" ".join(column[r].ljust(w) for column, w in zip(lead_columns, widths)) for r in range(len(lead_columns[0]))]
    if block.cut_rows:
        wide = max(_width(t) for t in (lead if block.several else block.index[0]))
        lead.insert(block.gap + len(lead) - len(block.index[0]), "..." if wide > 3 else "..")
    if block.cut_columns:
        columns.insert(block.column_gap, [" ..."] * len(lead))
    return [lead, *columns]


def _label(label: Any) -> str:
    return "NaN" if isinstance(label, float) and label != label else str(label)


def series_text(series: "Series", everything: bool = False) -> str:
    """A series as pandas prints it."""
    count = len(series)
    dtype = series.dtype
    name = f"Name: {series._name}, " if series._name is not None else ""
    if not count:
        return f"Series([], {name}dtype: {dtype})"
    from .frame import DataFrame

    frame = DataFrame._make(series._rows, [0], [series._expr], series._levels)
    frame._view = series._computed()
    block = Block(frame, None if everything else MAX_ROWS, None)
    cells = list(block.columns[0])
    wide = max(_width(c) for c in cells)
    cells = [c.rjust(wide) for c in cells]
    levels = _sparse(block.index, block.gap) if block.several else block.index
    lead_columns = [list(l) for l in levels]
    if block.cut_rows:
        cells.insert(block.gap, ("..." if wide > 3 else "..").center(wide))
        for column in lead_columns:
            column.insert(block.gap, "")
    lines = []
    if any(n is not None for n in block.names):
        for column, label in zip(lead_columns, block.names):
            column.insert(0, str(label) if label is not None else "")
        cells.insert(0, "")
    widths = [max(_width(c) for c in column) for column in lead_columns]
    gap = "  " if len(lead_columns) > 1 else " "
    for r, cell in enumerate(cells):
        lead = gap.join(column[r].ljust(w) for column, w in zip(lead_columns, widths))
        lines.append(f"{lead}   {cell}" if cell else (lead.rstrip() if len(lead_columns) == 1 else lead))
    notes = [f"Name: {series._name}"] if series._name is not None else []
    if block.cut_rows:
        notes.append(f"Length: {count}")
    return "\n".join([*lines, ", ".join([*notes, f"dtype: {dtype}"])])


def row_text(labels: Sequence[Any], values: Sequence[Any], name: Any) -> str:
    """A row, whose values may be of several kinds."""
    texts = [str(l) for l in labels]
    cells = [_value(v) for v in values]
    left = max((len(t) for t in texts), default=0)
    right = max((len(c) for c in cells), default=0)
    lines = [f"{t.ljust(left)}    {c.rjust(right)}" for t, c in zip(texts, cells)]
    return "\n".join(lines) + f"\nName: {name}, dtype: object"


def _head_style(has_levels: bool, has_names: bool) -> str:
    """Where the labels of columns stand: right above numbers, left where they span several columns."""
    if not has_levels:
        return "    .dataframe thead th {\n        text-align: right;\n    }"
    left = "    .dataframe thead tr th {\n        text-align: left;\n    }"
    if not has_names:
        return left
    return left + "\n\n    .dataframe thead tr:last-of-type th {\n        text-align: right;\n    }"


def frame_html(frame: "DataFrame", everything: bool = False) -> str:
    """A frame as a notebook shows it."""
    rows, columns = frame.shape
    block = Block(frame, None if everything else MAX_ROWS, MAX_COLUMNS if in_notebook() and not everything else None)
    width = max(levels_of(block.labels), 1)
    depth = len(block.index)
    out = [
        "<div>",
        "<style scoped>",
        "    .dataframe tbody tr th:only-of-type {\n        vertical-align: middle;\n    }\n",
        "    .dataframe tbody tr th {\n        vertical-align: top;\n    }\n",
        _head_style(width > 1, any(n is not None for n in block.names)),
        "</style>",
        '<table border="1" class="dataframe">',
        "  <thead>",
    ]
    for level in range(width):
        out.append("    <tr>" if width > 1 else '    <tr style="text-align: right;">')
        name = block.column_names[level] if level < len(block.column_names) else None
        out += ["      <th></th>"] * (depth - 1)
        out.append(f"      <th>{escape(str(name)) if name is not None else ''}</th>")
        i = 0
        while i < len(block.labels):
            label = block.labels[i]
            if width == 1:
                out.append(f"      <th>{escape(str(label))}</th>")
                i += 1
            else:
                assert isinstance(label, tuple)
                span = 1
                while (
                    level < width - 1
                    and i + span < len(block.labels)
                    and i + span != block.column_gap
                    and block.labels[i + span][: level + 1] == label[: level + 1]  # type: ignore[index]
                ):
                    span += 1
                attribute = f' colspan="{span}" halign="left"' if span > 1 else ""
                out.append(f"      <th{attribute}>{escape(str(label[level]))}</th>")
                i += span
            if block.cut_columns and i == block.column_gap:
                out.append("      <th>...</th>")
        out.append("    </tr>")
    if any(n is not None for n in block.names):
        out.append("    <tr>")
        out += [f"      <th>{escape(str(n)) if n is not None else ''}</th>" for n in block.names]
        out += ["      <th></th>"] * (len(block.labels) + (1 if block.cut_columns else 0))
        out.append("    </tr>")
    out += ["  </thead>", "  <tbody>"]
    count = len(block.index[0]) if block.index else 0
    levels = _sparse(block.index, block.gap) if block.several else block.index
    for r in range(count):
        if block.cut_rows and r == block.gap:
            out.append("    <tr>")
            out += ["      <th>...</th>"] * depth
            out += ["      <td>...</td>"] * (len(block.labels) + (1 if block.cut_columns else 0))
            out.append("    </tr>")
        out.append("    <tr>")
        for d in range(depth):
            if block.several and d < depth - 1:
                if levels[d][r] == "" and r > 0 and r != block.gap:
                    continue
                end = r + 1
                while end < count and levels[d][end] == "" and end != block.gap:
                    end += 1
                if end - r > 1:
                    out.append(f'      <th rowspan="{end - r}" valign="top">{escape(levels[d][r])}</th>')
                    continue
            out.append(f"      <th>{escape(levels[d][r])}</th>")
        for i, column in enumerate(block.columns):
            if block.cut_columns and i == block.column_gap:
                out.append("      <td>...</td>")
            out.append(f"      <td>{escape(column[r].strip())}</td>")
        out.append("    </tr>")
    out += ["  </tbody>", "</table>"]
    if block.cut_rows or block.cut_columns:
        out.append(f"<p>{rows} rows × {columns} columns</p>")
    out.append("</div>")
    return "\n".join(out)
