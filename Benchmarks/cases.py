"""What is measured: inputs, contenders and what must be reached, as values."""

import dataclasses
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SWIFTWATER = str(ROOT / ".build" / "release" / "swiftwater")
PYTHON = sys.executable

OURS = "Swiftwater"

# Where Python finds this tree's package and engine.
# Its modules may be kept compiled, as those of installed packages are.
PYTHON_PACKAGE = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPATH": str(ROOT / "python"),
    "SWIFTWATER_LIBRARY": str(ROOT / ".build" / "release" / "libSwiftwaterC.so"),
}


@dataclasses.dataclass
class Contender:
    command: list
    # Run once, without repetition: it takes a minute, and a second more or less changes nothing.
    once: bool = False
    environment: dict = None


@dataclasses.dataclass
class Requirement:
    """Our figure against another one, `ours <= factor * other`."""

    text: str
    other: str  # a contender of the same case, or "case/contender" of an earlier one
    factor: float
    at_least: bool = False  # ours >= factor * other instead


@dataclasses.dataclass
class Case:
    name: str
    title: str
    data: str
    contenders: dict
    requirements: list
    # Arguments of pandas' run that makes the expected result; nil when nothing is compared.
    expected: list = None
    rounds: int = 5
    # Contenders whose order of equally hot rows is not pandas'.
    ties: set = dataclasses.field(default_factory=lambda: {"DuckDB", "DuckDB, any row order", "Polars", "DataFusion", "ClickHouse (chdb)"})


def ours(function, data, output, threads=2, input_format=None):
    path = HERE / "functions" / f"{function}.yaml"
    return Contender([SWIFTWATER, "run", path, "--input", data, "--output", output, "--threads", str(threads)])


def peer(name, task, data, output, *options, once=False):
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [PYTHON, HERE / "peers" / f"{name}_peer.py", task, data, output, *options]
    return Contender(command, once, environment)


def python(data, output):
    """The Python package of this tree, in a process of its own."""
    return Contender([PYTHON, HERE / "peers" / "swiftwater_peer.py", data, output], environment=PYTHON_PACKAGE)


def cases(data, output):
    """All cases.

    - data(name): the path of an input file.
    - output(contender): the folder that a contender writes to.
    """

    def duckdb(task, file, *options):
        return {"DuckDB": peer("duckdb", task, data(file), output("DuckDB"), *options)}

    def polars(task, file, *options):
        return {"Polars": peer("polars", task, data(file), output("Polars"), "--streaming", *options)}

    def swiftwater(function, file, **options):
        return {OURS: ours(function, data(file), output(OURS), **options)}

    unordered = {"DuckDB, any row order": peer(
        "duckdb", "job", data("plain"), output("DuckDB, any row order"), "--unordered")}
    slow = {
        "DataFusion": peer("datafusion", "job", data("plain"), output("DataFusion")),
        "ClickHouse (chdb)": peer("chdb", "job", data("plain"), output("ClickHouse (chdb)")),
        "pandas with pyarrow": peer("pandas", "job", data("plain"), output("pandas with pyarrow"), "--pyarrow", once=True),
        "pandas": peer("pandas", "job", data("plain"), output("pandas"), once=True),
    }
    yield Case(
        "job", "the job, 2 threads", "plain",
        swiftwater("job", "plain") | duckdb("job", "plain") | unordered | polars("job", "plain", "--cache") | slow,
        [
            Requirement("1/4 of DuckDB", "DuckDB", 1 / 4),
            Requirement("1/6 of Polars", "Polars", 1 / 6),
            Requirement("1/70 of pandas", "pandas", 1 / 70),
        ],
        expected=["job"],
    )
    yield Case(
        "inferred", "the job without a given schema", "plain", swiftwater("job-inferred", "plain"),
        [Requirement("1.1 of the time with a schema", f"job/{OURS}", 1.1)], expected=["job"],
    )
    yield Case(
        "one-thread", "the job, 1 thread", "plain",
        swiftwater("job", "plain", threads=1) | duckdb("job", "plain", "--threads", "1"),
        [
            Requirement("at least 1.6 of the time with 2 threads", f"job/{OURS}", 1.6, at_least=True),
            Requirement("DuckDB with 2 threads", "job/DuckDB", 1),
        ],
        expected=["job"],
    )
    yield Case(
        "python", "the job in a Python process", "plain", {OURS: python(data("plain"), output(OURS))},
        [
            Requirement("1.15 of the command line's time", f"job/{OURS}", 1.15),
            Requirement("1/4 of DuckDB", "job/DuckDB", 1 / 4),
            Requirement("1/70 of pandas", "job/pandas", 1 / 70),
        ],
        expected=["job"],
    )
    for variant, title, factor, text in [
        ("shuffled", "keys in a different random order on every line", 1, "DuckDB"),
        ("spaced", "spaces after `:` and `,`", 1 / 2, "1/2 of DuckDB"),
        ("extra", "six unknown extra keys, nested ones too", 1 / 2, "1/2 of DuckDB"),
        ("missing", "every tenth key missing", 1 / 2, "1/2 of DuckDB"),
        ("unicode", "strings with escapes and non-ASCII text", 1 / 2, "1/2 of DuckDB"),
    ]:
        yield Case(
            variant, title, variant,
            swiftwater("job", variant) | duckdb("job", variant) | polars("job", variant, "--cache"),
            [Requirement(text, "DuckDB", factor)], expected=["job", "--chunk", "500000"],
        )
    for variant, title, options in [
        ("keys", "one million integer keys, 10 million rows, sum and count", []),
        ("string-keys", "one million string keys, 10 million rows, sum and count", ["--string-keys"]),
    ]:
        yield Case(
            variant, title, variant,
            swiftwater(variant, variant) | duckdb("groupby", variant, *options) | polars("groupby", variant, *options),
            [Requirement("DuckDB", "DuckDB", 1)], expected=["groupby", "--chunk", "500000"],
        )
    yield Case(
        "csv", "the job from CSV", "csv",
        swiftwater("job-csv", "csv") | duckdb("job", "csv", "--form", "csv") | polars("job", "csv", "--csv", "--cache"),
        [Requirement("DuckDB", "DuckDB", 1)], expected=["job", "--csv"],
    )
    yield Case(
        "write-csv", "Parquet to CSV", "parquet",
        {OURS: Contender([SWIFTWATER, "convert", data("parquet"), f"{output(OURS)}/events.csv"])}
        | duckdb("write-csv", "parquet"),
        [Requirement("DuckDB", "DuckDB", 1)],
    )
