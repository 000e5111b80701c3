"""Reads each FOLDER/NAME.parquet with pyarrow, DuckDB and Polars and compares with FOLDER/NAME.jsonl.

A line of the .jsonl is a row: an array of cells. A cell is null, true, false, "i:INTEGER", "f:BITS" (a double's
bits in hex, or nan), "s:HEX" (UTF-8), "b:HEX", "d:DAYS", "t:NANOSECONDS", "u:COUNT:NANOSECONDS" (a duration), an array or an
object. Prints each difference and exits with 1 when there is any.
"""

import glob
import json
import math
import struct
import sys

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def cells(array):
    """The cells of an Arrow array."""
    t = array.type
    if pa.types.is_dictionary(t):
        return cells(array.dictionary_decode())
    valid = array.is_valid().to_pylist()
    if pa.types.is_null(t):
        return [None] * len(array)
    if pa.types.is_struct(t):
        members = {t.field(i).name: cells(array.field(i)) for i in range(t.num_fields)}
        return [{k: v[i] for k, v in members.items()} if valid[i] else None for i in range(len(array))]
    if pa.types.is_list(t) or pa.types.is_large_list(t):
        offsets = array.offsets.to_pylist()
        values = cells(array.values)
        return [values[offsets[i] : offsets[i + 1]] if valid[i] else None for i in range(len(array))]
    if pa.types.is_timestamp(t):
        scale = NANOSECONDS[t.unit]
        return [None if v is None else f"t:{v * scale}" for v in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_duration(t):
        scale = NANOSECONDS[t.unit]
        return [None if v is None else f"u:{v}:{v * scale}" for v in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_date32(t):
        return [None if v is None else f"d:{v}" for v in array.cast(pa.int32()).to_pylist()]
    values = array.to_pylist()
    if pa.types.is_boolean(t):
        return values
    if pa.types.is_integer(t):
        return [None if v is None else f"i:{v}" for v in values]
    if pa.types.is_floating(t):
        return [None if v is None else "f:" + bits(v) for v in values]
    if pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t):
        return [None if v is None else "s:" + v.encode().hex() for v in values]
    if pa.types.is_binary(t) or pa.types.is_large_binary(t) or pa.types.is_binary_view(t):
        return [None if v is None else "b:" + v.hex() for v in values]
    raise SystemExit(f"no cells for {t}")


def bits(value):
    return "nan" if math.isnan(value) else struct.pack(">d", value).hex()


def relax(cell, duration):
    """The cell with each duration replaced by what `duration` makes of its parts."""
    if isinstance(cell, list):
        return [relax(c, duration) for c in cell]
    if isinstance(cell, dict):
        return {k: relax(v, duration) for k, v in cell.items()}
    if isinstance(cell, str) and cell.startswith("u:"):
        return duration(cell.split(":"))
    return cell


def count(parts):
    """A duration for a reader that sees an integer."""
    return "i:" + parts[1]


def length(parts):
    """A duration for a reader that may see another unit."""
    return "u:" + parts[2]


def columns(table):
    return [cells(column.combine_chunks()) if column.num_chunks != 1 else cells(column.chunk(0)) for column in table.columns]


def compare(name, reader, expected, table, duration):
    actual = columns(table)
    if table.num_rows != len(expected):
        return [f"{name}: {reader} has {table.num_rows} rows instead of {len(expected)}"]
    problems = []
    for index, column in enumerate(actual):
        for row, cell in enumerate(column):
            if relax(cell, duration) != relax(expected[row][index], duration):
                problems.append(
                    f"{name}: {reader} column {table.column_names[index]} row {row}: "
                    f"{str(cell)[:200]} instead of {str(expected[row][index])[:200]}"
                )
                break
    return problems


def check_statistics(name, file):
    """Each chunk's bounds hold its values and its number of missing values is right."""
    problems = []
    for group in range(file.metadata.num_row_groups):
        table = file.read_row_group(group)
        metadata = file.metadata.row_group(group)
        for index in range(metadata.num_columns):
            chunk = metadata.column(index)
            if "." in chunk.path_in_schema:
                continue
            statistics = chunk.statistics
            column = table.column(chunk.path_in_schema)
            if statistics is None or statistics.null_count != column.null_count:
                problems.append(f"{name}: null count of {chunk.path_in_schema} in row group {group}")
                continue
            if pa.types.is_temporal(column.type):
                continue
            values = [v for v in column.drop_null().to_pylist() if v == v]
            if values:
                low, high = statistics.min, statistics.max
                key = (lambda v: v.encode()) if isinstance(values[0], str) else (lambda v: v)
                if low is not None and key(low) > min(map(key, values)):
                    problems.append(f"{name}: minimum of {chunk.path_in_schema}: {low!r}")
                if high is not None and key(high) < max(map(key, values)):
                    problems.append(f"{name}: maximum of {chunk.path_in_schema}: {high!r}")
                if (low is None or high is None) and not isinstance(values[0], bytes):
                    problems.append(f"{name}: no bounds of {chunk.path_in_schema}")
    return problems


def main(folder):
    problems = []
    paths = sorted(glob.glob(folder + "/*.parquet"))
    for path in paths:
        name = path.rsplit("/", 1)[1]
        with open(path[: -len("parquet")] + "jsonl") as lines:
            expected = [json.loads(line) for line in lines]
        readers = {
            "pyarrow": (lambda: pq.read_table(path, page_checksum_verification=True), length),
            "duckdb": (lambda: duckdb.sql(f"select * from read_parquet('{path}')").to_arrow_table(), count),
            "polars": (lambda: polars.read_parquet(path).to_arrow(), length),
        }
        if "only-pyarrow" in name:
            readers = {"pyarrow": readers["pyarrow"]}
        for reader, (read, duration) in readers.items():
            try:
                problems += compare(name, reader, expected, read(), duration)
            except Exception as error:
                problems.append(f"{name}: {reader} fails: {error}")
        try:
            problems += check_statistics(name, pq.ParquetFile(path))
        except Exception as error:
            problems.append(f"{name}: statistics: {error}")
    for problem in problems:
        print(problem)
    print(f"{len(paths)} files")
    sys.exit(1 if problems else 0)


main(sys.argv[1])
