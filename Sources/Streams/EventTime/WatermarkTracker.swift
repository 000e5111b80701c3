/// How far event time has come: the point up to which no more events are expected.
///
/// For each partition the latest event time minus the delay; of these the least, leaving out partitions that have been
/// silent for `idleAfter`; it never falls. All times are microseconds since 1970; `now` is a clock of the caller's, in
/// microseconds, that only rises.
package struct WatermarkTracker: Hashable, Sendable {
    package let delay: Int64
    package let idleAfter: Int64
    /// The latest event time of each partition.
    package private(set) var latest: [SourcePartition: Int64] = [:]
    /// When each partition was last heard of.
    private var heard: [SourcePartition: Int64] = [:]
    /// Nothing before this is expected any more; `Int64.min` until there was an event.
    package private(set) var watermark = Int64.min

    package init(delay: Int64, idleAfter: Int64) {
        self.delay = delay
        self.idleAfter = idleAfter
    }

    /// Goes on from what a commit says. The partitions count as heard of now.
    package init(
        delay: Int64, idleAfter: Int64, latest: [SourcePartition: Int64], watermark: Int64, now: Int64
    ) {
        self.init(delay: delay, idleAfter: idleAfter)
        self.latest = latest
        self.watermark = watermark
        heard = latest.mapValues { _ in now }
    }

    /// A partition exists from now on; it holds up the watermark until it is idle.
    package mutating func add(_ partition: SourcePartition, now: Int64) {
        if heard[partition] == nil { heard[partition] = now }
    }

    /// A partition is somebody else's from now on.
    package mutating func remove(_ partition: SourcePartition) {
        heard[partition] = nil
        latest[partition] = nil
    }

    /// Events of a partition have come, the latest of this time.
    package mutating func observe(_ partition: SourcePartition, latest time: Int64, now: Int64) {
        heard[partition] = now
        latest[partition] = max(latest[partition] ?? .min, time)
    }

    /// Raises the watermark as far as the partitions allow, and returns it.
    @discardableResult
    package mutating func advance(now: Int64) -> Int64 {
        var least: Int64?
        var isHeldUp = false
        for (partition, time) in heard where now - time < idleAfter {
            guard let latest = latest[partition] else {
                isHeldUp = true
                continue
            }
            least = min(least ?? .max, latest)
        }
        // Where all are idle nothing is known that is new.
        if !isHeldUp, let least {
            let (time, overflow) = least.subtractingReportingOverflow(delay)
            watermark = max(watermark, overflow ? .min : time)
        }
        return watermark
    }

    /// Takes the watermark that an epoch was planned with.
    package mutating func set(_ watermark: Int64) { self.watermark = max(self.watermark, watermark) }
}
