"""Arrow data from Python lists, with the standard library alone. The engine copies what is built here."""

from __future__ import annotations

import array
import ctypes
import datetime
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from ._infer import infer, is_missing
from ._library import ArrowArray, ArrowSchema, library
from ._scalars import EPOCH_DAY, duration_count, from_numpy, timestamp_count
from ._types import FIXED, Type, parse

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
#: Codes of the buffer protocol for our types; `l` has 8 bytes here.
_BUFFERS = {
    "b": "int8", "B": "uint8", "h": "int16", "H": "uint16", "i": "int32", "I": "uint32", "l": "int64", "L": "uint64",
    "q": "int64", "Q": "uint64", "f": "float32", "d": "float64",
}


class Built:
    """An Arrow structure and what it points to."""

    def __init__(self) -> None:
        self.schema = ArrowSchema()
        self.array = ArrowArray()
        self._kept: list[Any] = []

    def fill(
        self, name: str, kind: str, count: int, buffers: Sequence[Any], nulls: int = 0, children: Sequence[Built] = (),
        dictionary: Built | None = None,
    ) -> Built:
        """Sets all members. Buffers are bytes, objects with the buffer protocol, or None."""
        pointers = (ctypes.c_void_p * max(len(buffers), 1))(*[self._address(buffer) for buffer in buffers])
        schemas = (ctypes.POINTER(ArrowSchema) * max(len(children), 1))(
            *[ctypes.pointer(child.schema) for child in children])
        arrays = (ctypes.POINTER(ArrowArray) * max(len(children), 1))(
            *[ctypes.pointer(child.array) for child in children])
        release = ctypes.cast(library().sw_release_nothing, ctypes.c_void_p)
        self.schema.format = kind.encode()
        self.schema.name = name.encode()
        self.schema.flags = 2
        self.schema.n_children = self.array.n_children = len(children)
        self.schema.children = schemas
        self.schema.release = self.array.release = release
        self.array.length = count
        self.array.null_count = nulls
        self.array.n_buffers = len(buffers)
        self.array.buffers = pointers
        self.array.children = arrays
        if dictionary is not None:
            self.schema.dictionary = ctypes.pointer(dictionary.schema)
            self.array.dictionary = ctypes.pointer(dictionary.array)
        self._kept += [pointers, schemas, arrays, children, dictionary, release]
        return self

    def _address(self, buffer: Any) -> int | None:
        if buffer is None:
            return None
        self._kept.append(buffer)
        if isinstance(buffer, bytes):
            return ctypes.cast(ctypes.c_char_p(buffer), ctypes.c_void_p).value
        if isinstance(buffer, array.array):
            return buffer.buffer_info()[0]
        return _address_of_view(buffer, self._kept)


def _address_of_view(buffer: Any, kept: list[Any]) -> int:
    """Where a contiguous object with the buffer protocol keeps its bytes."""
    view = memoryview(buffer)
    if not view.nbytes:
        return 0
    if view.readonly:
        copy = bytes(view)
        kept.append(copy)
        return ctypes.cast(ctypes.c_char_p(copy), ctypes.c_void_p).value or 0
    raw = (ctypes.c_char * view.nbytes).from_buffer(view.cast("B"))
    kept.append(raw)
    return ctypes.addressof(raw)


def build(columns: Mapping[str, Any], types: Mapping[str, str]) -> Built:
    """A record batch of columns by their names."""
    for name in types:
        if name not in columns:
            raise KeyError(f"a type is given for {name!r}, which is no column")
    built: list[Built] = []
    count: int | None = None
    for name, values in columns.items():
        column, length = _any_column(str(name), values, parse(types[name]) if name in types else None)
        if count is not None and length != count:
            raise ValueError(f"column {name!r} has {length} values, the columns before have {count}")
        count = length
        built.append(column)
    return Built().fill("", "+s", count or 0, [None], children=built)


def _any_column(name: str, values: Any, wanted: Type | None) -> tuple[Built, int]:
    """A column of a list, or of an object with the buffer protocol."""
    if not isinstance(values, (list, tuple)):
        found = _from_buffer(name, values, wanted)
        if found is not None:
            return found
        if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
            raise TypeError(f"column {name!r} needs a list of values, not a {type(values).__name__}")
        values = values.tolist() if hasattr(values, "tolist") else list(values)
    if any(hasattr(kind, "dtype") for kind in set(map(type, values))):
        values = [from_numpy(value) for value in values]
    kind = wanted or infer(values, name)
    try:
        return column(name, kind, values), len(values)
    except (TypeError, OverflowError, AttributeError, ValueError) as error:
        raise TypeError(f"column {name!r} cannot be {kind.kind}: {error}") from error


