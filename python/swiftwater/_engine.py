"""The engine for Python, by ctypes and the standard library alone.

    from swiftwater._engine import Table, run

    events = Table.from_arrow(pyarrow_table)
    plan = {"frames": {"hot": {"from": "events", "steps": [{"filter": "cpu > @limit"}]}},
            "outputs": [{"from": "hot"}]}
    result = run(plan, {"events": events}, {"limit": 90})
    result["hot"].to_dict(), result.report["rows"]

For development, build the library and say where it is:

    swift build -c release --product SwiftwaterC
    export SWIFTWATER_LIBRARY=$PWD/.build/release/libSwiftwaterC.so PYTHONPATH=$PWD/python

A plan is the JSON form of `Plan` (`sources`, `frames`, `outputs`). Tables in memory are sources by the names under
which they are given; the plan need not list them. JSON objects keep their order here, so `{"assign": {"a": …, "b": …}}`
may be a plain dict. An output without `to` is a table of the result.
"""

from __future__ import annotations

import atexit
import ctypes
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from ctypes import byref, c_char_p, c_int64, c_void_p
from typing import Any, NamedTuple

from . import _capsules
from ._errors import (
    CancelledError, ColumnNotFoundError, DataError, EngineError, FileError, ForkError, MissingFileError,
    OutOfMemoryError, PlanError, UnsupportedError, from_json,
)
from ._library import ArrowArray, ArrowArrayStream, ArrowSchema, CFilling, CProgress, library
from ._scalars import to_json

__all__ = [
    "CancelledError", "ColumnNotFoundError", "DataError", "EngineError", "FileError", "ForkError",
    "MissingFileError", "OutOfMemoryError", "PlanError", "Progress", "RunResult", "Table", "UnsupportedError",
    "explain", "run", "schemas", "version",
]

#: How long a wait lasts before Python looks for signals.
_SLICE_MILLISECONDS = 20
#: How long a cancelled run may take to end before it is left to end by itself.
_PATIENCE_MILLISECONDS = 60

_is_exiting = False

#: The columns that texts of the engine stand for: the same few come again and again.
_columns_by_text: dict[bytes, tuple[tuple[str, str], ...]] = {}
_schemas_by_text: dict[str, _Described] = {}

_encode = json.JSONEncoder(default=to_json).encode


@atexit.register
def _exit() -> None:
    # The process gives everything back; release functions of other libraries may be gone already.
    global _is_exiting
    _is_exiting = True


def version() -> str:
    """The engine's version."""
    return str(library().sw_version().decode())


def _text(address: c_void_p) -> str:
    """A text that the library gave, which is freed."""
    try:
        return ctypes.string_at(address.value or 0).decode() if address.value else ""
    finally:
        library().sw_string_free(address)


def _check(code: int, error: c_void_p) -> None:
    if code != 0:
        raise from_json(_text(error))


