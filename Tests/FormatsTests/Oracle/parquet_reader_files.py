"""Writes Parquet files with pyarrow, DuckDB and Polars, and beside each the values that a reader must find.

Usage: parquet_reader_files.py FOLDER SEED
"""

import itertools
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from parquet_canonical import write_expected

folder, seed = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(seed)
os.makedirs(folder, exist_ok=True)


def nulls(values, share):
    """The same values with a share of them missing, in runs and alone."""
    values = list(values)
    place = 0
    while place < len(values):
        if random.random() < share:
            run = int(random.choice([1, 1, 1, 2, 40]))
            values[place : place + run] = [None] * len(values[place : place + run])
            place += run
        else:
            place += int(random.choice([1, 1, 3, 60]))
    return values


def words(rows, distinct):
    pool = [
        "".join(random.choice(list("abcdefghijklmnopqrstuvwxyz äöü€😀"), int(random.integers(0, 30))))
        for _ in range(distinct)
    ]
    return [pool[i] for i in random.integers(0, distinct, rows)]


def flat(rows, share):
    """Columns of every type without nesting."""
    ints = random.integers
    integers = {
        name: pa.array(nulls(ints(np.iinfo(name).min, np.iinfo(name).max, rows, dtype=name, endpoint=True).tolist(), share), name)
        for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
    }
    floats = random.normal(0, 1e3, rows)
    floats[random.random(rows) < 0.05] = np.nan
    floats[random.random(rows) < 0.05] = -0.0
    floats[random.random(rows) < 0.05] = np.inf
    start = int(random.integers(-(10**15), 10**15))
    columns = {
        **integers,
        "bool": pa.array(nulls((random.random(rows) < 0.5).tolist(), share)),
        "bool_runs": pa.array(nulls((random.random(rows) < 0.01).tolist(), share)),
        "float32": pa.array(nulls(floats.astype("float32").tolist(), share), pa.float32()),
        "float64": pa.array(nulls(floats.tolist(), share), pa.float64()),
        "float16": pa.array(nulls([np.float16(v) for v in floats], share), pa.float16()),
        "few": pa.array(nulls(words(rows, 20), share), pa.string()),
        "many": pa.array(nulls(words(rows, max(rows, 1)), share), pa.string()),
        "binary": pa.array(nulls([random.bytes(int(ints(0, 40))) for _ in range(rows)], share), pa.binary()),
        "fixed": pa.array(nulls([random.bytes(5) for _ in range(rows)], share), pa.binary(5)),
        "date": pa.array(nulls(ints(-50000, 50000, rows).tolist(), share), pa.date32()),
        "ts_ms": pa.array(nulls((start + ints(0, 10**6, rows)).tolist(), share), pa.timestamp("ms")),
        "ts_us": pa.array(nulls((start + np.arange(rows) * 5000).tolist(), share), pa.timestamp("us", "UTC")),
        "time_ms": pa.array(nulls(ints(0, 86_400_000, rows).tolist(), share), pa.time32("ms")),
        "time_us": pa.array(nulls(ints(0, 86_400_000_000, rows).tolist(), share), pa.time64("us")),
        "sorted": pa.array(nulls(np.cumsum(ints(0, 100, rows)).tolist(), share), pa.int64()),
        "same": pa.array(nulls([7] * rows, share), pa.int32()),
        "none": pa.array([None] * rows, pa.string()),
        "null": pa.nulls(rows),
    }
    return pa.table(columns)


