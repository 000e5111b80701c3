import Columnar
import Query
import Testing

/// A stream of batches through an operator, as whoever serves it would do it: epochs of deltas that are merged into a
/// state, which is saved and restored now and then; the watermark follows the highest time by a delay.
struct StreamSimulation {
    let operation: any StreamingOperator
    let batches: [Batch]
    /// The column of event time and how far the watermark stays behind it, both in milliseconds; nil without one.
    var time: (column: String, delay: Int64)?
    /// The rows that were not late.
    private(set) var admitted: [(sequence: Int, batch: Batch)] = []
    private(set) var lateCount = 0
    /// What was saved since the last whole snapshot; made into rows only when it is restored, epochs later.
    private var chain: [StateCapture] = []
    /// Rows that a state restored from the chain must have.
    private var expected: [[Scalar]]?
    /// Times that a state was put together of changes.
    private(set) var restoredChanges = 0

    init(_ operation: any StreamingOperator, _ batches: [Batch], time: (column: String, delay: Int64)? = nil) {
        self.operation = operation
        self.batches = batches
        self.time = time
    }

    enum Event {
        /// A delta is in the state; the watermark is the one of the epoch's start.
        case changed(any OperatorState, delta: any OperatorState)
        /// The epoch has ended at this watermark.
        case ended(any OperatorState, watermark: Int64)
    }

    /// Runs to the end of the rows; the state at the end.
    mutating func run(
        using random: inout SeededGenerator, _ take: (Event) throws -> Void
    ) throws -> any OperatorState {
        var main = operation.makeState()
        var watermark = Int64.min
        var highest = Int64.min
        var next = 0
        while next < batches.count {
            let end = min(batches.count, next + Int.random(in: 1...4, using: &random))
            var deltas = (0..<Int.random(in: 1...3, using: &random)).map { _ in operation.makeState() }
            for sequence in next..<end {
                let batch = batches[sequence]
                if let time, let times = batch[time.column]?.scalars {
                    for case .timestamp(let value, _, _) in times { highest = max(highest, value) }
                }
                let kept = admit(batch, watermark)
                admitted.append((sequence, kept))
                if kept.count == 0 { continue }
                let chosen = Int.random(in: 0..<deltas.count, using: &random)
                try deltas[chosen].update(kept, sequence: sequence)
            }
            while deltas.count > 1 {
                let other = deltas.removeLast()
                try deltas[0].merge(random.chance(20) ? try restored(other) : other)
            }
            try main.merge(deltas[0])
            try take(.changed(main, delta: deltas[0]))
            if let time, highest > .min { watermark = max(watermark, (highest - time.delay) * 1000) }
            try take(.ended(main, watermark: watermark))
            try save(main, using: &random)
            if random.chance(20) { main = try restoredFromChain() ?? restored(main) }
            next = end
        }
        return main
    }

    /// Saves the state, whole or what changed of it; checks later, when it has gone on, what was saved.
    private mutating func save(_ main: any OperatorState, using random: inout SeededGenerator) throws {
        if let expected, random.chance(50) {
            let state = operation.makeState()
            try restore(state)
            let rows = try operation.currentResult(state).rows
            #expect(agree(rows, expected), "\(operation.label): a state restored of \(chain.count) snapshots")
            self.expected = nil
        }
        guard random.chance(50) else {
            // The chain is behind the state.
            expected = nil
            return
        }
        let isWhole = chain.isEmpty || random.chance(15)
        let capture = try main.capture(isWhole ? .whole : .changes(atLeast: 0, share: 1))
        if !capture.holdsChanges { chain = [] }
        chain.append(capture)
        expected = try operation.currentResult(main).rows
    }

    /// The state that was saved last; nil when it has changed since.
    private mutating func restoredFromChain() throws -> (any OperatorState)? {
        guard expected != nil else { return nil }
        let state = operation.makeState()
        try restore(state)
        (chain, expected) = ([], nil)
        return state
    }

    private mutating func restore(_ state: any OperatorState) throws {
        for (index, capture) in chain.reversed().enumerated() {
            let batches = try capture.batches()
            if index == 0 { try state.restore(batches) } else { try state.restore(older: batches) }
            if capture.holdsChanges { restoredChanges += 1 } else { break }
        }
    }

    private mutating func admit(_ batch: Batch, _ watermark: Int64) -> Batch {
        guard let late = operation.lateRows(batch, watermark: watermark) else { return batch }
        lateCount += late.count
        let isLate = Set(late)
        return batch.taking((0..<Int32(batch.count)).filter { !isLate.contains($0) })
    }

    private func restored(_ state: any OperatorState) throws -> any OperatorState {
        let fresh = operation.makeState()
        try fresh.restore(try state.snapshot())
        return fresh
    }

    /// What the operator makes of the admitted rows when they are a whole input.
    func batchResult() throws -> [[Scalar]] {
        let state = operation.makeState()
        for (sequence, batch) in admitted where batch.count > 0 { try state.update(batch, sequence: sequence) }
        return try state.finish().rows
    }
}

/// The last row of each key, and all rows, as they come.
struct ReceivedRows {
    let keys: [Int]
    private(set) var all: [[Scalar]] = []
    private(set) var last: [[Scalar]: [Scalar]] = [:]

    init(_ operation: any StreamingOperator) {
        keys = operation.updateKeys.compactMap { operation.outputSchema.index(of: $0) }
    }

    mutating func take(_ rows: [[Scalar]]) {
        all += rows
        for row in rows { last[key(row)] = row }
    }

    func key(_ row: [Scalar]) -> [Scalar] { keys.map { Self.plain(row[$0]) } }

    /// Equal for equal keys: NaN is a missing value, and -0.0 is 0.0.
    private static func plain(_ scalar: Scalar) -> Scalar {
        switch scalar {
        case .float(let value): value.isNaN ? .null : .float(value + 0)
        case .list(let values): .list(values.map(plain))
        case .structure(let members): .structure(members.map { Scalar.Member($0.name, plain($0.value)) })
        default: scalar
        }
    }
}

/// Rows in an order of their own, to compare results without one.
func sortedRows(_ rows: [[Scalar]]) -> [[Scalar]] { rows.sorted { "\($0)" < "\($1)" } }
