"""Compares what a stream job wrote, a file for each epoch, with the least and greatest values of the whole file."""

import sys

import polars as pl
import tasks


def main():
    _, data, output = sys.argv
    types = {"DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean, "VARCHAR": pl.String, "BIGINT": pl.Int64}
    schema = {name: types[tasks.SQL_TYPES[name]] for name in tasks.COLUMNS}

    def extremes(frame, ending):
        columns = [
            getattr(pl.col(f"{metric}_{name}" if ending else metric), name)().alias(f"{metric}_{name}")
            for metric in tasks.METRICS for name in ("min", "max")]
        return frame.drop_nulls("company").group_by("company").agg(columns).sort("company").collect()

    wanted = extremes(pl.scan_ndjson(data, schema=schema), False)
    parts = extremes(pl.scan_parquet(f"{output}/*.parquet").with_columns(pl.col("company").cast(pl.String)), True)
    if not wanted.equals(parts):
        sys.exit(f"the results differ:\n{wanted}\n{parts}")


if __name__ == "__main__":
    main()
