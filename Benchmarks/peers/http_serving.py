"""Measures a served function that takes rows over HTTP, its spool on disk, and checks its rows against the batch's.

    python peers/http_serving.py SWIFTWATER FILE.ndjson [--rounds N]

Prints JSON: a list of cases as `in_process.py` does. `bench.py` runs it. One row a request is compared with nginx that
answers 204, both under wrk; without these two programs that case is left out.
"""

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import tasks

OURS = "Swiftwater"
FUNCTION = """
apiVersion: swiftwater/v1
kind: Function
metadata: {name: http}
spec:
  events:
    format: json-lines
    schema: {company: string, SCHEMA, timestamp: "timestamp[ms]"}
  frames:
    by_company:
      from: events
      steps:
        - groupby: {by: [company], agg: {AGGREGATIONS}}
    total:
      from: events
      steps:
        - groupby: {by: [], agg: {"*": {size: rows}}}
  outputs:
    - {from: by_company, to: by_company/, format: parquet, mode: complete}
    - {from: total}
  triggers:
    ingest: {kind: http, attributes: {port: PORT, path: /ops}, batch: {rows: 200000, timeout: 1s}}
  checkpoint: {path: state, every: 5s}
"""
CONNECTIONS = 4
BODY = 1 << 20
RATE, LATENCY_SECONDS, POST_ROWS = 100_000, 5, 500


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, path="/ready", seconds=20):
    """Waits for a server to answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        time.sleep(0.01)
    raise SystemExit(f"no server on port {port} after {seconds} s")


class Served:
    """A function served from a folder of its own, until the end of the `with`."""

    def __init__(self, swiftwater):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="swiftwater-bench-"))
        self.port = free_port()
        schema = ", ".join(f"{metric}: float64" for metric in tasks.METRICS)
        aggregations = ", ".join(f"{metric}: [{', '.join(tasks.FUNCTIONS)}]" for metric in tasks.METRICS)
        text = FUNCTION.replace("PORT", str(self.port)).replace("SCHEMA", schema)
        (self.folder / "function.yaml").write_text(text.replace("AGGREGATIONS", aggregations))
        self.process = subprocess.Popen(
            [swiftwater, "serve", self.folder / "function.yaml", "--output", self.folder], cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "log.txt", "w"))

    def __enter__(self):
        wait_for(self.port)
        return self

    def __exit__(self, *_):
        # Not wait4's figure, which counts this process's memory before the program began.
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        self.peak_mebibytes = int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024
        self.process.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(self.process.pid, 0)
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        shutil.rmtree(self.folder, ignore_errors=True)

    def frame(self, name):
        """A frame's current rows."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"/frames/{name}?format=lines")
        return [json.loads(line) for line in connection.getresponse().read().splitlines()]

    def wait_for_rows(self, rows):
        end = time.monotonic() + 120
        while (found := (self.frame("total") or [{"rows": 0}])[0]["rows"]) < rows:
            if time.monotonic() > end:
                raise SystemExit(f"{found} of {rows} rows came through")
            time.sleep(0.002)


