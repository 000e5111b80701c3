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

if TYPE_CHECKING:
    from .frame import DataFrame
    from .series import Series

#: pandas' defaults: at most so many rows are shown whole, otherwise so many; so many columns; so wide.
MAX_ROWS, MIN_ROWS, MAX_COLUMNS, WIDTH, MAX_TEXT = 60, 10, 20, 80, 50


def _numbers(values: Sequence[Any]) -> List[str]:
    """Floats as pandas aligns them: six digits, without zeros that all have at their ends."""
    present = [v for v in values if isinstance(v, float) and v == v and not math.isinf(v)]
    large = any(abs(v) >= 1e6 for v in present)
    small = any(v != 0 and abs(v) < 1e-6 for v in present)
    fixed = [f"{v:.6f}" for v in present]
    has_small = any(float(f) == 0 and v != 0 for f, v in zip(fixed, present))
    too_long = any(len(f) > 6 + 6 + 1 for f in fixed)
    scientific = (large and (small or has_small)) or (too_long and any(abs(v) > 1e6 for v in present) and has_small)
    if not scientific and present and has_small and not any(abs(v) >= 10 ** (-6) for v in present if v):
        scientific = True
    if not scientific and has_small:
        scientific = True
    if not scientific and too_long and any(abs(v) >= 1e15 for v in present):
        scientific = True
    if scientific:
        texts = [f"{v:.6e}" for v in present]
    else:
        texts = fixed
        while texts and all(t.endswith("0") and not t.endswith(".0") for t in texts):
            texts = [t[:-1] for t in texts]
    found = iter(texts)
    result = []
    for v in values:
        if isinstance(v, float) and v == v and not math.isinf(v):
            result.append(next(found))
        elif isinstance(v, float) and math.isinf(v):
            result.append("inf" if v > 0 else "-inf")
        else:
            result.append("NaN" if not _is_nat(v) else "NaT")
    return result


def _is_nat(value: Any) -> bool:
    return type(value).__name__ == "NaTType"


def texts_of(values: Sequence[Any], type_: str) -> List[str]:
    """Values as pandas prints them in a column."""
    if any(isinstance(v, float) for v in values) and all(isinstance(v, float) or V.is_missing(v) for v in values) and not T.is_text(type_):
        return _numbers(values)
    moments = [v for v in values if isinstance(v, _dt.datetime) and not V.is_missing(v)]
    if moments:
        return _moments(values, moments)
    return [_value(v) for v in values]


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
            half = max_columns // 2
            places = places[:half] + places[-(max_columns - half) :]
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
            self.index.append([_clip(t, MAX_TEXT) for t in index_texts(parts)])
        self.names = frame._levels.names
        self.column_names = frame._column_names


def index_texts(parts: Sequence[Any]) -> List[str]:
    """Labels as pandas prints them."""
    if parts and all(isinstance(p, float) or V.is_missing(p) for p in parts) and any(isinstance(p, float) and p == p for p in parts):
        texts = _numbers(list(parts))
        return texts
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
    rows, columns = frame.shape
    if not columns and not rows and frame._levels.is_range:
        return "Empty DataFrame\nColumns: []\nIndex: []"
    if not columns or not rows:
        names = ", ".join(str(l) for l in frame._labels)
        shown_index = ", ".join(str(v) for v in frame._index_values(0, 50))
        return f"Empty DataFrame\nColumns: [{names}]\nIndex: [{shown_index}]"
    limit = max_rows if max_rows is not None else (None if everything else MAX_ROWS)
    block = Block(frame, limit, None if everything else MAX_COLUMNS)
    text = "\n".join(_lines(block, everything, index))
    if block.cut_rows or block.cut_columns:
        text += f"\n\n[{rows} rows x {columns} columns]"
    return text


def _lines(block: Block, everything: bool, index: bool) -> List[str]:
    grid = _grid(block, index)
    lead = grid.pop(0)
    widths = [max(_width(cell) for cell in column) for column in grid]
    lead_width = max(_width(cell) for cell in lead)
    groups: List[List[int]] = [[]]
    used = lead_width
    if everything:
        groups = [list(range(len(grid)))]
    else:
        for i, width in enumerate(widths):
            more = i < len(widths) - 1
            if groups[-1] and used + width + 2 + (3 if more else 0) > WIDTH:
                groups.append([])
                used = lead_width
            groups[-1].append(i)
            used += width + 2
        if len(groups) > 1:
            groups = _folded(widths, lead_width)
    parts = []
    for number, group in enumerate(groups):
        lines = []
        for r in range(len(lead)):
            line = lead[r].ljust(lead_width) if index else ""
            for i in group:
                line += ("  " if index or i != group[0] else "") + grid[i][r].rjust(widths[i])
            if len(groups) > 1:
                line += "  \\" if r == 0 and number < len(groups) - 1 else "   " if number < len(groups) - 1 else ""
            lines.append(line)
        parts.append("\n".join(lines))
    return ["\n\n".join(parts)]


