"""The cases with Kafka: a broker is started, a topic filled, and each contender reads all of it.

Every contender says itself how long it took from the first message to the end.
"""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys

import cases as setup
import measure

SERVER = setup.ROOT / "Tests" / "KafkaConnectorTests" / "Support" / "kafka_server.py"
PEERS = setup.HERE / "peers"
PARTITIONS = 6
ALONE, POLARS, PANDAS = "librdkafka alone", "Polars in a loop", "pandas in a loop"
# pandas takes a minute for all; its figures for a part are scaled up.
PANDAS_SHARE = 7


class Broker:
    """Tansu in a process of its own, so that what fills the topic is not counted with the contenders."""

    def __init__(self):
        self.process = subprocess.Popen(
            [setup.PYTHON, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        started = self.call("start", kind="tansu")
        self.address, self.library = started["brokers"], started["library"]

    def call(self, name, **arguments):
        print(json.dumps({"do": name, **arguments}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline() or "{}")
        if not answer.get("ok") or answer.get("left"):
            raise measure.Failure(f"the broker: {answer.get('error', 'messages were not delivered')}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compiled(program, source, *options):
    """A C program or library, made when it is not there."""
    if not program.exists():
        compiler = shutil.which("cc") or shutil.which("clang")
        measure.run([compiler, "-O2", "-o", program, PEERS / source, *options])
    return program


class Replay:
    """A broker that answers from memory with the record batches of a file's lines: a source that is no limit."""

    def __init__(self, data, folder):
        library = compiled(
            folder / "record_batches.so", "record_batches.c", setup.ROOT / "Sources" / "CKafka" / "crc32c.c",
            "-shared", "-fPIC", "-D_Nullable=", "-D_Nonnull=", "-I", setup.ROOT / "Sources" / "CKafka" / "include")
        self.process = subprocess.Popen(
            [setup.PYTHON, PEERS / "kafka_replay.py", library, data, str(PARTITIONS)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        started = json.loads(self.process.stdout.readline() or "{}")
        if "brokers" not in started:
            raise measure.Failure("the broker that replays does not start")
        self.address, self.messages = started["brokers"], started["messages"]
        self.library = library_path()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def library_path():
    import confluent_kafka

    folder = pathlib.Path(confluent_kafka.__file__).parent.parent / "confluent_kafka.libs"
    return str(next(folder.glob("librdkafka*")))


class Stream:
    """A filled topic and those who read it."""

    def __init__(self, broker, data, folder, messages, rows):
        self.broker, self.data, self.folder = broker, data, folder
        self.messages = messages
        self.rows_a_message = rows
        self.runs = 0

    @classmethod
    def filled(cls, broker, data, folder, codec, rows):
        broker.call("create", topic="ops", partitions=PARTITIONS)
        messages = broker.call(
            "load", topic="ops", partitions=PARTITIONS, path=str(data), codec=codec, rows=rows)["messages"]
        return cls(broker, data, folder, messages, rows)

    def _run(self, command, environment=None):
        """Runs a contender that prints a line of JSON last; returns the run with its own seconds."""
        path = self.folder / "printed"
        with open(path, "w+b") as printed:
            process = subprocess.Popen(
                command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=printed,
                stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        lines = path.read_text(errors="replace").splitlines()
        if process.returncode != 0:
            raise measure.Failure(f"exit code {process.returncode} of {command}\n" + "\n".join(lines[-20:]))
        return measure.Run(0, usage), [json.loads(line) for line in lines if line.startswith("{")]

    def ours(self):
        self.runs += 1
        output = self.folder / f"ours-{self.runs}"
        function = self.folder / "stream.yaml"
        text = (setup.HERE / "functions" / "stream.yaml").read_text()
        for word, value in [("BROKERS", self.broker.address), ("TOPIC", "ops"), ("GROUP", f"bench-{self.runs}")]:
            text = text.replace(word, value)
        function.write_text(text)
        run, lines = self._run(
            [setup.SWIFTWATER, "serve", function, "--available-now", "--json", "--threads", "2", "--output", output,
             "--checkpoint", self.folder / f"state-{self.runs}"],
            dict(os.environ) | {"SWIFTWATER_LIBRDKAFKA": self.broker.library})
        epochs = [line for line in lines if "batchId" in line]
        stopped = next(line for line in lines if line.get("msg") == "stopped")
        first, rows = epochs[0], int(stopped["rows"])
        if self.rows_a_message == 1 and rows != self.messages:
            raise measure.Failure(f"{rows} rows came of {self.messages} messages")
        after = when(stopped["time"]) - when(first["timestamp"])
        if len(epochs) > 2:
            # The first epoch's time holds the group's forming: its share of the rows is put in for it.
            run.seconds = after * rows / (rows - first["numInputRows"])
        else:
            run.seconds = after + sum(first["durationMs"][part] for part in ("addBatch", "commitOffsets")) / 1000
        return run, output / "by_company"

    def alone(self):
        library = self.broker.library
        program = compiled(
            self.folder / "kafka_discard", "kafka_discard.c", library, f"-Wl,-rpath,{os.path.dirname(library)}",
            "-Wl,--allow-shlib-undefined")
        run, lines = self._run([program, self.broker.address, "ops", str(PARTITIONS), str(self.messages)])
        run.seconds = lines[-1]["seconds"]
        return run, None

    def loop(self, library, share=1):
        self.runs += 1
        output = self.folder / f"{library}-{self.runs}"
        output.mkdir()
        run, lines = self._run(
            [setup.PYTHON, PEERS / "kafka_loop.py", library, self.broker.address, "ops", str(PARTITIONS),
             str(self.messages // share), output],
            dict(os.environ) | {"POLARS_MAX_THREADS": "2"})
        scale = self.messages / lines[-1]["messages"]
        run.seconds = lines[-1]["seconds"] * scale
        run.cpu_seconds *= scale
        return run, output if share == 1 else None

    def check(self, output):
        measure.run([setup.PYTHON, PEERS / "check_stream.py", self.data, output])


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def case(name, title, data, stream, contenders, rounds, requirements):
    """Runs contenders in turn; the first round is checked and counted, too, since all is in memory already."""
    series = {contender: measure.Series() for contender in contenders}
    for number in range(rounds):
        for contender, run in contenders.items():
            if contender == PANDAS and number > 0:
                continue
            one, output = run()
            if output and number == 0:
                stream.check(output)
            series[contender].runs.append(one)
            print(f"    {title}, {contender}: {one.seconds:.3f} s", file=sys.stderr, flush=True)
    return {
        "name": name, "title": title, "bytes": os.path.getsize(data), "requirements": requirements,
        "contenders": {contender: one.summary() for contender, one in series.items()},
    }


def requirement(text, other=None, factor=None, **limits):
    return {"text": text, "other": other, "factor": factor, "at_least": False, **limits}


def fresh(folder):
    folder = folder / "streams"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def replayed(data, rounds, folder):
    """The case with a source that is no limit."""
    folder = fresh(folder)
    broker = Replay(data, folder)
    try:
        stream = Stream(broker, data, folder, broker.messages, 1)
        contenders = {setup.OURS: stream.ours, ALONE: stream.alone}
        size = os.path.getsize(data)
        return case(
            "kafka-replay", "record batches replayed from memory", data, stream, contenders, rounds,
            [
                requirement("the time of 900 MB/s", limit_seconds=size / 900e6),
                requirement("1 s for 700 MB", limit_cpu_seconds=size / 700e6),
            ])
    finally:
        broker.close()
        shutil.rmtree(folder, ignore_errors=True)


def cases_of(name, title, codec, rows, data, rounds, folder, requirements, with_loops):
    folder = fresh(folder)
    broker = Broker()
    try:
        stream = Stream.filled(broker, data, folder, codec, rows)
        contenders = {setup.OURS: stream.ours, ALONE: stream.alone}
        if with_loops:
            contenders |= {
                POLARS: lambda: stream.loop("polars"), PANDAS: lambda: stream.loop("pandas", PANDAS_SHARE)}
        return case(name, title, data, stream, contenders, rounds, requirements)
    finally:
        broker.close()
        shutil.rmtree(folder, ignore_errors=True)


def cases(data, rows, rounds, folder):
    """The results of all cases. With few rows only the first one, once: a group's forming alone takes five seconds."""
    is_small = rows < 1_000_000
    rounds = 1 if is_small else min(3, rounds)
    size = os.path.getsize(data)
    found = [cases_of(
        "kafka", "a Kafka topic, one row a message", "none", 1, data, rounds, folder,
        [
            requirement("1/0.9 of librdkafka alone", ALONE, 1 / 0.9),
            requirement("1/4 of Polars in a loop", POLARS, 1 / 4),
            requirement("1/40 of pandas in a loop", PANDAS, 1 / 40),
            requirement("1 s for 700 MB", limit_cpu_seconds=size / 700e6),
            requirement("200 MB", limit_megabytes=200),
        ], True)]
    if is_small:
        return found
    found.append(replayed(data, rounds, folder))
    for name, title, codec, rows in [
        ("kafka-lines", "a Kafka topic, 100 rows a message", "none", 100),
        ("kafka-zstd", "a Kafka topic, zstd", "zstd", 1),
        ("kafka-lz4", "a Kafka topic, lz4", "lz4", 1),
    ]:
        found.append(cases_of(
            name, title, codec, rows, data, rounds, folder,
            [requirement("1/0.9 of librdkafka alone", ALONE, 1 / 0.9)], False))
    return found
