#!/usr/bin/env python3
"""The crash test with Kafka: events from a topic, rows to a Parquet folder and, in transactions, to another topic.

    Tests/Crash/kafka_crash_test.py SWIFTWATER [--random N] [--rows N] [--seed N] [--threads N] [--only NAME]

Besides, other members of the consumer group join and leave under load: what this process wrote and what they
committed are all the events together, each once. And where another member took a dead one's partitions, the dead one
comes back with its state.

The broker of the kills is noida-db: its latest offsets are right, and a member that comes back under its old
`group.instance.id` has its partitions again at once. It refuses offsets that are committed while a group rebalances,
whoever commits them, so the members' one is Tansu.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

import crash_test

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "KafkaConnectorTests" / "Support"))
import kafka_server  # noqa: E402
from confluent_kafka import Producer  # noqa: E402

KAFKA = """
    ops:
      kind: kafka
      attributes:
        brokers: [BROKERS]
        topics: [TOPIC-in]
        consumerGroup: TOPIC
        fetch: FETCH
        failOnDataLoss: true
        properties: {partition.assignment.strategy: range, group.instance.id: INSTANCE}
      batch: {rows: ROWS, timeout: 500ms}
"""

FUNCTION = crash_test.FUNCTION.replace(
    """  triggers:
""",
    """    - from: rows
      to: TOPIC-out
      kind: kafka
      mode: append
      attributes: {brokers: [BROKERS], key: company, transactionalId: TOPIC}
  triggers:""").replace(
    """    files: {kind: file, attributes: {paths: "FOLDER/in/*.ndjson"}, batch: {rows: ROWS}}
""", KAFKA)

PARTITIONS = 3
FETCHES = ("direct", "librdkafka")


class Topics:
    """A broker with topics for all jobs, one call after the other."""

    partitions = PARTITIONS

    def __init__(self, kind):
        self.server = kafka_server.Server()
        self.server.start(kind)
        self.lock = threading.Lock()
        self.count = 0

    def make(self):
        with self.lock:
            self.count += 1
            name = f"crash{self.count}"
            self.server.create(f"{name}-in", self.partitions)
            self.server.create(f"{name}-out", self.partitions)
            return name

    def producer(self):
        return Producer(self.server.settings(**{"linger.ms": 20}))


class KafkaJob(crash_test.Job):
    """One function over one topic; its partitions are what files are to the other crash test."""

    template = FUNCTION

    def __init__(self, topics, binary, rows, rng, every, fetch):
        self.topics, self.name, self.fetch = topics, topics.make(), fetch
        super().__init__(binary, rows, rng, every)

    def words(self):
        return {
            "TOPIC": self.name, "BROKERS": self.topics.server.brokers, "INSTANCE": "one", "FETCH": self.fetch}

    def environment(self):
        return {"SWIFTWATER_LIBRDKAFKA": kafka_server.library_path()}

    def append(self, half):
        producer = self.topics.producer()
        for partition, lines in enumerate(self.halves[half].values()):
            for line in lines:
                producer.produce(f"{self.name}-in", value=line, partition=partition)
        assert producer.flush(30) == 0, "the broker did not take all events"

    def written(self):
        """The rows of the topic that was written, as a consumer of committed messages sees them."""
        found = self.topics.server.read(f"{self.name}-out", self.topics.partitions)
        assert found["complete"], "the end of the written topic was not reached"
        return [json.loads(value) for messages in found["messages"] for _, value in messages]

    def check(self):
        super().check()
        rows = collections.Counter((row["id"], row["company"], row["value"]) for row in self.written())
        wanted = collections.Counter((row["id"], row["company"], row["value"]) for row in self.good)
        twice = [row for row, count in rows.items() if count > wanted[row]]
        missing = [row for row, count in wanted.items() if rows[row] < count]
        assert not twice and not missing, f"in Kafka {len(missing)} rows are missing, {len(twice)} are there twice"


class OwnedByAnother(KafkaJob):
    """This process dies, another member takes all its partitions, and it must read its epochs again all the same."""

    template = FUNCTION.replace(
        "properties: {partition.assignment.strategy: range, group.instance.id: INSTANCE}",
        "sessionTimeout: 6s\n        heartbeatInterval: 200ms")

    def play(self):
        server, member = self.topics.server, f"{self.name}-other"
        self.append(0)
        code = self.start("afterCommit:3").wait(timeout=60)
        assert code == -9, f"ended with {code}: {self.tail()}"
        self.deaths += 1
        server.member(member, self.name, f"{self.name}-in", session=6000)
        deadline = time.monotonic() + 60
        while not any(what == "message" for what, _, _ in server.member_seen(member)["lines"]):
            assert time.monotonic() < deadline, "the other member got no partition"
            time.sleep(0.1)
        process = self.start()
        try:
            code = process.wait(timeout=60)
        finally:
            process.kill()
            process.wait()
            server.member_stop(member, kill=True)
        assert code == 0, f"ended with {code}: {self.tail()}"
        return self

    def check(self):
        ids = list(self.table("rows")["id"])
        assert len(ids) > 200 and len(set(ids)) == len(ids), f"{len(ids)} rows, {len(set(ids))} of them once"


MEMBERS = """
apiVersion: swiftwater/v1
kind: Function
metadata: {name: members}
spec:
  events: {format: json-lines, schema: {n: int64}}
  frames:
    rows: {from: events, steps: [{select: [n]}]}
  outputs:
    - {from: rows, to: rows/, format: parquet, mode: append}
  triggers:
    ops:
      kind: kafka
      attributes:
        brokers: [BROKERS]
        topics: [TOPIC-in]
        consumerGroup: TOPIC
        fetch: FETCH
        sessionTimeout: 6s
        heartbeatInterval: 200ms
      batch: {rows: 200, timeout: 50ms}
  checkpoint: {path: FOLDER/state, every: 1s}
