"""Apache DataFusion doing the job as a whole process, with an explicit schema."""

import argparse

import datafusion
import pyarrow

import tasks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["job"])
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    types = {"DOUBLE": pyarrow.float64(), "BOOLEAN": pyarrow.bool_()}
    types |= {"VARCHAR": pyarrow.string(), "BIGINT": pyarrow.int64()}
    schema = pyarrow.schema([(name, types[tasks.SQL_TYPES[name]]) for name in tasks.COLUMNS])
    context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(arguments.threads))
    context.register_json("events", arguments.input, schema=schema, file_extension="." + arguments.input.split(".")[-1])
    aggregates = ", ".join(
        f"{function}({metric}) AS {metric}_{name}"
        for metric in tasks.METRICS
        for function, name in [("min", "min"), ("max", "max"), ("avg", "mean")]
    )
    by_company = context.sql(f"SELECT company, {aggregates} FROM events WHERE company IS NOT NULL GROUP BY company ORDER BY company")
    by_company.write_parquet(f"{arguments.output}/by_company.parquet", compression="zstd", compression_level=3)
    hottest = context.sql("SELECT * FROM events ORDER BY cpu_utilization DESC LIMIT 10")
    hottest.to_pandas().to_json(
        f"{arguments.output}/hottest.ndjson", orient="records", lines=True, double_precision=15
    )


if __name__ == "__main__":
    main()
