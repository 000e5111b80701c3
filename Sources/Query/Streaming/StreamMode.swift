package import Columnar

/// Which rows of a frame an output gets while a stream goes on.
package enum StreamMode: String, Hashable, Sendable, CaseIterable {
    /// Each epoch's rows by themselves, as if each were a whole input.
    case batch
    /// Rows that are final, once each.
    case append
    /// The rows that changed since the last epoch.
    case update
    /// All rows, each time.
    case complete
}

/// Why something cannot be had on a stream, and what can.
package struct StreamRefusal: Hashable, Sendable, CustomStringConvertible {
    /// `'sort_values' needs all rows`.
    package var reason: String
    /// What to do instead.
    package var hint: String

    package init(_ reason: String, hint: String) {
        self.reason = reason
        self.hint = hint
    }

    package var description: String { "\(reason); \(hint)" }

    package var error: SwiftwaterError { SwiftwaterError(.usage, reason, hint: hint) }
}
