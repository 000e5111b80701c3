package import Columnar

/// Some of the rows by their places in the input, as Python's slices have it: `tail`, `slice`.
package struct Slice: Operator {
    package let label: String
    package let outputSchema: Schema
    let start: Int?
    let stop: Int?
    let step: Int

    package init(start: Int?, stop: Int?, step: Int = 1, input: Schema) throws(SwiftwaterError) {
        guard step != 0 else {
            throw SwiftwaterError(.usage, "a slice's step is 0", hint: "use 1, or -1 to turn the order round")
        }
        self.init(start, stop, step, label: "\(Step.slice(start: start, stop: stop, step: step))", input)
    }

    private init(_ start: Int?, _ stop: Int?, _ step: Int, label: String, _ input: Schema) {
        self.start = start
        self.stop = stop
        self.step = step
        self.label = label
        outputSchema = input
    }

    /// The last `n` rows.
    package static func tail(_ n: Int, input: Schema) throws(SwiftwaterError) -> Slice {
        guard n >= 0 else {
            throw SwiftwaterError(.usage, "\(n) is not a number of rows", hint: "use 0 or more")
        }
        return Slice(-n, n == 0 ? 0 : nil, 1, label: "tail \(n)", input)
    }

    package func makeState() -> any OperatorState { SliceState(self) }

    package func places(ofOrdered column: Int) -> [Int]? { [column] }

    /// How many rows from the front are enough; nil when more may be needed.
    var limitFromFront: Int? {
        let bound: Int? = step > 0 ? stop : start.map { $0 == .max ? $0 : $0 < 0 ? $0 : $0 + 1 }
        let other = step > 0 ? start ?? 0 : stop ?? 0
        guard let bound, bound >= 0, other >= 0 else { return nil }
        return bound
    }

    /// How many rows from the end are enough; nil when more may be needed.
    var limitFromEnd: Int? {
        let (first, last) = step > 0 ? (start, stop) : (stop, start)
        guard let first, first < 0, last ?? -1 < 0 else { return nil }
        return first == .min ? nil : -first
    }

    /// The first place among `count` rows, and the one that is not reached any more.
    func bounds(count: Int) -> (first: Int, end: Int) {
        func clamped(_ bound: Int?, _ standard: Int, _ range: ClosedRange<Int>) -> Int {
            guard let bound else { return standard }
            let place = bound < 0 ? (bound < -count ? -1 : bound + count) : bound
            return min(max(place, range.lowerBound), range.upperBound)
        }
        if step > 0 {
            return (clamped(start, 0, 0...count), clamped(stop, count, 0...count))
        }
        let range = -1...(count - 1)
        return (clamped(start, count - 1, range), clamped(stop, -1, range))
    }
}

/// The rows that may be part of a slice.
final class SliceState: OperatorState {
    private let slice: Slice
    private var kept: OrderedBatches

    init(_ slice: Slice) {
        self.slice = slice
        kept = OrderedBatches(slice.outputSchema)
    }

    var byteCount: Int { kept.byteCount }
    var isComplete: Bool { slice.limitFromFront.map { kept.count >= $0 } ?? false }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        kept.append(batch, sequence: sequence)
        trim()
    }

    private func trim() {
        if let limit = slice.limitFromFront {
            kept.keepFirst(limit)
        } else if let limit = slice.limitFromEnd {
            // Not with every batch: cutting sorts what is kept.
            if kept.count > 2 * limit + Batch.resultRows { kept.keepLast(limit) }
        }
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? SliceState else { throw .foreignState }
        kept.append(other.kept)
        trim()
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = kept.ordered()
        let (first, end) = slice.bounds(count: kept.count)
        kept = OrderedBatches(slice.outputSchema)
        return slice.step == 1
            ? batches.rows(first, end) : batches.rows(at: stride(from: first, to: end, by: slice.step))
    }
}

extension [Batch] {
    /// The rows from place `first` up to `end`.
    fileprivate func rows(_ first: Int, _ end: Int) -> [Batch] {
        var result: [Batch] = []
        var before = 0
        for batch in self {
            let low = Swift.max(first - before, 0)
            let high = Swift.min(end - before, batch.count)
            if low < high { result.append(batch.slice(low..<high)) }
            before += batch.count
        }
        return result
    }

    /// The rows at places that ascend or descend: each batch gives those of its own.
    fileprivate func rows(at places: StrideTo<Int>) -> [Batch] {
        guard let first = places.first(where: { _ in true }) else { return [] }
        var starts: [Int] = []
        var total = 0
        for batch in self {
            starts.append(total)
            total += batch.count
        }
        var number = starts.lastIndex { $0 <= first } ?? 0
        var result: [Batch] = []
        var rows: [Int32] = []
        for place in places {
            while place < starts[number] || place >= starts[number] + self[number].count {
                if !rows.isEmpty { result.append(self[number].taking(rows)) }
                rows.removeAll(keepingCapacity: true)
                number += place < starts[number] ? -1 : 1
            }
            rows.append(Int32(place - starts[number]))
        }
        if !rows.isEmpty { result.append(self[number].taking(rows)) }
        return result
    }
}