def nested(rows, share):
    """Lists and structures in each other, with missing and empty ones."""

    def lists(make, share=share, longest=6):
        return nulls([[make() for _ in range(int(random.integers(0, longest)))] for _ in range(rows)], share)

    def number():
        return None if random.random() < share else int(random.integers(-1000, 1000))

    def word():
        return None if random.random() < share else words(1, 1)[0]

    def pair():
        return None if random.random() < share else {"a": number(), "b": word()}

    def inner():
        return None if random.random() < share else [number() for _ in range(int(random.integers(0, 4)))]

    point = pa.struct([("a", pa.int32()), ("b", pa.string())])
    deep = pa.struct([("p", point), ("l", pa.list_(point)), ("n", pa.list_(pa.list_(pa.int64())))])

    def record():
        if random.random() < share:
            return None
        return {
            "p": pair(),
            "l": None if random.random() < share else [pair() for _ in range(int(random.integers(0, 3)))],
            "n": None if random.random() < share else [inner() for _ in range(int(random.integers(0, 3)))],
        }

    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "numbers": pa.array(lists(number), pa.list_(pa.int32())),
            "words": pa.array(lists(word), pa.list_(pa.string())),
            "flags": pa.array(lists(lambda: bool(random.random() < 0.5)), pa.list_(pa.bool_())),
            "long": pa.array(lists(number, longest=300), pa.list_(pa.int16())),
            "point": pa.array([pair() for _ in range(rows)], point),
            "points": pa.array(lists(pair), pa.list_(point)),
            "nested": pa.array(lists(inner), pa.list_(pa.list_(pa.int64()))),
            "deep": pa.array([record() for _ in range(rows)], deep),
            "records": pa.array(lists(record, longest=3), pa.list_(deep)),
            "map": pa.array(
                nulls([[(f"k{i}", number()) for i in range(int(random.integers(0, 4)))] for _ in range(rows)], share),
                pa.map_(pa.string(), pa.int32()),
            ),
            "after": pa.array(nulls(words(rows, 5), share), pa.string()),
        }
    )


def required(table):
    return table.cast(pa.schema([pa.field(f.name, f.type, nullable=False) for f in table.schema]))


def save(name, table, **options):
    path = os.path.join(folder, name)
    pq.write_table(table, path + ".parquet", store_schema=False, **options)
    write_expected(table, path + ".expected")


# Many pages in few rows.
SMALL = {"data_page_size": 700, "write_batch_size": 64}

# pyarrow: versions of format and pages, codecs, dictionaries.
number = itertools.count()
for version, page, dictionary in itertools.product(["1.0", "2.6"], ["1.0", "2.0"], [True, False]):
    codec = ["none", "snappy", "gzip", "zstd", "lz4"][next(number) % 5]
    table = flat(int(random.integers(1, 800)), 0.15)
    if version == "1.0":
        # Version 1.0 has no unsigned 32-bit integers.
        table = table.drop_columns(["uint32", "null"])
    label = f"arrow-{version}-page{page}-{codec}-{'dictionary' if dictionary else 'plain'}"
    save(label, table, version=version, data_page_version=page, use_dictionary=dictionary, compression=codec, **SMALL)
    save(label + "-nested", nested(150, 0.2), data_page_version=page, use_dictionary=dictionary, compression=codec, **SMALL)
for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
    save(f"arrow-codec-{codec}", flat(400, 0.1), compression=codec, write_page_checksum=True)

# Without missing values; nullable and required; empty, one row, all missing; large pages; dictionaries that overflow.
save("arrow-no-nulls", flat(1500, 0).drop_columns(["none", "null"]), **SMALL)
save("arrow-required", required(flat(1000, 0).drop_columns(["none", "null"])), **SMALL)
save("arrow-empty", flat(0, 0))
save("arrow-empty-nested", nested(0, 0))
save("arrow-one-row", flat(1, 0))
save("arrow-all-missing", pa.table({f.name: pa.nulls(500, f.type) for f in flat(1, 0).schema}), **SMALL)
save("arrow-all-missing-nested", pa.table({f.name: pa.nulls(50, f.type) for f in nested(1, 0).schema}))
save("arrow-large-pages", flat(6000, 0.05))
save("arrow-dictionary-overflows", flat(5000, 0.1).select(["many", "few", "int32"]), dictionary_pagesize_limit=2000, **SMALL)
save("arrow-nested-required", nested(500, 0), **SMALL)
save("arrow-nested-large", nested(1500, 0.1), data_page_version="2.0", compression="zstd")
save("arrow-row-groups", flat(1200, 0.1), row_group_size=333, **SMALL)
save("arrow-row-groups-nested", nested(500, 0.1), row_group_size=77, **SMALL)

