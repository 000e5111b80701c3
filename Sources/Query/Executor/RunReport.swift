package import Columnar
import Formats

/// What a run did.
package struct RunReport: Sendable {
    /// Rows and bytes read from all sources.
    package var rows: Int
    package var bytes: Int
    package var seconds: Double
    /// Lines that were not rows, left out or dead-lettered.
    package var badRows: Int
    package var outputs: [WrittenFile]
    /// Frames kept in memory, by name.
    package var tables: [String: Table]
}

/// A file that a run wrote.
package struct WrittenFile: Sendable, Hashable {
    package var path: String
    package var rows: Int
    package var bytes: Int

    package init(path: String, rows: Int, bytes: Int) {
        self.path = path
        self.rows = rows
        self.bytes = bytes
    }
}

/// How far a run is, for whoever asks while it goes on.
package final class RunProgress: Sendable {
    package struct Snapshot: Sendable {
        package var bytes = 0
        /// Nil when a source does not know its size, or not all sources are open yet.
        package var totalBytes: Int?
        package var rows = 0
        package var badRows = 0
        package var seconds = 0.0
    }

    private struct State {
        var finished = ScanProgress()
        /// The sources of the stage that runs.
        var current: [any MorselSource] = []
        var start: ContinuousClock.Instant?
    }

    private let state = Locked(State())

    package init() {}

    func start() {
        state.withLock { $0 = State(start: .now) }
    }

    func open(_ sources: [any MorselSource]) {
        state.withLock { $0.current = sources }
    }

    func close() {
        state.withLock { state in
            for progress in state.current.map(\.progress) {
                state.finished.bytes += progress.bytes
                state.finished.rows += progress.rows
                state.finished.badRows += progress.badRows
            }
            state.current = []
        }
    }

    package var snapshot: Snapshot {
        state.withLock { state in
            let current = state.current.map(\.progress)
            var snapshot = Snapshot()
            snapshot.bytes = current.reduce(state.finished.bytes) { $0 + $1.bytes }
            if !current.isEmpty, current.allSatisfy({ $0.totalBytes != nil }) {
                snapshot.totalBytes = current.reduce(state.finished.bytes) { $0 + ($1.totalBytes ?? 0) }
            }
            snapshot.rows = current.reduce(state.finished.rows) { $0 + $1.rows }
            snapshot.badRows = current.reduce(state.finished.badRows) { $0 + $1.badRows }
            if let start = state.start {
                let elapsed = start.duration(to: .now).components
                snapshot.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
            }
            return snapshot
        }
    }
}
