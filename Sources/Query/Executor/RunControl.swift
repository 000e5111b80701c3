import Columnar
import Synchronization

/// Asks a run to stop; the run ends with a `cancelled` error and leaves no output.
package final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package func cancel() { flag.store(true, ordering: .relaxed) }
    package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// What the workers of one stage tell each other: when to stop, and which error to report.
///
/// An error at a place of the input lets the work before that place go on, because the first error in the order of
/// the input is the one to report, whatever the threads' speed.
final class StageControl: Sendable {
    let cancellation: CancellationFlag
    /// Morsels with a higher sequence need not be processed.
    private let lastNeeded = Atomic<Int>(.max)
    private let stopped = Atomic<Bool>(false)
    private let outcome = Locked(Outcome())

    private struct Outcome {
        var failure: (error: SwiftwaterError, sequence: Int?)?
        /// Nothing after this sequence can change the results.
        var completed = Int.max
    }

    init(cancellation: CancellationFlag) { self.cancellation = cancellation }

    /// True when no further morsel should be taken.
    var shouldStop: Bool { stopped.load(ordering: .relaxed) || cancellation.isCancelled }

    func needs(_ sequence: Int) -> Bool { sequence <= lastNeeded.load(ordering: .relaxed) }

    /// No morsel after `sequence` can change the results.
    func complete(after sequence: Int) {
        outcome.withLock { $0.completed = min($0.completed, sequence) }
        lastNeeded.min(sequence, ordering: .relaxed)
    }

    /// Whether the results were complete before the end of the input.
    var isCompletedEarly: Bool { outcome.withLock { $0.completed } < .max }

    /// Reports an error; `sequence` is the morsel where it arose, nil when it has no place in the input.
    func fail(_ error: SwiftwaterError, sequence: Int?) {
        outcome.withLock { outcome in
            if let earlier = outcome.failure, !Self.isBefore(error, sequence, earlier) { return }
            outcome.failure = (error, sequence)
        }
        if let sequence {
            // Morsels are handed out in order: all before this one are with some worker already.
            lastNeeded.min(sequence, ordering: .relaxed)
        } else {
            stopped.store(true, ordering: .relaxed)
        }
    }

    /// Errors without a place win, the first of them; then the order of the input decides.
    private static func isBefore(
        _ error: SwiftwaterError, _ sequence: Int?, _ earlier: (error: SwiftwaterError, sequence: Int?)
    ) -> Bool {
        guard let known = earlier.sequence else { return false }
        guard let sequence else { return true }
        return sequence < known
    }

    /// The error to report, if the stage failed or was cancelled. An error behind the rows that were needed is none.
    var error: SwiftwaterError? {
        let failure: SwiftwaterError? = outcome.withLock { outcome in
            guard let failure = outcome.failure, failure.sequence ?? -1 <= outcome.completed else { return nil }
            return failure.error
        }
        return failure ?? (cancellation.isCancelled ? .runCancelled : nil)
    }
}

extension SwiftwaterError {
    static var runCancelled: SwiftwaterError { SwiftwaterError(.cancelled, "the run was cancelled") }
}
