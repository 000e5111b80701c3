import Columnar

/// Windows in the unit of their column: how times become panes, and panes windows.
///
/// A pane is the longest stretch of time that each window has whole or not at all. For sessions only `size` counts,
/// the gap.
struct WindowGrid: Hashable, Sendable {
    let unit: TimeUnit
    let size: Int64
    /// From one window's start to the next one's.
    let slide: Int64
    let offset: Int64
    let pane: Int64
    let isSession: Bool

    init(unit: TimeUnit, size: Int64, slide: Int64?, offset: Int64) {
        self.unit = unit
        self.size = size
        self.slide = slide ?? size
        isSession = slide == nil
        self.offset = offset
        pane = Self.greatestDivisor(size, slide ?? size)
    }

    private static func greatestDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// Windows that a row may be in at most.
    var covering: Int64 { (size + slide - 1) / slide }

    /// Each pane is one window.
    var isTumbling: Bool { !isSession && pane == size }

    /// The largest multiple of `step`, moved by the offset, that is not above `time`.
    @inline(__always)
    private func floor(_ time: Int64, _ step: Int64) -> Int64 {
        let moved = time &- offset
        let rest = moved % step
        return time &- (rest < 0 ? rest &+ step : rest)
    }

    /// The start of the pane that has `time`.
    @inline(__always)
    func paneStart(_ time: Int64) -> Int64 { floor(time, pane) }

    /// The start of the last window that has the pane at `pane`; the others begin `slide` earlier, one by one.
    @inline(__always)
    func lastWindow(of pane: Int64) -> Int64 { floor(pane, slide) }

    /// Whether the window at `start` has the pane at `pane`.
    @inline(__always)
    func covers(_ start: Int64, _ pane: Int64) -> Bool { start &+ size >= pane &+ self.pane }

    func end(of window: Int64) -> Int64 {
        let (end, overflow) = window.addingReportingOverflow(size)
        return overflow ? .max : end
    }

    /// The first pane that has a window which ends after `end`.
    func firstPane(openAfter end: Int64) -> Int64 {
        let (last, overflow) = end.subtractingReportingOverflow(size)
        return overflow ? .min : floor(last, slide) &+ slide
    }
}

extension TimeUnit {
    /// The first time that is not before a watermark in microseconds.
    func firstNotBefore(_ watermark: Int64) -> Int64 {
        guard let divisor = microseconds else { return nanoseconds(watermark) }
        let (quotient, rest) = watermark.quotientAndRemainder(dividingBy: divisor)
        return rest > 0 ? quotient + 1 : quotient
    }

    /// The last time that is not after a watermark in microseconds.
    func lastNotAfter(_ watermark: Int64) -> Int64 {
        guard let divisor = microseconds else { return nanoseconds(watermark) }
        if watermark == .max { return .max }
        let (quotient, rest) = watermark.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }

    /// Microseconds of one; nil for nanoseconds.
    private var microseconds: Int64? { self == .nanosecond ? nil : 1_000_000 / perSecond }

    private func nanoseconds(_ watermark: Int64) -> Int64 {
        let (product, overflow) = watermark.multipliedReportingOverflow(by: 1000)
        return overflow ? (watermark < 0 ? .min : .max) : product
    }
}

extension Column {
    /// The time of a row in the column's unit; the end of time where it is missing.
    func time(at row: Int) -> Int64 {
        guard !isNull(row) else { return .max }
        return decoded().values(as: Int64.self)[row]
    }

    /// The rows whose time fulfils a condition; nil when none does.
    func rows(_ isWanted: (Int64) -> Bool) -> [Int32]? {
        let column = decoded()
        var rows: [Int32] = []
        for (row, time) in column.values(as: Int64.self).enumerated() where isWanted(time) && !column.isNull(row) {
            rows.append(Int32(row))
        }
        return rows.isEmpty ? nil : rows
    }
}
