"""Measures Swiftwater beside the libraries that users would pick otherwise, in one run.

    .venv/bin/python Benchmarks/bench.py [--rows N] [--only NAME]... [--rounds N] [--without-slow] [--list]

Whole processes, input in the page cache, contenders in turn, the median of five runs after a warm-up whose result is
checked equal to pandas'. With all rows and all cases it writes Benchmarks/results.json and results.md and puts the
table into README.md; otherwise the results go to bench-data/.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

import cases
import measure
import report
import snapshots
import spark
import streams

FULL_ROWS = 4_464_000
DATA = cases.ROOT / "bench-data"


class Inputs:
    """Input files, made when they are first asked for."""

    def __init__(self, rows):
        self.rows = rows

    def path(self, name):
        extension = {"csv": "csv", "parquet": "parquet"}.get(name, "ndjson")
        return DATA / f"{name}-{self.rows}.{extension}"

    def make(self, name):
        path = self.path(name)
        if path.exists():
            return
        print(f"    making {path.relative_to(cases.ROOT)}", file=sys.stderr)
        if name in ("csv", "parquet"):
            self.make("plain")
            measure.run([cases.SWIFTWATER, "convert", self.path("plain"), path])
            return
        # Ten million rows for a million keys; three gigabytes to show that memory does not grow.
        rows = {"keys": 10_000_000, "string-keys": 10_000_000, "large": 11_160_000}.get(name, FULL_ROWS)
        rows = max(10, rows * self.rows // FULL_ROWS)
        variant = "plain" if name == "large" else name
        measure.run([cases.SWIFTWATER, "generate", "ops", "--rows", str(rows), "--variant", variant, "--output", path])


def output(name):
    return DATA / "results" / "".join(c if c.isalnum() else "-" for c in name)


def expected(case, inputs):
    """The folder with pandas' result, made once for each input."""
    folder = DATA / "expected" / f"{case.data}-{inputs.rows}"
    if not folder.exists():
        print("    pandas computes what is expected", file=sys.stderr)
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        script = cases.HERE / "peers" / "pandas_peer.py"
        measure.run([cases.PYTHON, script, case.expected[0], inputs.path(case.data), partial, *case.expected[1:]])
        partial.rename(folder)
    return folder


def available(contenders, without_slow):
    """Leaves out peers that are not installed (and, on request, slow ones)."""
    modules = {"DataFusion": "datafusion", "ClickHouse (chdb)": "chdb"}
    kept = {}
    for name, contender in contenders.items():
        if name in modules:
            found = subprocess.run([cases.PYTHON, "-c", f"import {modules[name]}"], stderr=subprocess.DEVNULL)
            if found.returncode != 0:
                print(f"    {name} is not installed: left out", file=sys.stderr)
                continue
        if not (without_slow and (contender.once or name in modules)):
            kept[name] = contender
    return kept


def measure_case(case, inputs, arguments):
    """Runs a case; returns name to Series."""
    inputs.make(case.data)
    contenders = available(case.contenders, arguments.without_slow)
    for name in contenders:
        shutil.rmtree(output(name), ignore_errors=True)
        output(name).mkdir(parents=True)
    truth = expected(case, inputs) if case.expected else None

    def check(name):
        if truth:
            ties = ["--ties"] if name in case.ties else []
            measure.run([cases.PYTHON, cases.HERE / "check.py", truth, output(name), *ties])

    return measure.alternate(contenders, inputs.path(case.data), arguments.rounds, check)


def in_process(inputs, rounds):
    """The Python package's cases: batches, frames in memory, the cost of a call."""
    return of_script(["in_process.py"], inputs, rounds, cases.PYTHON_PACKAGE)


def served(inputs, rounds):
    """A function that is served over HTTP."""
    return of_script(["http_serving.py", cases.SWIFTWATER], inputs, rounds, None)


def of_script(script, inputs, rounds, environment):
    """The cases that a script measures by itself; it prints them as JSON."""
    inputs.make("plain")
    name, *options = script
    command = [
        cases.PYTHON, cases.HERE / "peers" / name, *options, inputs.path("plain"), "--rounds", str(rounds)]
    ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if ran.returncode != 0:
        raise measure.Failure(f"exit code {ran.returncode} of {name}")
    return json.loads(ran.stdout)


def kafka(inputs, rounds):
    """The cases with a Kafka topic."""
    inputs.make("plain")
    found = streams.cases(inputs.path("plain"), inputs.rows, rounds, DATA)
    return {"cases": found, "failures": []}


def stream_files(inputs, rounds):
    """The stream job from files, beside Spark."""
    inputs.make("plain")
    return {"cases": spark.cases(inputs.path("plain"), inputs.rows, rounds, DATA), "failures": []}


