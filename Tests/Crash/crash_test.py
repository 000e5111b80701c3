#!/usr/bin/env python3
"""Kills a served function again and again, at random and at every named step of the commit, and compares what it has
written in the end, row by row, with the same events as one batch.

    Tests/Crash/crash_test.py SWIFTWATER [--random N] [--rows N] [--seed N]

Events are files that grow while the function is down; outputs are Parquet folders. A reader looks at a folder all the
time and must never see a torn file, a row twice, or fewer rows than before.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import duckdb
import pandas as pd
import pyarrow.dataset as ds

POINTS = [
    "beforePlan", "afterPlan", "afterPrepare", "beforeCommit", "afterCommit", "duringPublish", "afterPublish",
    "duringSnapshot", "afterSnapshot", "afterAcknowledge", "duringCompaction", "afterCompaction",
]

FUNCTION = """
apiVersion: swiftwater/v1
kind: Function
metadata: {name: crash}
spec:
  events:
    format: json-lines
    schema: {id: int64, company: string, value: int64, timestamp: "timestamp[ms]"}
    onError: deadLetter
    eventTime: {column: timestamp, watermark: 5s, late: deadLetter}
  frames:
    rows: {from: events, steps: [{select: [id, company, value]}]}
    sums:
      from: events
      steps:
        - groupby: {by: [company], agg: {value: [sum, min, max, mean], id: [count]}}
    windows:
      from: events
      steps:
        - groupby: {by: [{window: {key: timestamp, size: 1min}}, company], agg: {value: [sum, count]}}
  outputs:
    - {from: rows, to: rows/, format: parquet, mode: append}
    - {from: sums, to: sums/, format: parquet, mode: complete}
    - {from: windows, to: windows/, format: parquet, mode: append}
  triggers:
    files: {kind: file, attributes: {paths: "FOLDER/in/*.ndjson"}, batch: {rows: ROWS}}
  checkpoint: {path: FOLDER/state, every: EVERY}
