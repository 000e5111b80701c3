"""The stream job from files, beside Spark Structured Streaming: the same folder for both, a file of 200,000 rows a
micro-batch. Spark's Kafka source is no part of its Python package, so both read files.
"""

import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys

import cases as setup
import measure
from streams import case, requirement

SPARK = "Spark Structured Streaming"
EPOCH_ROWS = 200_000
# Spark needs a minute for the whole file.
FULL_EPOCHS = 6


def is_installed():
    """Spark is a large package, and needs Java: it is measured where both are."""
    python = subprocess.run([setup.PYTHON, "-c", "import pyspark"], stderr=subprocess.DEVNULL)
    return python.returncode == 0 and shutil.which("java") is not None


class FromFiles:
    """A folder with the first rows of a file, and those who read it."""

    def __init__(self, data, epochs, folder):
        self.folder, self.runs = folder, 0
        (folder / "in").mkdir(parents=True)
        self.whole = folder / "whole.ndjson"
        with open(data, "rb") as lines, open(self.whole, "wb") as whole:
            for number in range(epochs):
                part = b"".join(itertools.islice(lines, EPOCH_ROWS))
                whole.write(part)
                (folder / "in" / f"{number:03}.ndjson").write_bytes(part)

    def _output(self, name):
        self.runs += 1
        return self.folder / f"{name}-{self.runs}"

    def ours(self):
        output = self._output("ours")
        function = self.folder / "stream-files.yaml"
        text = (setup.HERE / "functions" / "stream-files.yaml").read_text()
        function.write_text(text.replace("IN/", f"{self.folder}/in/"))
        # The whole process, from its start.
        run = measure.run(
            [setup.SWIFTWATER, "serve", function, "--available-now", "--threads", "2", "--output", output,
             "--checkpoint", self.folder / f"state-{self.runs}"])
        return run, output / "by_company"

    def spark(self):
        output = self._output("spark")
        output.mkdir()
        printed = self.folder / "printed"
        with open(printed, "w+b") as out:
            process = subprocess.Popen(
                [setup.PYTHON, setup.HERE / "peers" / "spark_stream.py", self.folder / "in", output],
                env=dict(os.environ) | {"PYSPARK_PYTHON": setup.PYTHON}, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        lines = printed.read_text(errors="replace").splitlines()
        if process.returncode != 0:
            raise measure.Failure(f"exit code {process.returncode} of Spark\n" + "\n".join(lines[-20:]))
        return measure.Run(json.loads(next(line for line in lines if line.startswith("{")))["seconds"], usage), output

    def check(self, output):
        measure.run([setup.PYTHON, setup.HERE / "peers" / "check_stream.py", self.whole, output])


def cases(data, rows, rounds, folder):
    """The case's results; without Spark ours alone."""
    folder = folder / "spark"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        files = FromFiles(data, max(1, min(FULL_EPOCHS, rows // EPOCH_ROWS)), folder)
        contenders = {setup.OURS: files.ours}
        if is_installed():
            contenders[SPARK] = files.spark
        else:
            print(f"    {SPARK} is not installed (pyspark and Java): left out", file=sys.stderr)
        return [case(
            "stream-files", "a folder of JSON Lines as a stream", files.whole, files, contenders, min(3, rounds),
            [requirement("1/20 of Spark", SPARK, 1 / 20)])]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    found = cases(pathlib.Path(sys.argv[1]), 10**9, int(sys.argv[2]), pathlib.Path(sys.argv[3]))
    print(json.dumps(found, indent=1))
