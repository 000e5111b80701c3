import Columnar
import Streams

/// Polls a source as the engine does, and checks at every poll what holds for all of them.
final class SourceReader {
    let source: any StreamSource
    private let traits: SourceTraits
    private(set) var events: [ReceivedEvent] = []
    /// Where each partition's next block begins.
    private(set) var positions: Positions
    private(set) var isDrained = false
    private(set) var isEnded = false
    private(set) var polls = 0
    private var isClosed = false

    init(_ source: any StreamSource, _ traits: SourceTraits, at positions: Positions = [:]) throws {
        self.source = source
        self.traits = traits
        self.positions = positions
        try source.open(at: positions)
    }

    deinit { if !isClosed { source.close() } }

    func close() {
        isClosed = true
        source.close()
    }

    /// One poll. Its events are added to `events`.
    @discardableResult
    func poll(_ request: PollRequest = PollRequest()) throws -> PollResult {
        let result = try source.poll(request)
        polls += 1
        isDrained = isDrained || result.isDrained
        isEnded = isEnded || result.isEnded
        for (partition, position) in result.assigned {
            if let known = positions[partition], known != position {
                throw ConformanceFailure("\(partition) is assigned at \(position), but reading was at \(known)")
            }
            positions[partition] = position
        }
        var taken = 0
        for block in result.blocks {
            if let expected = positions[block.partition], expected != block.positions.lowerBound {
                throw ConformanceFailure(
                    "a block of \(block.partition) begins at \(block.positions.lowerBound) instead of \(expected)")
            }
            positions[block.partition] = block.positions.upperBound
            taken += block.byteCount
            events += try ReceivedEvent.events(of: block)
        }
        // A broker that was away may have given the partitions to somebody else; then they come back.
        if !result.revoked.isEmpty {
            try source.acknowledge(positions)
            try source.released(result.revoked)
        }
        guard taken <= request.maximumBytes + traits.slackBytes else {
            throw ConformanceFailure("a poll for \(request.maximumBytes) bytes brought \(taken)")
        }
        return result
    }

    /// Polls until `count` events have come in all.
    func read(_ count: Int, _ request: PollRequest = PollRequest()) throws {
        let deadline = ContinuousClock.now + traits.patience
        while events.count < count {
            guard ContinuousClock.now < deadline else {
                throw ConformanceFailure("\(events.count) of \(count) events came within \(traits.patience)")
            }
            try poll(request)
        }
    }

    /// Polls until the source says that it is drained.
    func drain(_ request: PollRequest = PollRequest()) throws {
        let deadline = ContinuousClock.now + traits.patience
        while !isDrained {
            guard ContinuousClock.now < deadline else {
                throw ConformanceFailure("it was not drained within \(traits.patience), after \(events.count) events")
            }
            try poll(request)
        }
    }

    /// Polls for a while in which nothing must come.
    func expectNothing(for time: Duration = .milliseconds(300)) throws {
        let before = events.count
        let deadline = ContinuousClock.now + time
        repeat { try poll(PollRequest(timeout: .milliseconds(50))) } while ContinuousClock.now < deadline
        guard events.count == before else {
            throw ConformanceFailure("\(events.count - before) events too many, the first '\(events[before].text)'")
        }
    }
}
