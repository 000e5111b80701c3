"""A broker that answers from memory: a source that is no limit. It knows one topic, `ops`, made of a file's lines, and a
consumer group of one member.

    kafka_replay.py LIBRARY FILE PARTITIONS

LIBRARY is `record_batches.c` with the connector's `crc32c.c`, compiled. Prints a line of JSON with its address when it is
ready, and ends with its standard input.
"""

import bisect
import contextlib
import ctypes
import json
import mmap
import os
import socket
import struct
import sys
import threading
import time

TOPIC = b"ops"
# Lowest and highest version by request: the oldest forms, which are the simplest.
VERSIONS = {0: (0, 3), 1: (4, 11), 2: (1, 1), 3: (0, 1), 8: (2, 2), 9: (1, 1), 10: (0, 0), 11: (0, 0), 12: (0, 0),
            13: (0, 0), 14: (0, 0), 18: (0, 0)}
UNSUPPORTED_VERSION = 35


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def blob(self, form="i"):
        size = self.take(form)
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size:self.at]

    def text(self):
        return self.blob("h")

    def list(self, read):
        return [read() for _ in range(self.take("i"))]


def text(value):
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value)) + value


def blob(value):
    return struct.pack(">i", len(value)) + value


def array(items):
    return struct.pack(">i", len(items)) + b"".join(items)


class Partition:
    def __init__(self, library, lines, count, number, partitions):
        # A record adds about ten bytes to its line.
        capacity, most = count // partitions + count // partitions // 4 + (1 << 20), count // 1000 + 16
        self.bytes = mmap.mmap(-1, capacity)
        places = (ctypes.c_int64 * (2 * most + 2))()
        target = ctypes.addressof(ctypes.c_char.from_buffer(self.bytes))
        batches = library.make_batches(lines, count, number, partitions, 1_000_000, target, capacity, places, most)
        if batches < 0:
            sys.exit("no room for the record batches")
        self.view = memoryview(self.bytes)
        self.begins = [places[2 * i] for i in range(batches + 1)]
        self.offsets = [places[2 * i + 1] for i in range(batches + 1)]
        self.end = self.offsets[-1]

    def read(self, offset, limit):
        """Whole batches from the one with `offset` on, one at least."""
        if offset >= self.end:
            return self.view[0:0]
        first = bisect.bisect_right(self.offsets, offset) - 1
        last = bisect.bisect_right(self.begins, self.begins[first] + limit) - 1
        return self.view[self.begins[first]:self.begins[max(last, first + 1)]]


