import Columnar
import Streams

/// What outlives a process in the tests: a checkpoint's names and an output's files. After a number of operations the
/// "process" is dead: every further one fails and changes nothing.
final class MemoryDisk: CheckpointStore {
    struct State {
        var names: [String: [UInt8]] = [:]
        /// Rows by output and epoch: staged, and visible to readers.
        var staged: [String: [Int64: [String]]] = [:]
        var visible: [String: [Int64: [String]]] = [:]
        /// Operations until death; nil: immortal.
        var left: Int?
        var operations = 0
        var writtenNames: [String] = []
        /// What snapshots said that they hold, in the order in which they were written.
        var manifests: [String] = []
    }

    let state: Locked<State>
    private let gate: Gate?

    init() {
        state = Locked(State())
        gate = nil
    }

    /// The same disk for another process, which `gate` may stop in its tracks.
    init(sharing other: MemoryDisk, gate: Gate? = nil) {
        state = other.state
        self.gate = gate
    }

    func begin(left: Int?) {
        state.withLock {
            $0.left = left
            $0.operations = 0
        }
    }

    func operate<T>(_ body: (inout State) throws(SwiftwaterError) -> T) throws(SwiftwaterError) -> T {
        gate?.pass()
        return try state.withLock { state throws(SwiftwaterError) in
            if let left = state.left {
                if left <= 0 { throw SwiftwaterError(.io, "dead") }
                state.left = left - 1
            }
            state.operations += 1
            return try body(&state)
        }
    }

    func read(_ name: String) throws(SwiftwaterError) -> [UInt8]? { state.withLock { $0.names[name] } }

    func write(_ name: String, _ bytes: [UInt8], ifAbsent: Bool) throws(SwiftwaterError) -> Bool {
        try operate { state throws(SwiftwaterError) in
            if ifAbsent, state.names[name] != nil { return false }
            state.names[name] = bytes
            state.writtenNames.append(name)
            if name.hasSuffix("manifest.json") { state.manifests.append(String(decoding: bytes, as: UTF8.self)) }
            return true
        }
    }

    func list(_ prefix: String) throws(SwiftwaterError) -> [String] {
        state.withLock { $0.names.keys.filter { $0.hasPrefix(prefix) }.sorted() }
    }

    func remove(_ name: String) throws(SwiftwaterError) {
        try operate { state throws(SwiftwaterError) in state.names[name] = nil }
    }

    /// The rows that a reader sees, in the order of their epochs.
    func rows(_ output: String) -> [String] {
        state.withLock { ($0.visible[output] ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value) }
    }
}

/// Rows as text on a `MemoryDisk`, exactly once.
final class MemorySink: StreamSink {
    let label: String
    let isExactlyOnce = true
    let modes = Set(OutputMode.allCases)
    private let disk: MemoryDisk
    /// Calls of `prepare` that fail at first.
    private let failures: Locked<Int>

    init(_ label: String, on disk: MemoryDisk, failures: Int = 0) {
        self.label = label
        self.disk = disk
        self.failures = Locked(failures)
    }

    func recover(_ last: SinkRecord?) throws(SwiftwaterError) {
        try disk.operate { [label] state throws(SwiftwaterError) in
            let epoch = last?.epoch ?? 0
            if let rows = state.staged[label]?[epoch] { Self.show(rows, last, label, &state) }
            state.staged[label] = [:]
        }
    }

    func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord {
        let fails = failures.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw SwiftwaterError(.io, "the disk is full") }
        let texts = rows.flatMap(rowTexts)
        return try disk.operate { [label] state throws(SwiftwaterError) in
            state.staged[label, default: [:]][epoch] = texts
            return SinkRecord(epoch: epoch, details: ["mode": [mode.rawValue]], rows: texts.count)
        }
    }

    func publish(_ record: SinkRecord) throws(SwiftwaterError) {
        try disk.operate { [label] state throws(SwiftwaterError) in
            guard let rows = state.staged[label]?[record.epoch] else { return }
            Self.show(rows, record, label, &state)
            state.staged[label]?[record.epoch] = nil
        }
    }

    private static func show(_ rows: [String], _ record: SinkRecord?, _ label: String, _ state: inout MemoryDisk.State)
    {
        guard let record else { return }
        if record.details["mode"] == ["complete"] { state.visible[label] = [:] }
        state.visible[label, default: [:]][record.epoch] = rows
    }

    func close() {}
}

/// Each row as its values.
func rowTexts(_ batch: Batch) -> [String] {
    (0..<batch.count).map { row in
        batch.columns.map { column in "\(column.scalar(at: row))" }.joined(separator: "|")
    }
}
