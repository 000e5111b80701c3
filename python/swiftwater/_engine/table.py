"""Tables in the engine's memory."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterator, Mapping, Sequence
from ctypes import byref, c_char_p, c_int64, c_void_p
from typing import Any

from .. import _capsules
from .._library import ArrowArray, ArrowArrayStream, ArrowSchema, CFilling, library
from .answers import check, is_exiting

#: The columns that texts of the engine stand for: the same few come again and again.
_columns_by_text: dict[bytes, tuple[tuple[str, str], ...]] = {}


def columns_of(address: c_void_p) -> tuple[tuple[str, str], ...]:
    """The columns in a text that the library gave, which is freed."""
    text = ctypes.string_at(address.value or 0)
    library().sw_string_free(address)
    columns = _columns_by_text.get(text)
    if columns is None:
        columns = tuple((name, kind) for name, kind in json.loads(text))
        if len(_columns_by_text) >= 1024:
            _columns_by_text.clear()
        _columns_by_text[text] = columns
    return columns


class Table:
    """Columns in the engine's memory, immutable. Shares memory with other Arrow libraries in both directions."""

    __slots__ = ("__weakref__", "_columns", "_handle", "_release", "_rows")

    def __init__(self, handle: int, rows: int | None = None) -> None:
        """Takes over a `sw_table`, whose number of rows may be known. Use `from_arrow` or `from_columns`."""
        self._handle = handle
        self._release = library().sw_table_release
        self._columns: tuple[tuple[str, str], ...] | None = None
        self._rows = rows

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle and not is_exiting():
            self._handle = 0
            self._release(handle)

    # In

    @classmethod
    def from_arrow(cls, data: Any) -> Table:
        """The rows of any object with `__arrow_c_stream__` or `__arrow_c_array__`, without a copy.

        Series and arrays make a table of one column.
        """
        if isinstance(data, Table):
            return data
        table, error = c_void_p(), c_void_p()
        if hasattr(data, "__arrow_c_stream__"):
            capsule = data.__arrow_c_stream__()
            code = library().sw_table_import(_capsules.address(capsule, _capsules.STREAM), byref(table), byref(error))
        elif hasattr(data, "__arrow_c_array__"):
            schema, array = data.__arrow_c_array__()
            code = library().sw_table_import_array(
                _capsules.address(array, _capsules.ARRAY), _capsules.address(schema, _capsules.SCHEMA), 0,
                byref(table), byref(error))
        else:
            raise TypeError(
                f"a {type(data).__name__} has no Arrow data: neither __arrow_c_stream__ nor __arrow_c_array__")
        check(code, error)
        return cls(table.value or 0)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any], types: Mapping[str, str] | None = None) -> Table:
        """A table of Python lists (or arrays with the buffer protocol) by column names.

        Types are inferred as pandas does (integers, with missing values too, are int64) unless `types` names them,
        as `int64`, `float64`, `bool`, `string`, `timestamp[us]`, `timestamp[us, UTC]`, `date`, `duration[us]`,
        `list<int64>`, `struct<a: int64>`, `dictionary<string>`. None, NaN, NaT and NA are missing values.
        """
        from .._build import build

        built = build(columns, types or {})
        table, error = c_void_p(), c_void_p()
        check(
            library().sw_table_import_array(
                ctypes.addressof(built.array), ctypes.addressof(built.schema), 2, byref(table), byref(error)),
            error)
        return cls(table.value or 0)

    # Facts

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Names and types, such as `("cpu", "float64")`."""
        if self._columns is None:
            text, error = c_void_p(), c_void_p()
            check(library().sw_table_columns(self._handle, byref(text), byref(error)), error)
            self._columns = columns_of(text)
        return self._columns

    @property
    def schema(self) -> dict[str, str]:
        """Types by names; of columns with the same name the last."""
        return dict(self.columns)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]

    @property
    def num_rows(self) -> int:
        if self._rows is None:
            self._rows = int(library().sw_table_rows(self._handle))
        return self._rows

    @property
    def num_columns(self) -> int:
        return len(self.columns)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the values take."""
        return int(library().sw_table_bytes(self._handle))

    def missing_counts(self) -> list[int]:
        """For each column how many rows have no value."""
        counts = (c_int64 * self.num_columns)()
        library().sw_table_sizes(self._handle, counts, None)
        return list(counts)

    def text_sizes(self) -> list[int]:
        """For each column how many bytes its text needs at most; -1 for what is no text."""
        sizes = (c_int64 * self.num_columns)()
        library().sw_table_sizes(self._handle, None, sizes)
        return list(sizes)

    def fill(self, fillings: Sequence[tuple[int, int, int | None, int | None]]) -> None:
        """Copies columns into memory: place, and the addresses of `sw_filling`'s values, valid and offsets."""
        error = c_void_p()
        wanted = (CFilling * len(fillings))(*[CFilling(*filling) for filling in fillings])
        check(library().sw_table_fill(self._handle, len(fillings), wanted, byref(error)), error)

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        columns = ", ".join(f"{name}: {kind}" for name, kind in self.columns)
        return f"<swiftwater Table of {self.num_rows} rows: {columns}>"

    def slice(self, start: int = 0, count: int | None = None) -> Table:
        """`count` rows from `start`, which share memory."""
        table, error = c_void_p(), c_void_p()
        check(
            library().sw_table_slice(
                self._handle, start, self.num_rows if count is None else count, byref(table), byref(error)),
            error)
        return Table(table.value or 0)

    @classmethod
    def side_by_side(cls, tables: Sequence[Table]) -> Table:
        """The columns of tables with equally many rows as one table, sharing memory."""
        table, error = c_void_p(), c_void_p()
        handles = (c_void_p * len(tables))(*[part._handle for part in tables])
        check(library().sw_table_zip(len(tables), handles, byref(table), byref(error)), error)
        return cls(table.value or 0)

    def with_names(self, names: Sequence[str]) -> Table:
        """The same columns under other names."""
        table, error = c_void_p(), c_void_p()
        texts = (c_char_p * len(names))(*[name.encode() for name in names])
        check(library().sw_table_rename(self._handle, len(names), texts, byref(table), byref(error)), error)
        return Table(table.value or 0)

    # Out

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as a PyCapsule with an Arrow C stream; types are the table's, whatever is requested."""
        return self._stream(dictionaries=False)

    def dictionary_stream(self) -> Any:
        """An object with `__arrow_c_stream__` that gives repeated strings as dictionaries, not decoded."""
        return _DictionaryStream(self)

    def _stream(self, dictionaries: bool) -> Any:
        engine = library()
        memory = engine.sw_capsule_memory(ctypes.sizeof(ArrowArrayStream))
        capsule = _capsules.make(_capsules.STREAM, memory)
        error = c_void_p()
        check(engine.sw_table_export(self._handle, int(dictionaries), memory, byref(error)), error)
        return capsule

    def __arrow_c_schema__(self) -> object:
        """The columns as a PyCapsule with an Arrow C schema."""
        engine = library()
        memory = engine.sw_capsule_memory(ctypes.sizeof(ArrowSchema))
        capsule = _capsules.make(_capsules.SCHEMA, memory)
        error = c_void_p()
        check(engine.sw_table_schema(self._handle, memory, byref(error)), error)
        return capsule

    def to_columns(self) -> list[list[Any]]:
        """The values as Python lists, one a column; missing values are None. For small tables."""
        from .._decode import decode_columns

        return decode_columns(self)

    def to_dict(self) -> dict[str, list[Any]]:
        """The values as Python lists by column names."""
        return dict(zip(self.names, self.to_columns()))

    def to_rows(self) -> list[tuple[Any, ...]]:
        """The rows as tuples."""
        return list(zip(*self.to_columns())) if self.columns else [()] * self.num_rows

    def batches(self) -> Iterator[ArrowArray]:
        """The record batches as ctypes structures, each valid until the next is taken."""
        from .._decode import arrays

        for _, array in arrays(self):
            yield array


class _DictionaryStream:
    def __init__(self, table: Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table._stream(dictionaries=True)
