/// When an epoch ends: at the first of these.
package struct EpochLimits: Hashable, Sendable {
    /// Messages (lines, for sources of lines).
    package var rows: Int
    /// Bytes of payload.
    package var bytes: Int
    /// Since its first event.
    package var timeout: Duration

    package init(rows: Int = 1_000_000, bytes: Int = 256 << 20, timeout: Duration = .seconds(1)) {
        self.rows = rows
        self.bytes = bytes
        self.timeout = timeout
    }
}

/// How often, and with which pauses, something is tried again.
package struct RetryPolicy: Hashable, Sendable {
    /// Further attempts after the first.
    package var attempts: Int
    /// The first pause; each further one is twice as long, up to `maximum`.
    package var first: Duration
    package var maximum: Duration

    package init(attempts: Int = 3, first: Duration = .milliseconds(100), maximum: Duration = .seconds(10)) {
        self.attempts = attempts
        self.first = first
        self.maximum = maximum
    }

    /// The pause before the attempt `number`, counted from 1; nil when there is none.
    package func pause(before number: Int) -> Duration? {
        guard number <= attempts else { return nil }
        var pause = first
        for _ in 1..<max(number, 1) where pause < maximum { pause *= 2 }
        return min(pause, maximum)
    }
}