def memory(inputs, rounds):
    """Peak memory of the job on the usual file and on one 2.5 times as large."""
    figures = {}
    for name in ["plain", "large"]:
        inputs.make(name)
        measure.warm(inputs.path(name))
        output(cases.OURS).mkdir(parents=True, exist_ok=True)
        command = cases.ours("job", inputs.path(name), output(cases.OURS)).command
        runs = [measure.run(command) for _ in range(min(3, rounds))]
        figures[name] = {
            "gigabytes": round(inputs.path(name).stat().st_size / 1e9, 2),
            "peak_mebibytes": round(max(run.peak_mebibytes for run in runs), 1),
        }
    return figures


def live_keys(rows):
    """What a million live keys cost: memory, checkpoints, stops of the flow. Fewer with fewer rows."""
    is_full = rows >= FULL_ROWS
    return snapshots.figures(
        snapshots.FULL_KEYS if is_full else max(10_000, rows // 10), 8 if is_full else 4, DATA / "live-keys")


def start_up(rounds):
    """Seconds of `swiftwater --version`."""
    series = measure.Series()
    measure.run([cases.SWIFTWATER, "--version"])
    for _ in range(max(rounds, 20)):
        series.runs.append(measure.run([cases.SWIFTWATER, "--version"]))
    return series


def machine():
    """The machine in words, and versions."""
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    versions = json.loads(
        subprocess.run(
            [
                cases.PYTHON, "-c",
                "import importlib.metadata as m, json\n"
                "print(json.dumps({d.name: d.version for d in m.distributions()}))",
            ],
            text=True, check=True, stdout=subprocess.PIPE,
        ).stdout
    )
    names = ["duckdb", "polars", "pandas", "pyarrow", "datafusion", "chdb", "confluent-kafka", "pyspark"]
    swift = subprocess.run(["swift", "--version"], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gibibytes": round(memory_bytes / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "swift": next((line.strip() for line in swift.splitlines() if "Swift version" in line), "unknown"),
        "python": platform.python_version(),
        "versions": {name: versions[name] for name in names if name in versions},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=FULL_ROWS)
    parser.add_argument("--rounds", type=int, default=5, help="measured runs of each contender")
    parser.add_argument("--only", action="append", metavar="NAME", help="what --list names; may be repeated")
    parser.add_argument("--without-slow", action="store_true", help="leave out pandas, DataFusion and ClickHouse")
    parser.add_argument("--list", action="store_true", help="print the cases' names")
    arguments = parser.parse_args()
    inputs = Inputs(arguments.rows)
    every = list(cases.cases(inputs.path, output))
    names = [case.name for case in every] + ["in-process", "served", "kafka", "stream-files", "live-keys", "memory", "start-up"]
    if arguments.list:
        print("\n".join(names))
        return
    for name in arguments.only or []:
        if name not in names:
            parser.error(f"no case is named {name}; there are {', '.join(names)}")
    wanted = arguments.only or names
    DATA.mkdir(exist_ok=True)
    os.chdir(DATA)

    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"bench: other programs use this machine (load {load:.1f}): times will be too long", file=sys.stderr)
    results = {"rows": arguments.rows, "rounds": arguments.rounds, "load_before": load, "machine": machine()}
    results["cases"], failures = [], []
    for case in every:
        if case.name not in wanted:
            continue
        print(f"{case.title}", file=sys.stderr)
        try:
            series = measure_case(case, inputs, arguments)
        except measure.Failure as failure:
            failures.append(f"{case.title}: {failure}")
            print(f"    FAILED: {failure}", file=sys.stderr)
            continue
        results["cases"].append(
            {
                "name": case.name,
                "title": case.title,
                "bytes": inputs.path(case.data).stat().st_size,
                "requirements": [vars(requirement) for requirement in case.requirements],
                "contenders": {name: one.summary() for name, one in series.items()},
            }
        )
    scripts = {
        "in-process": ("the Python package, in one process", in_process),
        "served": ("a function that is served over HTTP", served),
        "kafka": ("a Kafka topic as a stream", kafka),
        "stream-files": ("a folder as a stream", stream_files),
    }
    for name, (title, measured) in scripts.items():
        if name not in wanted:
            continue
        print(title, file=sys.stderr)
        try:
            found = measured(inputs, arguments.rounds)
            results["cases"] += found["cases"]
            failures += found["failures"]
        except measure.Failure as failure:
            failures.append(f"{title}: {failure}")
    try:
        if "live-keys" in wanted:
            print("a million live keys", file=sys.stderr)
            results["live_keys"] = live_keys(arguments.rows)
        if "memory" in wanted:
            results["memory"] = memory(inputs, arguments.rounds)
        if "start-up" in wanted:
            results["start_up"] = start_up(arguments.rounds).summary()
    except measure.Failure as failure:
        failures.append(f"live keys, memory or start-up: {failure}")
    results["failures"] = failures

    text = report.markdown(results)
    print(text)
    whole = arguments.rows == FULL_ROWS and wanted == names and not failures
    folder = cases.HERE if whole else DATA
    (folder / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    (folder / "results.md").write_text(text)
    if whole:
        report.insert(cases.ROOT / "README.md", text)
    print(f"written: {folder.relative_to(cases.ROOT)}/results.md and results.json", file=sys.stderr)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
