"""Tables of Python lists and of arrays, and their values as Python lists."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from swiftwater._engine import Table

UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "int64"),
        ([1, None], "int64"),
        ([1 << 63], "uint64"),
        ([1.5, 2], "float64"),
        ([1, float("nan")], "float64"),
        ([True, None, False], "bool"),
        (["a", None, "żółw"], "string"),
        (["a", float("nan")], "string"),
        ([b"a", None], "binary"),
        ([datetime.date(2024, 1, 1), None], "date"),
        ([datetime.datetime(2024, 1, 1, 1, 2, 3, 4), None], "timestamp[us]"),
        ([datetime.datetime(2024, 1, 1, tzinfo=UTC)], "timestamp[us, UTC]"),
        ([datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))],
         "timestamp[us, +02:00]"),
        ([pd.Timestamp("2024-01-01 00:00:00.000000001"), pd.NaT], "timestamp[ns]"),
        ([datetime.timedelta(1), None], "duration[us]"),
        ([[1], None, []], "list<int64>"),
        ([["a", None]], "list<string>"),
        ([{"a": 1}, {"b": "x"}, None], "struct<a: int64, b: string>"),
        ([None, None], "null"),
        ([], "null"),
        ([np.int32(1), np.int64(2)], "int64"),
        ([np.float64(1.5), None], "float64"),
        ([pd.NA, "x"], "string"),
    ],
)
def test_types_are_inferred(values, kind):
    assert Table.from_columns({"x": values}).schema == {"x": kind}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int8", [1, None, -128]), ("uint16", [65535, 0, None]), ("int32", [1, 2, None]), ("uint64", [1 << 63]),
        ("float32", [1.5, None]), ("float64", [1.0, None]), ("bool", [True, None] * 9), ("string", ["", "a", None]),
        ("binary", [b"", b"\x00", None]), ("date", [datetime.date(1, 1, 1), None]),
        ("timestamp[s]", [datetime.datetime(2024, 1, 1), None]),
        ("timestamp[ms, Europe/Warsaw]", [datetime.datetime(2024, 1, 1, tzinfo=UTC), None]),
        ("duration[ms]", [datetime.timedelta(milliseconds=5), None]),
        ("list<list<int16>>", [[[1], None], None, []]), ("dictionary<string>", ["a", "b", "a", None]),
        ("struct<a: int64, b: list<string>>", [{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}]),
        ("null", [None]),
    ],
)
def test_values_come_back_as_the_type_that_was_asked_for(kind, values):
    table = Table.from_columns({"x": values}, {"x": kind})
    assert table.schema == {"x": kind}
    assert table.to_dict() == {"x": values}
    assert pa.table(table).column(0).to_pylist() == values


def test_dates_may_be_times_and_whole_floats_integers():
    table = Table.from_columns(
        {"t": [datetime.date(2024, 1, 2)], "i": [3.0]}, {"t": "timestamp[us]", "i": "int64"})
    assert table.to_dict() == {"t": [datetime.datetime(2024, 1, 2)], "i": [3]}


@pytest.mark.parametrize(
    ("columns", "types", "error", "word"),
    [
        ({"x": [1, "a"]}, {}, TypeError, "'x' mixes int and str"),
        ({"x": [1], "y": [1, 2]}, {}, ValueError, "'y' has 2 values"),
        ({"x": [1]}, {"y": "int64"}, KeyError, "'y'"),
        ({"x": [1]}, {"x": "integer"}, ValueError, "unknown type"),
        ({"x": [1]}, {"x": "timestamp[h]"}, ValueError, "unknown time unit"),
        ({"x": [300]}, {"x": "int8"}, TypeError, "'x' cannot be int8"),
        ({"x": [1.5]}, {"x": "int64"}, TypeError, "'x' cannot be int64"),
        ({"x": ["a"]}, {"x": "bool"}, TypeError, "'x' cannot be bool"),
        ({"x": "text"}, {}, TypeError, "needs a list"),
        ({"x": 5}, {}, TypeError, "needs a list"),
        ({"x": [object()]}, {}, Exception, "object"),
        ({"x": [datetime.datetime(2024, 1, 1), datetime.datetime(2024, 1, 1, tzinfo=UTC)]}, {}, TypeError, "zone"),
    ],
)
def test_what_no_column_can_hold_is_named(columns, types, error, word):
    with pytest.raises(error, match=word):
        Table.from_columns(columns, types)


@pytest.mark.parametrize(
    "kind", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "?", "M8[ns]", "M8[s]", "M8[D]", "m8[us]"])
def test_numpy_arrays_keep_their_types(kind):
    for array in (np.array([0, 1, 5]).astype(kind), np.array([]).astype(kind), np.arange(10).astype(kind)[::3]):
        table = Table.from_columns({"x": array})
        assert table.to_columns()[0] == pa.array(array).to_pylist() or kind == "M8[D]"
        assert table.num_rows == len(array)


def test_nan_and_nat_of_numpy_are_missing():
    table = Table.from_columns({
        "f": np.array([1.5, np.nan]), "h": np.array([np.nan, 2], "f4"),
        "t": np.array(["NaT", "2024-01-01"], "M8[us]"), "d": np.array(["NaT", 1], "m8[ms]")})
    assert table.to_dict() == {
        "f": [1.5, None], "h": [None, 2.0], "t": [None, datetime.datetime(2024, 1, 1)],
        "d": [None, datetime.timedelta(milliseconds=1)]}


def test_an_array_may_be_changed_after_it_was_given():
    array = np.array([1, 2, 3])
    table = Table.from_columns({"x": array})
    array[0] = 99
    assert table.to_dict() == {"x": [1, 2, 3]}


def test_other_arrays_with_the_buffer_protocol_work():
    import array

    assert Table.from_columns({"x": array.array("d", [1.5])}).to_dict() == {"x": [1.5]}
    assert Table.from_columns({"x": memoryview(b"ab")}).to_dict() == {"x": [97, 98]}
    assert Table.from_columns({"x": range(3)}).to_dict() == {"x": [0, 1, 2]}
    assert Table.from_columns({"x": pd.Series([1, 2])}).to_dict() == {"x": [1, 2]}
    assert Table.from_columns({"x": np.array(["a", "b"])}).to_dict() == {"x": ["a", "b"]}
    assert Table.from_columns({"x": np.array(["a", None], object)}).to_dict() == {"x": ["a", None]}


def test_tables_stand_side_by_side_whatever_their_batches():
    one = Table.from_arrow(pa.table({"a": pa.chunked_array([[1, 2], [3], [4, 5, 6]])}))
    two = Table.from_arrow(pa.table({"b": pa.chunked_array([["u"], ["v", "w", "x"], ["y", "z"]])}))
    both = Table.side_by_side([one, two])
    assert both.to_rows() == list(zip([1, 2, 3, 4, 5, 6], "uvwxyz"))
    assert both.with_names(["x", "y"]).names == ["x", "y"]
    with pytest.raises(ValueError, match="6 and 2 rows"):
        Table.side_by_side([one, two.slice(0, 2)])
    with pytest.raises(ValueError, match="names"):
        both.with_names(["x"])


def test_times_outside_of_pythons_years_are_numbers():
    times, days = pa.array([1 << 60], pa.timestamp("s")), pa.array([-(1 << 30)], pa.date32())
    table = Table.from_arrow(pa.table({"t": times, "d": days}))
    assert table.to_dict() == {"t": [1 << 60], "d": [-(1 << 30)]}


def test_nanoseconds_are_pandas_times_where_pandas_is_loaded():
    table = Table.from_arrow(pa.table({"t": pa.array([1_000_000_001], pa.timestamp("ns", "UTC"))}))
    assert table.to_columns()[0] == [pd.Timestamp(1_000_000_001, unit="ns", tz="UTC")]
