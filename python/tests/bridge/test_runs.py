"""Plans: results, reports, errors, parameters, progress."""

import datetime
import json
import pickle

import pytest

from swiftwater._engine import (
    ColumnNotFoundError, DataError, EngineError, FileError, MissingFileError, OutOfMemoryError, PlanError, Table,
    explain, run, schemas, version,
)
from swiftwater._version import __version__

DAY, TIME, HOURS = datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1), datetime.timedelta(hours=24)
TABLE = Table.from_columns({"company": ["a", "b", "a", None], "cpu": [10.0, 20.0, 30.0, None], "id": [1, 2, 3, 4]})


def steps(*steps, **parameters):
    """The rows of TABLE after steps."""
    plan = {"frames": {"out": {"from": "in", "steps": list(steps)}}, "outputs": [{"from": "out"}]}
    return run(plan, {"in": TABLE}, parameters)["out"]


def test_the_engine_has_the_packages_version():
    assert version() == __version__


def test_steps_run():
    found = steps({"groupby": {"by": "company", "agg": {"cpu": ["min", "mean"], "id": [{"max": "last_id"}]}}})
    assert found.to_dict() == {
        "company": ["a", "b"], "cpu_min": [10.0, 20.0], "cpu_mean": [20.0, 20.0], "last_id": [3, 2]}


def test_the_members_of_objects_keep_their_order():
    found = steps({"assign": {"z": "id + 1", "y": "z + 1", "x": "y + 1"}})
    assert found.names == ["company", "cpu", "id", "z", "y", "x"]
    assert found.to_dict()["x"] == [4, 5, 6, 7]


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        ("int64", [1, 2], 2), ("float64", [1.0, 2.5], 2.5), ("string", ["a", "żółw"], "żółw"),
        ("bool", [True, False], False), ("date", [DAY, DAY + HOURS], DAY + HOURS),
        ("timestamp[us]", [TIME, TIME + HOURS], TIME + HOURS),
        ("duration[us]", [datetime.timedelta(1), datetime.timedelta(2)], datetime.timedelta(2)),
        ("uint64", [1, 1 << 63], 1 << 63),
    ],
)
def test_parameters_of_every_type(kind, values, wanted):
    table = Table.from_columns({"x": values}, {"x": kind})
    plan = {"frames": {"out": {"from": "in", "steps": [{"filter": "x == @wanted"}]}}, "outputs": [{"from": "out"}]}
    assert run(plan, {"in": table}, {"wanted": wanted})["out"].to_columns() == [[wanted]]


def test_a_list_may_be_a_parameter():
    assert steps({"filter": "id in @ids"}, ids=[1, 4]).to_dict()["id"] == [1, 4]


def test_a_frame_without_rows_has_its_columns():
    found = steps({"filter": "id > 100"})
    assert found.columns == TABLE.columns
    assert found.to_rows() == []


def test_several_outputs_come_in_their_order_and_files_are_in_the_report(tmp_path):
    plan = {
        "frames": {"high": {"from": "in", "steps": [{"filter": "cpu > 15"}]},
                   "low": {"from": "in", "steps": [{"filter": "cpu <= 15"}]}},
        "outputs": [{"from": "low"}, {"from": "high"}, {"from": "high", "to": str(tmp_path / "high.csv")}],
    }
    found = run(plan, {"in": TABLE})
    assert list(found) == ["low", "high"]
    assert found["high"].num_rows == 2
    assert found.report["rows"] == 4
    assert found.report["badRows"] == 0
    assert [output["rows"] for output in found.report["outputs"]] == [2]
    assert (tmp_path / "high.csv").read_text().splitlines()[0] == "company,cpu,id"


def test_files_are_sources(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text('{"a":1}\n{"a":2}\n')
    plan = {"sources": {"x": {"files": [str(path)]}}, "outputs": [{"from": "x"}]}
    assert run(plan)["x"].to_dict() == {"a": [1, 2]}
    assert schemas(plan) == {"x": [("a", "int64")]}


def test_columns_and_text_without_a_run():
    plan = {
        "frames": {"out": {"from": "in", "steps": [{"groupby": {"by": "company", "agg": {"id": "count"}}}]}},
        "outputs": [{"from": "out"}],
    }
    assert schemas(plan, {"in": TABLE}) == {
        "in": [("company", "string"), ("cpu", "float64"), ("id", "int64")],
        "out": [("company", "string"), ("id_count", "int64")]}
    assert "groupby company: id_count = count(id)" in explain(plan, {"in": TABLE})


def test_a_missing_column_is_a_key_error_with_its_name():
    for step in ({"select": ["cup"]}, {"filter": "cup > 1"}, {"groupby": {"by": "cup", "agg": {"id": "sum"}}}):
        with pytest.raises(KeyError, match="did you mean 'cpu'") as caught:
            steps(step)
        assert isinstance(caught.value, ColumnNotFoundError)
        assert caught.value.column == "cup"
        assert caught.value.kind == "usage"


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ({"filtr": "a"}, "did you mean 'filter'"),
        ({"filter": "cpu >"}, "frames.out.steps"),
        ({"filter": "company > 1"}, "company"),
        ({"head": -1}, "-1"),
        ({"astype": {"id": "integer"}}, "unknown type"),
        ({"select": ["id", "id"]}, "twice"),
        ({"filter": "id > @nothing"}, "nothing"),
        ("wrong", "wrong"),
        (5, "a mapping"),
    ],
)
def test_plans_that_make_no_sense_are_value_errors(step, word):
    with pytest.raises(PlanError, match=word) as caught:
        steps(step)
    assert isinstance(caught.value, ValueError)


