package import Columnar

/// Where an output's rows go while a function is served, epoch by epoch.
///
/// The order of events, with a crash possible between any two: `prepare` puts an epoch's rows on the disk where no reader
/// looks and returns a record; the runner writes the record into the epoch's commit, by one rename; `publish` makes
/// the rows visible. After a restart `recover` gets the record of the last commit, publishes it if that had not happened
/// (publishing twice has no effect), and removes what no commit knows.
package protocol StreamSink: AnyObject, Sendable {
    /// Where it goes, for messages and progress: a path, a topic, an address.
    var label: String { get }
    /// Whether a restart can neither lose nor repeat rows for a reader; otherwise it may repeat some.
    var isExactlyOnce: Bool { get }
    /// Output modes that make sense here; the others are refused when the function starts.
    var modes: Set<OutputMode> { get }

    /// Called once before anything else, with the record of the last committed epoch, if there is one.
    func recover(_ last: SinkRecord?) throws(SwiftwaterError)
    /// Stages an epoch's rows durably. The epoch's rows replace all earlier ones in mode `complete`.
    /// Called also for epochs without rows. An epoch that was prepared but never committed may be prepared again.
    func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord
    /// Makes a committed epoch's rows visible. Idempotent.
    func publish(_ record: SinkRecord) throws(SwiftwaterError)
    /// Time for work that may wait: merging small files. Called now and then between epochs.
    func maintain() throws(SwiftwaterError)
    func close()
}

/// What a commit says about one output.
package struct SinkRecord: Hashable, Sendable, Codable {
    package var epoch: Int64
    /// The sink's own words: names of files, a number.
    package var details: [String: [String]]
    package var rows: Int

    package init(epoch: Int64, details: [String: [String]] = [:], rows: Int = 0) {
        self.epoch = epoch
        self.details = details
        self.rows = rows
    }
}

/// Which rows of a frame an output gets.
package enum OutputMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// Each epoch's rows by themselves, as if each were a whole input.
    case batch
    /// Rows that are final, once each: all rows of a frame without memory, a window's when it has closed.
    case append
    /// The rows that changed since the last epoch.
    case update
    /// All rows, each time.
    case complete
}

extension StreamSink {
    package func maintain() throws(SwiftwaterError) {}
}
