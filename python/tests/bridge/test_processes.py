"""Threads, forks and Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from swiftwater._engine import Table, run

GROUPS = {"frames": {"out": {"from": "x", "steps": [{"groupby": {"by": "company", "agg": {"cpu": "max"}}}]}},
          "outputs": [{"from": "out"}]}


def test_several_threads_query_at_once():
    table = Table.from_columns({"company": ["a", "b"] * 50_000, "cpu": [float(i) for i in range(100_000)]})
    wrong = []

    def work(number):
        for _ in range(50):
            plan = {"frames": {"out": {"from": "x", "steps": [
                {"filter": "cpu >= @low"}, {"groupby": {"by": "company", "agg": {"cpu": ["min", "count"]}}}]}},
                "outputs": [{"from": "out"}]}
            found = run(plan, {"x": table}, {"low": number * 1000})["out"].to_rows()
            want = [("a", number * 1000.0, 50_000 - number * 500), ("b", number * 1000.0 + 1, 50_000 - number * 500)]
            if found != want:
                wrong.append((number, found))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_other_python_threads_go_on_during_a_run(events):
    plan = {"sources": {"x": {"files": [str(events)] * 10}}, **GROUPS}
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    run(plan, threads=1)
    end = time.perf_counter()
    stop.set()
    thread.join()
    during = [tick for tick in ticks if start < tick < end]
    assert len(during) > 20 * (end - start), "the run held Python's lock"


def test_a_fork_without_a_query_is_safe(python):
    out = python("""
import os, sys
from swiftwater._engine import Table, run
table = Table.from_columns({"x": [1, 2, 3]})
plan = {"frames": {"out": {"from": "in", "steps": [{"filter": "x > 1"}]}}, "outputs": [{"from": "out"}]}
run(plan, {"in": table})
child = os.fork()
found = run(plan, {"in": table})["out"].to_columns()
assert found == [[2, 3]], found
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print("both")
""")
    assert out == "both\n"


FORK_DURING = """
import os, sys, threading, time
from swiftwater._engine import ForkError, Table, run, schemas
plan = {"sources": {"x": {"files": [sys.argv[1]] * 20}},
        "frames": {"out": {"from": "x", "steps": [{"groupby": {"by": "company", "agg": {"cpu": "max"}}}]}},
        "outputs": [{"from": "out"}]}
table = Table.from_columns({"x": [1]})
started = threading.Event()
found = []
thread = threading.Thread(target=lambda: found.append(
    run(plan, threads=1, progress=lambda now: started.set(), progress_interval=0.02)))
thread.start()
assert started.wait(20)
child = os.fork()
if child == 0:
    code = 1
    for use in (lambda: run(plan), lambda: Table.from_columns({"x": [1]}), lambda: table.slice(0, 1),
                lambda: schemas(plan)):
        try:
            use()
        except ForkError as error:
            assert "forked" in str(error) and "spawn" in str(error), error
        else:
            os._exit(2)
    del table
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
thread.join()
assert found[0]["out"].num_rows == 100
assert table.slice(0, 1).to_columns() == [[1]]
print("refused")
"""


def test_a_fork_during_a_query_is_refused_in_the_child_and_harmless_in_the_parent(python, events):
    assert python(FORK_DURING, events) == "refused\n"


def test_multiprocessing_works_with_fork_and_spawn(tmp_path, python):
    program = tmp_path / "program.py"
    program.write_text("""
import multiprocessing, sys
from swiftwater._engine import Table, run

def work(number):
    plan = {"frames": {"out": {"from": "in", "steps": [{"filter": "x > @low"}]}}, "outputs": [{"from": "out"}]}
    return run(plan, {"in": Table.from_columns({"x": list(range(100))})}, {"low": number})["out"].num_rows

