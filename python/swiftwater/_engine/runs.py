"""Running plans."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from ctypes import byref, c_char_p, c_int64, c_void_p
from typing import Any, NamedTuple

from .._errors import from_json
from .._library import CProgress, library
from .._scalars import to_json
from .answers import check, text_of
from .table import Table

#: How long a wait lasts before Python looks for signals.
_SLICE_MILLISECONDS = 20
#: How long a cancelled run may take to end before it is left to end by itself.
_PATIENCE_MILLISECONDS = 60

_encode = json.JSONEncoder(default=to_json).encode


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


class Request:
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
    return _run(Request(plan, tables, parameters, threads, memory_limit), plan, progress, progress_interval)


def run_tables(
    plan: Mapping[str, Any], tables: Mapping[str, Any], count: int,
    listener: Callable[[], Callable[[Progress], object] | None] = lambda: None,
) -> list[Table]:
    """Runs a plan; the tables of its `count` outputs in memory, in their order.

    What is small is run at once on this thread. `listener` gives what is told of the progress of other runs.
    """
    engine = library()
    request = Request(plan, tables, None)
    handles, rows, error = (c_void_p * count)(), (c_int64 * count)(), c_void_p()
    code = engine.sw_run_here(*request.arguments, count, handles, rows, byref(error))
    if code == 0:
        return [Table(handle or 0, length) for handle, length in zip(handles, rows)]
    if code == 1:
        raise from_json(text_of(error))
    result = _run(request, plan, listener(), 0.1)
    return [result[output["from"]] for output in plan["outputs"] if "to" not in output]


def _run(
    request: Request, plan: Mapping[str, Any], progress: Callable[[Progress], object] | None, interval: float
) -> RunResult:
    engine = library()
    handle, error = c_void_p(), c_void_p()
    check(engine.sw_run_start(*request.arguments, byref(handle), byref(error)), error)
    try:
        if progress is None:
            while not engine.sw_run_wait(handle, _SLICE_MILLISECONDS):
                pass
        else:
            _wait_with_progress(engine, handle, progress, interval)
        text = c_void_p()
        check(engine.sw_run_finish(handle, byref(text), byref(error)), error)
        result = RunResult()
        result.report = json.loads(text_of(text))
        kept = set(result.report.pop("tables"))
        for output in plan.get("outputs", ()):
            name = output["from"]
            if name in kept and name not in result:
                table = c_void_p()
                check(engine.sw_run_table(handle, name.encode(), byref(table), byref(error)), error)
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
