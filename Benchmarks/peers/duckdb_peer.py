"""DuckDB doing one benchmark task as a whole process; `--form` picks how, the driver keeps the fastest."""

import argparse

import duckdb

import tasks

COLUMNS = ", ".join(f"{name}: '{tasks.SQL_TYPES[name]}'" for name in tasks.COLUMNS)

READERS = {
    "json": f"read_json('{{path}}', columns={{{{{COLUMNS}}}}})",
    "json-lines": f"read_json('{{path}}', columns={{{{{COLUMNS}}}}}, format='newline_delimited')",
    "json-inferred": "read_json('{path}')",
    "csv": f"read_csv('{{path}}', columns={{{{{COLUMNS}}}}}, header=true, delim=',', quote='\"', auto_detect=false)",
    "csv-inferred": "read_csv('{path}')",
}

AGGREGATES = ", ".join(
    f"{function}({metric}) AS {metric}_{name}"
    for metric in tasks.METRICS
    for function, name in [("min", "min"), ("max", "max"), ("avg", "mean")]
)


def job(connection, arguments):
    """Both results from one table in memory, or (`--two-scans`) from the file twice."""
    reader = READERS[arguments.form].format(path=arguments.input)
    source = reader
    if not arguments.two_scans:
        connection.execute(f"CREATE TEMP TABLE events AS SELECT * FROM {reader}")
        source = "events"
    connection.execute(
        f"COPY (SELECT company, {AGGREGATES} FROM {source} WHERE company IS NOT NULL GROUP BY company ORDER BY company)"
        f" TO '{arguments.output}/by_company.parquet' (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.execute(
        f"COPY (SELECT * FROM {source} ORDER BY cpu_utilization DESC NULLS LAST LIMIT 10)"
        f" TO '{arguments.output}/hottest.ndjson' (FORMAT json)"
    )


def groupby(connection, arguments):
    reader = (
        f"read_json('{arguments.input}', columns={{key: '{'VARCHAR' if arguments.string_keys else 'BIGINT'}',"
        " value: 'DOUBLE'}, format='newline_delimited')"
    )
    connection.execute(
        f"COPY (SELECT key, sum(value) AS value_sum, count(value) AS value_count FROM {reader}"
        f" GROUP BY key ORDER BY key) TO '{arguments.output}/by_key.parquet' (FORMAT parquet, COMPRESSION zstd)"
    )


def write_csv(connection, arguments):
    connection.execute(
        f"COPY (SELECT * FROM '{arguments.input}') TO '{arguments.output}/events.csv' (FORMAT csv, HEADER)"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["job", "groupby", "write-csv"])
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--form", choices=READERS, default="json-lines")
    parser.add_argument("--two-scans", action="store_true", help="run each query on the file, without a table")
    parser.add_argument("--unordered", action="store_true", help="let DuckDB reorder rows (only for choosing the form)")
    parser.add_argument("--string-keys", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {arguments.threads}")
    if arguments.unordered:
        connection.execute("SET preserve_insertion_order = false")
    {"job": job, "groupby": groupby, "write-csv": write_csv}[arguments.task](connection, arguments)


if __name__ == "__main__":
    main()
