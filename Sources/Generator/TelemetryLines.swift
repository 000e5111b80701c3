/// Makes the lines of network telemetry: one object for each company every five seconds.
///
/// A line is a function of the seed, the variant and its row number alone.
package struct TelemetryLines: Sendable {
    /// Rows of the data set that the documentation and the benchmarks speak of: 62 hours, 1.2 GB.
    package static let defaultRows = 4_464_000
    /// No line is longer.
    static let maximumLineBytes = 2048

    private static let firstTimestamp: UInt64 = 1_563_795_193_534
    private static let millisecondsBetweenRounds: UInt64 = 5_000
    private static let distinctKeys: UInt64 = 1_000_000

    package let variant: Variant
    private let random: CounterRandom
    private let order: CounterRandom

    package init(seed: UInt64, variant: Variant = .plain) {
        self.variant = variant
        random = CounterRandom(seed: seed)
        order = CounterRandom(seed: ~seed)
    }

    /// Appends the lines of `rows` to an emptied buffer.
    func append(_ rows: Range<Int>, to buffer: inout LineBuffer) {
        switch variant {
        case .plain, .extra, .spaced, .unicode:
            for row in rows { appendInOrder(row, to: &buffer) }
        case .shuffled, .missing:
            for row in rows { appendPicked(row, to: &buffer) }
        case .keys, .stringKeys:
            for row in rows { appendKey(row, to: &buffer) }
        }
    }

    // MARK: Values

    private struct Row {
        var company: Int
        var timestamp: UInt64
        var cpuUtilization: UInt64
        var latency: UInt64
        var packetLoss: UInt64
        var throughput: UInt64
    }

    @inline(__always)
    private func values(_ row: Int) -> Row {
        let round = UInt64(row / 100)
        let first = UInt64(row) &* 4
        return Row(
            company: row % 100, timestamp: Self.firstTimestamp + Self.millisecondsBetweenRounds * round,
            cpuUtilization: scaled(first, mean: 70, deviation: 10, limit: 100, upper: 0.9986501019683699),
            latency: scaled(first &+ 1, mean: 0, deviation: 5, limit: 1_000),
            packetLoss: scaled(first &+ 2, mean: 0, deviation: 2, limit: 50),
            throughput: scaled(first &+ 3, mean: 250, deviation: 20, limit: 300, upper: 0.9937903346742238))
    }

    /// A normal draw, times 10^10; what is below 0 is 0.
    ///
    /// - Parameter upper: the distribution's probability of values up to `limit`. Where many draws would lie above it,
    ///   it is given, so that they are drawn anew instead of piling up at the limit: the largest value is one row's.
    @inline(__always)
    private func scaled(
        _ position: UInt64, mean: Double, deviation: Double, limit: Double, upper: Double = 1
    ) -> UInt64 {
        let value = mean + deviation * NormalDistribution.quantile(random.bits(at: position), upper: upper)
        return UInt64((min(max(value, 0), limit) * 1e10).rounded())
    }

    // MARK: Lines

    @inline(__always)
    private func appendInOrder(_ index: Int, to buffer: inout LineBuffer) {
        buffer.requireRoom(Self.maximumLineBytes)
        let row = values(index)
        let texts = texts
        buffer.append(company(row.company, index, texts))
        buffer.append(scaled: row.cpuUtilization)
        buffer.append(texts.betweenFields.0)
        buffer.append(scaled: row.latency)
        buffer.append(texts.betweenFields.1)
        buffer.append(scaled: row.packetLoss)
        buffer.append(texts.betweenFields.2)
        buffer.append(scaled: row.throughput)
        buffer.append(texts.betweenFields.3)
        buffer.append(integer: row.timestamp)
        buffer.append(texts.end)
    }

    private var texts: LineTexts {
        switch variant {
        case .spaced: .spaced
        case .extra: .extra
        default: .plain
        }
    }

    @inline(__always)
    private func company(_ company: Int, _ index: Int, _ texts: LineTexts) -> Text {
        variant == .unicode
            ? (index / 100 % 2 == 0 ? LineTexts.unicode[company] : LineTexts.escaped[company])
            : texts.companies[company]
    }

    /// A line field by field: in a random order, or without some.
    private func appendPicked(_ index: Int, to buffer: inout LineBuffer) {
        buffer.requireRoom(Self.maximumLineBytes)
        let row = values(index)
        let first = UInt64(index) &* 10
        // Ten field numbers of four bits each.
        var fields: UInt64 = 0x98_7654_3210
        if variant == .shuffled {
            for last in stride(from: UInt64(9), to: 0, by: -1) {
                let other = order.bits(at: first &+ last) % (last + 1)
                let difference = ((fields >> (last * 4)) ^ (fields >> (other * 4))) & 15
                fields ^= difference << (last * 4) | difference << (other * 4)
            }
        }
        buffer.append(UInt8(ascii: "{"))
        var separates = false
        for place in 0..<UInt64(10) {
            if variant == .missing, order.bits(at: first &+ place) % 10 == 0 { continue }
            if separates { buffer.append(UInt8(ascii: ",")) }
            separates = true
            switch (fields >> (place * 4)) & 15 {
            case 0: buffer.append(LineTexts.fields.companies[row.company])
            case 1: append(LineTexts.fields.cpuUtilization, row.cpuUtilization, to: &buffer)
            case 2: buffer.append(LineTexts.fields.cpuUtilizationIsError)
            case 3: append(LineTexts.fields.latency, row.latency, to: &buffer)
            case 4: buffer.append(LineTexts.fields.latencyIsError)
            case 5: append(LineTexts.fields.packetLoss, row.packetLoss, to: &buffer)
            case 6: buffer.append(LineTexts.fields.packetLossIsError)
            case 7: append(LineTexts.fields.throughput, row.throughput, to: &buffer)
            case 8: buffer.append(LineTexts.fields.throughputIsError)
            default:
                buffer.append(LineTexts.fields.timestamp)
                buffer.append(integer: row.timestamp)
            }
        }
        buffer.append(LineTexts.fields.end)
    }

    @inline(__always)
    private func append(_ key: Text, _ scaled: UInt64, to buffer: inout LineBuffer) {
        buffer.append(key)
        buffer.append(scaled: scaled)
    }

    private func appendKey(_ index: Int, to buffer: inout LineBuffer) {
        buffer.requireRoom(Self.maximumLineBytes)
        let key = order.bits(at: UInt64(index)) % Self.distinctKeys
        let value = scaled(UInt64(index), mean: 100, deviation: 15, limit: 1_000)
        if variant == .keys {
            buffer.append(LineTexts.keys.integer)
            buffer.append(integer: key)
            buffer.append(LineTexts.keys.afterInteger)
        } else {
            buffer.append(LineTexts.keys.string)
            buffer.append(integer: key)
            buffer.append(LineTexts.keys.afterString)
        }
        buffer.append(scaled: value)
        buffer.append(LineTexts.fields.end)
    }
}
