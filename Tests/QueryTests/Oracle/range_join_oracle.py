"""Joins within a range of time, as DuckDB's SQL has them.

Reads a JSON file with a list of cases and prints a JSON list of their rows, in any order. A case has the "tables" left and
right, each a list of columns (name, type, values), "how", the key columns "on" of each, and "within": the columns and the
bounds in microseconds.
"""

import json
import sys

import duckdb

TYPES = {
    "int64": "BIGINT", "int32": "INTEGER", "string": "VARCHAR", "bool": "BOOLEAN", "timestamp[s]": "TIMESTAMP",
    "timestamp[ms]": "TIMESTAMP", "timestamp[us]": "TIMESTAMP",
}
MICROSECONDS = {"timestamp[s]": 1_000_000, "timestamp[ms]": 1000, "timestamp[us]": 1}
JOINS = {"inner": "JOIN", "left": "LEFT JOIN", "right": "RIGHT JOIN", "outer": "FULL JOIN", "semi": "SEMI JOIN",
         "anti": "ANTI JOIN"}


def rows(case):
    connection = duckdb.connect()
    for name, columns in case["tables"].items():
        fields = ", ".join(f'"{column["name"]}" {TYPES[column["type"]]}' for column in columns)
        connection.execute(f'CREATE TABLE "{name}" ({fields})')
        marks = ", ".join("make_timestamp(?)" if c["type"] in MICROSECONDS else "?" for c in columns)
        for row in zip(*[column["values"] for column in columns]):
            values = [
                None if v is None else v * MICROSECONDS[c["type"]] if c["type"] in MICROSECONDS else v
                for v, c in zip(row, columns)
            ]
            connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', values)
    a, b, least, most = case["within"]
    keys = " AND ".join(f'l."{x}" IS NOT DISTINCT FROM r."{y}"' for x, y in zip(*case["on"]))
    distance = f'epoch_us(r."{b}") - epoch_us(l."{a}")'
    both = "" if case["how"] in ("semi", "anti") else ", r.*"
    result = connection.execute(
        f'SELECT l.*{both} FROM "left" l {JOINS[case["how"]]} "right" r '
        f"ON {keys} AND {distance} BETWEEN {least} AND {most}").fetchall()
    return [[str(value) if hasattr(value, "year") else value for value in row] for row in result]


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    json.dump([rows(case) for case in cases], sys.stdout)


main()
