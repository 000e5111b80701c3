"""Polars doing one benchmark task as a whole process: a lazy scan, both results collected in one pass."""

import argparse
import os


def schema(pl, tasks):
    types = {"DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean, "VARCHAR": pl.String, "BIGINT": pl.Int64}
    return {name: types[tasks.SQL_TYPES[name]] for name in tasks.COLUMNS}


def job(pl, arguments):
    import tasks

    given = {} if arguments.inferred else {"schema": schema(pl, tasks)}
    scan = pl.scan_csv if arguments.csv else pl.scan_ndjson
    events = scan(arguments.input, **given)
    if arguments.cache:
        events = events.cache()
    by_company = (
        events.group_by("company")
        .agg(
            getattr(pl.col(metric), function)().alias(f"{metric}_{function}")
            for metric in tasks.METRICS
            for function in tasks.FUNCTIONS
        )
        .sort("company")
    )
    hottest = events.top_k(10, by="cpu_utilization")
    engine = {"engine": "streaming"} if arguments.streaming else {}
    by_company, hottest = pl.collect_all([by_company, hottest], **engine)
    # Dropped here and not in the frame: a filter there makes Polars read the file twice.
    by_company.drop_nulls("company").write_parquet(f"{arguments.output}/by_company.parquet", compression="zstd")
    hottest.sort("cpu_utilization", descending=True).write_ndjson(f"{arguments.output}/hottest.ndjson")


def groupby(pl, arguments):
    by_key = (
        pl.scan_ndjson(
            arguments.input, schema={"key": pl.String if arguments.string_keys else pl.Int64, "value": pl.Float64}
        )
        .group_by("key")
        .agg(pl.col("value").sum().alias("value_sum"), pl.col("value").count().alias("value_count"))
        .sort("key")
        .collect(**({"engine": "streaming"} if arguments.streaming else {}))
    )
    by_key.write_parquet(f"{arguments.output}/by_key.parquet", compression="zstd")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["job", "groupby"])
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--inferred", action="store_true", help="infer the schema")
    parser.add_argument("--cache", action="store_true", help="scan once for both results")
    parser.add_argument("--streaming", action="store_true", help="use the streaming engine")
    parser.add_argument("--string-keys", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(arguments.threads)
    import polars as pl

    {"job": job, "groupby": groupby}[arguments.task](pl, arguments)


if __name__ == "__main__":
    main()
