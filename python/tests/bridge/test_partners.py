"""pandas, Polars, DuckDB and pyarrow take our tables, and we take theirs."""

import datetime

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from swiftwater._engine import Table, run

ROWS = {
    "i": [1, None, 3], "f": [1.5, None, -2.0], "b": [True, None, False], "s": ["a", None, "żółw"],
    "t": [datetime.datetime(2024, 1, 2, 3, 4, 5, 6), None, datetime.datetime(1969, 1, 1)],
    "d": [datetime.date(2024, 1, 2), None, datetime.date(1900, 1, 1)],
    "l": [[1, None], None, []], "m": [{"x": 1, "y": "a"}, None, {"x": None, "y": None}],
}


@pytest.fixture
def table():
    return Table.from_columns(ROWS)


def test_pyarrow(table):
    back = pa.table(table)
    assert back.to_pydict() == ROWS
    assert pa.RecordBatchReader.from_stream(table).read_all() == back
    assert pa.schema(table) == back.schema
    assert Table.from_arrow(pa.RecordBatchReader.from_stream(table)).to_dict() == ROWS
    assert Table.from_arrow(back.to_batches()[0]).to_dict() == ROWS


def test_polars(table):
    frame = pl.DataFrame(table)
    assert frame.to_dict(as_series=False) == ROWS
    assert Table.from_arrow(frame).to_dict() == ROWS
    assert Table.from_arrow(frame["s"]).to_columns() == [ROWS["s"]]
    sliced = pl.concat([frame, frame]).slice(1, 4)
    assert Table.from_arrow(sliced).to_dict() == {name: (values * 2)[1:5] for name, values in ROWS.items()}


def test_polars_categories_and_enums():
    frame = pl.DataFrame({
        "c": pl.Series(["x", "y", None, "x"], dtype=pl.Categorical),
        "e": pl.Series(["b", None, "a", "b"], dtype=pl.Enum(["a", "b"]))})
    table = Table.from_arrow(frame)
    assert table.to_dict() == {"c": ["x", "y", None, "x"], "e": ["b", None, "a", "b"]}


def test_duckdb(table):
    with duckdb.connect() as connection:
        assert Table.from_arrow(connection.from_arrow(pa.table(table))).to_dict() == ROWS
        connection.register("ours", table)
        assert connection.sql("select sum(i)::bigint as n, max(s) as s from ours").fetchall() == [(4, "żółw")]
        many = connection.sql("select range as n, 'text ' || (range % 7) as s from range(10000)")
        assert Table.from_arrow(many).num_rows == 10_000


def test_pandas(table):
    frame = pd.DataFrame({
        "i": [1, 2, 3], "f": [1.5, float("nan"), -2.0], "s": ["a", None, "żółw"],
        "t": pd.to_datetime(["2024-01-01", None, "1969-01-01"]),
        "z": pd.to_datetime(["2024-01-01", None, "1969-01-01"]).tz_localize("Europe/Warsaw"),
        "c": pd.Categorical(["x", None, "y"]), "n": pd.array([1, None, 3], "Int64"),
        "b": pd.array([True, None, False], "boolean"), "d": pd.to_timedelta([1, None, 3], "s")})
    table = Table.from_arrow(frame)
    assert table.schema == {
        "i": "int64", "f": "float64", "s": "string", "t": "timestamp[us]", "z": "timestamp[us, Europe/Warsaw]",
        "c": "dictionary<string>", "n": "int64", "b": "bool", "d": "duration[us]"}
    back = pa.table(table).to_pandas()
    for name in frame.columns:
        want = frame[name].astype(object).where(frame[name].notna(), None).tolist()
        assert back[name].astype(object).where(back[name].notna(), None).tolist() == want, name
    part = frame.iloc[1:].reset_index(drop=True)
    assert Table.from_arrow(part).to_dict()["s"] == [None, "żółw"]


def test_a_run_takes_tables_of_all_of_them():
    plan = {
        "frames": {name: {"from": f"{name}_in", "steps": [{"filter": "n >= 2"}]} for name in ("a", "b", "c")},
        "outputs": [{"from": name} for name in ("a", "b", "c")],
    }
    found = run(plan, {
        "a_in": pa.table({"n": [1, 2]}), "b_in": pl.DataFrame({"n": [2, 3]}), "c_in": pd.DataFrame({"n": [1, 1]})})
    assert {name: table.to_columns()[0] for name, table in found.items()} == {"a": [2], "b": [2, 3], "c": []}
    assert pl.DataFrame(found["b"])["n"].to_list() == [2, 3]


def test_our_tables_outlive_what_they_came_from():
    frame = pl.DataFrame({"s": ["text that is longer than an inline view"] * 1000})
    table = Table.from_arrow(frame)
    del frame
    back = pa.table(table)
    del table
    assert set(back.column(0).to_pylist()) == {"text that is longer than an inline view"}


def test_a_thing_without_arrow_data_is_named():
    with pytest.raises(TypeError, match="a dict has no Arrow data"):
        Table.from_arrow({"a": [1]})


def test_strings_that_repeat_may_stay_dictionaries(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text('{"s":"a"}\n{"s":"b"}\n{"s":null}\n' * 1000)
    found = run({"sources": {"x": {"files": [str(path)]}}, "outputs": [{"from": "x"}]})["x"]
    assert pa.schema(found).field("s").type == pa.string()
    assert pa.table(found).schema.field("s").type == pa.string()
    kept = pa.table(found.dictionary_stream())
    assert kept.schema.field("s").type == pa.dictionary(pa.int32(), pa.string())
    assert kept.column("s").to_pylist() == pa.table(found).column("s").to_pylist()
