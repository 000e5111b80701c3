#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The named steps of an epoch's commit, at which tests kill the process.
///
/// `SWIFTWATER_CRASH_AT=afterPrepare:12` kills it there in epoch 12, without any cleaning up; without a number in the
/// first epoch that comes there, with `12+` in the first one from that on. Nothing but tests sets it.
package enum CrashPoint: String, CaseIterable, Sendable {
    case beforePlan, afterPlan, afterPrepare, beforeCommit, afterCommit, duringPublish, afterPublish
    case duringSnapshot, afterSnapshot, afterAcknowledge, duringCompaction, afterCompaction

    private static let wanted: (point: String, epochs: ClosedRange<Int64>)? = {
        guard let value = getenv("SWIFTWATER_CRASH_AT") else { return nil }
        let parts = String(cString: value).split(separator: ":")
        guard let point = parts.first else { return nil }
        guard parts.count > 1, let epoch = Int64(parts[1].prefix { $0 != "+" }) else {
            return (String(point), 0...Int64.max)
        }
        return (String(point), epoch...(parts[1].hasSuffix("+") ? .max : epoch))
    }()

    /// Ends the process here if a test asked for it.
    package func reach(_ epoch: Int64) {
        guard let wanted = Self.wanted, wanted.point == rawValue, wanted.epochs.contains(epoch) else { return }
        kill(getpid(), SIGKILL)
        while true { pause() }
    }
}