class Client:
    """A connection that posts bodies and waits for their answers."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def post(self, body):
        head = b"POST /ops HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n" % len(body)
        end = time.monotonic() + 60
        while True:
            self.socket.sendall(head)
            self.socket.sendall(body)
            status = int(self.answers.readline().split()[1])
            length = 0
            while (line := self.answers.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            text = self.answers.read(length)
            if status == 202:
                return
            if status not in (429, 503):
                raise SystemExit(f"status {status}: {text.decode()}")
            if time.monotonic() > end:
                raise SystemExit(f"status {status} for a minute: {text.decode()}")
            time.sleep(0.01)


def bodies_of(data):
    """Pieces of whole lines of about `BODY` bytes."""
    view, start = memoryview(data), 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + BODY) + 1
        yield view[start:end]
        start = end


def same_as_batch(swiftwater, path, rows):
    """Compares a frame's rows with what `swiftwater run` makes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        function = pathlib.Path(__file__).resolve().parent.parent / "functions" / "job.yaml"
        subprocess.run(
            [swiftwater, "run", function, "--input", path, "--output", folder], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        import pyarrow.parquet as pq

        wanted = pq.read_table(f"{folder}/by_company.parquet").to_pylist()
    names = [f"{metric}_{function}" for metric in tasks.METRICS for function in tasks.FUNCTIONS]
    ours = {row["company"]: row for row in rows}
    assert len(ours) == len(wanted), f"{len(ours)} companies, not {len(wanted)}"
    for row in wanted:
        for name in names:
            assert abs(ours[row["company"]][name] - row[name]) <= 1e-9 * max(1, abs(row[name])), name


def large_bodies(swiftwater, path, rounds):
    data = path.read_bytes()
    rows = data.count(b"\n")
    bodies = list(bodies_of(data))
    times, cpu, peaks = [], [], []
    for _ in range(rounds):
        with Served(swiftwater) as served:
            clients = [Client(served.port) for _ in range(CONNECTIONS)]

            def post(number):
                for body in bodies[number::CONNECTIONS]:
                    clients[number].post(body)

            threads = [threading.Thread(target=post, args=(number,)) for number in range(CONNECTIONS)]
            start = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            served.wait_for_rows(rows)
            times.append(time.perf_counter() - start)
            frame = served.frame("by_company")
        cpu.append(served.cpu_seconds)
        peaks.append(served.peak_mebibytes)
    same_as_batch(swiftwater, path, frame)
    seconds = statistics.median(times)
    rate = len(data) / 1e6 / seconds
    print(f"    {rate:.0f} MB/s, {statistics.median(cpu):.2f} processor seconds, {max(peaks):.0f} MB", file=sys.stderr)
    return {
        "name": "http-bodies", "title": f"HTTP bodies of 1 MiB to the aggregate, spool on ({rate:.0f} MB/s)",
        "bytes": len(data),
        "requirements": [{"text": f"{len(data) / 400e6:.2f} s (400 MB/s)", "limit_seconds": len(data) / 400e6}],
        "contenders": {OURS: {
            "seconds": seconds, "cpu_seconds": statistics.median(cpu), "peak_mebibytes": max(peaks)}},
    }


def watch(port, times, ends):
    """Asks for the number of rows again and again; when each number was first seen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seen, last = [], -1
    while not ends.is_set():
        connection.request("GET", "/frames/total?format=lines")
        text = connection.getresponse().read()
        count = json.loads(text)["rows"] if text else 0
        if count != last:
            seen.append((time.monotonic(), count))
            last = count
    times.put(seen)


def latency(swiftwater, path):
    """From a post's first byte to its rows in the aggregate, at a steady rate."""
    lines = path.read_bytes().splitlines(keepends=True)
    posts = RATE * LATENCY_SECONDS // POST_ROWS
    bodies = [b"".join(lines[start:start + POST_ROWS]) for start in range(0, len(lines) - POST_ROWS + 1, POST_ROWS)]
    with Served(swiftwater) as served:
        times, ends = multiprocessing.Queue(), multiprocessing.Event()
        watcher = multiprocessing.Process(target=watch, args=(served.port, times, ends))
        watcher.start()
        client, sent = Client(served.port), []
        client.post(bodies[0])
        served.wait_for_rows(POST_ROWS)
        begin = time.monotonic() + 0.05
        for number in range(posts):
            pause = begin + number * POST_ROWS / RATE - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            sent.append(time.monotonic())
            client.post(bodies[number % len(bodies)])
        served.wait_for_rows(POST_ROWS * (posts + 1))
        time.sleep(0.1)
        ends.set()
        seen = times.get()
        watcher.join()
    found, place = [], 0
    for number, moment in enumerate(sent):
        while place < len(seen) and seen[place][1] < POST_ROWS * (number + 2):
            place += 1
        found.append(seen[place][0] - moment)
    found.sort()
    for name, share, limit in [("half", 0.5, 0.005), ("99 of 100", 0.99, 0.025)]:
        value = found[int(len(found) * share)]
        print(f"    latency of {name}: {value * 1e3:.1f} ms", file=sys.stderr)
        yield {
            "name": f"http-latency-{share}", "bytes": 0,
            "title": f"from a post to the aggregate at {RATE:,} rows/s, {name} within",
            "requirements": [{"text": f"{limit * 1e3:.0f} ms", "limit_seconds": limit}],
            "contenders": {OURS: {"seconds": value}},
        }


def wrk(port, script, path):
    """Requests a second."""
    ran = subprocess.run(
        ["wrk", "-t1", "-c64", "-d3s", "-s", script, f"http://127.0.0.1:{port}{path}"], check=True, text=True,
        stdout=subprocess.PIPE)
    if "Non-2xx" in ran.stdout:
        raise SystemExit(f"wrk: {ran.stdout}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", ran.stdout)[1])


def small_requests(swiftwater, path, rounds):
    line = path.open().readline().strip()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "post.lua")
        script.write_text(f"wrk.method = 'POST'\nwrk.body = [[{line}]]\n")
        port = free_port()
        configuration = pathlib.Path(folder, "nginx.conf")
        configuration.write_text(
            f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
            "events { worker_connections 256; }\n"
            f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
            f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f"keepalive_requests 100000000; server {{ listen 127.0.0.1:{port}; location / {{ return 204; }} }} }}\n")
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", configuration], stderr=subprocess.DEVNULL)
        try:
            wait_for(port, "/")
            for _ in range(rounds):
                theirs.append(wrk(port, script, "/ops"))
                with Served(swiftwater) as served:
                    ours.append(wrk(served.port, script, "/ops"))
        finally:
            nginx.terminate()
            nginx.wait()
    print(f"    {statistics.median(ours):.0f} requests/s, nginx {statistics.median(theirs):.0f}", file=sys.stderr)
    return {
        "name": "http-rows", "title": "one row a request over HTTP, a request", "bytes": 0,
        "requirements": [{"text": "twice of nginx with 204", "other": "nginx", "factor": 2, "at_least": False}],
        "contenders": {
            OURS: {"seconds": 1 / statistics.median(ours)}, "nginx": {"seconds": 1 / statistics.median(theirs)}},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("swiftwater")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rounds = min(3, arguments.rounds)
    cases = [large_bodies(arguments.swiftwater, arguments.file, rounds)]
    cases += latency(arguments.swiftwater, arguments.file)
    if shutil.which("wrk") and shutil.which("nginx"):
        cases.append(small_requests(arguments.swiftwater, arguments.file, rounds))
    else:
        print("    wrk or nginx is not installed: one row a request is left out", file=sys.stderr)
    print(json.dumps({"cases": cases, "failures": []}))


if __name__ == "__main__":
    main()