def _folded(widths: Sequence[int], lead_width: int) -> List[List[int]]:
    groups: List[List[int]] = []
    current: List[int] = []
    used = lead_width
    for i, width in enumerate(widths):
        if current and used + width + 2 + (3 if True else 0) > WIDTH:
            groups.append(current)
            current, used = [], lead_width
        current.append(i)
        used += width + 2
    groups.append(current)
    return groups


def _grid(block: Block, index: bool) -> List[List[str]]:
    """Columns of cells with their headers, the index first as one column."""
    width = max(levels_of(block.labels), 1)
    headers: List[List[str]] = []
    for label in block.labels:
        headers.append([str(p) for p in label] if width > 1 and isinstance(label, tuple) else [str(label)])
    has_names = any(n is not None for n in block.names)
    sparse = [list(h) for h in headers]
    if width > 1:
        for i in range(len(headers) - 1, 0, -1):
            for depth in range(width - 1):
                if i != block.column_gap and headers[i][: depth + 1] == headers[i - 1][: depth + 1]:
                    sparse[i][depth] = ""
    columns: List[List[str]] = []
    for i, cells in enumerate(block.columns):
        body = list(cells)
        if block.cut_rows:
            body.insert(block.gap, "..." if max((_width(c) for c in [*cells, *headers[i]]), default=3) > 2 else "..")
        columns.append([*sparse[i], *([""] if has_names else []), *body])
    levels = _sparse(block.index, block.gap) if block.several else block.index
    lead_columns = []
    for depth, texts in enumerate(levels):
        cells = list(texts)
        if block.cut_rows:
            widest = max((_width(t) for t in texts), default=2)
            cells.insert(block.gap, "..." if widest > 2 else "..")
        name = block.names[depth]
        column_parts = []
        for level in range(width):
            column_name = block.column_names[level] if level < len(block.column_names) else None
            column_parts.append(str(column_name) if column_name is not None and depth == len(levels) - 1 else "")
        if depth != len(levels) - 1:
            column_parts = [""] * width
        lead_columns.append([*column_parts, *([str(name) if name is not None else ""] if has_names else []), *cells])
    widths = [max(_width(c) for c in column) for column in lead_columns]
    count = len(lead_columns[0])
    lead = [" ".join(column[r].ljust(w) for column, w in zip(lead_columns, widths)) for r in range(count)]
    if block.cut_columns:
        gap = ["..."] * count
        for level in range(width, width + (1 if has_names else 0)):
            gap[level] = ""
        columns.insert(block.column_gap, gap)
    return [lead, *columns]


def series_text(series: "Series", everything: bool = False) -> str:
    """A series as pandas prints it."""
    count = len(series)
    dtype = series.dtype
    name = f"Name: {series._name}, " if series._name is not None else ""
    if not count:
        return f"Series([], {name}dtype: {dtype})"
    from .frame import DataFrame

    frame = DataFrame._make(series._rows, [0], [series._expr], series._levels)
    frame.__dict__["_view"] = series._computed()
    block = Block(frame, None if everything else MAX_ROWS, None)
    cells = list(block.columns[0])
    levels = _sparse(block.index, block.gap) if block.several else block.index
    lead_columns = [list(l) for l in levels]
    has_names = any(n is not None for n in block.names)
    if block.cut_rows:
        widest = max(_width(c) for c in cells)
        cells.insert(block.gap, "..." if widest > 2 else "..")
        for column in lead_columns:
            column.insert(block.gap, "..." if max(_width(c) for c in column) > 2 else "..")
    if has_names:
        cells.insert(0, "")
        for column, label in zip(lead_columns, block.names):
            column.insert(0, str(label) if label is not None else "")
    widths = [max(_width(c) for c in column) for column in lead_columns]
    wide = max(_width(c) for c in cells)
    lines = []
    for r, cell in enumerate(cells):
        lead = "  ".join(column[r].ljust(w) for column, w in zip(lead_columns, widths))
        if has_names and r == 0:
            lines.append(lead.rstrip() if len(lead_columns) == 1 else lead)
            continue
        lines.append(f"{lead}    {cell.rjust(wide)}")
    length = f"Length: {count}, " if block.cut_rows else ""
    return "\n".join(lines) + f"\n{name}{length}dtype: {dtype}"


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
    block = Block(frame, None if everything else MAX_ROWS, None if everything else MAX_COLUMNS)
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
            out.append(f"      <th>{escape(levels[d][r])}</th>")
        for i, column in enumerate(block.columns):
            if block.cut_columns and i == block.column_gap:
                out.append("      <td>...</td>")
            out.append(f"      <td>{escape(column[r])}</td>")
        out.append("    </tr>")
    out += ["  </tbody>", "</table>"]
    if block.cut_rows or block.cut_columns:
        out.append(f"<p>{rows} rows × {columns} columns</p>")
    out.append("</div>")
    return "\n".join(out)
