package import Columnar
import Synchronization

/// What happens to a line that is not a row.
package enum BadLinePolicy: Hashable, Sendable {
    /// The run fails and names the first such line of the input.
    case fail
    /// The line is counted and left out.
    case skip
    /// The line is counted and written whole, with its error, to this JSON Lines file.
    case deadLetter(path: String)
}

/// A line of the input that is not a row.
package struct BadLine: Hashable, Sendable {
    /// The file's path, or what the input is called.
    package var file: String
    /// Counted from 1: in the morsel when a reader reports it, in the file once the collector has resolved it.
    package var line: Int
    /// The byte within the line, counted from 1; nil when the whole line is at fault.
    package var column: Int?
    /// One clause without a full stop: "expected ':' after a key".
    package var reason: String
    /// The line's bytes without its line break; needed only when `BadLineCollector.keepsText`.
    package var text: [UInt8]
    /// The morsel that holds it.
    package var sequence: Int
    /// What to do about it; not nil when the run must end here whatever the policy, as no later line can be found.
    package var fatalHint: String?

    package init(
        file: String, line: Int, column: Int?, reason: String, text: [UInt8] = [], sequence: Int,
        fatalHint: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
        self.text = text
        self.sequence = sequence
        self.fatalHint = fatalHint
    }

    package var error: SwiftwaterError {
        SwiftwaterError(
            .data, reason, at: SwiftwaterError.Location(file: file, line: line, column: column), hint: fatalHint)
    }
}

/// Takes the bad lines of all readers of one scan and gives each its line number in the file.
///
/// A reader knows a line only by its place in the morsel. It reports every morsel that it has parsed, once, before it
/// hands out the batch, with the morsel's number of line breaks; sequences count from 0 without a gap. A line is
/// resolved when all morsels before its own have been reported, so results do not depend on the number of threads.
///
/// Under `fail` a reader asks `hasFailed` before it takes a morsel and stops when it is set. Among the reports that
/// were under way, the one that completes the order throws the first bad line of the input; the other readers end.
package final class BadLineCollector: Sendable {
    package let policy: BadLinePolicy
    private let failed = Atomic<Bool>(false)
    private let counted = Atomic<Int>(0)
    private let state: Locked<State>

    private struct Report {
        var startsFile: Bool
        var lines: Int
        var badLines: [BadLine]
    }

    private struct State {
        /// Reports of morsels that come after one that is still being parsed.
        var waiting: [Int: Report] = [:]
        /// The first morsel that has not been reported.
        var next = 0
        /// Line breaks of the current file before that morsel.
        var linesBefore = 0
        /// The first bad line of the input that fails the run.
        var first: BadLine?
        var deadLetters: DeadLetterFile?
    }

    package init(policy: BadLinePolicy) {
        self.policy = policy
        state = Locked(State())
    }

    /// True when `BadLine.text` is wanted.
    package var keepsText: Bool {
        if case .deadLetter = policy { true } else { false }
    }

    /// Bad lines reported so far.
    package var count: Int { counted.load(ordering: .relaxed) }

    /// True when a bad line has been met and fails the run: no further morsel need be read.
    package var hasFailed: Bool { failed.load(ordering: .acquiring) }

    /// Reports a morsel that has been parsed.
    ///
    /// - Parameter startsFile: the morsel is the first of its file, where line numbers start again.
    /// - Parameter lines: line breaks in the morsel.
    /// - Parameter badLines: in the order of the morsel.
    package func report(
        sequence: Int, startsFile: Bool, lines: Int, badLines: [BadLine] = []
    ) throws(SwiftwaterError) {
        if !badLines.isEmpty {
            counted.add(badLines.count, ordering: .relaxed)
            if policy == .fail || badLines.contains(where: { $0.fatalHint != nil }) {
                failed.store(true, ordering: .releasing)
            }
        }
        let report = Report(startsFile: startsFile, lines: lines, badLines: badLines)
        try state.withLock { state throws(SwiftwaterError) in try take(report, sequence, &state) }
    }

    private func take(_ report: Report, _ sequence: Int, _ state: inout State) throws(SwiftwaterError) {
        guard sequence == state.next else {
            state.waiting[sequence] = report
            return
        }
        var current: Report? = report
        while let report = current {
            if report.startsFile { state.linesBefore = 0 }
            for var bad in report.badLines {
                bad.line += state.linesBefore
                if policy == .fail || bad.fatalHint != nil {
                    if state.first == nil { state.first = bad }
                    throw bad.error
                }
                switch policy {
                case .fail, .skip: break
                case .deadLetter(let path):
                    let file: DeadLetterFile
                    if let open = state.deadLetters { file = open } else { file = try DeadLetterFile(path) }
                    state.deadLetters = file
                    try file.append(bad)
                }
            }
            state.linesBefore += report.lines
            state.next += 1
            current = state.waiting.removeValue(forKey: state.next)
        }
    }

    /// Puts the dead-letter file, if there is one, under its name. Throws the first bad line that fails the run, if any.
    package func finish() throws(SwiftwaterError) {
        try state.withLock { state throws(SwiftwaterError) in
            if let first = state.first { throw first.error }
            try state.deadLetters?.commit()
            state.deadLetters = nil
        }
    }
}