if __name__ == "__main__":
    work(1)
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(pool.map(work, range(4)))
""")
    done = subprocess.run([sys.executable, str(program)], text=True, capture_output=True, timeout=60)
    assert done.stdout == "[99, 98, 97, 96]\n" * 2, done.stderr


INTERRUPTED = """
import sys, time
from swiftwater._engine import Table, run
plan = {plan}
tables = {{}}
if {memory}:
    tables["x"] = Table.from_columns({{"company": ["c %d" % (i % 1000) for i in range(300_000)],
                                      "cpu": [i * 7919 % 1000003 / 10 for i in range(300_000)]}})
print("ready", flush=True)
end = time.time() + 20
try:
    while time.time() < end:
        run(plan, tables, threads=1)
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted", time.time(), flush=True)
small = {{"frames": {{"out": {{"from": "in", "steps": [{{"filter": "x > 1"}}]}}}}, "outputs": [{{"from": "out"}}]}}
print(run(small, {{"in": Table.from_columns({{"x": [1, 2, 3]}})}})["out"].to_columns())
"""


@pytest.mark.parametrize("kind", ["scan", "sort", "write"])
@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3])
def test_ctrl_c_ends_a_run_within_100_milliseconds(events, tmp_path, kind, delay):
    plan = {
        "scan": {"sources": {"x": {"files": [str(events)] * 50}}, **GROUPS},
        "sort": {"frames": {"out": {"from": "x", "steps": [{"sort_values": {"by": ["company", "cpu"]}}]}},
                 "outputs": [{"from": "out"}]},
        "write": {"sources": {"x": {"files": [str(events)] * 50}},
                  "outputs": [{"from": "x", "to": str(tmp_path / "out.parquet")}]},
    }[kind]
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(plan=plan, memory=kind == "sort")], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        sent = time.time()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    lines = out.splitlines()
    assert lines[0].startswith("interrupted"), out + error
    assert float(lines[0].split()[1]) - sent < 0.1
    assert lines[1] == "[[2, 3]]"
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_a_run_that_waits_for_its_input(tmp_path):
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    plan = {"sources": {"x": {"files": [str(pipe)]}}, "outputs": [{"from": "x"}]}
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(plan=plan, memory=False)], text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        sent = time.time()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert float(out.splitlines()[0].split()[1]) - sent < 0.1, out + error
    assert out.splitlines()[1] == "[[2, 3]]"


def test_no_part_of_a_file_stays_of_a_process_that_ends_early(tmp_path, python):
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    python("""
import os, signal, sys, threading
from swiftwater._engine import run
pipe, out = sys.argv[1:]
writer = threading.Thread(target=lambda: os.write(os.open(pipe, os.O_RDWR), b'{"x":1}\\n' * 1000), daemon=True)
writer.start()
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    run({"sources": {"x": {"files": [pipe], "schema": {"x": "int64"}}}, "outputs": [{"from": "x", "to": out}]})
except KeyboardInterrupt:
    names = os.listdir(os.path.dirname(out))
    assert len(names) == 2, names
else:
    sys.exit("it was not interrupted")
""", pipe, tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["pipe.ndjson"]


def test_a_table_may_live_until_the_interpreter_ends(python):
    assert python("""
import pyarrow as pa
from swiftwater._engine import Table
kept = Table.from_arrow(pa.table({"x": [1, 2, 3]}))
capsule = kept.__arrow_c_stream__()
loop = [kept]; loop.append(loop)
print("end")
""") == "end\n"


def test_importing_needs_the_standard_library_alone(python):
    out = python("""
import sys
import swiftwater._engine as engine
engine.Table.from_columns({"x": [1]}).to_dict()
print(sorted({"numpy", "pandas", "pyarrow", "polars"} & set(sys.modules)))
""")
    assert out == "[]\n"


def test_a_library_that_is_not_there_or_another_is_named(python, tmp_path):
    code = "from swiftwater._engine import version\ntry:\n    version()\nexcept ImportError as error:\n    print(error)"
    missing = tmp_path / "libNothing.so"
    assert str(missing) in python(code, env={"SWIFTWATER_LIBRARY": str(missing)})
    other = python(code, env={"SWIFTWATER_LIBRARY": "libc.so.6"})
    assert "build it again" in other
