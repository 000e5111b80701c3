"""Every Arrow type goes in and out, whole, sliced, chunked, empty and with missing values."""

import datetime
import decimal

import pyarrow as pa
import pytest

from swiftwater._engine import Table, UnsupportedError

DAY = datetime.date(2024, 2, 29)
TIME = datetime.datetime(2024, 2, 29, 12, 30, 15, 123000)

# Type, values, and the type that comes back where it is another.
CASES = [
    (pa.null(), [None, None, None], None),
    (pa.bool_(), [True, False, None, True, True, False, True, False, True, None, True], None),
    *[(kind, [1, None, 0, 100, 7], None) for kind in (
        pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())],
    (pa.int64(), [-(1 << 63), (1 << 63) - 1, None], None),
    (pa.uint64(), [(1 << 64) - 1, None, 0], None),
    (pa.float32(), [1.5, None, -0.25, float("inf")], None),
    (pa.float64(), [1.5, None, -0.25, float("-inf")], None),
    (pa.float16(), [1.5, None, -0.25], pa.float32()),
    (pa.string(), ["a", None, "", "żółw 🐢", "x" * 1000], None),
    (pa.large_string(), ["a", None, "", "żółw 🐢"], pa.string()),
    (pa.string_view(), ["a", None, "", "żółw 🐢 and more than twelve bytes"], pa.string()),
    (pa.binary(), [b"a", None, b"", b"\x00\xff"], None),
    (pa.large_binary(), [b"a", None, b"", b"\x00\xff"], pa.binary()),
    (pa.binary_view(), [b"a", None, b"", b"\x00\xff" * 20], pa.binary()),
    (pa.binary(3), [b"abc", None, b"\x00\xff\x00"], pa.binary()),
    (pa.date32(), [DAY, None, datetime.date(1600, 1, 1)], None),
    (pa.date64(), [DAY, None, datetime.date(1970, 1, 1)], pa.timestamp("ms")),
    *[(pa.timestamp(unit), [TIME.replace(microsecond=0), None, datetime.datetime(1950, 1, 1)], None)
      for unit in ("s", "ms", "us", "ns")],
    (pa.timestamp("us", "UTC"), [TIME.replace(tzinfo=datetime.timezone.utc), None], None),
    (pa.timestamp("ms", "Europe/Warsaw"), [TIME.replace(tzinfo=datetime.timezone.utc), None], None),
    *[(pa.duration(unit), [datetime.timedelta(seconds=90), None, datetime.timedelta(seconds=-1)], None)
      for unit in ("s", "ms", "us", "ns")],
    (pa.list_(pa.int64()), [[1, None, 3], None, [], [4]], None),
    (pa.large_list(pa.string()), [["a", None], None, [], ["b"]], pa.list_(pa.string())),
    (pa.list_(pa.int32(), 2), [[1, 2], None, [None, 4], [5, 6]], pa.list_(pa.int32())),
    (pa.list_(pa.list_(pa.bool_())), [[[True], None, []], None, [[False, None]]], None),
    (pa.struct([("a", pa.int64()), ("b", pa.string())]), [{"a": 1, "b": "x"}, None, {"a": None, "b": ""}], None),
    (pa.list_(pa.struct([("a", pa.float64())])), [[{"a": 1.5}, None], None, []], None),
    (pa.struct([("l", pa.list_(pa.int8())), ("s", pa.struct([("t", pa.timestamp("us"))]))]),
     [{"l": [1], "s": {"t": TIME}}, None, {"l": None, "s": None}], None),
    (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("b", None)], None, []],
     pa.list_(pa.struct([("key", pa.string()), ("value", pa.int64())]))),
    *[(pa.dictionary(codes, pa.string()), ["x", "y", None, "x", "z"], pa.dictionary(pa.int32(), pa.string()))
      for codes in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64())],
    (pa.dictionary(pa.int8(), pa.int64()), [10, None, 20, 10], pa.dictionary(pa.int32(), pa.int64())),
    (pa.list_(pa.dictionary(pa.int8(), pa.string())), [["x", "y"], None, ["x"]], None),
]
NAMES = [f"{index}-{kind}" for index, (kind, _, _) in enumerate(CASES)]


def made(kind, values):
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode().cast(kind)
    if pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type):
        flat = [item for part in values if part is not None for item in part]
        return pa.ListArray.from_arrays(
            pa.array([0, 2, 2, 3], pa.int32()), pa.array(flat).dictionary_encode().cast(kind.value_type),
            mask=pa.array([False, True, False]))
    return pa.array(values, kind)


def plain(array):
    """Values as Python's, with maps as lists of structures."""
    def value(item):
        if isinstance(item, list) and item and isinstance(item[0], tuple):
            return [{"key": key, "value": inner} for key, inner in item]
        return item
    return [value(item) for item in array.to_pylist()]


def check(table: Table, array, expected_type):
    back = pa.table(table)
    back.validate(full=True)
    if expected_type is not None and not pa.types.is_list(expected_type):
        assert back.schema.field(0).type == expected_type
    want = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if pa.types.is_date64(want.type):
        want = want.cast(pa.timestamp("ms"))
    assert back.column(0).to_pylist() == plain(want)
    assert table.num_rows == len(array)
    assert table.to_columns()[0] == plain(want)


