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

from .._errors import (
    CancelledError, ColumnNotFoundError, DataError, EngineError, FileError, ForkError, MissingFileError,
    OutOfMemoryError, PlanError, UnsupportedError,
)
from .._library import library
from .memory import Memory
from .plans import explain, schemas, source_columns
from .runs import Progress, RunResult, run, run_tables
from .table import Table

__all__ = [
    "CancelledError", "ColumnNotFoundError", "DataError", "EngineError", "FileError", "ForkError", "Memory",
    "MissingFileError", "OutOfMemoryError", "PlanError", "Progress", "RunResult", "Table", "UnsupportedError",
    "explain", "run", "run_tables", "schemas", "source_columns", "version",
]


def version() -> str:
    """The engine's version."""
    return str(library().sw_version().decode())
