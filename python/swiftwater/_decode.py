"""Arrow data as Python lists, with the standard library alone. For tables that people look at."""

from __future__ import annotations

import ctypes
import datetime
import struct
from collections.abc import Callable, Iterator
from typing import Any

from ._capsules import STREAM, address
from ._library import ArrowArray, ArrowArrayStream, ArrowSchema
from ._scalars import EPOCH, EPOCH_DAY

#: Names of the interface's fixed-width formats in `memoryview.cast`.
_NUMBERS = {"c": "b", "C": "B", "s": "h", "S": "H", "i": "i", "I": "I", "l": "q", "L": "Q", "f": "f", "g": "d"}
_PER_SECOND = {"s": 1, "m": 1_000, "u": 1_000_000, "n": 1_000_000_000}

_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def arrays(data: Any) -> Iterator[tuple[ArrowSchema, ArrowArray]]:
    """The batches of anything with `__arrow_c_stream__`; each array is valid until the next is taken."""
    capsule = data.__arrow_c_stream__()
    stream = ArrowArrayStream.from_address(address(capsule, STREAM))
    place = ctypes.addressof(stream)
    schema = ArrowSchema()
    _check(stream, stream.get_schema(place, ctypes.addressof(schema)))
    try:
        while True:
            array = ArrowArray()
            _check(stream, stream.get_next(place, ctypes.addressof(array)))
            if not array.release:
                return
            try:
                yield schema, array
            finally:
                _RELEASE(array.release)(ctypes.addressof(array))
    finally:
        _RELEASE(schema.release)(ctypes.addressof(schema))


def _check(stream: ArrowArrayStream, code: int) -> None:
    if code != 0:
        text = stream.get_last_error(ctypes.addressof(stream))
        raise OSError(f"the Arrow stream failed: {text.decode() if text else f'error {code}'}")


def decode_columns(data: Any) -> list[list[Any]]:
    """All values, a list for each column; missing values are None."""
    columns: list[list[Any]] = [[] for _ in getattr(data, "columns", ())]
    for schema, array in arrays(data):
        if not columns:
            columns = [[] for _ in range(schema.n_children)]
        for index, column in enumerate(columns):
            kind, part = schema.children[index].contents, array.children[index].contents
            column += values(kind, part, array.offset, array.length)
    return columns


def values(schema: ArrowSchema, array: ArrowArray, first: int, count: int) -> list[Any]:
    """`count` values from row `first` of an array, which may have an offset of its own."""
    start = array.offset + first
    if count == 0:
        return []
    if schema.dictionary:
        words = values(schema.dictionary.contents, array.dictionary.contents, 0, array.dictionary.contents.length)
        codes = _numbers(array, _NUMBERS[schema.format.decode()], start, count)
        valid = _validity(array, start, count)
        return [words[code] if valid is None or valid[row] else None for row, code in enumerate(codes)]
    kind = schema.format.decode()
    if kind == "n":
        return [None] * count
    valid = _validity(array, start, count)
    found = _present(kind, schema, array, start, count, valid)
    if valid is None:
        return found
    return [value if is_valid else None for value, is_valid in zip(found, valid)]


def _present(
    kind: str, schema: ArrowSchema, array: ArrowArray, start: int, count: int, valid: list[bool] | None
) -> list[Any]:
    """The values, with anything where they are missing."""
    if kind in _NUMBERS:
        return _numbers(array, _NUMBERS[kind], start, count)
    if kind == "b":
        return _bits(array, 1, start, count)
    if kind in "uUzZ":
        bounds = _numbers(array, "q" if kind in "UZ" else "i", start, count + 1)
        base = bounds[0]
        text = _bytes(array.buffers[2], base, bounds[-1] - base)
        pieces = [text[low - base:high - base] for low, high in zip(bounds, bounds[1:])]
        return [piece.decode("utf-8", "surrogateescape") for piece in pieces] if kind in "uU" else pieces
    if kind == "tdD":
        return [_date(days) for days in _numbers(array, "i", start, count)]
    if kind.startswith("ts"):
        numbers = _numbers(array, "q", start, count)
        if valid is not None:
            numbers = [number if there else 0 for number, there in zip(numbers, valid)]
        return _timestamps(kind, numbers)
    if kind.startswith("tD"):
        scale = _PER_SECOND[kind[2]]
        return [_duration(number, scale) for number in _numbers(array, "q", start, count)]
    if kind in ("+l", "+L"):
        bounds = _numbers(array, "i" if kind == "+l" else "q", start, count + 1)
        base = bounds[0]
        items = values(schema.children[0].contents, array.children[0].contents, base, bounds[-1] - base)
        return [items[low - base:high - base] for low, high in zip(bounds, bounds[1:])]
    if kind == "+s":
        names = [schema.children[index].contents.name.decode() for index in range(schema.n_children)]
        members = [
            values(schema.children[index].contents, array.children[index].contents, start, count)
            for index in range(schema.n_children)
        ]
        if not members:
            return [{} for _ in range(count)]
        return [dict(zip(names, row)) for row in zip(*members)]
    raise NotImplementedError(f"values of the Arrow type '{kind}' have no Python form here")


