/// The life of one epoch from the moment when its rows are known, as a pure state machine.
///
/// It says which step comes next; whoever carries the steps out tells it how they went. What a step does is durable
/// before the next one begins, so a crash between any two leaves what `EpochRecovery` expects:
///
///     plan → prepare each output → commit → publish each output → snapshot → acknowledge → compact → finished
///
/// A large snapshot is saved beside the next epochs: then the first machine ends after publishing, and a second one has
/// the rest. Snapshots follow each other; a later epoch may be done sooner than the snapshot of an earlier one.
///
/// Until `commit` the epoch may be done again or given up; from then on it has happened, and what is left of it must be
/// finished, by a restart if need be.
package struct EpochMachine: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case plan
        /// Stage the rows of the output of this number.
        case prepare(Int)
        case commit
        case publish(Int)
        /// Save the states.
        case snapshot
        /// Tell the sources what they may forget.
        case acknowledge
        /// Remove what no restart can need any more.
        case compact
        case finished
    }

    package enum Decision: Hashable, Sendable {
        /// Try the step again after the pause of this attempt, counted from 1.
        case again(attempt: Int)
        /// Leave the step out: nothing depends on it.
        case skip
        /// End the run. What has been committed stays, and a restart goes on.
        case giveUp
    }

    package let epoch: Int64
    package let outputs: Int
    /// The epoch's plan has been written by an earlier process.
    package let isPlanned: Bool
    package let takesSnapshot: Bool
    package let acknowledges: Bool
    /// Attempts that a step gets after its first.
    package let retries: Int
    package private(set) var step: Step
    private var failures = 0

    package init(
        epoch: Int64, outputs: Int, isPlanned: Bool = false, takesSnapshot: Bool, acknowledges: Bool = true,
        retries: Int
    ) {
        self.epoch = epoch
        self.outputs = outputs
        self.isPlanned = isPlanned
        self.takesSnapshot = takesSnapshot
        self.acknowledges = acknowledges
        self.retries = retries
        step = .plan
        if isPlanned { advance() }
    }

    /// The end of an epoch whose states are saved beside the next epochs: everything up to the snapshot is done.
    package init(saving epoch: Int64, retries: Int) {
        self.init(epoch: epoch, outputs: 0, isPlanned: true, takesSnapshot: true, retries: retries)
        step = .snapshot
    }

    /// Whether a reader or a restart knows of the epoch.
    package var isCommitted: Bool {
        switch step {
        case .plan, .prepare, .commit: false
        default: true
        }
    }

    /// The step has been carried out.
    package mutating func succeeded() {
        failures = 0
        advance()
    }

    /// The step failed and left nothing behind but what doing it again replaces.
    package mutating func failed() -> Decision {
        failures += 1
        if failures <= retries { return .again(attempt: failures) }
        switch step {
        case .snapshot, .compact:
            // The next epoch's will do. What was not saved may still be needed: nothing is acknowledged or removed.
            step = .finished
            return .skip
        default: return .giveUp
        }
    }

    private mutating func advance() {
        switch step {
        case .plan: step = outputs > 0 ? .prepare(0) : .commit
        case .prepare(let output): step = output + 1 < outputs ? .prepare(output + 1) : .commit
        case .commit: step = outputs > 0 ? .publish(0) : afterPublishing
        case .publish(let output): step = output + 1 < outputs ? .publish(output + 1) : afterPublishing
        case .snapshot: step = acknowledges ? .acknowledge : .compact
        case .acknowledge: step = .compact
        case .compact, .finished: step = .finished
        }
    }

    private var afterPublishing: Step {
        if takesSnapshot { return .snapshot }
        return acknowledges ? .acknowledge : .finished
    }
}
