import Columnar
import Streams

/// Lines in two partitions of a source that shares them with others: one of them is lost on the way, and nobody but the
/// checkpoint knows how far it was read.
final class GroupSource: StreamSource {
    let name = "s"
    let isReplayable = true
    let keepsAcknowledged = true
    private let lines: [String: [String]]
    /// The partition that is lost, and after how many lines of this process.
    private let loss: (id: String, lines: Int)?
    /// How far another member has come in that partition.
    private let others: Int64
    private let state = Locked(State())

    struct State {
        var next: [String: Int] = [:]
        var given: Positions = [:]
        var left: Positions = [:]
        var isAssigned = false
        var isAway = false
        var first: Int?
        var released: [SourcePartition] = []
        var acknowledged: [Positions] = []
    }

    init(_ lines: [String: [String]], loss: (id: String, lines: Int)? = nil, others: Int64 = 0) {
        self.lines = lines
        self.loss = loss
        self.others = others
    }

    var acknowledged: [Positions] { state.withLock { $0.acknowledged } }
    var released: [SourcePartition] { state.withLock { $0.released } }
    private func partition(_ id: String) -> SourcePartition { SourcePartition(source: name, id: id) }

    func open(at positions: Positions) throws(SwiftwaterError) {
        state.withLock { state in
            state.given = positions
            for (partition, position) in positions { state.next[partition.id] = Int(position) }
        }
    }

    func resume(at positions: Positions, left: Positions) throws(SwiftwaterError) {
        state.withLock { state in
            state.given = positions
            state.left = left
        }
    }

    func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        var result = PollResult()
        state.withLock { state in
            if let until = request.until {
                for (partition, end) in until {
                    let start = max(state.next[partition.id] ?? 0, Int(request.from[partition] ?? 0))
                    take(partition.id, from: start, upTo: min(Int(end), start + 3), &state, &result)
                }
                return
            }
            if !state.isAssigned {
                state.isAssigned = true
                for id in lines.keys {
                    let start = state.given[partition(id)] ?? max(state.left[partition(id)] ?? 0, others)
                    state.next[id] = Int(start)
                    result.assigned[partition(id)] = start
                }
                state.first = loss.map { state.next[$0.id] ?? 0 }
            }
            for id in lines.keys.sorted() {
                let start = state.next[id] ?? 0
                if let loss, loss.id == id {
                    if state.isAway { continue }
                    if start >= (state.first ?? 0) + loss.lines {
                        state.isAway = true
                        result.revoked = [partition(id)]
                        continue
                    }
                }
                take(id, from: start, upTo: start + 3, &state, &result)
            }
            result.isEnded = lines.allSatisfy { id, lines in
                (state.next[id] ?? 0) >= lines.count || (state.isAway && id == loss?.id)
            }
        }
        return result
    }

    private func take(_ id: String, from start: Int, upTo end: Int, _ state: inout State, _ result: inout PollResult) {
        let all = lines[id] ?? []
        let end = min(end, all.count)
        guard start < end else { return }
        result.blocks.append(MemorySource.block(partition(id), Array(all[start..<end]), from: start))
        state.next[id] = end
    }

    func acknowledge(_ positions: Positions) throws(SwiftwaterError) {
        state.withLock { $0.acknowledged.append(positions) }
    }
    func released(_ partitions: [SourcePartition]) throws(SwiftwaterError) {
        state.withLock { $0.released += partitions }
    }
    func wake() {}
    var lag: [SourcePartition: Int64] { [:] }
    func close() {}
}
