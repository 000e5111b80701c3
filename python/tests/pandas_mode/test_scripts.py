"""Scripts for pandas give the same with `python -m swiftwater.pandas`, as they are."""

from __future__ import annotations

import importlib.util
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import swiftwater

SCRIPTS = Path(__file__).parent / "scripts"
NEEDS = {"libraries": ["matplotlib", "seaborn", "sklearn", "pyarrow"]}
NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")


def run(arguments: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    package = str(Path(swiftwater.__file__).parent.parent)
    paths = os.pathsep.join([package, *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder,
        env={**os.environ, "PYTHONPATH": paths.rstrip(os.pathsep), "PYTHONWARNINGS": "ignore", **variables},
        text=True, capture_output=True, timeout=300,
    )  # fmt: skip


def alike(ours: str, theirs: str) -> None:
    """Whether two texts are the same but for the last digits of numbers."""
    mine, others = ours.splitlines(), theirs.splitlines()
    for i, (a, b) in enumerate(zip(mine, others)):
        if a == b:
            continue
        assert NUMBER.sub("#", a) == NUMBER.sub("#", b), f"line {i + 1}: ours {a!r}, pandas {b!r}"
        for x, y in zip(NUMBER.findall(a), NUMBER.findall(b)):
            assert math.isclose(float(x), float(y), rel_tol=1e-9, abs_tol=1e-9), f"line {i + 1}: ours {a!r}, pandas {b!r}"
    assert len(mine) == len(others), (mine[len(others) :], others[len(mine) :])


@pytest.mark.parametrize("few", ["0", "10000"])
@pytest.mark.parametrize("script", sorted(p.stem for p in SCRIPTS.glob("*.py")))
def test_a_script_gives_the_same(script: str, few: str, tmp_path: Path) -> None:
    for needed in NEEDS.get(script, []):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"needs {needed}")
    path = str(SCRIPTS / f"{script}.py")
    theirs = run([path], tmp_path / "pandas")
    assert theirs.returncode == 0, theirs.stderr
    ours = run(
        ["-m", "swiftwater.pandas", "--profile", path], tmp_path / "ours",
        SWIFTWATER_PANDAS_FEW_ROWS=few, SWIFTWATER_PANDAS_FEW_BYTES=few,
    )  # fmt: skip
    assert ours.returncode == 0, ours.stderr
    alike(ours.stdout, theirs.stdout)
    assert "Where pandas' calls ran" in ours.stderr
    assert not re.search(r"SystemError|InternalError", ours.stderr)


def test_the_report_says_what_ran_where_and_why(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, pandas as pd\ndf = pd.DataFrame({'k': [1, 2] * 10, 'x': range(20)})\n"
        "print(df.groupby('k').x.sum().tolist(), df.x.interpolate().sum(), sys.argv[1:])\n"
    )
    done = run(["-m", "swiftwater.pandas", "--profile", str(script), "a", "--b"], tmp_path, SWIFTWATER_PANDAS_FEW_ROWS="0")
    assert done.stdout.strip() == "[90, 100] 190 ['a', '--b']", done.stderr
    lines = {line.split()[0]: line for line in done.stderr.splitlines() if line}
    assert re.search(r"SeriesGroupBy\.sum +1 +\d\.\d{3}$", lines["SeriesGroupBy.sum"]), done.stderr
    assert re.search(r"^Series\.interpolate {20,}1 +\d\.\d{3}$", lines["Series.interpolate"]), done.stderr


def test_modules_and_code_run_too(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import pandas as pd\nprint(__name__, type(pd).__name__)\n")
    assert run(["-m", "swiftwater.pandas", "-m", "mine"], tmp_path).stdout.split() == ["__main__", "PandasModule"]
    code = "import mine, pandas; print(type(pandas).__name__)"
    assert run(["-m", "swiftwater.pandas", "-c", code], tmp_path).stdout.split() == ["mine", "PandasModule", "PandasModule"]


def test_libraries_get_pandas_itself(tmp_path: Path) -> None:
    code = (
        "import importlib, pandas as pd; real = importlib.import_module('pandas'); df = pd.DataFrame({'a': [1]});"
        "print(pd is real, isinstance(df, real.DataFrame), isinstance(real.DataFrame(), pd.DataFrame), type(real.concat([df, df])) is real.DataFrame)"
    )
    assert run(["-m", "swiftwater.pandas", "-c", code], tmp_path).stdout.split() == ["False", "True", "True", "True"]


def test_a_script_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = run(["-m", "swiftwater.pandas", "nothing.py"], tmp_path)
    assert done.returncode == 2 and "nothing.py" in done.stderr
