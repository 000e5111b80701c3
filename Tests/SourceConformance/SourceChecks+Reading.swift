import Columnar
import Streams

/// Checks of what comes and where.
extension SourceChecks {
    func order() throws {
        let reader = try reader()
        let first = events(0..<1500)
        try harness.write(Array(first[0..<1]))
        try harness.write(Array(first[1..<1000]))
        try reader.read(1000, PollRequest(maximumBytes: 4096))
        for start in stride(from: 1000, to: 1500, by: 50) {
            try harness.write(Array(first[start..<(start + 50)]))
            try reader.poll()
        }
        try reader.read(1500)
        try reader.expectNothing()
        try expect(reader.events, are: first)
    }

    func positions() throws {
        // The reader checks each block as it comes; here they are many and small.
        let written = events(0..<3000)
        try harness.write(written)
        let reader = try reader()
        try reader.read(3000, PollRequest(maximumBytes: 2000, maximumMessages: 30))
        var last: [SourcePartition: ReceivedEvent] = [:]
        for event in reader.events {
            if let before = last[event.partition], before.next > event.position || before.position >= event.position {
                throw ConformanceFailure(
                    "\(event.partition) has an event at \(event.position) after one at \(before.position)")
            }
            last[event.partition] = event
        }
    }

    func seek() throws {
        guard traits.isReplayable else { return }
        let written = events(0..<600)
        try harness.write(written)
        let first = try reader()
        try first.read(600)
        first.close()
        let all = first.events
        for cut in [0, 1, 299, 598, 599] {
            // As if everything before `cut`, in the order of arrival, had been committed.
            var start = Positions()
            for event in all { start[event.partition] = min(start[event.partition] ?? .max, event.position) }
            for event in all[0..<cut] { start[event.partition] = event.next }
            let again = try reader(at: start)
            let expected = Dictionary(grouping: all[cut...], by: \.partition)
            try again.read(600 - cut)
            try again.expectNothing(for: .milliseconds(100))
            again.close()
            for (partition, events) in Dictionary(grouping: again.events, by: \.partition) {
                let same = zip(events, expected[partition] ?? []).allSatisfy {
                    $0.bytes == $1.bytes && $0.position == $1.position
                }
                guard events.count == expected[partition]?.count, same else {
                    throw ConformanceFailure(
                        "\(partition) opened at \(start[partition] ?? -1) brings other events than before")
                }
            }
        }
    }

    func until() throws {
        guard traits.isReplayable else { return }
        let written = events(0..<900)
        try harness.write(written)
        let first = try reader()
        try first.read(900)
        first.close()
        let all = first.events
        var start = Positions()
        for event in all { start[event.partition] = min(start[event.partition] ?? .max, event.position) }

        let again = try reader(at: start)
        var end = start
        var done = 0
        for stop in [1, 200, 201, 650] {
            // Several epochs one after the other, as a restart replays them.
            for event in all[done..<stop] { end[event.partition] = event.next }
            try again.read(stop, PollRequest(maximumBytes: 3000, until: end))
            _ = try again.poll(PollRequest(timeout: .milliseconds(100), until: end))
            guard again.events.count == stop else {
                throw ConformanceFailure("\(again.events.count - stop) events came from behind `until`")
            }
            done = stop
        }
        try again.read(900)
        try again.expectNothing(for: .milliseconds(100))
        again.close()
        try expect(again.events, are: written)
        for (partition, events) in Dictionary(grouping: again.events, by: \.partition) {
            guard events.map(\.position) == all.filter({ $0.partition == partition }).map(\.position) else {
                throw ConformanceFailure("a replay of \(partition) has other positions")
            }
        }
        // Only the partitions that it names.
        guard end.count > 1, let one = end.keys.min() else { return }
        let single = try reader(at: start)
        try single.read(all[0..<650].count { $0.partition == one }, PollRequest(until: [one: end[one] ?? 0]))
        guard single.events.allSatisfy({ $0.partition == one }) else {
            throw ConformanceFailure("a replay of \(one) brought events of other partitions")
        }
    }

    func poison() throws {
        var written = events(0..<10)
        var poisons: [[UInt8]] = [
            Array("{".utf8), Array("not json".utf8), Array("null".utf8), Array("[1,2".utf8), [0], [0xFF, 0xFE, 0x80],
            Array("{\"a\":\"\u{1F600}\"} trailing".utf8), Array(repeating: 0x22, count: 70_000),
            Array("{\"a\":1}\r".utf8),
        ]
        if traits.eventsMayHoldLineFeeds { poisons += [[], Array("{\"a\":\n1}".utf8), Array("two\nlines\n".utf8)] }
        for (index, poison) in poisons.filter({ !traits.refuses($0) }).enumerated() {
            written.append(poison)
            written += events((100 + index * 3)..<(103 + index * 3))
        }
        for event in written { try harness.write([event]) }
        let reader = try reader()
        try reader.read(written.count)
        try reader.expectNothing()
        try expect(reader.events, are: written)
    }

    func acknowledge() throws {
        guard traits.isReplayable else { return }
        let written = events(0..<400)
        try harness.write(written)
        let first = try reader()
        try first.read(150, PollRequest(maximumBytes: 3000))
        let committed = first.positions
        let taken = first.events
        try first.source.acknowledge(committed)
        first.close()
        let second = try reader(at: committed)
        try second.read(400 - taken.count)
        try second.expectNothing(for: .milliseconds(100))
        try expect(taken + second.events, are: written)
    }
}
