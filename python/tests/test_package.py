"""The package as a whole: what importing it costs, its types, and the examples in its docstrings."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import swiftwater

FOLDER = Path(swiftwater.__file__).parent
LIMIT_SECONDS = 0.060

IMPORT = """
import sys, time
start = time.perf_counter()
import swiftwater
seconds = time.perf_counter() - start
heavy = {"numpy", "pandas", "pyarrow", "polars", "matplotlib", "IPython"} & set(sys.modules)
assert not heavy, heavy
print(seconds)
"""

EXAMPLES = """
import doctest, importlib, pkgutil, sys
import swiftwater
failed = attempted = 0
for module in pkgutil.walk_packages(swiftwater.__path__, "swiftwater."):
    # The mode that takes pandas over would make moments pandas' own.
    if "__main__" in module.name or module.name.startswith("swiftwater.pandas"):
        continue
    result = doctest.testmod(importlib.import_module(module.name), optionflags=doctest.NORMALIZE_WHITESPACE)
    failed, attempted = failed + result.failed, attempted + result.attempted
print(attempted, "examples,", failed, "failed")
sys.exit(failed > 0 or attempted < 30)
"""


def python(code: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent)}
    return subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, env=environment, timeout=300)


def test_the_import_is_quick_and_pulls_in_nothing_heavy() -> None:
    python(IMPORT)
    seconds = []
    for _ in range(30):
        done = python(IMPORT)
        assert done.returncode == 0, done.stderr
        seconds.append(float(done.stdout))
        if seconds[-1] < LIMIT_SECONDS:
            return
    raise AssertionError(f"the fastest of 30 imports took {min(seconds) * 1000:.0f} ms")


@pytest.mark.parametrize("module", ["base", "runtime", "rows", "series", "plotting", "groupby", "_engine"])
def test_a_module_can_be_the_first(module: str) -> None:
    done = python(f"import swiftwater.{module}")
    assert done.returncode == 0, done.stderr


def test_the_examples_in_docstrings_are_true() -> None:
    done = python(EXAMPLES)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_the_types_are_strict(tmp_path: Path) -> None:
    configuration = FOLDER.parent / "mypy.ini"
    if not configuration.exists():
        pytest.skip("not in a checkout")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(configuration), "--cache-dir", str(tmp_path)],
        cwd=FOLDER.parent, text=True, capture_output=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert (FOLDER / "py.typed").exists()
