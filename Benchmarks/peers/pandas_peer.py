"""pandas doing the job as a whole process, and the truth that every other result is compared with."""

import argparse
import warnings

import pandas as pd

import tasks


def read(arguments):
    """The events; `--pyarrow` reads with the Arrow engine, `--chunk` bounds memory where only the result matters."""
    if arguments.csv:
        return [pd.read_csv(arguments.input)]
    if arguments.pyarrow:
        return [pd.read_json(arguments.input, lines=True, engine="pyarrow", dtype_backend="pyarrow")]
    options = {"keep_default_dates": False, "precise_float": True, "dtype": {"company": str}}
    if arguments.chunk:
        return pd.read_json(arguments.input, lines=True, chunksize=arguments.chunk, **options)
    return [pd.read_json(arguments.input, lines=True, **options)]


def main():
    # `keep_default_dates` is to go in a later pandas; without it pandas takes epoch numbers for dates.
    warnings.filterwarnings("ignore", message=".*keep_default_dates.*")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["job", "groupby"])
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--pyarrow", action="store_true")
    parser.add_argument("--chunk", type=int, default=0, help="rows read at a time")
    parser.add_argument("--threads", type=int, default=2, help="ignored: pandas uses one")
    arguments = parser.parse_args()
    wanted = tasks.COLUMNS if arguments.task == "job" else ["key", "value"]
    parts = [part[wanted] for part in read(arguments)]
    events = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    if arguments.task == "groupby":
        by_key = events.groupby("key")["value"].agg(["sum", "count"]).add_prefix("value_").reset_index()
        by_key.to_parquet(f"{arguments.output}/by_key.parquet", compression="zstd")
        return
    by_company = events.groupby("company")[tasks.METRICS].agg(tasks.FUNCTIONS)
    by_company.columns = ["_".join(name) for name in by_company.columns]
    by_company.reset_index().to_parquet(f"{arguments.output}/by_company.parquet", compression="zstd")
    events.nlargest(10, "cpu_utilization").to_json(
        f"{arguments.output}/hottest.ndjson", orient="records", lines=True, double_precision=15
    )


if __name__ == "__main__":
    main()
