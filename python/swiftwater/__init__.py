"""Dataframes with pandas' names on Swiftwater's engine.

    import swiftwater as sw

    df = sw.read_json("logs.ndjson", lines=True)
    df.groupby("company").agg({"cpu_utilization": ["min", "max", "mean"]})

A call builds a plan; looking at a result (printing it, `len`, iteration, `to_pandas()`) runs it once. See
`docs/reference/pandas.md` for what is there of pandas.
"""

from __future__ import annotations

from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .frame import DataFrame
    from .functions import (
        collect, cut, from_pandas, get_dummies, isna, isnull, notna, notnull, to_datetime, to_numeric, to_timedelta,
        unique,
    )  # fmt: skip
    from .grouping import Grouper
    from .labels import Index, MultiIndex, RangeIndex
    from .reading import read_csv, read_json, read_parquet, read_table
    from .reshaping import concat, crosstab, melt, merge, pivot, pivot_table
    from .series import Series
    from .times import Timedelta, Timestamp
    from .values import NaT

__all__ = [
    "DataFrame", "Grouper", "Index", "MultiIndex", "NaT", "RangeIndex", "Series", "Timedelta", "Timestamp", "collect",
    "concat", "crosstab", "cut", "from_pandas", "get_dummies", "isna", "isnull", "melt", "merge", "notna", "notnull",
    "pivot", "pivot_table", "read_csv", "read_json", "read_parquet", "read_table", "to_datetime", "to_numeric",
    "to_timedelta", "unique", "__version__",
]  # fmt: skip


#: The modules that have the names above; loaded at the first use of one, so that the import itself takes no time.
_HOMES = {
    "frame": "DataFrame",
    "functions": "collect cut from_pandas get_dummies isna isnull notna notnull to_datetime to_numeric to_timedelta unique",
    "grouping": "Grouper",
    "labels": "Index MultiIndex RangeIndex",
    "reading": "read_csv read_json read_parquet read_table",
    "reshaping": "concat crosstab melt merge pivot pivot_table",
    "series": "Series",
    "times": "Timedelta Timestamp",
    "values": "NaT",
}


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module 'swiftwater' has no attribute '{name}'")
    if name not in __all__:
        from .missing import absent

        raise absent("pandas", name)
    from importlib import import_module

    found = globals()
    for home, names in _HOMES.items():
        module = import_module(f".{home}", __name__)
        for each in names.split():
            found[each] = getattr(module, each)
    return found[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
