/// Which column says when an event happened, and what that decides.
package struct EventTimePolicy: Hashable, Sendable {
    /// A timestamp or date column of the events.
    package var column: String
    /// How much later than the latest one an event may come and still count, in microseconds.
    package var delay: Int64
    package var late: LateRows
    /// A partition that has been silent for so long does not hold up the watermark.
    package var idleTimeout: Duration

    package init(
        column: String, delay: Int64, late: LateRows = .deadLetter, idleTimeout: Duration = .seconds(30)
    ) {
        self.column = column
        self.delay = delay
        self.late = late
        self.idleTimeout = idleTimeout
    }

    /// What happens to a row whose window has closed. It is counted in any case.
    package enum LateRows: String, Hashable, Sendable, Codable, CaseIterable {
        case deadLetter, drop
        /// The row counts: its window opens again.
        case update
    }
}
