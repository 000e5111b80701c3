import Synchronization

/// What a server counts for its metrics: answers by status, and how long they took.
///
/// Written on the server's thread only, read by any.
package final class HTTPMeters: Sendable {
    /// Upper bounds of the histogram's buckets, in nanoseconds; each twice the one before.
    package static let bounds: [Int64] = (0..<18).map { 50_000 << Int64($0) }

    private static let statuses = [200, 202, 400, 404, 405, 411, 413, 415, 417, 429, 431, 500, 501, 503, 505]

    private let counts: [Count]
    private let buckets: [Count]
    private let sum = Count()

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
        func add(_ amount: Int) {
            // One writer: no locked instruction is needed.
            value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
        }
    }

    init() {
        counts = (0...Self.statuses.count).map { _ in Count() }
        buckets = (0...Self.bounds.count).map { _ in Count() }
    }

    func count(status: Int, nanoseconds: Int64) {
        let index = Self.statuses.firstIndex(of: status) ?? Self.statuses.count
        counts[index].add(1)
        let ratio = UInt64(max(nanoseconds, 1) + 49_999) / 50_000
        let bucket = ratio <= 1 ? 0 : min(Self.bounds.count, 64 - (ratio - 1).leadingZeroBitCount)
        buckets[bucket].add(1)
        sum.add(Int(nanoseconds))
    }

    package struct Reading: Sendable {
        /// Answers by status, those that there were.
        package var answers: [(status: Int, count: Int)]
        /// Answers in each bucket, and those above all bounds.
        package var buckets: [Int]
        package var seconds: Double
    }

    package var reading: Reading {
        var answers: [(status: Int, count: Int)] = []
        for (status, count) in zip(Self.statuses, counts) {
            let value = count.value.load(ordering: .relaxed)
            if value > 0 || status == 202 { answers.append((status, value)) }
        }
        return Reading(
            answers: answers, buckets: buckets.map { $0.value.load(ordering: .relaxed) },
            seconds: Double(sum.value.load(ordering: .relaxed)) / 1e9)
    }
}