# The encodings.
integers = ["int32", "int64", "uint64", "sorted", "same", "ts_us", "date", "int8"]
bytes_ = ["few", "many", "binary", "none"]
for page, share in itertools.product(["1.0", "2.0"], [0, 0.2]):
    table = flat(1500, share)
    options = {"use_dictionary": False, "data_page_version": page, **SMALL}
    label = f"arrow-page{page}-{'optional' if share else 'full'}"
    save(f"{label}-delta", table.select(integers), column_encoding={c: "DELTA_BINARY_PACKED" for c in integers}, **options)
    save(f"{label}-delta-length", table.select(bytes_), column_encoding={c: "DELTA_LENGTH_BYTE_ARRAY" for c in bytes_}, **options)
    save(
        f"{label}-delta-bytes", table.select(bytes_ + ["fixed"]),
        column_encoding={c: "DELTA_BYTE_ARRAY" for c in bytes_ + ["fixed"]}, **options,
    )
    split = ["int32", "int64", "float32", "float64", "fixed", "float16"]
    save(f"{label}-split", table.select(split), column_encoding={c: "BYTE_STREAM_SPLIT" for c in split}, **options)
    save(f"{label}-bool-runs", table.select(["bool", "bool_runs"]), column_encoding={c: "RLE" for c in ["bool", "bool_runs"]}, **options)
lists = nested(400, 0.2).select(["numbers", "words", "nested"])
save(
    "arrow-delta-nested", lists, use_dictionary=False,
    column_encoding={"numbers.list.element": "DELTA_BINARY_PACKED", "words.list.element": "DELTA_BYTE_ARRAY"}, **SMALL,
)
save("arrow-int96", flat(1000, 0.1).select(["few"]).append_column(
    "t", pa.array(nulls(random.integers(-(10**18), 10**18, 1000).tolist(), 0.1), pa.timestamp("ns"))
), use_deprecated_int96_timestamps=True, **SMALL)
save("arrow-old-lists", nested(200, 0.1).select(["numbers", "nested", "points"]), use_compliant_nested_type=False)

# As Spark writes: snappy, pages of version 1, format 1.0, INT96 timestamps.
spark = flat(2000, 0.1).select(["int32", "int64", "few", "many", "bool", "float64", "date"])
save("spark-like", spark, version="1.0", compression="snappy", use_deprecated_int96_timestamps=True)

# DuckDB and Polars on the same random tables.
try:
    import duckdb

    for codec, version in itertools.product(["snappy", "zstd", "gzip", "lz4_raw", "uncompressed"], ["v1", "v2"]):
        source = flat(int(random.integers(1, 2000)), 0.1).drop_columns(["null", "float16", "fixed"])
        path = os.path.join(folder, f"duckdb-{codec}-{version}")
        duckdb.sql(f"copy (from source) to '{path}.parquet' (format parquet, codec '{codec}', parquet_version '{version}')")
        try:
            back = pq.read_table(path + ".parquet")
        except OSError:
            # pyarrow stumbles over DuckDB's delta-encoded pages in which everything is missing.
            back = duckdb.sql(f"from '{path}.parquet'").to_arrow_table().cast(pq.read_schema(path + ".parquet"))
        write_expected(back, path + ".expected")
    source = nested(1500, 0.1)
    path = os.path.join(folder, "duckdb-nested")
    duckdb.sql(f"copy (from source) to '{path}.parquet' (format parquet, row_group_size 400)")
    write_expected(pq.read_table(path + ".parquet"), path + ".expected")
except ImportError:
    print("no duckdb")

try:
    import polars as pl

    for codec in ["snappy", "zstd", "gzip", "lz4", "uncompressed"]:
        table = flat(int(random.integers(1, 2000)), 0.1).drop_columns(["float16", "fixed", "null"])
        path = os.path.join(folder, f"polars-{codec}")
        pl.from_arrow(table).write_parquet(path + ".parquet", compression=codec, row_group_size=1000)
        write_expected(pq.read_table(path + ".parquet"), path + ".expected")
    table = nested(1000, 0.1).drop_columns(["map"])
    path = os.path.join(folder, "polars-nested")
    pl.from_arrow(table).write_parquet(path + ".parquet", data_page_size=2000)
    write_expected(pq.read_table(path + ".parquet"), path + ".expected")
except ImportError:
    print("no polars")