class Broker:
    def __init__(self, partitions, port):
        self.partitions, self.port = partitions, port

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        file = connection.makefile("rb", buffering=65536)
        while head := file.read(4):
            request = Reader(file.read(struct.unpack(">i", head)[0]))
            api, version, correlation = request.take("hhi")
            request.text()
            pieces = self.answer(api, version, request)
            size = 4 + sum(map(len, pieces))
            pieces = [struct.pack(">ii", size, correlation)] + pieces
            while pieces:
                sent = connection.sendmsg(pieces[:512])
                while pieces and sent >= len(pieces[0]):
                    sent -= len(pieces.pop(0))
                if sent:
                    pieces[0] = memoryview(pieces[0])[sent:]

    def answer(self, api, version, request):
        if api == 1:
            return self.fetch(version, request)
        name = {2: "offsets", 3: "metadata", 8: "commit", 9: "committed", 10: "coordinator", 11: "join", 12: "beat",
                13: "beat", 14: "sync", 18: "versions"}[api]
        return [getattr(self, name)(version, request)]

    def versions(self, version, _):
        apis = [struct.pack(">hhh", api, *range) for api, range in sorted(VERSIONS.items())]
        return struct.pack(">h", UNSUPPORTED_VERSION if version > 0 else 0) + array(apis)

    def metadata(self, version, _):
        broker = struct.pack(">i", 0) + text(b"127.0.0.1") + struct.pack(">i", self.port)
        parts = [struct.pack(">hii", 0, number, 0) + array([struct.pack(">i", 0)]) * 2
                 for number in range(len(self.partitions))]
        more = [text(None), struct.pack(">i", 0), b"\0"] if version >= 1 else [b"", b"", b""]
        return array([broker + more[0]]) + more[1] + array([struct.pack(">h", 0) + text(TOPIC) + more[2] + array(parts)])

    def coordinator(self, *_):
        return struct.pack(">hi", 0, 0) + text(b"127.0.0.1") + struct.pack(">i", self.port)

    def join(self, _, request):
        request.text(), request.take("i"), request.text(), request.text()
        protocols = request.list(lambda: (request.text(), request.blob()))
        name, metadata = protocols[0]
        member = text(b"member")
        return struct.pack(">hi", 0, 1) + text(name) + member + member + array([member + blob(metadata)])

    def sync(self, _, request):
        request.text(), request.take("i"), request.text()
        given = request.list(lambda: (request.text(), request.blob()))
        return struct.pack(">h", 0) + blob(given[0][1] if given else b"")

    def beat(self, *_):
        return struct.pack(">h", 0)

    def each(self, request, read, write):
        """An answer with an entry for each partition that a request names."""
        topics = request.list(lambda: (request.text(), request.list(read)))
        return array([text(topic) + array([write(part) for part in parts]) for topic, parts in topics])

    def commit(self, _, request):
        request.text(), request.take("i"), request.text(), request.take("q")
        return self.each(
            request, lambda: (request.take("iq"), request.text())[0], lambda part: struct.pack(">ih", part[0], 0))

    def committed(self, _, request):
        request.text()
        return self.each(
            request, lambda: request.take("i"), lambda part: struct.pack(">iq", part, -1) + text(b"") + b"\0\0")

    def offsets(self, _, request):
        request.take("i")
        return self.each(request, lambda: request.take("iq"), lambda part: struct.pack(
            ">ihqq", part[0], 0, -1, self.partitions[part[0]].end if part[1] == -1 else 0))

    def fetch(self, version, request):
        _, wait, _, limit, _ = request.take("iiiib")
        if version >= 7:
            request.take("ii")
        form = "i" + ("i" if version >= 9 else "") + "q" + ("q" if version >= 5 else "") + "i"
        topics = request.list(lambda: (request.text(), request.list(lambda: request.take(form))))
        found = []
        for _, parts in topics:
            for part in parts:
                number, offset = part[0], part[2 if version >= 9 else 1]
                data = self.partitions[number].read(offset, min(part[-1], limit)) if limit > 0 else b""
                limit -= len(data)
                found.append((number, data))
        if not any(len(data) for _, data in found):
            time.sleep(wait / 1000)
        pieces = [struct.pack(">i", 0) + (struct.pack(">hi", 0, 0) if version >= 7 else b"")
                  + struct.pack(">i", 1) + text(TOPIC) + struct.pack(">i", len(found))]
        for number, data in found:
            end = self.partitions[number].end
            pieces.append(
                struct.pack(">ihqq", number, 0, end, end) + (struct.pack(">q", 0) if version >= 5 else b"")
                + struct.pack(">i", -1) + (struct.pack(">i", -1) if version >= 11 else b"")
                + struct.pack(">i", len(data)))
            pieces.append(data)
        return pieces


def main():
    library = ctypes.CDLL(sys.argv[1])
    library.make_batches.restype = ctypes.c_long
    library.make_batches.argtypes = [
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t,
        ctypes.c_void_p, ctypes.c_long]
    partitions = int(sys.argv[3])
    with open(sys.argv[2], "rb") as file:
        lines = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(lines))
    made = [Partition(library, start, len(lines), number, partitions) for number in range(partitions)]
    listener = socket.create_server(("127.0.0.1", 0))
    broker = Broker(made, listener.getsockname()[1])

    def serve(connection):
        # A consumer that goes may leave an answer behind.
        with contextlib.suppress(OSError):
            broker.serve(connection)

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(json.dumps({
        "brokers": f"127.0.0.1:{broker.port}", "messages": sum(part.end for part in made)}), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
