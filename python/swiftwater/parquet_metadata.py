"""The texts by key in a Parquet file's footer, where pandas keeps which columns are an index.

The footer is a structure of Thrift's compact protocol (parquet-format, parquet.thrift: `FileMetaData`, field 5).
"""

from __future__ import annotations

import io
import json
import os
from typing import Any, Dict, Optional, Tuple, Union


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


def _footer(source: Union[str, bytes]) -> Optional[bytes]:
    """A Parquet file's footer; None when it has none."""
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < 12:
            return None
        file.seek(size - 8)
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != b"PAR1" or length > size - 12:
            return None
        file.seek(size - 8 - length)
        return file.read(length)


def key_values(source: Union[str, bytes]) -> Dict[str, str]:
    """The metadata of a file, by its path or its bytes; nothing where it has none, or is no Parquet file."""
    try:
        footer = _footer(source)
        if footer is None:
            return {}
        reader = _Reader(footer)
        number, kind = reader.field(0)
        while kind:
            if number == 5:
                return _pairs(reader)
            reader.skip(kind)
            number, kind = reader.field(number)
    except (OSError, IndexError, ValueError):
        pass
    return {}


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


def of_pandas(source: Union[str, bytes]) -> Optional[Dict[str, Any]]:
    """What pandas wrote about its labels."""
    text = key_values(source).get("pandas")
    if text is None:
        return None
    try:
        form = json.loads(text)
    except ValueError:
        return None
    return form if isinstance(form, dict) else None
