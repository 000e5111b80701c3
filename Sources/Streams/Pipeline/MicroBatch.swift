import Columnar
import Formats

/// Events on their way through the plan: parsed by its workers, watched while that happens.
final class MicroBatch: Sendable {
    let blocks: [EventBlock]
    let events: JSONLinesBlocks
    private let observed: Locked<Observed>

    /// What was seen on the way.
    struct Observed {
        var rows = 0
        var badLines: [(morsel: Int, line: BadEventLine)] = []
        /// The least and the greatest event time of each partition, in microseconds.
        var times: [SourcePartition: ClosedRange<Int64>] = [:]
        /// Rows older than the watermark.
        var oldRows = 0
        /// Rows by source.
        var rowsBySource: [String: Int] = [:]
    }

    /// - Parameters:
    ///   - eventTime: the column of the event time, if there is one.
    ///   - watermark: rows before it are counted.
    init(
        _ blocks: [EventBlock], parsers: JSONLinesParsers, eventTime: String?, watermark: Int64, threads: Int
    ) {
        self.blocks = blocks
        var groups: [SourcePartition: Int] = [:]
        let parsed = blocks.map { block in
            let group = groups[block.partition] ?? groups.count
            groups[block.partition] = group
            return JSONLinesBlocks.Block(
                group: group, bytes: block.bytes, byteCount: block.byteCount, starts: block.messages?.starts,
                metadata: block.messages?.metadata)
        }
        let total = blocks.reduce(0) { $0 + $1.byteCount }
        // Enough morsels for all workers, none so small that it costs more than its rows.
        let morselBytes = min(512 << 10, max(32 << 10, total / max(1, threads * 4)))
        let observed = Locked(Observed())
        self.observed = observed
        let timeIndex = eventTime.flatMap { parsers.outputSchema.index(of: $0) }
        let places = Locked<[SourcePartition]>([])
        events = JSONLinesBlocks(parsed, parsers: parsers, morselBytes: morselBytes) { morsel in
            let partition = places.withLock { $0[morsel.morsel] }
            let times = timeIndex.flatMap { EventTimes(morsel.batch.columns[$0], watermark: watermark) }
            observed.withLock { observed in
                observed.rows += morsel.batch.count
                observed.rowsBySource[partition.source, default: 0] += morsel.batch.count
                for line in morsel.badLines { observed.badLines.append((morsel.morsel, line)) }
                guard let times else { return }
                observed.oldRows += times.old
                let known = observed.times[partition]
                observed.times[partition] =
                    min(known?.lowerBound ?? .max, times.least)...max(known?.upperBound ?? .min, times.greatest)
            }
        }
        let partitions = events.morsels.map { blocks[$0[0].block].partition }
        places.withLock { $0 = partitions }
    }

    /// Everything seen, bad lines in their order.
    var observations: Observed {
        var all = observed.withLock { $0 }
        all.badLines.sort { $0.morsel < $1.morsel }
        return all
    }

    /// The block in which a morsel begins.
    func block(ofMorsel morsel: Int) -> EventBlock? {
        guard events.morsels.indices.contains(morsel) else { return nil }
        return blocks[events.morsels[morsel][0].block]
    }
}

/// The least and the greatest time of a column, in microseconds since 1970.
private struct EventTimes {
    var least = Int64.max
    var greatest = Int64.min
    /// Rows before the watermark.
    var old = 0

    /// Nil for a column without values, or of another type.
    init?(_ column: Column, watermark: Int64) {
        guard case .timestamp(let unit, _) = column.type, case .fixed = column.storage else { return nil }
        let values = column.values(as: Int64.self)
        let limit = Self.units(watermark, unit)
        for row in 0..<column.count where !column.isNull(row) {
            let value = values[row]
            if value < least { least = value }
            if value > greatest { greatest = value }
            if value < limit { old += 1 }
        }
        guard least <= greatest else { return nil }
        least = Self.microseconds(least, unit)
        greatest = Self.microseconds(greatest, unit)
    }

    private static func microseconds(_ value: Int64, _ unit: TimeUnit) -> Int64 {
        if unit == .nanosecond { return value / 1000 - (value % 1000 < 0 ? 1 : 0) }
        let (product, overflow) = value.multipliedReportingOverflow(by: 1_000_000 / unit.perSecond)
        return overflow ? (value < 0 ? .min : .max) : product
    }

    private static func units(_ microseconds: Int64, _ unit: TimeUnit) -> Int64 {
        if unit == .nanosecond {
            let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
            return overflow ? (microseconds < 0 ? .min : .max) : product
        }
        return microseconds / (1_000_000 / unit.perSecond)
    }
}
