import Columnar

/// Text as timestamps, in microseconds; missing where it is none.
struct TextTimestamp: TextFunction {
    /// Nil: ISO 8601 and the common forms.
    let pattern: DatePattern?
    /// The result is in UTC; otherwise text with an offset is no timestamp.
    let isUTC: Bool
    var resultType: DataType { .timestamp(.microsecond, zone: isUTC ? "UTC" : nil) }

    func apply(_ column: Column) -> Column {
        column.parsingText(resultType) { text in
            guard let moment = pattern.map({ DateReader.moment(text, $0) }) ?? DateReader.moment(text),
                isUTC || moment.offset == nil, moment.nanoseconds % 1_000 == 0
            else { return nil }
            let seconds = moment.seconds - (moment.offset ?? 0)
            let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            let (sum, carry) = scaled.addingReportingOverflow(moment.nanoseconds / 1_000)
            return overflow || carry ? nil : UInt64(bitPattern: sum)
        }
    }
}

/// Text as durations, in microseconds; missing where it is none.
struct TextDuration: TextFunction {
    var resultType: DataType { .duration(.microsecond) }

    func apply(_ column: Column) -> Column {
        column.parsingText(resultType) { text in
            let value = Scalar.string(String(decoding: text, as: UTF8.self)).coerced(to: resultType)
            if case .duration(let count, _)? = value { return UInt64(bitPattern: count) }
            return nil
        }
    }
}

/// Text as floats; missing where it is no number.
struct TextNumber: TextFunction {
    var resultType: DataType { .float64 }

    func apply(_ column: Column) -> Column {
        column.parsingText(.float64) { text in
            text.baseAddress.flatMap { Cast.float($0, text.count)?.bitPattern }
        }
    }
}

extension Column {
    /// What `parse` makes of each text of a plain column, as a column of a 64-bit type; missing where it is nil.
    @inline(__always)
    fileprivate func parsingText(_ type: DataType, _ parse: (UnsafeBufferPointer<UInt8>) -> UInt64?) -> Column {
        let (offsets, bytes) = variable
        let words = Buffer(byteCount: count * 8)
        let out = words.mutable(UInt64.self)
        var present = BitmapBuilder(capacity: count)
        withExtendedLifetime(self) {
            for row in 0..<count {
                let start = Int(offsets[row])
                let text = UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start)
                let value = isNull(row) ? nil : parse(text)
                out[row] = value ?? 0
                present.append(value != nil)
            }
        }
        let validity = present.countOfZeros == 0 ? nil : present.finish()
        return Column(type: type, count: count, validity: validity, storage: .fixed(words))
    }
}

/// A conversion of text that may fail: an error names the first value that it fails on.
struct StrictParseNode: Node {
    let operand: any Node
    /// The operand's values converted, missing where that fails.
    let parsed: any Node
    let hint: String
    var type: DataType { parsed.type }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try parsed.evaluate(batch)
        guard column.nullCount > 0 else { return column }
        let text = try operand.evaluate(batch)
        if column.nullCount > text.nullCount {
            for row in 0..<column.count where column.isNull(row) && !text.isNull(row) {
                throw Cast.failure(text, row, type, hint: hint)
            }
        }
        return column
    }
}

/// The same 64-bit values as another type.
struct RetypeNode: Node {
    let operand: any Node
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try operand.evaluate(batch).decoded()
        return Column(
            type: type, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: column.storage)
    }
}

/// Local times as moments of a zone, or moments as the zone's local times.
struct LocalTimeNode: Node {
    let operand: any Node
    let zone: TimeZoneRules
    let toLocal: Bool
    let perSecond: Int64
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let lane = try operand.intLane(batch)
        let (zone, perSecond) = (zone, perSecond)
        let values =
            toLocal
            ? mapUnary(zone.local(lane, perSecond: perSecond, count: batch.count), count: batch.count) { $0 }
            : mapUnary(lane, count: batch.count) { (value: Int64) in
                let seconds = CivilTime.floorDivide(value, perSecond)
                return value &+ (zone.moment(ofLocal: seconds) &- seconds) &* perSecond
            }
        return Column(type: type, count: batch.count, validity: lane.validity, storage: .fixed(values))
    }
}
