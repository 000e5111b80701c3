package import Columnar

/// Rows drawn at random, in random order: the same for the same seed and the same rows, whatever the threads.
package struct Sample: Operator {
    package let label: String
    package let outputSchema: Schema
    let sampling: Step.Sampling

    package init(_ sampling: Step.Sampling, input: Schema) throws(SwiftwaterError) {
        try Self.check(sampling)
        self.sampling = sampling
        outputSchema = input
        label = Step.sample(sampling).description
    }

    static func check(_ sampling: Step.Sampling) throws(SwiftwaterError) {
        switch sampling.size {
        case .rows(let n):
            guard n >= 0 else { throw SwiftwaterError(.usage, "\(n) is not a number of rows", hint: "use 0 or more") }
        case .fraction(let share):
            guard share >= 0, share.isFinite, share < 0x1p31 else {
                throw SwiftwaterError(.usage, "\(share) is not a share of the rows", hint: "use 0 or more")
            }
            guard share <= 1 || sampling.replace else {
                throw SwiftwaterError(
                    .usage, "\(share) of the rows is more than there are",
                    hint: "use at most 1, or let rows be drawn more than once with replace")
            }
        }
    }

    package func makeState() -> any OperatorState { SampleState(self) }
}

/// All rows, drawn from at the end.
final class SampleState: OperatorState {
    private let sample: Sample
    private var kept: OrderedBatches

    init(_ sample: Sample) {
        self.sample = sample
        kept = OrderedBatches(sample.outputSchema)
    }

    var byteCount: Int { kept.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) { kept.append(batch, sequence: sequence) }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? SampleState else { throw .foreignState }
        kept.append(other.kept)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let rows = try Batch.concatenate(kept.ordered(), schema: sample.outputSchema)
        kept = OrderedBatches(sample.outputSchema)
        return rows.pieces(taking: try drawn(of: rows.count))
    }

    private func drawn(of count: Int) throws(SwiftwaterError) -> [Int32] {
        let wanted: Int =
            switch sample.sampling.size {
            case .rows(let n): n
            case .fraction(let share): Int((share * Double(count)).rounded(.toNearestOrEven))
            }
        guard count <= Int(Int32.max), wanted <= Int(Int32.max) else { throw .tooManyRows("sample") }
        var random = SplitMix64(state: sample.sampling.seed)
        if sample.sampling.replace {
            guard count > 0 || wanted == 0 else {
                throw SwiftwaterError(.data, "a sample of \(wanted) rows is asked of a frame without rows")
            }
            return (0..<wanted).map { _ in Int32(Int.random(in: 0..<count, using: &random)) }
        }
        guard wanted <= count else {
            throw SwiftwaterError(
                .data, "a sample of \(wanted) rows is asked of a frame of \(count)",
                hint: "ask for fewer, or let rows be drawn more than once with replace")
        }
        // The beginning of a shuffle.
        var places = (0..<Int32(count)).map { $0 }
        for place in 0..<wanted { places.swapAt(place, Int.random(in: place..<count, using: &random)) }
        return Array(places.prefix(wanted))
    }
}

/// Steele, Lea and Flood's SplitMix64 (https://doi.org/10.1145/2660193.2660195).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

extension SwiftwaterError {
    /// An operation that numbers rows with 32 bits got more.
    static func tooManyRows(_ operation: String) -> SwiftwaterError {
        SwiftwaterError(
            .unsupported, "\(operation) does not take more than two thousand million rows",
            hint: "filter or aggregate before")
    }
}