def _bytes(base: int | None, start: int, count: int) -> bytes:
    return ctypes.string_at(base + start, count) if base and count else b""


def _numbers(array: ArrowArray, code: str, start: int, count: int) -> list[Any]:
    width = struct.calcsize(code)
    text = _bytes(array.buffers[1], start * width, count * width)
    # Only a column of missing values may have no buffer.
    return list(struct.unpack(f"={count}{code}", text)) if text else [0] * count


def _bits(array: ArrowArray, buffer: int, start: int, count: int) -> list[bool]:
    first, skipped = start // 8, start % 8
    number = int.from_bytes(_bytes(array.buffers[buffer], first, (start + count + 7) // 8 - first), "little")
    # A one above the last bit keeps the zeros below it in the text.
    end = 1 << (skipped + count)
    return [bit == "1" for bit in bin(end | number & (end - 1))[:2:-1][skipped:]]


def _validity(array: ArrowArray, start: int, count: int) -> list[bool] | None:
    if array.null_count == 0 or not array.n_buffers or not array.buffers[0]:
        return None
    return _bits(array, 0, start, count)


# Time


def _date(days: int) -> datetime.date | int:
    try:
        return datetime.date.fromordinal(days + EPOCH_DAY)
    except (ValueError, OverflowError):
        return days


def _timestamps(kind: str, numbers: list[int]) -> list[Any]:
    scale = _PER_SECOND[kind[2]]
    zone = _zone(kind[4:])
    if scale == 1_000_000_000 and any(number % 1_000 for number in numbers):
        # Python's times have no nanoseconds; pandas', where it is loaded already, have.
        exact = _pandas("Timestamp")
        if exact is not None:
            return [exact(number, unit="ns", tz="UTC").tz_convert(zone) if zone else exact(number, unit="ns")
                    for number in numbers]
    return [_timestamp(number, scale, zone) for number in numbers]


def _timestamp(number: int, scale: int, zone: datetime.tzinfo | None) -> Any:
    try:
        time = EPOCH + datetime.timedelta(seconds=number // scale, microseconds=number % scale * 1_000_000 // scale)
        if zone is None:
            return time
        return time.replace(tzinfo=datetime.timezone.utc).astimezone(zone)
    except (ValueError, OverflowError):
        # Outside the years 1 to 9999.
        return number


def _duration(number: int, scale: int) -> Any:
    exact = _pandas("Timedelta") if scale == 1_000_000_000 and number % 1_000 else None
    if exact is not None:
        return exact(number, unit="ns")
    try:
        return datetime.timedelta(seconds=number // scale, microseconds=number % scale * 1_000_000 // scale)
    except OverflowError:
        return number


def _pandas(name: str) -> Callable[..., Any] | None:
    import sys

    module = sys.modules.get("pandas")
    return getattr(module, name, None) if module is not None else None


def _zone(name: str) -> datetime.tzinfo | None:
    if not name:
        return None
    if name.upper() in ("UTC", "Z", "GMT", "ETC/UTC"):
        return datetime.timezone.utc
    if name[0] in "+-":
        digits = name[1:].replace(":", "")
        offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
        return datetime.timezone(offset if name[0] == "+" else -offset)
    try:
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    except (ImportError, KeyError, OSError, ValueError):
        return datetime.timezone.utc
