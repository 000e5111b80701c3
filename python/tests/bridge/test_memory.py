"""Everything that is lent is given back: exactly once, whoever lets go first."""

import ctypes
import gc
import os
import weakref

import pyarrow as pa
import pytest

from swiftwater import _capsules
from swiftwater._engine import DataError, Table, run
from swiftwater._library import ArrowArray, ArrowArrayStream, ArrowSchema

GET = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p)
ERROR = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)
RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class CountingStream:
    """A stream of int64 batches that counts what is taken and released."""

    def __init__(self, batches, fails_at=None):
        self.values = [(ctypes.c_int64 * len(batch))(*batch) for batch in batches]
        self.left = list(range(len(batches)))
        self.fails_at = fails_at
        self.released = {"schema": 0, "array": 0, "stream": 0, "child": 0}
        self.given = 0
        self.kept = []
        self.stream = ArrowArrayStream()
        self.stream.get_schema = GET(self.get_schema)
        self.stream.get_next = GET(self.get_next)
        self.stream.get_last_error = ERROR(lambda stream: b"the source broke")
        self.stream.release = RELEASE(self.release(ArrowArrayStream, "stream"))

    def release(self, kind, what):
        def released(address):
            structure = kind.from_address(address)
            assert structure.release, f"{what} is released twice"
            self.released[what] += 1
            if kind is ArrowArrayStream:
                structure.release = RELEASE(0)
            else:
                structure.release = None
            if what == "array":
                child = structure.children[0].contents
                if child.release:
                    RELEASE(child.release)(ctypes.addressof(child))

        function = RELEASE(released)
        self.kept.append(function)
        return function

    def get_schema(self, stream, out):
        child = ArrowSchema(
            format=b"l", name=b"x", flags=2, release=ctypes.cast(self.release(ArrowSchema, "child"), ctypes.c_void_p))
        children = (ctypes.POINTER(ArrowSchema) * 1)(ctypes.pointer(child))
        ArrowSchema.from_address(out).__init__(
            format=b"+s", name=b"", n_children=1, children=children,
            release=ctypes.cast(self.release(ArrowSchema, "schema"), ctypes.c_void_p))
        self.kept += [child, children]
        return 0

    def get_next(self, stream, out):
        if self.fails_at is not None and self.given == self.fails_at:
            return 5
        if not self.left:
            ArrowArray.from_address(out).__init__()
            return 0
        self.given += 1
        values = self.values[self.left.pop(0)]
        buffers = (ctypes.c_void_p * 2)(None, ctypes.addressof(values))
        child = ArrowArray(
            length=len(values), n_buffers=2, buffers=buffers,
            release=ctypes.cast(self.release(ArrowArray, "child"), ctypes.c_void_p))
        children = (ctypes.POINTER(ArrowArray) * 1)(ctypes.pointer(child))
        none = (ctypes.c_void_p * 1)(None)
        ArrowArray.from_address(out).__init__(
            length=len(values), n_buffers=1, buffers=none, n_children=1, children=children,
            release=ctypes.cast(self.release(ArrowArray, "array"), ctypes.c_void_p))
        self.kept += [buffers, child, children, none]
        return 0

    def __arrow_c_stream__(self, requested_schema=None):
        memory = _capsules.library().sw_capsule_memory(ctypes.sizeof(ArrowArrayStream))
        ctypes.memmove(memory, ctypes.addressof(self.stream), ctypes.sizeof(ArrowArrayStream))
        return _capsules.make(_capsules.STREAM, memory)


def test_a_streams_parts_are_released_once():
    source = CountingStream([[1, 2], [], [3]])
    table = Table.from_arrow(source)
    assert source.released == {"schema": 1, "array": 0 if source.released["array"] == 0 else 1, "stream": 1,
                               "child": source.released["child"]}
    assert table.to_columns() == [[1, 2, 3]]
    slices = [table.slice(0, 1), table.slice(2, 1)]
    del table
    gc.collect()
    assert source.released["array"] < source.given
    assert [part.to_columns() for part in slices] == [[[1]], [[3]]]
    del slices
    gc.collect()
    assert source.released["array"] == source.given == 3
    assert source.released["stream"] == source.released["schema"] == 1


def test_results_of_a_run_keep_the_input_alive_as_long_as_they_need_it():
    source = CountingStream([[1, 2, 3]])
    plan = {"frames": {"out": {"from": "in", "steps": [{"head": 3}]}}, "outputs": [{"from": "out"}]}
    found = run(plan, {"in": source})
    table = pa.table(found["out"])
    del found
    gc.collect()
    assert table.column(0).to_pylist() == [1, 2, 3]
    del table
    gc.collect()
    assert source.released["array"] == 1


