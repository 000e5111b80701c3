import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is remembered of the values in a moving frame. Values leave in the order in which they came.
protocol RollingState {
    /// Values in the frame.
    var count: Int { get }
    mutating func add(_ value: Double, at row: Int)
    mutating func remove(_ value: Double, at row: Int)
    /// Nil where the values that there are have none.
    var result: Double? { get }
}

/// How many of the rows have a value, which is 1 for them and 0 for the others.
struct RollingCount: RollingState {
    private(set) var count = 0
    private var present = 0.0
    mutating func add(_ value: Double, at _: Int) {
        count += 1
        present += value
    }
    mutating func remove(_ value: Double, at _: Int) {
        count -= 1
        present -= value
    }
    var result: Double? { present }
}

/// A sum with Kahan's correction for what comes and for what goes, exact while all values are the same.
struct RollingSum: RollingState {
    let isMean: Bool
    private(set) var count = 0
    private var sum = 0.0
    private var correctionOfAdding = 0.0
    private var correctionOfRemoving = 0.0
    private var same = SameValues()
    private var negatives = 0

    init(isMean: Bool) { self.isMean = isMean }

    mutating func add(_ value: Double, at _: Int) {
        count += 1
        let corrected = value - correctionOfAdding
        let next = sum + corrected
        correctionOfAdding = next - sum - corrected
        sum = next
        if value.sign == .minus { negatives += 1 }
        same.add(value)
    }

    mutating func remove(_ value: Double, at _: Int) {
        count -= 1
        let corrected = -value - correctionOfRemoving
        let next = sum + corrected
        correctionOfRemoving = next - sum - corrected
        sum = next
        if value.sign == .minus { negatives -= 1 }
    }

    var result: Double? {
        guard count > 0 else { return isMean ? nil : 0 }
        let exact = same.value(of: count)
        guard isMean else { return exact.map { $0 * Double(count) } ?? sum }
        if let exact { return exact }
        let mean = sum / Double(count)
        // Values of one sign have a mean of that sign.
        if negatives == 0, mean < 0 { return 0 }
        if negatives == count, mean > 0 { return 0 }
        return mean
    }
}

/// The value that all of the last values had.
struct SameValues {
    private var value = Double.nan
    private var length = 0

    mutating func add(_ next: Double) {
        if next == value {
            length += 1
        } else {
            value = next
            length = 1
        }
    }

    /// The value, when the last `count` ones are the same.
    func value(of count: Int) -> Double? { length >= count ? value : nil }
}

/// Variance by Welford's method with values that leave, corrected like the sum; computed anew when so much has left
/// that what remains would be mostly rounding.
struct RollingVariance: RollingState {
    private let function: Aggregation.Function
    private let ddof: Double
    private let values: UnsafePointer<Double>
    private var lastRow = 0
    private var largestSquares = 0.0
    private(set) var count = 0
    private var mean = 0.0
    private var squares = 0.0
    private var correctionOfAdding = 0.0
    private var correctionOfRemoving = 0.0
    private var same = SameValues()

    init(_ function: Aggregation.Function, ddof: Double, _ values: UnsafePointer<Double>) {
        self.function = function
        self.ddof = ddof
        self.values = values
    }

    mutating func add(_ value: Double, at row: Int) {
        lastRow = row
        count += 1
        let before = value - mean
        let corrected = value - correctionOfAdding
        let distance = corrected - mean
        correctionOfAdding = distance + mean - corrected
        mean += distance / Double(count)
        squares += before * (value - mean)
        largestSquares = max(largestSquares, squares)
        same.add(value)
    }

    mutating func remove(_ value: Double, at row: Int) {
        count -= 1
        guard count > 0 else {
            mean = 0
            squares = 0
            largestSquares = 0
            correctionOfAdding = 0
            correctionOfRemoving = 0
            return
        }
        let before = value - mean
        let corrected = value - correctionOfRemoving
        let distance = corrected - mean
        correctionOfRemoving = distance + mean - corrected
        mean -= distance / Double(count)
        squares -= before * (value - mean)
        if squares < largestSquares * 1e-8 { compute(row + 1...max(lastRow, row + 1)) }
    }

    private mutating func compute(_ rows: ClosedRange<Int>) {
        mean = 0
        squares = 0
        for row in rows where !values[row].isNaN { mean += values[row] / Double(count) }
        for row in rows where !values[row].isNaN { squares += (values[row] - mean) * (values[row] - mean) }
        largestSquares = squares
        correctionOfAdding = 0
        correctionOfRemoving = 0
    }

    var result: Double? {
        guard Double(count) > ddof, count > 0 else { return nil }
        let variance = count == 1 || same.value(of: count) != nil ? 0 : max(0, squares / (Double(count) - ddof))
        switch function {
        case .variance: return variance
        case .standardDeviation: return sqrt(variance)
        default: return sqrt(variance) / sqrt(Double(count))
        }
    }
}

/// The smallest or largest value: the rows that may still become it, best first.
struct RollingExtreme: RollingState {
    private let values: UnsafePointer<Double>
    private let largest: Bool
    private(set) var count = 0
    private var candidates: [Int] = []
    private var first = 0

    init(_ values: UnsafePointer<Double>, largest: Bool) {
        self.values = values
        self.largest = largest
    }

    mutating func add(_ value: Double, at row: Int) {
        count += 1
        while candidates.count > first, let last = candidates.last,
            largest ? values[last] <= value : values[last] >= value
        { candidates.removeLast() }
        candidates.append(row)
    }

    mutating func remove(_: Double, at row: Int) {
        count -= 1
        if first < candidates.count, candidates[first] == row { first += 1 }
        if first > 1024, first > candidates.count / 2 {
            candidates.removeFirst(first)
            first = 0
        }
    }

    var result: Double? { first < candidates.count ? values[candidates[first]] : nil }
}

/// A quantile of the values, which are kept in order.
struct RollingQuantile: RollingState {
    private let q: Double
    private let interpolation: Aggregation.Interpolation
    private var sorted: [Double] = []

    init(q: Double, _ interpolation: Aggregation.Interpolation) {
        self.q = q
        self.interpolation = interpolation
    }

    var count: Int { sorted.count }

    private func place(of value: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func add(_ value: Double, at _: Int) { sorted.insert(value, at: place(of: value)) }
    mutating func remove(_ value: Double, at _: Int) { sorted.remove(at: place(of: value)) }

    var result: Double? {
        guard !sorted.isEmpty else { return nil }
        let place = QuantilePlace(q, count: sorted.count, interpolation)
        return place.value(sorted[place.lower], sorted[place.upper])
    }
}
