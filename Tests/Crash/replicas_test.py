#!/usr/bin/env python3
"""Three processes serve one function together over a shared checkpoint, under load, while they are killed, stopped in
their tracks until the group has given their partitions to others and woken up again, ended and started anew. What they
have written in the end is what one batch gives, row by row.

    Tests/Crash/replicas_test.py SWIFTWATER [--runs N] [--seconds N] [--rows N] [--seed N]
"""

import argparse
import json
import os
import random
import signal
import subprocess
import threading
import time

import crash_test
import kafka_crash_test

PARTITIONS = 6
PROCESSES = 3

FUNCTION = kafka_crash_test.FUNCTION.replace("  events:\n", "  events:\n    partitionedBy: [company]\n").replace(
    "properties: {partition.assignment.strategy: range, group.instance.id: INSTANCE}",
    "sessionTimeout: 6s\n        heartbeatInterval: 500ms").replace("every: EVERY}", "every: EVERY, shared: true}")


class Topics(kafka_crash_test.Topics):
    partitions = PARTITIONS


class Replicas(kafka_crash_test.KafkaJob):
    template = FUNCTION

    def __init__(self, topics, binary, rows, rng, every, fetch, seconds):
        self.seconds, self.processes, self.zombies = seconds, {}, 0
        super().__init__(topics, binary, rows, rng, every, fetch)

    def _lines(self, rows, half):
        """Each partition's events, in their order; a company is in one partition only."""
        lines = {partition: [] for partition in range(PARTITIONS)}
        for index in range(rows // 2):
            number = half * (rows // 2) + index
            company = self.rng.randrange(20)
            row = {
                "id": number, "company": f"company {company}", "value": self.rng.randrange(-1000, 1000),
                "timestamp": crash_test.START + number * 50,
            }
            self.good.append(row)
            lines[company % PARTITIONS].append(json.dumps(row))
            if self.rng.random() < 0.01:
                self.bad += 1
                lines[company % PARTITIONS].append('{"id": "no number", "company":')
        if half == 1:
            for partition in lines:
                row = {
                    "id": -1 - partition, "company": f"end {partition}", "value": 0, "timestamp": crash_test.SENTINEL}
                self.good.append(row)
                lines[partition].append(json.dumps(row))
        return lines

    def load(self):
        """Writes the events over the time of the test, all partitions alongside."""
        producer = self.topics.producer()
        lines = {partition: self.halves[0][partition] + self.halves[1][partition] for partition in range(PARTITIONS)}
        steps = 100
        for step in range(steps):
            for partition, all_lines in lines.items():
                first, last = (len(all_lines) * number // steps for number in (step, step + 1))
                for line in all_lines[first:last]:
                    producer.produce(f"{self.name}-in", value=line, partition=partition)
            assert producer.flush(30) == 0, "the broker did not take all events"
            time.sleep(self.seconds / steps)

    def begin(self, number):
        log = open(self.folder / "log.txt", "a")
        self.processes[number] = subprocess.Popen(
            [self.binary, "serve", str(self.function), "--output", str(self.folder / "out")],
            env=dict(os.environ) | self.environment(), stdout=log, stderr=log, cwd=self.folder)

    def disturb(self, number):
        """Lets something happen to a process."""
        process = self.processes[number]
        what = self.rng.choice(["kill", "kill", "freeze", "end"])
        if what == "freeze":
            process.send_signal(signal.SIGSTOP)
            # Longer than the session: its partitions go to others, and it knows nothing of that.
            time.sleep(9)
            process.send_signal(signal.SIGCONT)
            self.zombies += 1
            return
        process.send_signal(signal.SIGKILL if what == "kill" else signal.SIGTERM)
        code = process.wait(30)
        self.deaths += what == "kill"
        assert code == (-9 if what == "kill" else 0), f"ended with {code}: {self.tail()}"
        time.sleep(self.rng.random() * 3)
        self.begin(number)

    def play(self):
        reader = crash_test.Reader(self)
        reader.start()
        loader = threading.Thread(target=self.load)
        loader.start()
        try:
            for number in range(PROCESSES):
                self.begin(number)
                time.sleep(self.rng.random())
            while loader.is_alive():
                time.sleep(self.rng.random() * 3)
                self.disturb(self.rng.randrange(PROCESSES))
            loader.join()
            self.settle()
            # The last windows close behind the last rows.
            time.sleep(2)
            for process in self.processes.values():
                assert process.poll() is None, f"a process ended with {process.returncode}: {self.tail()}"
                process.send_signal(signal.SIGTERM)
            codes = [process.wait(30) for process in self.processes.values()]
            assert codes == [0] * PROCESSES, f"ended with {codes}: {self.tail()}"
        finally:
            for process in self.processes.values():
                process.kill()
                process.wait()
            reader.stop()
        return self

    def settle(self):
        """Waits until all rows are written.

        A member that dies while it joins can leave Tansu's group in a rebalance that never ends, for whoever joins
        (members of confluent-kafka alone see it too). Then the processes go on in another group: where their
        partitions go on, the checkpoint says.
        """
        for round in range(3):
            try:
                return kafka_crash_test.Members.wait(
                    f"not all rows were written: {self.tail()}", lambda: self.rows() >= len(self.good), 40)
            except AssertionError:
                if round == 2:
                    raise
            for process in self.processes.values():
                process.send_signal(signal.SIGTERM)
            codes = [process.wait(30) for process in self.processes.values()]
            assert codes == [0] * PROCESSES, f"ended with {codes}: {self.tail()}"
            for function in self.folder.glob("*.yaml"):
                text = function.read_text()
                function.write_text(text.replace("consumerGroup: ", "consumerGroup: again-"))
            for number in range(PROCESSES):
                self.begin(number)

    def rows(self):
        try:
            return len(self.table("rows"))
        except FileNotFoundError:
            return 0


SPREAD = """
apiVersion: swiftwater/v1
kind: Function
metadata: {name: spread}
spec:
  events:
    format: json-lines
    schema: {id: int64, company: string, value: int64, timestamp: "timestamp[ms]"}
    onError: deadLetter
  frames:
    rows: {from: events, steps: [{filter: id == id}]}
  outputs:
    - from: rows
      to: TOPIC-by-company
      kind: kafka
      mode: append
      attributes: {brokers: [BROKERS], key: company, transactionalId: TOPIC-spread}
  triggers:
""" + kafka_crash_test.KAFKA.replace(
    "properties: {partition.assignment.strategy: range, group.instance.id: INSTANCE}", "sessionTimeout: 6s").replace(
    "consumerGroup: TOPIC", "consumerGroup: TOPIC-spread") + """
  checkpoint: {path: FOLDER/spread-state, every: 1s, shared: true}
"""


class Repartitioned(Replicas):
    """Rows of a company come in all partitions; a first function brings them into one, for the second to count."""

    template = FUNCTION.replace("topics: [TOPIC-in]", "topics: [TOPIC-by-company]").replace(
        "watermark: 5s", "watermark: 1d")

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.topics.server.create(f"{self.name}-by-company", PARTITIONS)
        self.spread = self.folder / "spread.yaml"
        text = SPREAD
        for word, value in {"FOLDER": str(self.folder), "ROWS": "1000", **self.words()}.items():
            text = text.replace(word, value)
        self.spread.write_text(text)
        # The bad lines are the first function's.
        for half in self.halves:
            lines = [line for partition in half.values() for line in partition]
            self.rng.shuffle(lines)
            for partition in range(PARTITIONS):
                half[partition] = lines[partition::PARTITIONS]

    def begin(self, number):
        function, out = (self.spread, "spread") if number == 0 else (self.function, "out")
        log = open(self.folder / "log.txt", "a")
        self.processes[number] = subprocess.Popen(
            [self.binary, "serve", str(function), "--output", str(self.folder / out)],
            env=dict(os.environ) | self.environment(), stdout=log, stderr=log, cwd=self.folder)

    def check(self):
        rows = self.table("rows")
        assert sorted(rows["id"]) == sorted(row["id"] for row in self.good)
        frame = crash_test.pd.DataFrame(self.good)
        wanted = frame.groupby("company")["value"].agg(["sum", "count"])
        sums = self.table("sums").set_index("company").sort_index()
        assert list(sums.index) == list(wanted.index), "a company is in several partitions"
        assert list(sums["value_sum"]) == list(wanted["sum"]) and list(sums["id_count"]) == list(wanted["count"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=25, help="of load in each run")
    parser.add_argument("--rows", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--random", help="kills in the other crash tests; each run has its own here")
    arguments = parser.parse_args()
    topics = Topics("tansu")
    cases = []
    for number in range(arguments.runs):
        seed = arguments.seed + number
        fetch = kafka_crash_test.FETCHES[seed % 2]
        every = ["1s", "1ms", "1h"][seed % 3]
        cases.append((
            f"three processes, {fetch}, saved every {every}",
            lambda seed=seed, fetch=fetch, every=every: Replicas(
                topics, os.path.abspath(arguments.binary), arguments.rows, random.Random(seed), every, fetch,
                arguments.seconds).play()))
    cases.append((
        "groups that cross partitions, by a topic in between",
        lambda: Repartitioned(
            topics, os.path.abspath(arguments.binary), arguments.rows, random.Random(arguments.seed), "1s", "direct",
            arguments.seconds).play()))
    try:
        crash_test.run(cases, arguments.seed)
    finally:
        topics.server.end()


if __name__ == "__main__":
    main()
