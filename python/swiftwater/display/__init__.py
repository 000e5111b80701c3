"""Frames and series as text and HTML, in pandas' look and with its truncation."""

from __future__ import annotations

from .html import frame_html
from .text import frame_text, row_text, series_text
from .texts import texts_of

__all__ = ["frame_html", "frame_text", "row_text", "series_text", "texts_of"]