# The source's words are Python's, which ctypes keeps for ever.
@pytest.mark.filterwarnings("ignore:memory leak in callback")
def test_a_stream_that_fails_is_released_and_its_words_are_told():
    source = CountingStream([[1], [2]], fails_at=1)
    with pytest.raises(DataError, match="the source broke"):
        Table.from_arrow(source)
    gc.collect()
    assert source.released["stream"] == source.released["schema"] == source.released["array"] == 1


def test_a_capsule_that_nobody_takes_is_released():
    source = CountingStream([[1]])
    capsule = source.__arrow_c_stream__()
    del capsule
    gc.collect()
    assert source.released["stream"] == 1


def test_a_capsule_that_nobody_takes_is_released_while_an_exception_is_on_its_way():
    source = CountingStream([[1]])

    def fail():
        held = [source.__arrow_c_stream__()]
        raise KeyError(len(held))

    with pytest.raises(KeyError):
        fail()
    gc.collect()
    assert source.released["stream"] == 1


def test_a_capsule_can_be_taken_once():
    class Once:
        def __init__(self, capsule):
            self.capsule = capsule

        def __arrow_c_stream__(self, requested_schema=None):
            return self.capsule

    once = Once(pa.table({"x": [1]}).__arrow_c_stream__())
    assert Table.from_arrow(once).num_rows == 1
    with pytest.raises(ValueError, match="stream"):
        Table.from_arrow(once)


def test_another_capsule_is_refused():
    class Wrong:
        def __arrow_c_stream__(self, requested_schema=None):
            return pa.schema([]).__arrow_c_schema__()

    with pytest.raises(TypeError, match="arrow_array_stream"):
        Table.from_arrow(Wrong())


def test_our_stream_can_be_read_by_halves():
    table = Table.from_arrow(pa.table({"x": pa.chunked_array([[1], [2], [3]])}))
    reader = pa.RecordBatchReader.from_stream(table)
    first = reader.read_next_batch()
    del reader, table
    gc.collect()
    assert first.column(0).to_pylist() == [1]


def test_tables_can_be_referred_to_weakly():
    table = Table.from_columns({"x": [1]})
    reference = weakref.ref(table)
    del table
    gc.collect()
    assert reference() is None


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def grows(body, loops=1000, warm=200, limit=4_000_000):
    """Whether the process takes more memory after many calls."""
    for _ in range(warm):
        body()
    gc.collect()
    before = resident()
    for _ in range(loops):
        body()
    gc.collect()
    grown = resident() - before
    assert grown < limit, f"{loops} loops took {grown:,} bytes"


def test_a_thousand_tables_in_and_out_take_no_memory():
    data = pa.table({"i": list(range(5000)), "s": [f"text {index % 50}" for index in range(5000)],
                     "l": [[1, 2]] * 5000})
    grows(lambda: pa.table(Table.from_arrow(data)).num_rows)


def test_a_thousand_tables_of_lists_take_no_memory():
    rows = {"i": list(range(500)), "s": ["text"] * 500, "d": [{"a": 1}] * 500}
    grows(lambda: Table.from_columns(rows).to_dict())


def test_a_thousand_runs_take_no_memory():
    table = Table.from_columns({"i": list(range(2000)), "s": [f"text {index % 50}" for index in range(2000)]})
    plan = {"frames": {"out": {"from": "in", "steps": [
        {"filter": "i > @low"}, {"groupby": {"by": "s", "agg": {"i": ["min", "max"]}}}]}}, "outputs": [{"from": "out"}]}
    grows(lambda: run(plan, {"in": table}, {"low": 10})["out"].to_dict(), limit=6_000_000)


def test_a_thousand_reads_of_files_take_no_memory(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text("".join(f'{{"s":"text {index % 50}","i":{index}}}\n' for index in range(2000)))
    plan = {"sources": {"x": {"files": [str(path)]}}, "outputs": [{"from": "x"}]}
    grows(lambda: run(plan)["x"].num_rows, limit=8_000_000)


def test_a_thousand_errors_take_no_memory():
    table = Table.from_columns({"i": [1]})
    plan = {"frames": {"out": {"from": "in", "steps": [{"select": "x"}]}}, "outputs": [{"from": "out"}]}

    def fail():
        with pytest.raises(KeyError):
            run(plan, {"in": table})

    grows(fail)