def _columns_of(address: c_void_p) -> tuple[tuple[str, str], ...]:
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
        if handle and not _is_exiting:
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
        _check(code, error)
        return cls(table.value or 0)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any], types: Mapping[str, str] | None = None) -> Table:
        """A table of Python lists (or arrays with the buffer protocol) by column names.

        Types are inferred as pandas does (integers, with missing values too, are int64) unless `types` names them,
        as `int64`, `float64`, `bool`, `string`, `timestamp[us]`, `timestamp[us, UTC]`, `date`, `duration[us]`,
        `list<int64>`, `struct<a: int64>`, `dictionary<string>`. None, NaN, NaT and NA are missing values.
        """
        from ._build import build

        built = build(columns, types or {})
        table, error = c_void_p(), c_void_p()
        _check(
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
            _check(library().sw_table_columns(self._handle, byref(text), byref(error)), error)
            self._columns = _columns_of(text)
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
        _check(library().sw_table_fill(self._handle, len(fillings), wanted, byref(error)), error)

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        columns = ", ".join(f"{name}: {kind}" for name, kind in self.columns)
        return f"<swiftwater Table of {self.num_rows} rows: {columns}>"

    def slice(self, start: int = 0, count: int | None = None) -> Table:
        """`count` rows from `start`, which share memory."""
        table, error = c_void_p(), c_void_p()
        _check(
            library().sw_table_slice(
                self._handle, start, self.num_rows if count is None else count, byref(table), byref(error)),
            error)
        return Table(table.value or 0)

    @classmethod
    def side_by_side(cls, tables: Sequence[Table]) -> Table:
        """The columns of tables with equally many rows as one table, sharing memory."""
        table, error = c_void_p(), c_void_p()
        handles = (c_void_p * len(tables))(*[part._handle for part in tables])
        _check(library().sw_table_zip(len(tables), handles, byref(table), byref(error)), error)
        return cls(table.value or 0)

    def with_names(self, names: Sequence[str]) -> Table:
        """The same columns under other names."""
        table, error = c_void_p(), c_void_p()
        texts = (c_char_p * len(names))(*[name.encode() for name in names])
        _check(library().sw_table_rename(self._handle, len(names), texts, byref(table), byref(error)), error)
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
        _check(engine.sw_table_export(self._handle, int(dictionaries), memory, byref(error)), error)
        return capsule

    def __arrow_c_schema__(self) -> object:
        """The columns as a PyCapsule with an Arrow C schema."""
        engine = library()
        memory = engine.sw_capsule_memory(ctypes.sizeof(ArrowSchema))
        capsule = _capsules.make(_capsules.SCHEMA, memory)
        error = c_void_p()
        _check(engine.sw_table_schema(self._handle, memory, byref(error)), error)
        return capsule

    def to_columns(self) -> list[list[Any]]:
        """The values as Python lists, one a column; missing values are None. For small tables."""
        from ._decode import decode_columns

        return decode_columns(self)

    def to_dict(self) -> dict[str, list[Any]]:
        """The values as Python lists by column names."""
        return dict(zip(self.names, self.to_columns()))

    def to_rows(self) -> list[tuple[Any, ...]]:
        """The rows as tuples."""
        return list(zip(*self.to_columns())) if self.columns else [()] * self.num_rows

    def batches(self) -> Iterator[ArrowArray]:
        """The record batches as ctypes structures, each valid until the next is taken."""
        from ._decode import arrays

        for _, array in arrays(self):
            yield array


class _DictionaryStream:
    def __init__(self, table: Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table._stream(dictionaries=True)


class Progress(NamedTuple):
    """How far a run is."""

    bytes: int
    #: None when it is not known (yet).
    total_bytes: int | None
    rows: int
    #: Lines that were not rows, left out.
    bad_rows: int
    seconds: float

    @property
    def fraction(self) -> float | None:
        """From 0 to 1, None when it is not known."""
        return min(self.bytes / self.total_bytes, 1.0) if self.total_bytes else None


class RunResult(dict[str, Table]):
    """The tables that a run kept, by their frames' names in the order of the plan's outputs."""

    #: `rows`, `bytes`, `badRows`, `seconds` and `outputs` (the files, with `path`, `rows` and `bytes`).
    report: dict[str, Any]


class _Request:
    """A plan with its tables as the C functions take them."""

    def __init__(
        self, plan: Mapping[str, Any], tables: Mapping[str, Any] | None, parameters: Mapping[str, Any] | None,
        threads: int | None = None, memory_limit: int | None = None,
    ) -> None:
        self._tables = {name: Table.from_arrow(table) for name, table in (tables or {}).items()}
        count = len(self._tables)
        options: dict[str, Any] = {}
        if parameters:
            options["parameters"] = {name: to_json(value) for name, value in parameters.items()}
        if threads is not None:
            options["threads"] = threads
        if memory_limit is not None:
            options["memoryLimit"] = memory_limit
        self.arguments = (
            _encode(plan).encode(), json.dumps(options).encode() if options else None, count,
            (c_char_p * count)(*[name.encode() for name in self._tables]),
            (c_void_p * count)(*[table._handle for table in self._tables.values()]),
        )


def run(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None, *,
    threads: int | None = None, memory_limit: int | None = None,
    progress: Callable[[Progress], object] | None = None, progress_interval: float = 0.1,
) -> RunResult:
    """Runs a plan and waits for it, without Python's lock. Ctrl-C ends the run.

    Parameters
    ----------
    plan : the plan's JSON form as dicts and lists.
    tables : sources in memory by name: `Table` or anything with Arrow data.
    parameters : values for `@name` in expressions.
    threads : threads of the engine; as many as the machine has when None.
    memory_limit : bytes; four fifths of the machine's memory when None.
    progress : called about every `progress_interval` seconds while the run goes on.
    """
    return _run(_Request(plan, tables, parameters, threads, memory_limit), plan, progress, progress_interval)


def run_tables(
    plan: Mapping[str, Any], tables: Mapping[str, Any], count: int,
    listener: Callable[[], Callable[[Progress], object] | None] = lambda: None,
) -> list[Table]:
    """Runs a plan; the tables of its `count` outputs in memory, in their order.

    What is small is run at once on this thread. `listener` gives what is told of the progress of other runs.
    """
    engine = library()
    request = _Request(plan, tables, None)
    handles, rows, error = (c_void_p * count)(), (c_int64 * count)(), c_void_p()
    code = engine.sw_run_here(*request.arguments, count, handles, rows, byref(error))
    if code == 0:
        return [Table(handle or 0, length) for handle, length in zip(handles, rows)]
    if code == 1:
        raise from_json(_text(error))
    result = _run(request, plan, listener(), 0.1)
    return [result[output["from"]] for output in plan["outputs"] if "to" not in output]


def _run(
    request: _Request, plan: Mapping[str, Any], progress: Callable[[Progress], object] | None, interval: float
) -> RunResult:
    engine = library()
    handle, error = c_void_p(), c_void_p()
    _check(engine.sw_run_start(*request.arguments, byref(handle), byref(error)), error)
    try:
        if progress is None:
            while not engine.sw_run_wait(handle, _SLICE_MILLISECONDS):
                pass
        else:
            _wait_with_progress(engine, handle, progress, interval)
        text = c_void_p()
        _check(engine.sw_run_finish(handle, byref(text), byref(error)), error)
        result = RunResult()
        result.report = json.loads(_text(text))
        kept = set(result.report.pop("tables"))
        for output in plan.get("outputs", ()):
            name = output["from"]
            if name in kept and name not in result:
                table = c_void_p()
                _check(engine.sw_run_table(handle, name.encode(), byref(table), byref(error)), error)
                result[name] = Table(table.value or 0)
        return result
    except BaseException:
        # Also after Ctrl-C. A step that takes long to notice ends by itself, with no output.
        engine.sw_run_cancel(handle)
        engine.sw_run_wait(handle, _PATIENCE_MILLISECONDS)
        raise
    finally:
        engine.sw_run_release(handle)


def _wait_with_progress(
    engine: Any, handle: c_void_p, progress: Callable[[Progress], object], interval: float
) -> None:
    now = CProgress()
    slices = max(1, round(interval * 1000 / _SLICE_MILLISECONDS))
    waited = 0
    while not engine.sw_run_wait(handle, _SLICE_MILLISECONDS):
        waited += 1
        if waited % slices == 0:
            engine.sw_run_progress(handle, byref(now))
            total = now.total_bytes if now.total_bytes >= 0 else None
            progress(Progress(now.bytes, total, now.rows, now.bad_rows, now.seconds))


def schemas(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> dict[str, list[tuple[str, str]]]:
    """The columns (name, type) of each source and frame of a plan that is not run; files are opened for theirs."""
    return {frame: list(columns) for frame, columns in _described(plan, tables, parameters)[0].items()}


def source_columns(form: Mapping[str, Any]) -> tuple[list[tuple[str, str]], bool]:
    """The columns (name, type) of a source of files, and whether all of its rows were looked at for them."""
    frames, whole = _described({"sources": {"files": form}, "frames": {}, "outputs": []}, None, None)
    return list(frames["files"]), "files" in whole


_Described = tuple[dict[str, list[tuple[str, str]]], list[str]]


def _described(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None, parameters: Mapping[str, Any] | None
) -> _Described:
    request = _Request(plan, tables, parameters)
    text, error = c_void_p(), c_void_p()
    _check(library().sw_schemas(*request.arguments, byref(text), byref(error)), error)
    written = _text(text)
    found = _schemas_by_text.get(written)
    if found is None:
        read = json.loads(written)
        frames = {frame: [(name, kind) for name, kind in columns] for frame, columns in read["frames"].items()}
        found = frames, read["whole"]
        if len(_schemas_by_text) >= 256:
            _schemas_by_text.clear()
        _schemas_by_text[written] = found
    return found


def explain(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> str:
    """The plan as it is written and as it would run, as text."""
    request = _Request(plan, tables, parameters)
    text, error = c_void_p(), c_void_p()
    _check(library().sw_explain(*request.arguments, byref(text), byref(error)), error)
    return _text(text)


class Memory:
    """Text or bytes that plans read as a file, without a copy; closed when nobody holds it.

    Attributes
    ----------
    content : str or bytes
    path : str
        What plans call it.
    size : int
        In bytes, of text in UTF-8.
    """

    def __init__(self, content: str | bytes) -> None:
        self._number = -1
        self.content = content
        # Text of ASCII is in UTF-8 already; other text keeps its UTF-8 beside it.
        address, self.size = _utf8_of(content) if isinstance(content, str) else (_bytes_of(content), len(content))
        self._number = int(library().sw_memory_open(address, self.size))
        if self._number < 0:
            raise ForkError("this process was forked while a query was running in another thread")
        self._close = library().sw_memory_close
        self.path = f"memory://{self._number}"

    def __del__(self) -> None:
        if self._number >= 0 and not _is_exiting:
            self._close(self._number)


_address_of_bytes = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object)(("PyBytes_AsString", ctypes.pythonapi))
_address_of_text = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object, ctypes.POINTER(ctypes.c_ssize_t))(
    ("PyUnicode_AsUTF8AndSize", ctypes.pythonapi))


def _bytes_of(content: bytes) -> int:
    return int(_address_of_bytes(content))


def _utf8_of(text: str) -> tuple[int, int]:
    size = ctypes.c_ssize_t()
    address = _address_of_text(text, byref(size))
    return int(address), size.value
