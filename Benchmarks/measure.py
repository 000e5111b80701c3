"""Runs whole processes and measures them: wall time, processor time and peak memory.

Imports nothing large: Linux counts a parent's memory before `exec` into its child's peak.
"""

import os
import statistics
import subprocess
import sys
import time


class Run:
    """One process that has ended."""

    def __init__(self, seconds, usage):
        self.seconds = seconds
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.peak_mebibytes = usage.ru_maxrss / 1024


class Failure(Exception):
    """A measured process ended with an error."""


def run(command, environment=None):
    """Runs `command` to its end; its output is shown only if it fails."""
    start = time.perf_counter()
    with open(".measure-output", "w+b") as output:
        os.unlink(".measure-output")
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            text = output.read()[-2000:].decode(errors="replace")
            raise Failure(f"exit code {process.returncode} of {' '.join(map(str, command))}\n{text}")
    return Run(seconds, usage)


def warm(path):
    """Brings a file into the page cache."""
    with open(path, "rb", buffering=0) as file:
        buffer = bytearray(1 << 22)
        while file.readinto(buffer):
            pass


class Series:
    """The runs of one contender."""

    def __init__(self):
        self.runs = []

    @property
    def seconds(self):
        return statistics.median(run.seconds for run in self.runs)

    @property
    def cpu_seconds(self):
        return statistics.median(run.cpu_seconds for run in self.runs)

    @property
    def peak_mebibytes(self):
        return max(run.peak_mebibytes for run in self.runs)

    def summary(self):
        return {
            "seconds": round(self.seconds, 4),
            "all_seconds": [round(run.seconds, 4) for run in self.runs],
            "cpu_seconds": round(self.cpu_seconds, 4),
            "peak_mebibytes": round(self.peak_mebibytes, 1),
        }


def alternate(contenders, path, rounds, after_warm_up):
    """Runs each contender once to warm up, then all of them in turn, `rounds` times.

    - contenders: name to command; a name is measured fewer times when it is in `path.once`.
    - after_warm_up(name): checks what the warm-up run wrote.
    Returns name to Series.
    """
    series = {}
    for name, contender in contenders.items():
        warm(path)
        first = run(contender.command, contender.environment)
        after_warm_up(name)
        series[name] = Series()
        if contender.once:
            series[name].runs.append(first)
        print(f"    {name}: {first.seconds:.3f} s (warm-up, result checked)", file=sys.stderr, flush=True)
    warm(path)
    for _ in range(rounds):
        for name, contender in contenders.items():
            if not contender.once:
                series[name].runs.append(run(contender.command, contender.environment))
    return series