@pytest.mark.parametrize(("kind", "values", "back"), CASES, ids=NAMES)
def test_a_column_goes_in_and_out(kind, values, back):
    array = made(kind, values)
    check(Table.from_arrow(pa.table({"x": array})), array, back or kind)


@pytest.mark.parametrize(("kind", "values", "back"), CASES, ids=NAMES)
def test_every_slice_has_its_rows(kind, values, back):
    array = made(kind, values)
    for start in range(len(array) + 1):
        for count in range(len(array) - start + 1):
            part = array.slice(start, count)
            check(Table.from_arrow(pa.table({"x": part})), part, None)


@pytest.mark.parametrize(("kind", "values", "back"), CASES, ids=NAMES)
def test_every_slice_of_a_batch_has_its_rows(kind, values, back):
    """A record batch that is sliced as a whole has the offset at its columns, a structure's array at its top."""
    array = made(kind, values)
    batch = pa.record_batch({"x": array})
    structure = pa.StructArray.from_arrays([array], ["x"])
    for start in range(len(array) + 1):
        check(Table.from_arrow(batch.slice(start)), array.slice(start), None)
        check(Table.from_arrow(structure.slice(start)), array.slice(start), None)


@pytest.mark.parametrize(("kind", "values", "back"), CASES, ids=NAMES)
def test_chunks_stay_in_order(kind, values, back):
    array = made(kind, values)
    chunks = pa.chunked_array([array, array.slice(1), array.slice(0, 0), array.slice(0, 2)], array.type)
    check(Table.from_arrow(pa.table({"x": chunks})), chunks, None)


@pytest.mark.parametrize(("kind", "values", "back"), CASES, ids=NAMES)
def test_an_empty_column_keeps_its_type(kind, values, back):
    array = made(kind, values).slice(0, 0)
    for data in (pa.table({"x": array}), pa.table({"x": pa.chunked_array([], array.type)})):
        table = Table.from_arrow(data)
        assert table.num_rows == 0
        if back is None or not pa.types.is_list(back):
            assert pa.table(table).schema.field(0).type == (back or array.type) or pa.types.is_list(array.type)


@pytest.mark.parametrize(("kind", "values", "back"), CASES, ids=NAMES)
def test_slices_of_ours_have_their_rows(kind, values, back):
    array = made(kind, values)
    table = Table.from_arrow(pa.table({"x": pa.chunked_array([array, array], array.type)}))
    for start in range(2 * len(array) + 1):
        part = table.slice(start, 3)
        both = plain(array) * 2
        if pa.types.is_date64(array.type):
            both = array.cast(pa.timestamp("ms")).to_pylist() * 2
        assert pa.table(part).column(0).to_pylist() == both[start:start + 3]
        assert part.to_columns()[0] == both[start:start + 3]


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (pa.array([decimal.Decimal("1.5")]), "d:2,1"),
        (pa.array([datetime.time(1, 2)]), "ttu"),
        (pa.array([pa.MonthDayNano([1, 2, 3])]), "tin"),
    ],
    ids=["decimal", "time", "interval"],
)
def test_a_type_that_is_not_there_is_named(array, word):
    with pytest.raises(UnsupportedError, match="'x'.*" + word) as caught:
        Table.from_arrow(pa.table({"x": array}))
    assert isinstance(caught.value, NotImplementedError)
    assert caught.value.hint


def test_arrays_and_columns_by_themselves_are_tables_of_one_column():
    assert Table.from_arrow(pa.array([1, None])).to_columns() == [[1, None]]
    assert Table.from_arrow(pa.chunked_array([[1], [2, None]])).to_columns() == [[1, 2, None]]


def test_a_dictionary_with_a_value_twice_or_missing_is_decoded():
    twice = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), pa.array(["a", "b", "a"]))
    missing = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0]), pa.array(["a", None]))
    table = Table.from_arrow(pa.table({"twice": twice, "missing": missing}))
    assert table.schema == {"twice": "string", "missing": "string"}
    assert table.to_dict() == {"twice": ["a", "b", "a", None], "missing": ["a", None, None, "a"]}


def test_names_may_be_twice_empty_and_of_any_letters():
    names = ["x", "x", "", "żółw", "a.b", 'quo"te', "new\nline"]
    batch = pa.RecordBatch.from_arrays([pa.array([1])] * len(names), names)
    table = Table.from_arrow(batch)
    assert table.names == names
    assert pa.table(table).column_names == names


def test_a_table_without_columns_keeps_no_rows_and_does_not_fail():
    table = Table.from_arrow(pa.table({}))
    assert table.columns == ()
    assert table.to_dict() == {}


def test_memory_is_shared_in_both_directions():
    array = pa.array(range(1000), pa.int64())
    back = pa.table(Table.from_arrow(pa.table({"x": array})))
    assert back.column(0).chunk(0).buffers()[1].address == array.buffers()[1].address
    text = pa.array(["a", "b"] * 1000)
    back = pa.table(Table.from_arrow(pa.table({"x": text})))
    assert back.column(0).chunk(0).buffers()[2].address == text.buffers()[2].address
