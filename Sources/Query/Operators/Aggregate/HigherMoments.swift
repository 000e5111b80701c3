import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Skewness and kurtosis from central moments, updated and merged by Pébay's formulas
/// (https://doi.org/10.2172/1028931).
struct HigherMoments: Record {
    var count = 0.0
    var mean = 0.0
    /// Sums of powers of the distances from the mean.
    var second = 0.0
    var third = 0.0
    var fourth = 0.0

    @inline(__always) mutating func add(_ value: Double, at _: Int64) {
        let before = count
        count += 1
        let distance = value - mean
        let step = distance / count
        let square = step * step
        let term = distance * step * before
        mean += step
        fourth += term * square * (count * count - 3 * count + 3) + 6 * square * second - 4 * step * third
        third += term * step * (count - 2) - 3 * step * second
        second += term
    }

    mutating func merge(_ other: HigherMoments) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let (a, b) = (count, other.count)
        let total = a + b
        let distance = other.mean - mean
        let share = distance / total
        let square = share * share
        fourth +=
            other.fourth + distance * share * square * a * b * (a * a - a * b + b * b)
            + 6 * square * (a * a * other.second + b * b * second)
            + 4 * share * (a * other.third - b * third)
        third +=
            other.third + distance * share * share * a * b * (a - b) + 3 * share * (a * other.second - b * second)
        second += other.second + distance * share * a * b
        mean += share * b
        count = total
    }

    func result(_ function: AggregateCall, count _: Int64, of _: DataType) -> UInt64? {
        let n = count
        // What is left of equal values by rounding counts as nothing; they have neither.
        if second <= n * mean * mean * 1e-28 { return nil }
        if function == .skewness {
            guard n > 2 else { return nil }
            return (n * sqrt(n - 1) / (n - 2) * (third / pow(second, 1.5))).bitPattern
        }
        guard n > 3 else { return nil }
        let adjustment = 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3))
        let ratio = n * (n + 1) * (n - 1) * fourth / ((n - 2) * (n - 3) * second * second)
        return (ratio - adjustment).bitPattern
    }
}
