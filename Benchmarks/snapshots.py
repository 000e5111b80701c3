"""The case of very many live keys: what a key costs in memory, and what a checkpoint of all of them costs.

A function with tumbling windows is served over a growing folder. First each key gets a row; then rows of all keys come
at a steady rate, so that each snapshot has all of the state; then rows of one key in a hundred, so that a snapshot has
the changes alone. The process says itself how long a snapshot took and how long the flow stood still for it.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import cases as setup
import measure

FULL_KEYS = 1_000_000
# Bytes of the aggregated values of a key: a sum, a minimum and a maximum of four metrics.
VALUE_BYTES = 4 * 3 * 8
# Rows a second while snapshots are taken.
RATE = 300_000
START = 1_563_795_180_000


def lines(numbers, rng):
    """Rows of some keys, all in one minute."""
    text = (
        '{"timestamp":%d,"device":"device-%07d","cpu_utilization":%.4f,"latency":%.4f,"packet_loss":%.4f,'
        '"throughput":%.4f}\n')
    return "".join(
        text % (START + rng.randrange(60_000), number, rng.random() * 100, rng.random() * 10, rng.random(),
                rng.random() * 1000)
        for number in numbers).encode()


class Served:
    """A served function whose progress is read as it comes."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "in").mkdir(parents=True)
        function = folder / "live-keys.yaml"
        text = (setup.HERE / "functions" / "live-keys.yaml").read_text()
        function.write_text(text.replace("IN/", f"{folder}/in/"))
        self.progress = []
        self.process = subprocess.Popen(
            [setup.SWIFTWATER, "serve", function, "--json", "--threads", "2", "--output", folder / "out",
             "--checkpoint", folder / "state"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.readers = [
            threading.Thread(target=self._read, args=[stream], daemon=True)
            for stream in (self.process.stdout, self.process.stderr)]
        for reader in self.readers:
            reader.start()

    def _read(self, stream):
        for line in stream:
            if line.startswith("{") and "batchId" in (found := json.loads(line)):
                self.progress.append(found)

    def add(self, name, data):
        with open(self.folder / "in" / f"{name}.ndjson", "ab") as file:
            file.write(data)

    def wait(self, condition, what, seconds=120):
        end = time.monotonic() + seconds
        while not (self.progress and condition(self.progress[-1])):
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                raise measure.Failure(f"the served function did not come to {what}: {self.progress[-1:]}")
            time.sleep(0.02)

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def snapshots(self):
        """The snapshots that were saved, by their epochs."""
        return {found["snapshot"]["batchId"]: found["snapshot"] for found in self.progress if "snapshot" in found}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise measure.Failure(f"the served function ended with {self.process.returncode}")
        for reader in self.readers:
            reader.join()


def feed(served, name, numbers, seconds, rng):
    """Rows of keys in turn at a steady rate; those snapshots that were taken meanwhile."""
    part = RATE // 10
    batches = [lines(rng.choices(numbers, k=part), rng) for _ in range(10)]
    known = set(served.snapshots())
    start = time.monotonic()
    for number in range(int(seconds * 10)):
        served.add(name, batches[number % len(batches)])
        time.sleep(max(0, start + (number + 1) / 10 - time.monotonic()))
    # The first one has what changed before, too.
    return [one for epoch, one in sorted(served.snapshots().items()) if epoch not in known][1:]


def measured(keys, seconds, folder):
    rng = random.Random(1)
    every = range(keys)
    served = Served(folder)
    rows = 0
    try:
        empty = served.resident_bytes()
        order = list(every)
        rng.shuffle(order)
        for first in range(0, keys, 100_000):
            part = order[first:first + 100_000]
            served.add("first", lines(part, rng))
            rows += len(part)
        served.wait(lambda one: one["counters"]["rows"] >= rows, "its rows")
        state = served.progress[-1]["stateOperators"][0]["memoryUsedBytes"]
        whole = feed(served, "all", every, seconds, rng)
        changed = feed(served, "some", order[:max(1, keys // 100)], seconds, rng)
        resident = served.resident_bytes()
        stops = [one["stopMs"] for one in served.snapshots().values()]
        served.stop()
    finally:
        served.process.kill()
    return state, resident - empty, whole, changed, max(stops)


def figures(keys, seconds, folder):
    """What is written into the results."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        state, resident, whole, changed, longest_stop = measured(keys, seconds, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    whole = [one for one in whole if one["extent"] == "whole"]
    changes = [one for one in changed if one["extent"] == "changes"]
    if not whole or (keys == FULL_KEYS and not changes):
        raise measure.Failure(f"too few snapshots: {len(whole)} whole ones, {len(changes)} of changes")

    def most(snapshots, name):
        return max((one[name] for one in snapshots), default=None)

    return {
        "keys": keys,
        "bytes_a_key": round(state / keys - VALUE_BYTES, 1),
        "resident_bytes_a_key": round(resident / keys, 1),
        "whole": {"count": len(whole), "seconds": most(whole, "durationMs") / 1000, "bytes": most(whole, "bytes")},
        "changes": {
            "count": len(changes), "keys": max(1, keys // 100),
            "seconds": (most(changes, "durationMs") or 0) / 1000, "bytes": most(changes, "bytes"),
        },
        "longest_stop_ms": longest_stop,
        "longest_stop_of_changes_ms": most(changes, "stopMs"),
    }


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FULL_KEYS
    print(json.dumps(figures(count, 8, pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "/tmp/swiftwater-keys")), indent=1))
