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
        var current: (any MorselSource)?
        var start: ContinuousClock.Instant?
    }

    private let state = Locked(State())

    package init() {}

    func start() {
        state.withLock { $0 = State(start: .now) }
    }

    func open(_ source: any MorselSource) {
        state.withLock { $0.current = source }
    }

    func close() {
        state.withLock { state in
            if let progress = state.current?.progress {
                state.finished.bytes += progress.bytes
                state.finished.rows += progress.rows
                state.finished.badRows += progress.badRows
            }
            state.current = nil
        }
    }

    package var snapshot: Snapshot {
        state.withLock { state in
            let current = state.current?.progress ?? ScanProgress()
            var snapshot = Snapshot()
            snapshot.bytes = state.finished.bytes + current.bytes
            snapshot.totalBytes = current.totalBytes.map { state.finished.bytes + $0 }
            snapshot.rows = state.finished.rows + current.rows
            snapshot.badRows = state.finished.badRows + current.badRows
            if let start = state.start {
                let elapsed = start.duration(to: .now).components
                snapshot.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
            }
            return snapshot
        }
    }
}
