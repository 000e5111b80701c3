"""Small plans run on the caller's thread, and texts in memory are read where they are: with the results of other runs."""

from __future__ import annotations

import gc
import json
import threading
from pathlib import Path

import pytest

from swiftwater._engine import FileError, Memory, PlanError, Table, run, run_tables

STEPS = [
    [{"filter": "n > 3"}],
    [{"groupby": {"by": ["k"], "agg": {"n": ["sum"]}}}],
    [{"row_number": {"name": "row"}}, {"filter": "row % 2 == 0"}],
    [{"sort_values": {"by": ["k", "n"], "ascending": [False, True]}}],
    [{"assign": {"m": "n * 2"}}, {"nlargest": {"n": 2, "by": ["m"]}}],
    [{"window": {"by": ["k"], "columns": [{"name": "s", "function": "cumsum", "column": "n"}]}}],
]


def plan_of(steps: list[object]) -> dict[str, object]:
    return {"frames": {"f": {"from": "t", "steps": steps}}, "outputs": [{"from": "f"}]}


def table(rows: int) -> Table:
    return Table.from_columns({"k": [f"k{i % 3}" for i in range(rows)], "n": [(i * 7) % 11 for i in range(rows)]})


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("rows", [0, 1, 10, 8192, 8193])
def test_small_runs_give_what_others_do(steps: list[object], rows: int) -> None:
    given = {"t": table(rows)}
    wanted = run(plan_of(steps), given)["f"]
    # Again and again: what the first run found out about the plan serves the later ones.
    for _ in range(3):
        (found,) = run_tables(plan_of(steps), given, 1)
        assert found.columns == wanted.columns
        assert found.to_columns() == wanted.to_columns()
        assert len(found) == len(wanted)


def test_the_same_plan_over_other_columns_is_planned_anew() -> None:
    plan = plan_of([{"groupby": {"by": [], "agg": {"n": ["sum"]}}}])
    for values, total in [([1, 2], 3), ([1.5, 2.5], 4.0), ([1, 2], 3)]:
        (found,) = run_tables(plan, {"t": Table.from_columns({"n": values})}, 1)
        assert found.to_columns() == [[total]]
        assert type(found.to_columns()[0][0]) is type(total)
    with pytest.raises(PlanError):
        run_tables(plan, {"t": Table.from_columns({"m": [1]})}, 1)


def test_several_outputs_come_in_their_order(tmp_path: Path) -> None:
    plan = {
        "frames": {"a": {"from": "t", "steps": [{"head": 2}]}, "b": {"from": "t", "steps": [{"head": 3}]}},
        "outputs": [{"from": "b"}, {"from": "a", "to": str(tmp_path / "a.parquet")}, {"from": "a"}],
    }
    assert [len(found) for found in run_tables(plan, {"t": table(9)}, 2)] == [3, 2]
    assert (tmp_path / "a.parquet").exists()


def test_threads_run_small_plans_at_once() -> None:
    failures: list[object] = []

    def work(number: int) -> None:
        for turn in range(100):
            (found,) = run_tables(plan_of([{"filter": f"n > {turn % 5}"}]), {"t": table(number + 5)}, 1)
            wanted = [n for n in ((i * 7) % 11 for i in range(number + 5)) if n > turn % 5]
            if found.to_columns()[1] != wanted:
                failures.append((number, turn))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def source(memory: Memory, format_: str = "json-lines") -> dict[str, object]:
    return {
        "sources": {"t": {"files": [memory.path], "format": format_}},
        "frames": {"f": {"from": "t", "steps": []}}, "outputs": [{"from": "f"}],
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
@pytest.mark.parametrize("rows", [1, 2, 100, 3000, 40_000])
@pytest.mark.parametrize("letter", ["x", "ü"])
def test_text_in_memory_is_read_as_a_file_is(rows: int, ending: str, letter: str, tmp_path: Path) -> None:
    lines = [json.dumps({"n": i, "t": letter * (i % 90), "f": i / 8}, ensure_ascii=False) for i in range(rows)]
    text = "\n".join(lines) + ending
    path = tmp_path / "t.ndjson"
    path.write_text(text, encoding="utf-8")
    plan = {"sources": {"t": {"files": [str(path)]}}, "frames": {"f": {"from": "t", "steps": []}}, "outputs": [{"from": "f"}]}
    wanted = run(plan)["f"].to_columns()
    for content in (text, text.encode()):
        memory = Memory(content)
        assert run(source(memory))["f"].to_columns() == wanted
        (found,) = run_tables(source(memory), {}, 1)
        assert found.to_columns() == wanted


def test_csv_in_memory() -> None:
    memory = Memory("a,b\n1,x\n2,\"y\nz\"\n")
    (found,) = run_tables(source(memory, "csv"), {}, 1)
    assert found.to_columns() == [[1, 2], ["x", "y\nz"]]


def test_memory_that_is_closed_is_not_read() -> None:
    memory = Memory('{"a": 1}')
    plan = source(memory)
    assert len(run_tables(plan, {}, 1)[0]) == 1
    del memory
    gc.collect()
    with pytest.raises(FileError):
        run(plan)
    with pytest.raises(UnicodeEncodeError):
        Memory("\ud800")


def test_bad_lines_in_memory_are_named() -> None:
    memory = Memory('{"a": 1}\n{"a": 2}\nnonsense\n')
    with pytest.raises(Exception, match=":3:1"):
        run(source(memory))
