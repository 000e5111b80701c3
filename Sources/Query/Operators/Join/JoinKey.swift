import Columnar

/// How a pair of key columns is compared: both as one type, by value.
enum JoinKey: Hashable, Sendable {
    /// Both as this type, which each of them has or widens to.
    case same(DataType)
    /// Numbers as 64-bit integers; a value that is none (1.5, or one out of range) matches nothing.
    case signed, unsigned
    /// Times in the coarser unit; a value between its ticks matches nothing.
    case ticks(DataType)

    /// Nil where values of the types cannot be compared.
    init?(_ a: DataType, _ b: DataType) {
        let (a, b) = (a.logical, b.logical)
        func isNumber(_ type: DataType) -> Bool { type.isNumeric || type == .bool }
        switch (a, b) {
        case _ where a == b || b == .null: self = .same(a)
        case (.null, _): self = .same(b)
        case _ where a.isFloat && b.isFloat: self = .same(.float64)
        case _ where isNumber(a) && isNumber(b): self = a == .uint64 || b == .uint64 ? .unsigned : .signed
        case (.timestamp(let unit, let zone), .timestamp(let other, let otherZone))
        where (zone == nil) == (otherZone == nil):
            self = .ticks(.timestamp(.coarser(unit, other), zone: zone))
        case (.duration(let unit), .duration(let other)): self = .ticks(.duration(.coarser(unit, other)))
        default: return nil
        }
    }

    /// The type of prepared columns.
    var type: DataType {
        switch self {
        case .same(let type), .ticks(let type): type
        case .signed: .int64
        case .unsigned: .uint64
        }
    }

    /// A key column as it is compared, maybe dictionary encoded.
    struct Prepared {
        var column: Column
        /// Set where the value may match one of the other side; nil: everywhere.
        var matchable: Bitmap?
    }

    func prepared(_ column: Column) -> Prepared {
        if column.type.logical == type { return Prepared(column: column) }
        guard column.type != .null, let wide = WideValues(column) else {
            return Prepared(column: .missing(type, count: column.count))
        }
        let count = column.count
        switch self {
        case .same:
            return Prepared(column: Column(words: wide.memory, count: count, type: type, validity: column.validity))
        case .signed:
            switch wide.kind {
            case .signed, .unsigned: return integers(wide.memory, column)
            case .float: return converted(wide, Double.self, column) { Int64(exactly: $0) }
            }
        case .unsigned:
            switch wide.kind {
            case .unsigned: return integers(wide.memory, column)
            case .signed: return converted(wide, Int64.self, column) { UInt64(exactly: $0) }
            case .float: return converted(wide, Double.self, column) { UInt64(exactly: $0) }
            }
        case .ticks:
            let factor = (column.type.logical.timeUnit?.perSecond ?? 1) / (type.timeUnit?.perSecond ?? 1)
            guard factor > 1 else { return integers(wide.memory, column) }
            return converted(wide, Int64.self, column) { (value: Int64) -> Int64? in
                let (ticks, rest) = value.quotientAndRemainder(dividingBy: factor)
                return rest == 0 ? ticks : nil
            }
        }
    }

    private func integers(_ words: Buffer, _ column: Column) -> Prepared {
        Prepared(
            column: Column(
                type: type, count: column.count, validity: column.presence, storage: .fixed(words)))
    }

    @inline(__always)
    private func converted<From: BitwiseCopyable, To: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ wide: WideValues, _: From.Type, _ column: Column, _ convert: (From) -> To?
    ) -> Prepared {
        let count = column.count
        let words = Buffer(byteCount: count * 8)
        let to = words.mutable(To.self)
        let from = wide.words(as: From.self)
        var matchable = BitmapBuilder(capacity: count)
        for row in 0..<count {
            let value = convert(from[row])
            to[row] = value ?? 0
            matchable.append(value != nil)
        }
        // A missing value is a key of its own, whatever its word is.
        let presence = column.presence
        let all = matchable.countOfZeros == 0
        let bits = matchable.finish()
        return withExtendedLifetime(column) {
            Prepared(
                column: Column(type: type, count: count, validity: presence, storage: .fixed(words)),
                matchable: all ? nil : presence.map { bits | ~$0 } ?? bits)
        }
    }
}

extension TimeUnit {
    static func coarser(_ a: TimeUnit, _ b: TimeUnit) -> TimeUnit { a.perSecond <= b.perSecond ? a : b }
}

extension DataType {
    fileprivate var timeUnit: TimeUnit? {
        switch self {
        case .timestamp(let unit, _), .duration(let unit): unit
        default: nil
        }
    }
}
