"""Measures Swiftwater's Python package beside pandas and Polars in one process, results checked equal.

    python peers/in_process.py FILE.ndjson [--rounds N]

Prints JSON: a list of cases, each with the median seconds of every contender. `bench.py` runs it.
"""

import argparse
import gc
import json
import statistics
import sys
import time

import tasks

AGGREGATIONS = {metric: tasks.FUNCTIONS for metric in tasks.METRICS}
OURS = "Swiftwater"


class Case:
    """One operation in several libraries.

    - contenders: name to a function without arguments; what it returns is compared with the first one's.
    - repeat: calls in one measurement, for operations of microseconds.
    """

    def __init__(self, name, title, contenders, requirements, repeat=1, same=None):
        self.name, self.title, self.contenders = name, title, contenders
        self.requirements, self.repeat, self.same = requirements, repeat, same

    def measure(self, rounds):
        results = {name: function() for name, function in self.contenders.items()}
        if self.same:
            wanted, *others = results.values()
            for other in others:
                self.same(wanted, other)
        del results
        times = {name: [] for name in self.contenders}
        for _ in range(rounds):
            for name, function in self.contenders.items():
                gc.collect()
                gc.disable()
                start = time.perf_counter()
                for _ in range(self.repeat):
                    function()
                times[name].append((time.perf_counter() - start) / self.repeat)
                gc.enable()
        medians = {name: statistics.median(values) for name, values in times.items()}
        print(f"    {self.title}: " + ", ".join(f"{n} {s * 1e3:.3f} ms" for n, s in medians.items()), file=sys.stderr)
        return {
            "name": self.name,
            "title": self.title,
            "bytes": 0,
            "requirements": self.requirements,
            "contenders": {name: {"seconds": seconds} for name, seconds in medians.items()},
        }


def at_most(other, factor, text):
    return {"text": text, "other": other, "factor": factor, "at_least": False}


def same_rows(ours, theirs):
    """Numbers to 1e-9, everything else exactly; both are pandas frames with default indexes."""
    import pandas as pd

    pd.testing.assert_frame_equal(
        ours, theirs, check_dtype=False, check_exact=False, rtol=1e-9, atol=1e-9, check_column_type=False
    )


def flat(frame):
    """A frame's rows as a plain pandas frame, whichever library it is of."""
    frame = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    frame = frame.copy()
    if isinstance(frame.index.name, str):
        frame = frame.reset_index()
    frame.columns = ["_".join(part for part in name if part) if isinstance(name, tuple) else name for name in frame.columns]
    return frame.reset_index(drop=True).astype({"company": object})


def compare(ours, theirs):
    same_rows(flat(ours), flat(theirs))


def without_time(ours, theirs):
    """pandas' `read_json`, and so ours, makes times of a column of that name; Polars leaves the numbers."""
    same_rows(flat(ours).drop(columns="timestamp"), flat(theirs).drop(columns="timestamp"))


