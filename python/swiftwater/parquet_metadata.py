"""The texts by key in a Parquet file's footer, where pandas keeps which columns are an index.

The footer is a structure of Thrift's compact protocol (parquet-format, parquet.thrift: `FileMetaData`, field 5).
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Optional, Tuple


class _Reader:
    """Reads just enough of the compact protocol to pass over what is not looked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0

    def byte(self) -> int:
        value = self.content[self.place]
        self.place += 1
        return value

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def text(self) -> bytes:
        length = self.varint()
        value = self.content[self.place : self.place + length]
        self.place += length
        return value

    def field(self, last: int) -> Tuple[int, int]:
        """The next field's number and type; type 0 at the structure's end."""
        head = self.byte()
        kind = head & 0x0F
        if kind == 0:
            return 0, 0
        step = head >> 4
        if step:
            return last + step, kind
        zigzag = self.varint()
        return (zigzag >> 1) ^ -(zigzag & 1), kind

    def list_head(self) -> Tuple[int, int]:
        head = self.byte()
        count = head >> 4
        return (self.varint() if count == 15 else count), head & 0x0F

    def skip(self, kind: int) -> None:
        if kind in (1, 2):
            return
        if kind == 3:
            self.place += 1
        elif kind in (4, 5, 6):
            self.varint()
        elif kind == 7:
            self.place += 8
        elif kind == 8:
            self.text()
        elif kind in (9, 10):
            count, inner = self.list_head()
            for _ in range(count):
                self.place += 1 if inner in (1, 2) else 0
                self.skip(inner)
        elif kind == 12:
            number, inner = self.field(0)
            while inner:
                self.skip(inner)
                number, inner = self.field(number)
        else:
            raise ValueError("not the footer of a Parquet file")


def _footer(path: str) -> Optional[Tuple[int, bytes]]:
    """Where a Parquet file's footer begins, and its bytes; None when the file has none."""
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < 12:
            return None
        file.seek(size - 8)
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != b"PAR1" or length > size - 12:
            return None
        file.seek(size - 8 - length)
        return size - 8 - length, file.read(length)


def key_values(path: str) -> Dict[str, str]:
    """The metadata of a file; nothing where it has none, or is no Parquet file."""
    try:
        found = _footer(path)
        if found is None:
            return {}
        reader = _Reader(found[1])
        number, kind = reader.field(0)
        while kind:
            if number == 5:
                return _pairs(reader)
            reader.skip(kind)
            number, kind = reader.field(number)
    except (OSError, IndexError, ValueError):
        pass
    return {}


def add_key_value(path: str, key: str, value: str, without: Optional[str] = None) -> None:
    """Adds a text to the metadata of a file, and takes the one with the key `without` away."""
    found = _footer(path)
    if found is None:
        return
    place, footer = found
    pair = b"".join(b"\x18" + _varint(len(text)) + text for text in (key.encode(), value.encode())) + b"\x00"
    reader = _Reader(footer)
    last, begin = 0, 0
    number, kind = reader.field(0)
    while kind and number < 5:
        reader.skip(kind)
        last, begin = number, reader.place
        number, kind = reader.field(number)
    if kind and number == 5:
        head = reader.place
        count, inner = reader.list_head()
        kept = [pair]
        for _ in range(count):
            begin = reader.place
            reader.skip(inner)
            if without is None or without.encode() not in footer[begin : begin + len(without) + 8]:
                kept.append(footer[begin : reader.place])
        made = footer[:head] + _list_head(len(kept), inner) + b"".join(kept) + footer[reader.place :]
    else:
        field = bytes([(5 - last) << 4 | 9]) + _list_head(1, 12) + pair
        # The next field's head counts from the one before.
        following = bytes([(number - 5) << 4 | kind]) if kind else b"\x00"
        made = footer[:begin] + field + following + footer[reader.place :]
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(made + len(made).to_bytes(4, "little") + b"PAR1")
        file.truncate()


def _list_head(count: int, inner: int) -> bytes:
    return bytes([count << 4 | inner]) if count < 15 else bytes([0xF0 | inner]) + _varint(count)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _pairs(reader: _Reader) -> Dict[str, str]:
    found: Dict[str, str] = {}
    count, _ = reader.list_head()
    for _ in range(count):
        key = value = b""
        number, kind = reader.field(0)
        while kind:
            if number == 1:
                key = reader.text()
            elif number == 2:
                value = reader.text()
            else:
                reader.skip(kind)
            number, kind = reader.field(number)
        found[key.decode()] = value.decode()
    return found


def of_pandas(path: str) -> Optional[Dict[str, Any]]:
    """What pandas wrote about its labels."""
    text = key_values(path).get("pandas")
    if text is None:
        return None
    try:
        form = json.loads(text)
    except ValueError:
        return None
    return form if isinstance(form, dict) else None
