import Columnar
import Formats
import Query
import Synchronization

/// A folder of files that any reader takes as a whole: exactly once, whatever happens.
///
/// An epoch's files are written and synced in a staging area that no reader looks into, and renamed to their final,
/// deterministic names once the epoch is committed. So a plain listing shows committed rows only, and redoing a step
/// changes nothing.
final class FolderSink: StreamSink, @unchecked Sendable {
    /// The column that tells in mode `update` which of a key's rows is the newest.
    static let epochColumn = "_epoch"

    let label: String
    let path: String
    var isExactlyOnce: Bool { true }
    var modes: Set<OutputMode> { Set(OutputMode.allCases) }

    let options: SinkOptions
    let encoding: RowEncoding
    private let schema: Schema
    private let partitioning: HivePartitioning?
    private(set) var staging: StagingArea?
    /// Files of an earlier life, of which no checkpoint knows; they are refused where they would mix with new ones.
    private var strangers = 0
    /// A file of mode `complete` is there; rows that are added to it would be there twice.
    private var hasComplete = false
    /// The newest epoch that readers see.
    private(set) var published: Int64 = -1
    /// Whether files are added; one that is replaced is never merged.
    private(set) var addsFiles = false
    /// Partitions' folders that got files since they were last looked at for merging.
    var touched: Set<String> = []
    var canExchange = true
    /// Calls of `maintain` that merge nothing, after one that failed.
    var mergingPause = 0
    var lastMerged = ""
    var mergings = 0
    /// Folders that were exchanged for new ones, and when.
    var exchanged: [(path: String, since: ContinuousClock.Instant)] = []

    init(path: String, schema: Schema, options: SinkOptions) throws(SwiftwaterError) {
        guard !path.isEmpty else { throw SwiftwaterError(.usage, "the folder of an output has no name") }
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        label = path + "/"
        self.schema = schema
        self.options = options
        let partitioning = options.partitionBy.isEmpty ? nil : try HivePartitioning(schema, by: options.partitionBy)
        self.partitioning = partitioning
        encoding = try RowEncoding(schema: partitioning?.schema ?? schema, options: options)
    }

    func recover(_ last: SinkRecord?) throws(SwiftwaterError) {
        if FolderTree.kind(path) == nil {
            guard last == nil else { throw vanished }
            try OutputFile.createFolder(path)
        }
        let staging = try StagingArea.open(path, writer: options.writer)
        self.staging = staging
        canExchange = staging.isBeside
        if let last { try publish(last) }
        var foreign: Int64?
        for folder in try FolderTree.partitionFolders(of: path) {
            touched.insert(folder)
            for name in try FolderTree.names(in: full(folder)) {
                guard let part = PartName(name, fileExtension: encoding.fileExtension), concerns(part) else { continue }
                guard let epoch = part.epoch else {
                    hasComplete = true
                    continue
                }
                strangers += 1
                if last != nil, epoch > published, part.writer == options.writer {
                    foreign = max(foreign ?? epoch, epoch)
                }
            }
        }
        if let foreign {
            throw SwiftwaterError(
                .data, "'\(path)' has files of epoch \(foreign), but the checkpoint knows only \(published) epochs",
                hint: "use the checkpoint that belongs to this folder, or empty the folder and start anew")
        }
        if last != nil { strangers = 0 }
        for name in try FolderTree.names(in: staging.root) {
            let left = "\(staging.root)/\(name)"
            // Of a merging's two sets of files, either whole, it is the one that readers do not see.
            if let number = StagingArea.mergingNumber(name) {
                mergings = max(mergings, number + 1)
                exchanged.append((left, .now))
            } else {
                try FolderTree.remove(left)
            }
        }
    }

    func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord {
        let staging = try ready()
        if strangers > 0, mode != .complete {
            throw SwiftwaterError(
                .usage, "'\(path)' has \(strangers) files of an earlier run, and no checkpoint knows them",
                hint: "empty the folder, name another one, or go on with the checkpoint of that run")
        }
        if hasComplete, mode != .complete {
            throw SwiftwaterError(
                .usage, "'\(path)' has the rows of an output of mode 'complete'; '\(mode.rawValue)' would repeat them",
                hint: "empty the folder and start anew, or name another one")
        }
        var record = SinkRecord(epoch: epoch, rows: rows.reduce(0) { $0 + $1.count })
        let folder = staging.folder(of: epoch)
        try FolderTree.remove(folder)
        let parts = try parts(rows, epoch: epoch, mode: mode)
        let name = { (number: Int) in
            (mode == .complete
                ? .complete(self.options.writer) : PartName(epoch: epoch, number: number, writer: self.options.writer))
                .text(self.encoding.fileExtension)
        }
        record.details["files"] = parts.enumerated().map { join($1.folder, name($0)) }
        if mode == .complete { record.details["remove"] = try visible(except: Set(record.details["files"] ?? [])) }
        guard !parts.isEmpty else { return record }
        try FolderTree.make(folder)
        do throws(SwiftwaterError) {
            // Folders are made here, so that publishing needs no room on the disk.
            for part in parts { try FolderTree.make(part.folder, in: path) }
            try write(parts, mode: mode, epoch: epoch, staging)
            try FileDescriptor.synchronize(folder: folder)
            try FileDescriptor.synchronize(folder: staging.root)
        } catch {
            try? FolderTree.remove(folder)
            throw FolderTree.kind(path) == nil ? vanished : error
        }
        return record
    }