def test_errors_of_files(tmp_path):
    def read(path, **options):
        return run({"sources": {"x": {"files": [str(path)], **options}}, "outputs": [{"from": "x"}]})

    with pytest.raises(FileNotFoundError, match="no such file") as missing:
        read(tmp_path / "nothing.csv")
    assert isinstance(missing.value, MissingFileError)
    assert missing.value.errno == 2
    with pytest.raises(FileNotFoundError, match="no file matches"):
        read(tmp_path / "*.csv")
    with pytest.raises(OSError, match="folder"):
        read(tmp_path, format="csv")
    bad = tmp_path / "bad.ndjson"
    bad.write_text('{"a":1}\n{"a":\n')
    with pytest.raises(DataError, match=r"bad.ndjson:2:") as broken:
        read(bad)
    assert broken.value.line == 2
    assert broken.value.file == str(bad)
    with pytest.raises(FileError):
        run({"outputs": [{"from": "in", "to": str(bad / "x.csv")}]}, {"in": TABLE})


def test_the_memory_limit_is_a_memory_error(events):
    plan = {"sources": {"x": {"files": [str(events)]}},
            "frames": {"out": {"from": "x", "steps": [{"sort_values": {"by": "cpu"}}]}}, "outputs": [{"from": "out"}]}
    with pytest.raises(MemoryError, match="memory limit") as caught:
        run(plan, memory_limit=1_000_000)
    assert isinstance(caught.value, OutOfMemoryError)
    assert run(plan)["out"].num_rows == 400_000


def test_options_are_checked():
    with pytest.raises(PlanError, match="threads"):
        run({"outputs": [{"from": "in"}]}, {"in": TABLE}, threads=0)


def test_errors_can_be_pickled():
    with pytest.raises(EngineError) as caught:
        steps({"select": ["cup"]})
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is type(caught.value)
    assert str(copy) == str(caught.value)
    assert vars(copy) == vars(caught.value)


def test_nothing_is_left_of_a_run_that_fails(tmp_path):
    path = tmp_path / "bad.ndjson"
    path.write_text('{"a":1}\n' * 10_000 + "{\n")
    plan = {"sources": {"x": {"files": [str(path)]}}, "outputs": [{"from": "x", "to": str(tmp_path / "out.csv")}]}
    with pytest.raises(DataError):
        run(plan)
    assert [entry.name for entry in tmp_path.iterdir()] == ["bad.ndjson"]


def test_progress_is_told(events):
    seen = []
    plan = {"sources": {"x": {"files": [str(events)] * 10}},
            "frames": {"out": {"from": "x", "steps": [{"groupby": {"by": "company", "agg": {"cpu": "max"}}}]}},
            "outputs": [{"from": "out"}]}
    found = run(plan, threads=1, progress=seen.append, progress_interval=0.02)
    assert found["out"].num_rows == 100
    assert seen
    assert [one.bytes for one in seen] == sorted(one.bytes for one in seen)
    assert seen[-1].total_bytes == events.stat().st_size * 10
    assert 0 < seen[-1].fraction <= 1
    assert seen[-1].rows <= 4_000_000


def test_an_error_of_the_progress_function_ends_the_run(events):
    def fail(progress):
        raise RuntimeError("enough")

    plan = {"sources": {"x": {"files": [str(events)] * 10}}, "outputs": [{"from": "x"}]}
    with pytest.raises(RuntimeError, match="enough"):
        run(plan, threads=1, progress=fail, progress_interval=0.02)
    assert steps({"head": 1}).num_rows == 1


def test_plans_are_json():
    plan = {"frames": {"out": {"from": "in", "steps": [{"head": 2}]}}, "outputs": [{"from": "out"}]}
    assert run(json.loads(json.dumps(plan)), {"in": TABLE})["out"].num_rows == 2
    assert run({}).report["rows"] == 0
