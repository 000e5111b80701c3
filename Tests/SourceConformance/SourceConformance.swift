import Streams

/// What every source must keep, whatever it reads from.
///
///     @Test(arguments: SourceConformance.Check.allCases)
///     func `the folder is a source`(_ check: SourceConformance.Check) throws {
///         try SourceConformance.run(check) { try FolderHarness() }
///     }
package enum SourceConformance {
    package enum Check: String, CaseIterable, Sendable {
        /// Every event once, those of a partition in the order in which they were written.
        case order
        /// Blocks and messages have ascending positions without gaps between blocks.
        case positions
        /// A new source opened at any event's position brings the same bytes from there on.
        case seek
        /// `until` brings all events before it and none behind, one stretch after the other.
        case until
        /// What nobody polls stays outside the process's memory; a poll brings no more than asked.
        case backPressure
        /// A cut connection loses nothing and repeats nothing, and is no error while it may come back.
        case reconnect
        /// Bytes that no parser takes come out as they went in, and what follows them too.
        case poison
        /// `isDrained` comes when all that was there at `open` has come, and not before; also with nothing there.
        case drain
        /// `wake` ends a poll that waits.
        case wake
        /// An event comes out of a poll that waits as soon as it is there.
        case latency
        /// After `acknowledge` a new source goes on there.
        case acknowledge
        /// `lag` is above zero with a backlog and zero without.
        case lag
        /// `close` is prompt, also with a backlog, and leaves no files or threads.
        case shutdown
        /// A source that ends says so after its last event.
        case end
    }

    /// Runs one check on a harness of its own; throws a `ConformanceFailure` that says what was not kept.
    /// A check that the harness's traits rule out passes.
    package static func run(_ check: Check, _ make: () throws -> any SourceHarness) throws {
        let harness = try make()
        let checks = SourceChecks(harness)
        switch check {
        case .order: try checks.order()
        case .positions: try checks.positions()
        case .seek: try checks.seek()
        case .until: try checks.until()
        case .backPressure: try checks.backPressure()
        case .reconnect: try checks.reconnect()
        case .poison: try checks.poison()
        case .drain: try checks.drain()
        case .wake: try checks.wake()
        case .latency: try checks.latency()
        case .acknowledge: try checks.acknowledge()
        case .lag: try checks.lag()
        case .shutdown: try checks.shutdown()
        case .end: try checks.end()
        }
    }
}

/// The checks, each on a fresh harness.
struct SourceChecks {
    let harness: any SourceHarness
    let traits: SourceTraits

    init(_ harness: any SourceHarness) {
        self.harness = harness
        traits = harness.traits
    }

    /// Events of different lengths, each unlike all others.
    func events(_ range: Range<Int>, padding: Int = 100) -> [[UInt8]] {
        range.map { number in
            let length = (number &* 7919) % max(padding, 1)
            return Array("{\"n\":\(number),\"pad\":\"\(String(repeating: "x", count: length))\"}".utf8)
        }
    }

    func reader(at positions: Positions = [:]) throws -> SourceReader {
        try SourceReader(try harness.makeSource(), traits, at: positions)
    }

    /// Throws unless `received` are `written`, each once, every partition's in the order of writing.
    func expect(_ received: [ReceivedEvent], are written: [[UInt8]]) throws {
        var places: [[UInt8]: Int] = [:]
        for (index, event) in written.enumerated() { places[event] = index }
        var last: [SourcePartition: Int] = [:]
        var seen: Set<Int> = []
        for event in received {
            guard let place = places[event.bytes] else {
                throw ConformanceFailure("'\(event.text.prefix(80))' at \(event.position) was not written")
            }
            guard seen.insert(place).inserted else {
                throw ConformanceFailure("event \(place) came twice, again at \(event.partition) \(event.position)")
            }
            if let before = last[event.partition], before > place {
                throw ConformanceFailure("event \(place) of \(event.partition) came after event \(before)")
            }
            last[event.partition] = place
        }
        guard seen.count == written.count else {
            let missing = written.indices.first { !seen.contains($0) } ?? 0
            throw ConformanceFailure("\(written.count - seen.count) events are missing, the first is \(missing)")
        }
    }
}
