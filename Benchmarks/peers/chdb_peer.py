"""ClickHouse, as chdb, doing the job as a whole process: the file into a table in memory, then both queries."""

import argparse

from chdb import session

import tasks

STRUCTURE = ", ".join(
    f"{name} Nullable({ {'DOUBLE': 'Float64', 'BOOLEAN': 'Bool', 'VARCHAR': 'String', 'BIGINT': 'Int64'}[tasks.SQL_TYPES[name]] })"
    for name in tasks.COLUMNS
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["job"])
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    clickhouse = session.Session()
    clickhouse.query(f"SET max_threads = {arguments.threads}")
    clickhouse.query("CREATE DATABASE benchmark ENGINE = Atomic")
    clickhouse.query(
        "CREATE TABLE benchmark.events ENGINE = Memory AS SELECT * FROM "
        f"file('{arguments.input}', 'JSONEachRow', '{STRUCTURE}')"
    )
    aggregates = ", ".join(
        f"{function}({metric}) AS {metric}_{name}"
        for metric in tasks.METRICS
        for function, name in [("min", "min"), ("max", "max"), ("avg", "mean")]
    )
    settings = "SETTINGS output_format_parquet_compression_method = 'zstd', engine_file_truncate_on_insert = 1"
    clickhouse.query(
        f"SELECT company, {aggregates} FROM benchmark.events WHERE company IS NOT NULL GROUP BY company ORDER BY company "
        f"INTO OUTFILE '{arguments.output}/by_company.parquet' TRUNCATE FORMAT Parquet {settings}"
    )
    clickhouse.query(
        "SELECT * FROM benchmark.events ORDER BY cpu_utilization DESC LIMIT 10 "
        f"INTO OUTFILE '{arguments.output}/hottest.ndjson' TRUNCATE FORMAT JSONEachRow"
    )


if __name__ == "__main__":
    main()