"""

START = 1_563_795_193_000
SENTINEL = START + 10 * 24 * 3_600_000


class Job:
    """One function over one folder, with what it should have written."""

    template = FUNCTION

    def __init__(self, binary, rows, rng, every, snapshots="usual"):
        self.binary, self.rng = binary, rng
        # "eager": changes of states by themselves, saved beside the next epochs, however small they are.
        self.snapshots = snapshots
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="swiftwater-crash-"))
        (self.folder / "in").mkdir()
        (self.folder / "out").mkdir()
        self.function = self.folder / "function.yaml"
        words = {"FOLDER": str(self.folder), "ROWS": str(max(50, rows // 12)), "EVERY": every, **self.words()}
        text = self.template
        for word, value in words.items():
            text = text.replace(word, value)
        self.function.write_text(text)
        self.good, self.bad = [], 0
        self.files = [self.folder / "in" / f"{name}.ndjson" for name in "abc"]
        self.halves = [self._lines(rows, half) for half in (0, 1)]
        self.deaths = 0

    def words(self):
        """What else stands for something in the template."""
        return {}

    def _lines(self, rows, half):
        lines = {file: [] for file in self.files}
        for index in range(rows // 2):
            number = half * (rows // 2) + index
            row = {
                "id": number, "company": f"company {self.rng.randrange(7)}", "value": self.rng.randrange(-1000, 1000),
                "timestamp": START + number * 50,
            }
            self.good.append(row)
            target = lines[self.rng.choice(self.files)]
            target.append(json.dumps(row))
            if self.rng.random() < 0.01:
                self.bad += 1
                target.append('{"id": "no number", "company":')
        if half == 1:
            for number, file in enumerate(self.files):
                row = {"id": -1 - number, "company": "end", "value": 0, "timestamp": SENTINEL}
                self.good.append(row)
                lines[file].append(json.dumps(row))
        return lines

    def append(self, half):
        for file, lines in self.halves[half].items():
            with open(file, "a") as out:
                out.write("".join(line + "\n" for line in lines))

    def start(self, crash_at=None):
        environment = dict(os.environ) | self.environment() | {"SWIFTWATER_SNAPSHOTS": self.snapshots}
        if crash_at:
            environment["SWIFTWATER_CRASH_AT"] = crash_at
        log = open(self.folder / "log.txt", "a")
        return subprocess.Popen(
            [self.binary, "serve", str(self.function), "--available-now", "--output", str(self.folder / "out")],
            env=environment, stdout=log, stderr=log, cwd=self.folder)

    def environment(self):
        return {}

    def finish(self):
        process = self.start()
        code = process.wait(timeout=60)
        if code != 0:
            raise AssertionError(f"ended with {code}: {self.tail()}")

    def tail(self):
        return (self.folder / "log.txt").read_text()[-2000:]

    def table(self, name):
        return ds.dataset(str(self.folder / "out" / name), format="parquet").to_table().to_pandas()

    def check(self):
        frame = pd.DataFrame(self.good)
        rows = self.table("rows").sort_values("id").reset_index(drop=True)
        wanted = frame.sort_values("id").reset_index(drop=True)[["id", "company", "value"]]
        pd.testing.assert_frame_equal(rows, wanted, check_dtype=False)
        sums = self.table("sums").sort_values("company").reset_index(drop=True)
        groups = frame.groupby("company")
        by = groups["value"].agg(["sum", "min", "max", "mean"])
        for function in ["sum", "min", "max", "mean"]:
            assert list(sums[f"value_{function}"]) == list(by[function]), function
        assert list(sums["id_count"]) == list(groups["id"].count())
        windows = self.table("windows").sort_values(["timestamp", "company"]).reset_index(drop=True)
        frame = frame[frame["timestamp"] < SENTINEL].assign(
            start=lambda f: pd.to_datetime(f["timestamp"] // 60_000 * 60_000, unit="ms"))
        wanted = frame.groupby(["start", "company"])["value"].agg(["sum", "count"]).reset_index()
        assert list(windows["timestamp"].astype("datetime64[ms]")) == list(wanted["start"].astype("datetime64[ms]"))
        assert list(windows["company"]) == list(wanted["company"])
        for column, function in [("value_sum", "sum"), ("value_count", "count")]:
            wrong = [
                f"{row['timestamp']} {row['company']}: {found} instead of {value}" for (_, row), found, value
                in zip(windows.iterrows(), windows[column], wanted[function]) if found != value]
            assert not wrong, f"{len(wrong)} windows have another {function}: {'; '.join(wrong[:3])}"
        path = str(self.folder / "out" / "rows" / "**" / "*.parquet")
        count = duckdb.connect().execute(f"select count(*) from read_parquet('{path}')").fetchall()[0][0]
        assert count == len(self.good), f"DuckDB sees {count} rows"
        # One file, or a folder of them where several processes write.
        out = self.folder / "out"
        files = [file for pattern in ("dead-letters*", "dead-letters*/*") for file in out.glob(pattern)]
        letters = [json.loads(line) for file in files if file.is_file() for line in file.read_text().splitlines()]
        kinds = [letter.get("kind") for letter in letters]
        assert kinds.count("late") == 0, f"{kinds.count('late')} rows were late"
        places = {(letter["partition"], letter["position"]) for letter in letters}
        assert len(letters) == self.bad and len(places) == self.bad, f"{len(letters)} dead letters, not {self.bad}"

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Reader(threading.Thread):
    """Reads a folder all the time, as anybody may."""

    def __init__(self, job):
        super().__init__(daemon=True)
        self.job, self.reads, self.problem, self.ends = job, 0, None, threading.Event()

    def run(self):
        last = 0
        folder = self.job.folder / "out" / "rows"
        while not self.ends.is_set():
            try:
                if folder.exists():
                    ids = ds.dataset(str(folder), format="parquet").to_table().to_pandas()
                    if len(ids):
                        ids = ids["id"]
                        assert ids.is_unique, "a reader saw a row twice"
                        assert len(ids) >= last, "a reader saw rows vanish"
                        last = len(ids)
                        self.reads += 1
            except FileNotFoundError:
                pass  # Small files were merged between the listing and the reading.
            except Exception as error:  # noqa: BLE001
                self.problem = error
                return
            time.sleep(0.005)

    def stop(self):
        self.ends.set()
        self.join()
        if self.problem:
            raise self.problem


def with_kills(job, rng, life_times):
    """Kills at random moments; the second half of the events comes on the way."""
    job.append(0)
    reader = Reader(job)
    reader.start()
    grown = False
    for life in range(40):
        process = job.start()
        try:
            process.wait(timeout=rng.choice(life_times) * rng.random() * 2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            job.deaths += 1
        if process.returncode not in (0, -9):
            raise AssertionError(f"ended with {process.returncode}: {job.tail()}")
        if not grown and (life >= 5 or process.returncode == 0):
            job.append(1)
            grown = True
        elif grown and process.returncode == 0:
            break
    job.finish()
    reader.stop()
    return job


def with_crash(job, point, epoch):
    """Dies at a named step of an epoch, then goes on."""
    job.append(0)
    job.append(1)
    process = job.start(f"{point}:{epoch}")
    code = process.wait(timeout=60)
    if code == -9:
        job.deaths += 1
    elif code != 0:
        raise AssertionError(f"ended with {code}: {job.tail()}")
    job.finish()
    return job


def every(point):
    """How often snapshots are made. Without an epoch's snapshot the later steps are never reached."""
    return "1ms" if "napshot" in point or "Acknowledge" in point or "Compaction" in point else "1h"


def run(cases, seed, threads=1):
    """Runs cases, (name, function that gives a job) each, and checks what the jobs have written."""
    start = time.monotonic()

    def one(named):
        name, case = named
        try:
            job = case()
            job.check()
        except BaseException as error:
            print(f"crash test: {name} failed with seed {seed}: {error}", file=sys.stderr)
            raise
        job.remove()
        return job.deaths, name if job.deaths == 0 and ":" in name else None

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(one, cases))
    deaths, unreached = sum(deaths for deaths, _ in results), [name for _, name in results if name]
    seconds = time.monotonic() - start
    print(f"crash test: {len(cases)} runs, {deaths} deaths, nothing lost, nothing twice ({seconds:.0f} s)")
    if unreached:
        sys.exit(f"crash test: never reached: {', '.join(unreached)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--random", type=int, default=8)
    parser.add_argument("--rows", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    rng = random.Random(arguments.seed)
    life_times = [0.005, 0.02, 0.05, 0.1, 0.2]
    cases = [(
        "at random",
        lambda: with_kills(
            Job(binary, arguments.rows * 4, rng, rng.choice(["1ms", "50ms", "1h"]), rng.choice(["usual", "eager"])), rng,
            life_times))]
    cases *= arguments.random
    for point in POINTS:
        for epoch in (1, 4):
            cases.append((
                f"{point}:{epoch}",
                lambda point=point, epoch=epoch: with_crash(
                    Job(binary, arguments.rows, rng, every(point)), point, epoch)))
        if every(point) == "1ms":
            # Which epochs have a snapshot depends on how long the one before takes.
            cases.append((
                f"{point}:3+",
                lambda point=point: with_crash(
                    Job(binary, arguments.rows, rng, every(point), "eager"), point, "3+")))
    run(cases, arguments.seed)


if __name__ == "__main__":
    main()
