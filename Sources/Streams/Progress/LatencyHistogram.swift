/// How long events took, counted by size: a value that can be merged, asked for quantiles and shown as buckets.
///
/// Sixteen buckets for each power of two, so that a quantile is within 6 % of the true one, from a microsecond on.
package struct LatencyHistogram: Hashable, Sendable {
    private static let parts = 16
    private var counts: [Int]
    package private(set) var count = 0
    /// Microseconds of all together.
    package private(set) var sum: Int64 = 0
    /// Microseconds of the longest.
    package private(set) var maximum: Int64 = 0

    package init() { counts = [] }

    /// Adds `times` events that took this many microseconds each.
    package mutating func record(_ microseconds: Int64, times: Int = 1) {
        let value = max(0, microseconds)
        let bucket = Self.bucket(value)
        if bucket >= counts.count { counts += Array(repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] += times
        count += times
        sum += value * Int64(times)
        maximum = max(maximum, value)
    }

    package mutating func merge(_ other: LatencyHistogram) {
        if other.counts.count > counts.count {
            counts += Array(repeating: 0, count: other.counts.count - counts.count)
        }
        for (bucket, times) in other.counts.enumerated() { counts[bucket] += times }
        count += other.count
        sum += other.sum
        maximum = max(maximum, other.maximum)
    }

    /// Microseconds that a share `q` (0 to 1) of the events did not exceed; 0 when there are none.
    package func quantile(_ q: Double) -> Int64 {
        guard count > 0 else { return 0 }
        let wanted = max(1, Int((Double(count) * min(max(q, 0), 1)).rounded(.up)))
        var seen = 0
        for (bucket, times) in counts.enumerated() {
            seen += times
            if seen >= wanted { return min(Self.upperBound(bucket), maximum) }
        }
        return maximum
    }

    /// Events that took no more than each of `bounds` (microseconds, ascending), as Prometheus counts them.
    package func cumulative(_ bounds: [Int64]) -> [Int] {
        bounds.map { bound in
            var total = 0
            for (bucket, times) in counts.enumerated() where Self.upperBound(bucket) <= bound { total += times }
            return total
        }
    }

    /// Buckets 0 to 15 hold one microsecond each; then sixteen for each power of two.
    private static func bucket(_ value: Int64) -> Int {
        if value < parts { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return (power - 3) * parts + Int(value >> Int64(power - 4)) - parts
    }

    private static func upperBound(_ bucket: Int) -> Int64 {
        if bucket < parts { return Int64(bucket) }
        let power = bucket / parts + 3
        return (Int64(bucket % parts + parts + 1) << Int64(power - 4)) - 1
    }
}
