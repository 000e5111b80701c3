import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Variance by Welford's method, merged by Chan, Golub and LeVeque's.
struct Moments: Record {
    var count = 0.0
    var mean = 0.0
    /// The sum of squared distances from the mean.
    var squares = 0.0

    @inline(__always) mutating func add(_ value: Double, at _: Int64) {
        count += 1
        let distance = value - mean
        mean += distance / count
        squares += distance * (value - mean)
    }

    mutating func merge(_ other: Moments) {
        guard other.count > 0 else { return }
        let total = count + other.count
        let distance = other.mean - mean
        mean += distance * (other.count / total)
        squares += other.squares + distance * distance * (count * other.count / total)
        count = total
    }

    func result(_ function: AggregateCall, count _: Int64, of _: DataType) -> UInt64? {
        let divisor = count - Double(function.options.ddof)
        guard count > 0, divisor > 0 else { return nil }
        let variance = squares / divisor
        switch function.function {
        case .standardDeviation: return sqrt(variance).bitPattern
        case .standardError: return (sqrt(variance) / sqrt(count)).bitPattern
        default: return variance.bitPattern
        }
    }
}

/// Whether a group has a true value and a false one.
struct FloatTruth: Record {
    var flags: UInt64 = 0
    @inline(__always) mutating func add(_ value: Double, at _: Int64) { flags |= value != 0 ? 1 : 2 }
    mutating func merge(_ other: FloatTruth) { flags |= other.flags }
    func result(_ function: AggregateCall, count _: Int64, of _: DataType) -> UInt64? {
        function == .any ? flags & 1 : (flags & 2 == 0 ? 1 : 0)
    }
}

/// Whether a group has a true value and a false one, of integers, times and booleans.
struct WordTruth: Record {
    var flags: UInt64 = 0
    @inline(__always) mutating func add(_ value: UInt64, at _: Int64) { flags |= value != 0 ? 1 : 2 }
    mutating func merge(_ other: WordTruth) { flags |= other.flags }
    func result(_ function: AggregateCall, count _: Int64, of _: DataType) -> UInt64? {
        function == .any ? flags & 1 : (flags & 2 == 0 ? 1 : 0)
    }
}

/// The value with the lowest position, as a word.
struct FirstWord: Record {
    var position = Int64.max
    var word: UInt64 = 0
    @inline(__always) mutating func add(_ value: UInt64, at position: Int64) {
        if position < self.position {
            self.position = position
            word = value
        }
    }
    mutating func merge(_ other: FirstWord) { add(other.word, at: other.position) }
    func result(_: AggregateCall, count _: Int64, of _: DataType) -> UInt64? {
        position == .max ? nil : word
    }
}

/// The value with the highest position, as a word.
struct LastWord: Record {
    var position = RowPosition.none
    var word: UInt64 = 0
    @inline(__always) mutating func add(_ value: UInt64, at position: Int64) {
        if position > self.position {
            self.position = position
            word = value
        }
    }
    mutating func merge(_ other: LastWord) { add(other.word, at: other.position) }
    func result(_: AggregateCall, count _: Int64, of _: DataType) -> UInt64? {
        position < 0 ? nil : word
    }
}