"""


class Members(KafkaJob):
    """This process and other members of its group share a topic while they come and go."""

    template = MEMBERS

    def start(self, crash_at=None):
        log = open(self.folder / "log.txt", "a")
        return subprocess.Popen(
            [self.binary, "serve", str(self.function), "--output", str(self.folder / "out")],
            env=dict(os.environ) | self.environment(), stdout=log, stderr=log, cwd=self.folder)

    def play(self):
        server, names = self.topics.server, ["first", "second"]
        self.produced, ends = 0, threading.Event()

        def load():
            producer = self.topics.producer()
            while not ends.is_set():
                for _ in range(20):
                    producer.produce(
                        f"{self.name}-in", value=json.dumps({"n": self.produced}), partition=self.produced % PARTITIONS)
                    self.produced += 1
                producer.flush(30)
                time.sleep(0.1)

        process = self.start()
        loader = threading.Thread(target=load)
        loader.start()
        self.members = [f"{self.name}-{name}" for name in names]
        try:
            self.wait("this process took nothing", lambda: self.rows() > 0)
            for member in self.members:
                server.member(member, self.name, f"{self.name}-in", session=6000)
                self.wait("a member took nothing", lambda: len(self.taken([member])) > 50)
            for member in self.members:
                server.member_stop(member)
        finally:
            ends.set()
            loader.join()
        try:
            self.wait(
                "some events were not taken", lambda: len(self.taken(self.members)) + self.rows() >= self.produced)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
        assert code == 0, f"ended with {code}: {self.tail()}"
        return self

    def rows(self):
        try:
            return len(self.table("rows"))
        except FileNotFoundError:
            return 0

    def taken(self, members, what="message"):
        """Partition and offset of each event that members have taken, or could not commit (`uncommitted`)."""
        lines = [line for name in members for line in self.topics.server.member_seen(name)["lines"]]
        return [(partition, offset) for noted, partition, offset in lines if noted == what]

    @staticmethod
    def wait(problem, condition, seconds=40):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, problem
            time.sleep(0.1)

    def check(self):
        # The events of a partition are numbered in the order in which they were written.
        def numbers(places):
            return collections.Counter(offset * PARTITIONS + partition for partition, offset in places)

        others = numbers(self.taken(self.members))
        found = collections.Counter(self.table("rows")["n"]) + others
        missing = [number for number in range(self.produced) if number not in found]
        # What a member took and could not commit, as the partition went elsewhere, comes again to the next owner.
        again = numbers(self.taken(self.members, "uncommitted"))
        twice = [number for number, count in (found - again).items() if count > 1]
        assert not missing, f"{len(missing)} of {self.produced} events were taken by nobody, the first {missing[0]}"
        assert not twice, f"{len(twice)} of {self.produced} events were taken twice, the first {min(twice)}"
        assert len(others) > 100


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--random", type=int, default=4)
    parser.add_argument("--rows", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--threads", type=int, default=4, help="jobs at the same time; most of it is waiting")
    parser.add_argument("--only", default="", help="the cases whose names begin so")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    topics, cooperative = Topics("noida"), Topics("tansu")

    def job(number, every):
        # Over whose connections events come changes from case to case, and from seed to seed.
        fetch = FETCHES[(arguments.seed + number) % 2]
        return KafkaJob(topics, binary, arguments.rows, random.Random(arguments.seed + number), every, fetch)

    cases = []
    for fetch in FETCHES:
        cases.append((
            f"members come and go, {fetch}",
            lambda fetch=fetch: Members(cooperative, binary, 0, random.Random(0), "1s", fetch).play()))
        cases.append((
            f"owned by another, {fetch}",
            lambda fetch=fetch: OwnedByAnother(
                cooperative, binary, arguments.rows, random.Random(arguments.seed), "1h", fetch).play()))
    for number in range(arguments.random):
        rng = random.Random(arguments.seed - number)
        snapshots = rng.choice(["1ms", "50ms", "1h"])
        cases.append((
            "at random",
            lambda rng=rng, number=number, snapshots=snapshots: crash_test.with_kills(
                job(-number, snapshots), rng, [0.02, 0.1, 0.2, 0.4])))
    for number, point in enumerate(crash_test.POINTS):
        epoch = 1 + number % 4
        cases.append((
            f"{point}:{epoch}",
            lambda number=number, point=point, epoch=epoch: crash_test.with_crash(
                job(number, crash_test.every(point)), point, epoch)))
    cases = [case for case in cases if case[0].startswith(arguments.only)]
    try:
        crash_test.run(cases, arguments.seed, arguments.threads)
    finally:
        topics.server.end()
        cooperative.server.end()


if __name__ == "__main__":
    main()
