"""Random nested tables, sliced and chunked at random, keep their values on every way in and out."""

import datetime
import random

import polars as pl
import pyarrow as pa
import pytest

from swiftwater._engine import Table, run

LEAVES = [
    pa.bool_(), pa.int8(), pa.int32(), pa.int64(), pa.uint16(), pa.uint64(), pa.float32(), pa.float64(), pa.string(),
    pa.large_string(), pa.string_view(), pa.binary(), pa.binary(2), pa.date32(), pa.timestamp("us"),
    pa.timestamp("ms", "UTC"), pa.duration("us"), pa.null(),
]


def random_type(chance, depth):
    kind = chance.random()
    if depth == 0 or kind < 0.5:
        return chance.choice(LEAVES)
    inner = random_type(chance, depth - 1)
    if kind < 0.65:
        return pa.list_(inner)
    if kind < 0.7:
        return pa.large_list(inner)
    if kind < 0.75:
        return pa.list_(inner, 2)
    if kind < 0.8:
        return pa.list_view(inner)
    return pa.struct([(f"m{index}", random_type(chance, depth - 1)) for index in range(chance.randint(1, 3))])


def random_value(chance, kind, missing):
    if pa.types.is_null(kind) or chance.random() < missing:
        return None
    if pa.types.is_fixed_size_list(kind):
        return [random_value(chance, kind.value_type, missing) for _ in range(kind.list_size)]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_list_view(kind):
        return [random_value(chance, kind.value_type, missing) for _ in range(chance.choice([0, 1, 2, 5]))]
    if pa.types.is_struct(kind):
        return {field.name: random_value(chance, field.type, missing) for field in kind}
    if pa.types.is_boolean(kind):
        return chance.random() < 0.5
    if pa.types.is_integer(kind):
        low = 0 if pa.types.is_unsigned_integer(kind) else -(1 << (kind.bit_width - 1))
        return chance.randint(low, (1 << (kind.bit_width - (low < 0))) - 1)
    if pa.types.is_floating(kind):
        return chance.choice([0.0, -1.5, 2.0 ** chance.randint(-100, 100)])
    if pa.types.is_fixed_size_binary(kind):
        return bytes(chance.choices(range(256), k=kind.byte_width))
    if pa.types.is_binary(kind):
        return bytes(chance.choices(range(256), k=chance.choice([0, 1, 20])))
    if pa.types.is_date(kind):
        return datetime.date(1970, 1, 1) + datetime.timedelta(days=chance.randint(-100_000, 100_000))
    if pa.types.is_timestamp(kind):
        time = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=chance.randint(-10**13, 10**13))
        return time.replace(tzinfo=datetime.timezone.utc) if kind.tz else time
    if pa.types.is_duration(kind):
        return datetime.timedelta(microseconds=chance.randint(-10**15, 10**15))
    return "".join(chance.choices("aż🐢 ", k=chance.choice([0, 1, 12, 13, 30])))


def random_table(chance):
    rows = chance.choice([0, 1, 7, 8, 9, 64, 65])
    columns = {}
    for index in range(chance.randint(1, 4)):
        kind = random_type(chance, 3)
        missing = chance.choice([0.0, 0.0, 0.3, 1.0])
        chunks, left = [], rows
        while left > 0 or not chunks:
            count = min(left, chance.choice([1, 5, 8, 100])) if left else 0
            before, after = chance.choice([0, 0, 1, 3, 8]), chance.choice([0, 2])
            values = [random_value(chance, kind, missing) for _ in range(before + count + after)]
            chunks.append(pa.array(values, kind).slice(before, count))
            left -= count
        columns[f"c{index}"] = pa.chunked_array(chunks, kind)
    return pa.table(columns)


@pytest.mark.parametrize("seed", range(300))
def test_values_stay(seed):
    chance = random.Random(seed)
    table = random_table(chance)
    want = {name: table[name].to_pylist() for name in table.column_names}
    ours = Table.from_arrow(table)
    assert ours.to_dict() == want
    back = pa.table(ours)
    back.validate(full=True)
    assert back.to_pydict() == want
    # Round once more, now with our own layout, and sliced.
    start = chance.randint(0, table.num_rows)
    part = {name: values[start:start + 9] for name, values in want.items()}
    assert Table.from_arrow(pa.table(ours.slice(start, 9))).to_dict() == part
    assert Table.from_arrow(back.slice(start, 9)).to_dict() == part
    # Through a run, whose morsels cut it up.
    found = run({"frames": {"out": {"from": "t", "steps": [{"head": 40}]}}, "outputs": [{"from": "out"}]}, {"t": ours})
    assert found["out"].to_dict() == {name: values[:40] for name, values in want.items()}


@pytest.mark.parametrize("seed", range(60))
def test_polars_takes_and_gives_them(seed):
    chance = random.Random(1000 + seed)
    table = random_table(chance)
    want = {name: table[name].to_pylist() for name in table.column_names}
    frame = pl.DataFrame(Table.from_arrow(table))
    assert Table.from_arrow(frame).to_dict() == want
    start = chance.randint(0, table.num_rows)
    assert Table.from_arrow(frame.slice(start, 9)).to_dict() == {
        name: values[start:start + 9] for name, values in want.items()}
