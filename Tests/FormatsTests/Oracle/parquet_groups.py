"""Writes files for the tests of projection, row groups and Arrow's schema.

Usage: parquet_groups.py FOLDER
"""

import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
rows = 1000


def column(make):
    return [make(i) for i in range(rows)]


# Ten row groups of a hundred rows; every column ascends but for missing values.
table = pa.table(
    {
        "int": pa.array(range(rows), pa.int64()),
        "small": pa.array(column(lambda i: i // 10), pa.int8()),
        "unsigned": pa.array(column(lambda i: 2**64 - rows + i), pa.uint64()),
        "float": pa.array(column(lambda i: i / 10), pa.float64()),
        "nan": pa.array(column(lambda i: float("nan") if i % 7 == 0 else i / 10), pa.float64()),
        "text": pa.array(column(lambda i: f"key-{i // 100}")),
        "date": pa.array(range(rows), pa.date32()),
        "time": pa.array(column(lambda i: i * 1000), pa.timestamp("ms")),
        "bool": pa.array(column(lambda i: i >= 500)),
        "holes": pa.array(column(lambda i: None if 300 <= i < 500 else i), pa.int32()),
        "constant": pa.array(column(lambda i: 7 if i < 500 else i), pa.int32()),
        "list": pa.array(column(lambda i: [i] * (i % 3)), pa.list_(pa.int32())),
    }
)
pq.write_table(table, os.path.join(folder, "groups.parquet"), row_group_size=100)
pq.write_table(table, os.path.join(folder, "no-statistics.parquet"), row_group_size=100, write_statistics=False)
pq.write_table(table.slice(0, 300), os.path.join(folder, "first.parquet"))
pq.write_table(table.slice(300).select(table.column_names[::-1]), os.path.join(folder, "second.parquet"))
pq.write_table(table.set_column(0, "int", table["int"].cast(pa.string())), os.path.join(folder, "other-type.parquet"))
pq.write_table(table.drop_columns(["int"]), os.path.join(folder, "without.parquet"))

# One large row group, whose dictionary overflows in the middle.
large = 300_000
ids = np.arange(large)
pq.write_table(
    pa.table({"id": ids, "name": [f"name {i}" if i > 100_000 else f"name {i % 10}" for i in range(large)]}),
    os.path.join(folder, "large.parquet"), row_group_size=large, data_page_size=1 << 16,
)

# What only Arrow's schema says.
zone = "Europe/Paris"
times = pa.table(
    {
        "zoned": pa.array([1, None], pa.timestamp("us", zone)),
        "utc": pa.array([1, None], pa.timestamp("ms", "UTC")),
        "plain": pa.array([1, None], pa.timestamp("ns")),
        "duration": pa.array([5, None], pa.duration("us")),
        "list": pa.array([[7], None], pa.list_(pa.duration("ns"))),
        "struct": pa.array([{"t": 3}, None], pa.struct([("t", pa.timestamp("ms", zone))])),
        "map": pa.array([[("k", 9)], None], pa.map_(pa.string(), pa.duration("ms"))),
        "category": pa.array(["a", None]).dictionary_encode(),
    }
)
pq.write_table(times, os.path.join(folder, "arrow-schema.parquet"))
