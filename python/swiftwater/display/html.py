"""Frames as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..labels import levels_of
from .block import Block, MAX_COLUMNS, MAX_ROWS, in_notebook, without_repeats

if TYPE_CHECKING:
    from ..frame import DataFrame


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
    levels = without_repeats(block.index, block.gap) if block.several else block.index
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
