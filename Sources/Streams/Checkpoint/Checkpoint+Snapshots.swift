package import Columnar
import Query

/// Snapshots of states: whole ones, and changes since an earlier one.
extension Checkpoint {
    /// A snapshot as it lies in the checkpoint.
    package struct Snapshot: Sendable {
        package var epoch: Int64
        /// The snapshot that this one has the changes since; nil when it is whole.
        package var base: Int64?
        package var states: [SavedState]
    }

    /// Writes each operator's part, then the manifest that makes them one. Returns the bytes written.
    ///
    /// - Parameter base: the last snapshot, whose rest counts for states that hold changes alone.
    @discardableResult
    package func writeSnapshot(
        _ epoch: Int64, _ states: [SavedState], since base: Int64? = nil
    ) throws(SwiftwaterError) -> Int {
        let folder = Self.snapshotFolder(epoch)
        var files: [JSONValue] = []
        var total = 0
        var hasChanges = false
        for (index, state) in states.enumerated() {
            let content = state.content
            let bytes = try ColumnFile.encode(count: content.count) { number throws(SwiftwaterError) in
                try content.batch(number)
            }
            _ = try store.write("\(folder)\(index).columns", bytes, ifAbsent: false)
            CrashPoint.duringSnapshot.reach(epoch)
            total += bytes.count
            if content.holdsChanges { hasChanges = true }
            files.append([
                "operator": .string(state.key), "label": .string(state.label),
                "grouping": state.grouping.map { .string($0) } ?? .null,
                "aggregates": .array(state.aggregates.map { .string($0) }), "file": .string("\(index).columns"),
                "bytes": .int(Int64(bytes.count)), "extent": .string(content.holdsChanges ? "changes" : "whole"),
            ])
        }
        guard !hasChanges || base != nil else {
            throw SwiftwaterError(.io, "the changes of epoch \(epoch) have no snapshot to be saved beside")
        }
        let manifest: JSONValue = [
            "epoch": .int(epoch), "since": hasChanges ? base.map { .int($0) } ?? .null : .null,
            "states": .array(files),
        ]
        _ = try store.write(Self.manifestName(epoch), manifest.bytes + [0x0A], ifAbsent: false)
        return total
    }

    static func manifestName(_ epoch: Int64) -> String { String(snapshotFolder(epoch).dropLast()) + manifestEnd }

    /// The snapshot that the one of `epoch` has the changes since; nil when it is whole.
    package func base(ofSnapshot epoch: Int64) throws(SwiftwaterError) -> Int64? {
        // Manifests of earlier versions, whose snapshots are all whole, do not have it.
        try json(Self.manifestName(epoch))["since"]?.int
    }

    /// What each operator remembered, or what of it had changed.
    package func readSnapshot(_ epoch: Int64) throws(SwiftwaterError) -> Snapshot {
        let folder = Self.snapshotFolder(epoch)
        let name = Self.manifestName(epoch)
        let manifest = try json(name)
        var states: [SavedState] = []
        for entry in manifest["states"]?.array ?? [] {
            let fields = LogFields(json: entry, name: name)
            let file = folder + (try fields.string("file"))
            guard let bytes = try store.read(file) else { throw fields.failure("'\(file)' is not there") }
            let batches = try ColumnFile.decode(bytes, name: file)
            states.append(
                SavedState(
                    key: try fields.string("operator"), label: try fields.string("label"),
                    grouping: entry["grouping"]?.string,
                    aggregates: (entry["aggregates"]?.array ?? []).compactMap(\.string),
                    StateCapture(batches, holdsChanges: entry["extent"]?.string == "changes")))
        }
        return Snapshot(epoch: epoch, base: manifest["since"]?.int, states: states)
    }
}
