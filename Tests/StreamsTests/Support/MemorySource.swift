import Columnar
import Formats
import Streams

/// Lines in memory as a stream that can be read again: a position is a line's number in its partition.
final class MemorySource: StreamSource {
    let name: String
    let isReplayable: Bool
    private let lines: [String: [String]]
    /// Messages a block has at most, and blocks a poll brings.
    private let blockSize: Int
    private let blocksPerPoll: Int
    /// The source ends with its lines; otherwise it waits for a stop.
    private let ends: Bool
    /// Lines of a partition that may wait to be acknowledged, and whether the source says so when that many do.
    private let room: Int?
    private let asks: Bool
    private let state = Locked(State())
    private let monitor = Monitor()

    struct State {
        var next: [String: Int] = [:]
        var acknowledged: Positions = [:]
        var acknowledgements = 0
        var released: [SourcePartition] = []
        var isClosed = false
        /// The partitions have been told.
        var isAssigned = false
        var isAwake = false
        var failures = 0
        var available: [String: Int] = [:]
    }

    /// - Parameter failures: polls that fail at first.
    init(
        _ name: String, _ lines: [String: [String]], blockSize: Int = 3, blocksPerPoll: Int = 2, ends: Bool = true,
        isReplayable: Bool = true, failures: Int = 0, room: Int? = nil, asks: Bool = false
    ) {
        self.name = name
        self.lines = lines
        self.blockSize = blockSize
        self.blocksPerPoll = blocksPerPoll
        self.ends = ends
        self.room = room
        self.asks = asks
        self.isReplayable = isReplayable
        state.withLock {
            $0.failures = failures
            $0.available = lines.mapValues(\.count)
        }
    }

    var acknowledged: Positions { state.withLock { $0.acknowledged } }
    var acknowledgements: Int { state.withLock { $0.acknowledgements } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func open(at positions: Positions) throws(SwiftwaterError) {
        state.withLock { state in
            for id in lines.keys {
                state.next[id] = Int(positions[SourcePartition(source: name, id: id)] ?? 0)
            }
        }
    }

    func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        let failed = state.withLock { state in
            state.failures -= 1
            return state.failures >= 0
        }
        if failed { throw SwiftwaterError(.io, "the line is dead") }
        var result = PollResult()
        state.withLock { state in
            if request.until == nil, !state.isAssigned {
                state.isAssigned = true
                for id in lines.keys {
                    result.assigned[SourcePartition(source: name, id: id)] = Int64(state.next[id] ?? 0)
                }
            }
            for id in lines.keys.sorted() where result.blocks.count < blocksPerPoll {
                let partition = SourcePartition(source: name, id: id)
                var end = state.available[id] ?? 0
                if let room { end = min(end, Int(state.acknowledged[partition] ?? 0) + room) }
                if let until = request.until { end = min(end, until[partition].map { Int($0) } ?? 0) }
                let start = state.next[id] ?? 0
                let stop = min(end, start + blockSize, start + request.maximumMessages)
                guard start < stop else { continue }
                result.blocks.append(Self.block(partition, Array((lines[id] ?? [])[start..<stop]), from: start))
                state.next[id] = stop
            }
            result.isDrained = lines.keys.allSatisfy { (state.next[$0] ?? 0) >= (state.available[$0] ?? 0) }
            result.isEnded = ends && result.isDrained
        }
        if result.blocks.isEmpty, !result.isEnded {
            monitor.lock()
            if !state.withLock({ $0.isAwake }) { monitor.wait(for: .milliseconds(20)) }
            state.withLock { $0.isAwake = false }
            monitor.unlock()
        }
        return result
    }

    static func block(_ partition: SourcePartition, _ lines: [String], from position: Int) -> EventBlock {
        var bytes: [UInt8] = []
        var starts: [Int32] = [0]
        for line in lines {
            bytes += Array(line.utf8) + [0x0A]
            starts.append(Int32(bytes.count))
        }
        return EventBlock(
            partition: partition, positions: Int64(position)..<Int64(position + lines.count), bytes: Buffer(bytes),
            byteCount: bytes.count,
            messages: .init(starts: starts, positions: (0..<lines.count).map { Int64(position + $0) }), arrival: 1)
    }

    func acknowledge(_ positions: Positions) throws(SwiftwaterError) {
        state.withLock { state in
            state.acknowledged.merge(positions) { $1 }
            state.acknowledgements += 1
        }
    }

    func released(_ partitions: [SourcePartition]) throws(SwiftwaterError) {
        state.withLock { $0.released += partitions }
    }

    func wake() {
        monitor.lock()
        state.withLock { $0.isAwake = true }
        monitor.wakeAll()
        monitor.unlock()
    }

    var lag: [SourcePartition: Int64] { [:] }

    var wantsAcknowledgement: Bool {
        guard let room, asks else { return false }
        return state.withLock { state in
            state.next.contains { id, next in
                next >= Int(state.acknowledged[SourcePartition(source: name, id: id)] ?? 0) + room
            }
        }
    }

    func close() { state.withLock { $0.isClosed = true } }
}
