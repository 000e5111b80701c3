"""Compares a result of a benchmark run with pandas': numbers to 1e-9, everything else exactly.

    python check.py EXPECTED RESULT [--ties]

Both are folders. `--ties` compares only `cpu_utilization` of the hottest rows: which of equally hot rows come first is
fixed by pandas (the first in the file) and Swiftwater, but not by SQL.
"""

import json
import pathlib
import sys

import numpy as np
import pandas as pd


def same(name, expected, result, key):
    if key:
        expected = expected.sort_values(key, ignore_index=True)
        result = result.sort_values(key, ignore_index=True)
    if list(expected.columns) != list(result.columns) or len(expected) != len(result):
        sys.exit(f"{name}: {result.shape} {list(result.columns)} instead of {expected.shape} {list(expected.columns)}")
    for column in expected.columns:
        wanted, got = expected[column], result[column]
        if wanted.dtype.kind in "fiu":
            equal = np.isclose(got.astype("float64"), wanted.astype("float64"), rtol=1e-9, atol=1e-9, equal_nan=True)
        else:
            equal = (got.astype(object) == wanted.astype(object)) | (got.isna() & wanted.isna())
        if not np.all(equal):
            row = int(np.argmin(np.asarray(equal)))
            sys.exit(f"{name}: column {column}, row {row} is {got[row]!r} instead of {wanted[row]!r}")


def columns(path):
    """A Parquet file's columns; pandas' index, where the file says which columns it is, among them."""
    frame = pd.read_parquet(path)
    return frame if frame.index.name is None else frame.reset_index()


def rows(path):
    return pd.DataFrame([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


def main():
    expected, result = map(pathlib.Path, sys.argv[1:3])
    for path in expected.iterdir():
        if path.suffix == ".parquet":
            wanted = columns(path)
            same(path.name, wanted, columns(result / path.name), wanted.columns[0])
        elif path.suffix == ".ndjson":
            wanted = rows(path)
            got = rows(result / path.name).reindex(columns=wanted.columns)
            if "--ties" in sys.argv:
                wanted, got = wanted[["cpu_utilization"]], got[["cpu_utilization"]]
            same(path.name, wanted, got, None)


if __name__ == "__main__":
    main()
