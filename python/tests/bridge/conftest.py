"""What the bridge's tests share."""

import os
import subprocess
import sys

import pytest

import swiftwater

#: For the processes that the tests start.
os.environ["PYTHONPATH"] = os.path.dirname(os.path.dirname(swiftwater.__file__))


@pytest.fixture
def python():
    """Runs Python code in a process of its own; gives its output, fails with its errors."""

    def run(code, *arguments, timeout=60, expect=0, **options):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)], text=True, capture_output=True, timeout=timeout,
            env={**os.environ, **options.pop("env", {})}, **options)
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def events(tmp_path_factory):
    """A JSON Lines file of 400,000 rows, for runs that take a while."""
    path = tmp_path_factory.mktemp("events") / "events.ndjson"
    with open(path, "w") as file:
        for index in range(400_000):
            file.write(f'{{"company":"company {index % 100}","cpu":{index % 1000 / 10},"id":{index}}}\n')
    return path
