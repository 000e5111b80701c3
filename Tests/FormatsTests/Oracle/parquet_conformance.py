"""Writes what pyarrow reads from each file of a folder, without the columns that Swiftwater does not read.

Usage: parquet_conformance.py DATA FOLDER
"""

import glob
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from parquet_canonical import write_expected

data, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
for path in sorted(glob.glob(os.path.join(data, "*.parquet"))):
    name = os.path.basename(path).removesuffix(".parquet")
    try:
        if "brotli" in name or "spark" in name:
            # Two strings of a gigabyte with a codec that is not read; times that pyarrow cannot hold.
            continue
        table = pq.ParquetFile(path).read()
        readable = [f.name for f in table.schema if not pa.types.is_decimal(f.type)]
        if readable:
            write_expected(table.select(readable), os.path.join(folder, name + ".expected"))
    except (OSError, pa.ArrowException) as error:
        print(f"{name}: pyarrow: {error}")
