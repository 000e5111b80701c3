import Columnar
import Streams
import Testing

/// What a source handed out, checked for order as it comes.
struct Collected {
    var values: [String: [String]] = [:]
    var offsets: [String: [Int64]] = [:]
    var metadata: [Batch] = []
    var positions: Positions = [:]
    var assigned: Positions = [:]
    var revoked: [SourcePartition] = []
    var isDrained = false

    var count: Int { values.values.reduce(0) { $0 + $1.count } }
    /// All values, sorted by the number in `{"n": …}`.
    var numbers: [Int] {
        values.values.joined().compactMap { value in
            value.split(separator: ",").first?.split(separator: " ").last.flatMap { Int($0) }
        }.sorted()
    }

    mutating func add(_ result: PollResult) {
        for (partition, position) in result.assigned {
            assigned[partition] = position
            positions[partition] = position
        }
        revoked += result.revoked
        isDrained = result.isDrained
        for block in result.blocks {
            let id = block.partition.id
            #expect(
                positions[block.partition] == block.positions.lowerBound, "blocks of \(id) have no gap between them")
            positions[block.partition] = block.positions.upperBound
            guard let messages = block.messages else {
                Issue.record("a block without messages")
                continue
            }
            #expect(messages.starts.count == messages.count + 1)
            #expect(messages.starts.last == Int32(block.byteCount))
            for index in 0..<messages.count {
                let range = Int(messages.starts[index])..<Int(messages.starts[index + 1])
                let bytes = UnsafeRawBufferPointer(rebasing: block.bytes.bytes[range])
                #expect(bytes.last == 0x0A)
                values[id, default: []].append(String(decoding: bytes.dropLast(), as: UTF8.self))
                #expect(messages.positions[index] > offsets[id]?.last ?? -1)
                #expect(block.positions.contains(messages.positions[index]))
                offsets[id, default: []].append(messages.positions[index])
            }
            if let batch = messages.metadata {
                #expect(batch.count == messages.count)
                metadata.append(batch)
            }
        }
    }

    /// Polls until `isEnough` or the time is over; says whether it was enough.
    @discardableResult
    mutating func poll(
        _ source: some StreamSource, _ request: PollRequest = PollRequest(), seconds: Int = 90,
        until isEnough: (Collected) -> Bool
    ) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !isEnough(self) {
            if ContinuousClock.now >= deadline { return false }
            add(try source.poll(request))
        }
        return true
    }

    /// Polls like `poll`, and lets go of what the group wants back.
    @discardableResult
    mutating func serve(
        _ source: some StreamSource, _ request: PollRequest = PollRequest(), seconds: Int = 90,
        until isEnough: (Collected) -> Bool
    ) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !isEnough(self) {
            if ContinuousClock.now >= deadline { return false }
            add(try source.poll(request))
            guard !revoked.isEmpty else { continue }
            try source.acknowledge(positions)
            try source.released(revoked)
            revoked = []
        }
        return true
    }
}