    private func parts(
        _ rows: [Batch], epoch: Int64, mode: OutputMode
    ) throws(SwiftwaterError) -> [HivePartitioning.Part] {
        let rows = rows.filter { $0.count > 0 }
        guard !rows.isEmpty else { return [] }
        guard mode == .update else {
            return try partitioning?.parts(of: rows) ?? [HivePartitioning.Part(folder: "", batches: rows)]
        }
        var parts = try partitioning?.parts(of: rows) ?? [HivePartitioning.Part(folder: "", batches: rows)]
        let schema = try updateSchema
        for index in parts.indices {
            parts[index].batches = parts[index].batches.map { batch in
                Batch(
                    schema: schema, columns: batch.columns + [Self.constant(epoch, count: batch.count)],
                    count: batch.count)
            }
        }
        return parts
    }

    private var updateSchema: Schema {
        get throws(SwiftwaterError) {
            guard encoding.schema.index(of: Self.epochColumn) == nil else {
                throw SwiftwaterError(
                    .usage, "mode 'update' adds the column '\(Self.epochColumn)', which the frame has already",
                    hint: "rename the frame's column")
            }
            return Schema(encoding.schema.fields + [Field(Self.epochColumn, .int64)])
        }
    }

    private static func constant(_ value: Int64, count: Int) -> Column {
        var builder = BufferBuilder<Int64>(capacity: count)
        builder.append(repeating: value, count: count)
        return Column(type: .int64, count: count, storage: .fixed(builder.finish()))
    }

    /// Writes all parts, several at once: most of the time goes into waiting for the disk.
    private func write(
        _ parts: [HivePartitioning.Part], mode: OutputMode, epoch: Int64, _ staging: StagingArea
    ) throws(SwiftwaterError) {
        let encoding = mode == .update ? self.encoding.with(schema: try updateSchema) : self.encoding
        let next = Atomic<Int>(0)
        let failure = Locked<SwiftwaterError?>(nil)
        let work: @Sendable (Int) -> Void = { _ in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < parts.count, failure.withLock({ $0 == nil }) else { return }
                do throws(SwiftwaterError) {
                    _ = try encoding.write(parts[number].batches, to: staging.file(number, of: epoch))
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        // Also a single part on a thread of the engine: those turn a full disk's signal into an error.
        EngineThreads.wait { EngineThreads.run(min(parts.count, 8), body: work) }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func publish(_ record: SinkRecord) throws(SwiftwaterError) {
        let staging = try ready()
        let files = record.details["files"] ?? []
        var folders: Set<String> = []
        for (number, name) in files.enumerated() {
            let target = join(path, name)
            let staged = staging.file(number, of: record.epoch)
            // A file is renamed once: one that is there already is another sink's.
            if record.details["remove"] == nil, FolderTree.kind(target) != nil, FolderTree.kind(staged) != nil {
                throw SwiftwaterError(
                    .usage, "'\(target)' is there already, and not of this output",
                    hint: "let each folder have one output; the rows are kept in '\(staged)'")
            }
            if try FolderTree.rename(staged, to: target) {
                folders.insert(FolderTree.split(target).folder)
            } else if FolderTree.kind(target) == nil {
                throw SwiftwaterError(
                    .io, "the committed file '\(target)' is gone",
                    hint: "bring it back, or start anew with an empty folder and without the checkpoint")
            }
        }
        for name in record.details["remove"] ?? [] {
            try FolderTree.unlink(join(path, name))
            folders.insert(FolderTree.split(join(path, name)).folder)
        }
        for folder in folders { try FileDescriptor.synchronize(folder: folder) }
        try FolderTree.remove(staging.folder(of: record.epoch))
        published = max(published, record.epoch)
        addsFiles = record.details["remove"] == nil
        if record.details["remove"] != nil {
            strangers = 0
            hasComplete = !files.isEmpty
        }
        for name in files { touched.insert(name.contains("/") ? FolderTree.split(name).folder : "") }
    }

    func close() {
        // An empty staging area is of no use to anybody.
        try? removeExchanged(waits: true)
        guard let staging, let names = try? FolderTree.names(in: staging.root), names.isEmpty else { return }
        try? FolderTree.remove(staging.root)
    }

    // MARK: Names

    /// Whether a file is this sink's, or stands in its way: other writers of the folder look after theirs.
    private func concerns(_ part: PartName) -> Bool {
        options.writer == nil || part.writer == nil || part.writer == options.writer
    }

    /// All files of a sink that readers see, relative, but for `except`.
    private func visible(except: Set<String>) throws(SwiftwaterError) -> [String] {
        var found: [String] = []
        for folder in try FolderTree.partitionFolders(of: path) {
            for name in try FolderTree.names(in: full(folder)) {
                let file = join(folder, name)
                if let part = PartName(name, fileExtension: encoding.fileExtension), concerns(part),
                    !except.contains(file)
                {
                    found.append(file)
                }
            }
        }
        return found.sorted()
    }

    func full(_ folder: String) -> String { folder.isEmpty ? path : "\(path)/\(folder)" }
    func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }

    private func ready() throws(SwiftwaterError) -> StagingArea {
        guard FolderTree.kind(path) != nil else { throw vanished }
        guard let staging else { throw SwiftwaterError(.usage, "'\(path)' was not opened: 'recover' comes first") }
        if FolderTree.kind(staging.root) == nil { try staging.make() }
        return staging
    }

    private var vanished: SwiftwaterError {
        SwiftwaterError(
            .io, "the folder '\(path)' is gone, with the rows that were committed to it",
            hint: "bring it back (is its file system mounted?), or start anew without the checkpoint")
    }
}
