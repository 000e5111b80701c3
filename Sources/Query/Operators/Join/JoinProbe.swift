import Columnar

/// A join whose build side is in memory: probe rows stream through, each batch by itself, in order.
struct JoinProbe: Transform {
    let shape: JoinShape
    let table: JoinTable
    /// Bytes that the process may hold; nil: any number.
    let memoryLimit: Int?

    var label: String { shape.label }
    var outputSchema: Schema { shape.outputSchema }

    /// Rows that one probe row gives, on average and at most.
    var fanOut: (mean: Int, most: Int) {
        switch shape.kind {
        case .matched, .unmatched: (1, 1)
        case .matches, .all, .pairs: (max(1, table.meanMatches), max(1, table.mostMatches))
        }
    }

    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        switch shape.kind {
        case .pairs: return try pairs(batch)
        case .matched, .unmatched: return try picked(batch)
        case .matches, .all: return try table.isUnique ? single(batch) : several(batch)
        }
    }

    private func find(_ batch: Batch) -> Buffer {
        table.find(shape.probeKeys.map { batch.columns[$0] }, count: batch.count)
    }

    /// Probe rows by whether they have a match.
    private func picked(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        let found = find(batch)
        let rows = found.mutable(Int32.self)
        let ranges = table.ranges
        var picked = BufferBuilder<Int32>(capacity: batch.count)
        let wanted = shape.kind == .matched
        for row in 0..<batch.count {
            let number = Int(rows[row])
            let hasMatch = number >= 0 && (table.isUnique || ranges[number + 1] > ranges[number])
            if hasMatch == wanted { picked.append(Int32(truncatingIfNeeded: row)) }
        }
        defer { withExtendedLifetime((found, picked)) {} }
        return try assembled(
            batch, left: picked.count == batch.count ? nil : picked.elements, right: nil, count: picked.count)
    }

    /// At most one match for each row: the probe columns stay as they are where no row falls out.
    private func single(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        let found = find(batch)
        let rows = found.mutable(Int32.self)
        var misses = 0
        for row in 0..<batch.count where rows[row] < 0 { misses += 1 }
        defer { withExtendedLifetime(found) {} }
        if misses == 0 || shape.kind == .all {
            return try assembled(
                batch, left: nil, right: UnsafeBufferPointer(start: rows, count: batch.count), count: batch.count)
        }
        let count = batch.count - misses
        let probeRows = Buffer(byteCount: count * 4 + 4)
        let to = probeRows.mutable(Int32.self)
        var end = 0
        for row in 0..<batch.count where rows[row] >= 0 {
            to[end] = Int32(truncatingIfNeeded: row)
            rows[end] = rows[row]
            end += 1
        }
        defer { withExtendedLifetime(probeRows) {} }
        return try assembled(
            batch, left: UnsafeBufferPointer(start: to, count: count),
            right: UnsafeBufferPointer(start: rows, count: count), count: count)
    }

    /// Any number of matches for each row, in the build side's order.
    private func several(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        let found = find(batch)
        let keys = found.mutable(Int32.self)
        let ranges = table.ranges
        let keepsAll = shape.kind == .all
        var total = 0
        defer { withExtendedLifetime((found, table)) {} }
        for row in 0..<batch.count {
            let key = Int(keys[row])
            let matches = key < 0 ? 0 : Int(ranges[key + 1] - ranges[key])
            total += matches == 0 && keepsAll ? 1 : matches
        }
        try check(total)
        let left = Buffer(byteCount: total * 4)
        let right = Buffer(byteCount: total * 4)
        let toLeft = left.mutable(Int32.self)
        let toRight = right.mutable(Int32.self)
        let buildRows = table.buildRows
        var end = 0
        for row in 0..<batch.count {
            let key = Int(keys[row])
            let first = key < 0 ? 0 : Int(ranges[key])
            let last = key < 0 ? 0 : Int(ranges[key + 1])
            if first == last {
                if keepsAll {
                    toLeft[end] = Int32(truncatingIfNeeded: row)
                    toRight[end] = -1
                    end += 1
                }
                continue
            }
            for place in first..<last {
                toLeft[end] = Int32(truncatingIfNeeded: row)
                toRight[end] = buildRows[place]
                end += 1
            }
        }
        return try expanded(batch, left, right, total)
    }

    /// Every probe row with every build row.
    private func pairs(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        let buildCount = table.rows.count
        let (total, overflow) = batch.count.multipliedReportingOverflow(by: buildCount)
        try check(overflow ? .max : total)
        let left = Buffer(byteCount: total * 4)
        let right = Buffer(byteCount: total * 4)
        let toLeft = left.mutable(Int32.self)
        let toRight = right.mutable(Int32.self)
        var end = 0
        for row in 0..<batch.count {
            for other in 0..<buildCount {
                toLeft[end] = Int32(truncatingIfNeeded: row)
                toRight[end] = Int32(truncatingIfNeeded: other)
                end += 1
            }
        }
        return try expanded(batch, left, right, total)
    }

    private func expanded(
        _ batch: Batch, _ left: Buffer, _ right: Buffer, _ count: Int
    ) throws(SwiftwaterError) -> Batch {
        let leftRows = UnsafeBufferPointer(start: UnsafePointer(left.mutable(Int32.self)), count: count)
        let rightRows = UnsafeBufferPointer(start: UnsafePointer(right.mutable(Int32.self)), count: count)
        for origin in shape.origins {
            switch origin {
            case .probe(let index): try batch.columns[index].requireTakeable(leftRows, label)
            case .build(let index): try table.rows.columns[index].requireTakeable(rightRows, label)
            case .missing: break
            }
        }
        defer { withExtendedLifetime((left, right)) {} }
        return try assembled(batch, left: leftRows, right: rightRows, count: count)
    }

    /// The result's columns; nil for all probe rows as they are.
    private func assembled(
        _ batch: Batch, left: UnsafeBufferPointer<Int32>?, right: UnsafeBufferPointer<Int32>?, count: Int
    ) throws(SwiftwaterError) -> Batch {
        var columns: [Column] = []
        for (origin, field) in zip(shape.origins, outputSchema.fields) {
            switch origin {
            case .probe(let index):
                let column = batch.columns[index]
                columns.append(try (left.map { column.taking($0) } ?? column).widened(to: field.type))
            case .build(let index):
                columns.append(
                    right.map { table.rows.columns[index].taking($0) } ?? .missing(field.type, count: count))
            case .missing: columns.append(.missing(field.type, count: count))
            }
        }
        return Batch(schema: outputSchema, columns: columns, count: count)
    }

    // MARK: Limits

    /// Throws before rows are made that memory does not hold.
    private func check(_ total: Int) throws(SwiftwaterError) {
        let width = shape.origins.count * 8 + 8
        let (bytes, overflow) = total.multipliedReportingOverflow(by: width)
        let exceeds = memoryLimit.map { overflow || bytes > $0 - MemoryAccount.byteCount } ?? false
        guard total > RowPosition.batchRows || exceeds else { return }
        let rows = overflow ? "more rows than there are numbers" : "\(total) rows at once"
        var message = "'\(label)' would make \(rows)"
        if exceeds, let memoryLimit { message += ", more than its memory limit of \(MemoryLimit.text(memoryLimit))" }
        throw SwiftwaterError(
            .memory, message,
            hint: "many rows of both frames have the same key: drop duplicates, or aggregate before the join")
    }
}

extension BufferBuilder {
    /// What was appended; valid until the builder changes.
    fileprivate var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: pointer, count: count) }
}
