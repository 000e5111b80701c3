package import Query

/// What a function file says about being served: everything that a run over files does not need.
package struct StreamSettings: Hashable, Sendable {
    package var eventTime: EventTimeSettings?
    /// Columns of which equal values always come in the same partition; empty when nothing is said.
    package var partitionedBy: [String]
    package var triggers: [Trigger]
    package var checkpoint: CheckpointSettings
    package var delivery: DeliverySettings
    package var status: StatusSettings?
    /// What happens to bad lines, where the file says so.
    package var onError: Source.ErrorPolicy?
    /// Where bad lines, late rows and failed batches go, relative to the output folder.
    package var deadLetter: String
}

/// Which column says when an event happened, and what follows from it.
package struct EventTimeSettings: Hashable, Sendable {
    /// What happens to a row whose window has closed.
    package enum Late: String, Hashable, Sendable, CaseIterable {
        case deadLetter, drop, update
    }

    package var column: String
    /// The watermark is the largest event time less this.
    package var watermark: Duration
    package var late: Late
    /// A partition that brings nothing for so long does not hold the watermark up.
    package var idle: Duration
}

package struct CheckpointSettings: Hashable, Sendable {
    /// Relative to the working folder.
    package var path: String
    /// How often states are saved.
    package var every: Duration
    /// Several processes use it together.
    package var isShared = false
}

/// What happens when a batch or a write fails.
package struct DeliverySettings: Hashable, Sendable {
    package enum Failure: String, Hashable, Sendable, CaseIterable {
        case stop, deadLetter
    }

    package var maxRetries = 5
    package var backoff = Duration.milliseconds(100)
    package var maxBackoff = Duration.seconds(30)
    package var onFailure = Failure.stop

    package init() {}
}

/// Where a served function can be asked how it is.
package struct StatusSettings: Hashable, Sendable {
    package var host: String
    package var port: Int?
}
