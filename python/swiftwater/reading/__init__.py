"""Reading files: `read_json`, `read_csv`, `read_parquet`. Nothing but their beginnings is read before a result is looked at."""

from .from_csv import EmptyDataError, read_csv, read_table
from .from_json import read_json
from .from_parquet import read_parquet

__all__ = ["EmptyDataError", "read_csv", "read_json", "read_parquet", "read_table"]