def _from_buffer(name: str, values: Any, wanted: Type | None) -> tuple[Built, int] | None:
    """A column that has the memory of an array; None where that is not possible."""
    dtype: Any = getattr(values, "dtype", None)
    times: Type | None = None
    if getattr(dtype, "kind", "") in ("m", "M"):
        unit = str(dtype.str).partition("[")[2].rstrip("]")
        if unit not in _PER_SECOND:
            unit = "s"
            values = values.astype(f"{dtype.kind}8[s]")
        times = Type("timestamp" if dtype.kind == "M" else "duration", unit)
        values = values.view("int64")
    try:
        view = memoryview(values)
    except (TypeError, ValueError, BufferError):
        return None
    if view.ndim != 1:
        return None
    if not view.contiguous:
        if not hasattr(values, "copy"):
            return None
        values = values.copy()
        view = memoryview(values)
    if view.format == "?":
        if wanted is not None and wanted.kind != "bool":
            return None
        return column(name, Type("bool"), view.tolist()), len(view)
    kind = times or (Type(_BUFFERS[view.format]) if view.format in _BUFFERS else None)
    if kind is None or (wanted is not None and wanted != kind):
        return None
    return Built().fill(name, kind.arrow_format, len(view), [None, view]), len(view)


def column(name: str, kind: Type, values: Sequence[Any]) -> Built:
    """A column of values that are of `kind` or missing."""
    count = len(values)
    if kind.kind == "null":
        return Built().fill(name, "n", count, [], nulls=count)
    present = [not is_missing(value) for value in values]
    nulls = count - sum(present)
    validity = _bits(present) if nulls else None

    def made(*buffers: Any, children: Sequence[Built] = (), dictionary: Built | None = None) -> Built:
        return Built().fill(name, kind.arrow_format, count, [validity, *buffers], nulls, children, dictionary)

    def filled(missing: Any) -> Sequence[Any]:
        return values if not nulls else [value if there else missing for value, there in zip(values, present)]

    if kind.kind in FIXED:
        code = FIXED[kind.kind][1]
        if code in "fd":
            return made(array.array(code, map(float, filled(0.0))))
        return made(array.array(code, map(_integer, filled(0))))
    if kind.kind == "bool":
        return made(_bits([_boolean(value) for value in filled(False)]))
    if kind.kind in ("string", "binary"):
        return made(*_texts(filled(b"" if kind.kind == "binary" else ""), kind.kind))
    if kind.kind == "date":
        days = [value.toordinal() - EPOCH_DAY for value in filled(datetime.date(1970, 1, 1))]
        return made(array.array("i", days))
    if kind.kind in ("timestamp", "duration"):
        scale = _PER_SECOND[kind.unit]
        counts = [_time(value, kind, scale) if there else 0 for value, there in zip(values, present)]
        return made(array.array("q", counts))
    if kind.kind == "list":
        lists = filled(())
        offsets = array.array("i", [0, *accumulate(map(len, lists))])
        return made(offsets, children=[column("item", kind.children[0][1], [item for part in lists for item in part])])
    if kind.kind == "struct":
        members = [
            column(member, inner, [value.get(member) if there else None for value, there in zip(values, present)])
            for member, inner in kind.children
        ]
        return made(children=members)
    codes: dict[Any, int] = {}
    numbers = [codes.setdefault(value, len(codes)) if there else 0 for value, there in zip(values, present)]
    return made(array.array("i", numbers), dictionary=column("", kind.children[0][1], list(codes)))


def _bits(values: Sequence[bool]) -> bytes:
    text = "".join(["1" if value else "0" for value in reversed(values)])
    return int(text or "0", 2).to_bytes((len(values) + 7) // 8, "little")


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (float, str, bytes)):
        raise TypeError(f"{value!r} is no integer")
    return int(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, (bool, int)) and value in (0, 1):
        return bool(value)
    raise TypeError(f"{value!r} is neither True nor False")


def _texts(values: Sequence[Any], kind: str) -> tuple[array.array[int], bytes]:
    pieces = [bytes(value) for value in values] if kind == "binary" else [value.encode() for value in values]
    return array.array("i", [0, *accumulate(map(len, pieces))]), b"".join(pieces)


def _time(value: Any, kind: Type, scale: int) -> int:
    """Units since 1970, or of a duration, as `kind` has them."""
    if isinstance(value, int):
        return value
    if isinstance(value, datetime.timedelta):
        count, unit = duration_count(value)
    elif isinstance(value, datetime.datetime):
        count, unit = timestamp_count(value)
    elif isinstance(value, datetime.date):
        count, unit = (value.toordinal() - EPOCH_DAY) * 86_400, "s"
    else:
        raise TypeError(f"{value!r} is no time")
    return count * scale // _PER_SECOND[unit]