def handler_cases(sw, pd, lines, rounds):
    """The body of a stream handler on batches of lines, to a Parquet file."""
    import io

    def handle(read, batch, path):
        df = read("\n".join(batch))
        df = df.reset_index(drop=True)
        df = df.groupby(["company"]).agg({k: ["min", "max", "mean"] for k in tasks.METRICS})
        df.columns = [f"{e[0]}_{e[1]}" for e in list(df.columns)]
        df.to_parquet(path)
        return path

    def read_back(ours, theirs):
        same_rows(flat(pd.read_parquet(ours)), flat(pd.read_parquet(theirs)))

    for count, factor in [(100, 10), (10_000, 20), (100_000, 40)]:
        batch = lines[:count]
        yield Case(
            f"handler-{count}", f"the handler on batches of {count:,} lines",
            {
                OURS: lambda batch=batch: handle(lambda text: sw.read_json(text, lines=True), batch, "ours.parquet"),
                "pandas": lambda batch=batch: handle(
                    lambda text: pd.read_json(io.StringIO(text), lines=True), batch, "pandas.parquet"),
            },
            [at_most("pandas", 1 / factor, f"1/{factor} of pandas")],
            repeat=max(5, min(100, 200_000 // count)), same=read_back,
        )


def memory_cases(sw, pl, path):
    """Operations on a frame that is in memory."""
    ours = sw.read_json(path, lines=True)
    sw.collect(ours)
    polars = pl.read_ndjson(path)
    metrics = [
        getattr(pl.col(m), f)().alias(f"{m}_{f}") for m in tasks.METRICS for f in tasks.FUNCTIONS
    ]
    companies = polars["company"].unique().sort()
    lookup = pl.DataFrame({"company": companies, "region": [f"region {i % 7}" for i in range(len(companies))]})
    our_lookup = sw.DataFrame({"company": lookup["company"].to_list(), "region": lookup["region"].to_list()})

    def run(frame):
        sw.collect(frame)  # All of it: its length alone would be had for less.
        return frame

    def case(name, title, mine, peer, same=compare):
        return Case(
            f"memory-{name}", f"in memory: {title}", {OURS: lambda: run(mine()), "Polars": peer},
            [at_most("Polars", 1, "Polars")], same=same)

    yield case(
        "groupby", "the groupby", lambda: ours.groupby(["company"]).agg(AGGREGATIONS),
        lambda: polars.group_by("company").agg(metrics).sort("company"))
    yield case(
        "nlargest", "nlargest", lambda: ours.nlargest(10, "cpu_utilization"),
        lambda: polars.top_k(10, by="cpu_utilization"),
        same=lambda a, b: same_rows(flat(a)[["cpu_utilization"]], flat(b)[["cpu_utilization"]]))
    yield case(
        "filter", "filter and groupby",
        lambda: ours[ours["cpu_utilization"] > 80].groupby(["company"]).agg(AGGREGATIONS),
        lambda: polars.lazy().filter(pl.col("cpu_utilization") > 80).group_by("company").agg(metrics)
        .sort("company").collect())
    yield case(
        "sort", "sort by two columns", lambda: ours.sort_values(["company", "cpu_utilization"]),
        lambda: polars.sort(["company", "cpu_utilization"], maintain_order=True), same=without_time)
    yield case(
        "merge", "merge with 100 rows", lambda: ours.merge(our_lookup, on="company", how="left"),
        lambda: polars.join(lookup, on="company", how="left", maintain_order="left"), same=without_time)
    yield Case(
        "to-pandas", "`to_pandas()`", {OURS: ours.to_pandas, "Polars": polars.to_pandas},
        [at_most("Polars", 1, "Polars")], same=without_time)


def overhead_cases(sw, pd):
    """One call on ten rows: what a call costs besides its work."""
    data = {"key": ["a", "b"] * 5, "value": [float(i) for i in range(10)]}
    ours, pandas = sw.DataFrame(data), pd.DataFrame(data)
    len(ours)
    limit = {"text": "300 µs", "limit_seconds": 300e-6}
    yield Case(
        "call-groupby", "groupby of ten rows", {
            OURS: lambda: len(ours.groupby("key").sum()), "pandas": lambda: len(pandas.groupby("key").sum())},
        [limit, at_most("pandas", 1, "pandas")], repeat=200)
    yield Case(
        "call-filter", "filter of ten rows", {
            OURS: lambda: len(ours[ours["value"] > 4]), "pandas": lambda: len(pandas[pandas["value"] > 4])},
        [limit], repeat=200)
    yield Case(
        "call-sum", "sum of a column of ten rows", {
            OURS: lambda: ours["value"].sum(), "pandas": lambda: pandas["value"].sum()},
        [limit], repeat=200)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    import pandas as pd
    import polars as pl
    import swiftwater as sw

    with open(arguments.input, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for _, line in zip(range(100_000), file)]
    found, failures = [], []
    for group in (
        lambda: overhead_cases(sw, pd), lambda: handler_cases(sw, pd, lines, arguments.rounds),
        lambda: memory_cases(sw, pl, arguments.input),
    ):
        for case in group():
            try:
                found.append(case.measure(arguments.rounds))
            except Exception as error:  # A library that fails is a result too.
                failures.append(f"{case.title}: {type(error).__name__}: {str(error)[:500]}")
                print(f"    FAILED: {failures[-1]}", file=sys.stderr)
    print(json.dumps({"cases": found, "failures": failures}))


if __name__ == "__main__":
    main()
