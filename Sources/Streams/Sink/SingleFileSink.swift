import Columnar
import Formats
import Glibc
import Query

/// One file, exactly once: of text it grows by each epoch's rows, in mode `complete` it is replaced by one rename.
///
/// An epoch's bytes are staged beside the file. Publishing puts them at the place that the commit names, so that doing
/// it again changes nothing; what stands behind the committed length is cut off at a restart. Compressed text grows by
/// one gzip member or zstd frame an epoch, which their tools read as one file.
final class SingleFileSink: StreamSink, @unchecked Sendable {
    let label: String
    var isExactlyOnce: Bool { true }
    var modes: Set<OutputMode> { encoding.format == .parquet ? [.complete] : Set(OutputMode.allCases) }

    private let path: String
    private let folder: String
    private let stagedPrefix: String
    private let encoding: RowEncoding
    /// Bytes of the file that are committed and published.
    private var length = 0

    init(path: String, schema: Schema, options: SinkOptions) throws(SwiftwaterError) {
        guard options.partitionBy.isEmpty else {
            throw SwiftwaterError(.usage, "'partitionBy' needs a folder, not the file '\(path)'", hint: "end it in '/'")
        }
        self.path = path
        label = path
        let (folder, name) = FolderTree.split(path)
        self.folder = folder
        stagedPrefix = ".\(name).staged-"
        encoding = try RowEncoding(schema: schema, options: options, name: name)
    }

    private func staged(_ epoch: Int64) -> String { "\(folder)/\(stagedPrefix)\(epoch)" }

    func recover(_ last: SinkRecord?) throws(SwiftwaterError) {
        if FolderTree.kind(folder) == nil {
            guard last == nil else {
                throw SwiftwaterError(
                    .io, "the folder of '\(path)' is gone, with the rows that were committed to it",
                    hint: "bring it back (is its file system mounted?), or start anew without the checkpoint")
            }
            try OutputFile.createFolder(folder)
        }
        if let last {
            try publish(last)
            if last.details["replace"] == nil, let size = try size, size > length {
                let file = try open(create: false)
                guard ftruncate(file.descriptor, off_t(length)) == 0 else { throw .system("cannot truncate '\(path)'") }
                try file.synchronize()
            }
        }
        for name in try FolderTree.names(in: folder) where name.hasPrefix(stagedPrefix) {
            try FolderTree.unlink("\(folder)/\(name)")
        }
    }

    func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord {
        var record = SinkRecord(epoch: epoch, rows: rows.reduce(0) { $0 + $1.count })
        let rows = rows.filter { $0.count > 0 }
        let target = staged(epoch)
        // The folder must not come back empty when it is gone.
        guard FolderTree.kind(folder) != nil else { throw SwiftwaterError(.io, "the folder of '\(path)' is gone") }
        if mode == .complete {
            let bytes = try onEngineThread { [encoding] () throws(SwiftwaterError) in
                try encoding.write(rows, to: target)
            }
            try FileDescriptor.synchronize(folder: folder)
            record.details["replace"] = [String(bytes)]
            return record
        }
        guard encoding.format != .parquet else {
            throw SwiftwaterError(
                .usage, "a Parquet file cannot grow: mode '\(mode.rawValue)' needs a folder",
                hint: "end its path in '/'")
        }
        record.details["base"] = [String(length)]
        guard !rows.isEmpty else {
            record.details["bytes"] = ["0"]
            return record
        }
        try checkLength()
        let isFirst = length == 0
        do throws(SwiftwaterError) {
            let bytes = try onEngineThread { [encoding] () throws(SwiftwaterError) in
                try encoding.write(rows, to: target, header: isFirst)
            }
            // A disk that is full says so here, before the commit, and not when it is too late.
            try open(create: true).reserve(at: length, byteCount: bytes)
            try FileDescriptor.synchronize(folder: folder)
            record.details["bytes"] = [String(bytes)]
        } catch {
            try? FolderTree.unlink(target)
            throw error
        }
        return record
    }

    func publish(_ record: SinkRecord) throws(SwiftwaterError) {
        if let bytes = record.details["replace"]?.first.flatMap({ Int($0) }) {
            if try !FolderTree.rename(staged(record.epoch), to: path), FolderTree.kind(path) == nil { throw gone }
            try FileDescriptor.synchronize(folder: folder)
            length = bytes
            return
        }
        guard let base = record.details["base"]?.first.flatMap({ Int($0) }),
            let bytes = record.details["bytes"]?.first.flatMap({ Int($0) })
        else { throw SwiftwaterError(.data, "the checkpoint's record of '\(path)' has no length") }
        let source = staged(record.epoch)
        let size = try size ?? 0
        if FolderTree.kind(source) != nil {
            guard size >= base else { throw shorter(size, base) }
            try append(source, at: base, byteCount: bytes)
            try FolderTree.unlink(source)
        } else if size < base + bytes {
            throw shorter(size, base + bytes)
        }
        length = base + bytes
    }

    func close() {}

    // MARK: The file

    private func append(_ source: String, at base: Int, byteCount: Int) throws(SwiftwaterError) {
        let input = try FileDescriptor.openForReading(source)
        guard input.regularFileSize == byteCount else {
            throw SwiftwaterError(.data, "'\(source)' has not the \(byteCount) bytes that were committed")
        }
        let isNew = FolderTree.kind(path) == nil
        let output = try open(create: true)
        let result: Result<Void, SwiftwaterError> = onThread { () throws(SwiftwaterError) in
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { memory.deallocate() }
            guard let start = memory.baseAddress else { return }
            guard lseek(output.descriptor, off_t(base), SEEK_SET) >= 0 else {
                throw .system("cannot write '\(output.path)'")
            }
            var done = 0
            while done < byteCount {
                let count = try input.read(into: start, byteCount: min(memory.count, byteCount - done), at: done)
                guard count > 0 else { throw SwiftwaterError(.io, "'\(input.path)' became shorter while it was read") }
                try output.write(UnsafeRawBufferPointer(start: start, count: count))
                done += count
            }
            try output.synchronize()
        }
        try result.get()
        if isNew { try FileDescriptor.synchronize(folder: folder) }
    }

    private func open(create: Bool) throws(SwiftwaterError) -> FileDescriptor {
        let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC | (create ? O_CREAT : 0), 0o666)
        guard descriptor >= 0 else { throw .system("cannot write '\(path)'") }
        return FileDescriptor(descriptor: descriptor, path: path, closes: true)
    }

    /// Nil when there is none.
    private var size: Int? {
        get throws(SwiftwaterError) {
            guard let kind = FolderTree.kind(path) else { return nil }
            guard kind != .folder else {
                throw SwiftwaterError(.io, "'\(path)' is a folder", hint: "end its path in '/'")
            }
            return try FileDescriptor.regularFileSize(of: path)
        }
    }

    private func checkLength() throws(SwiftwaterError) {
        let size = try size ?? 0
        if size == length { return }
        guard length > 0 else {
            throw SwiftwaterError(
                .usage, "'\(path)' is there already, and no checkpoint knows it",
                hint: "remove it, name another file, or go on with the checkpoint that belongs to it")
        }
        throw size < length
            ? shorter(size, length)
            : SwiftwaterError(
                .io, "'\(path)' has \(size) bytes where \(length) were committed: somebody else writes to it",
                hint: "let each file have one writer; a restart cuts it to what was committed")
    }

    private func shorter(_ size: Int, _ length: Int) -> SwiftwaterError {
        SwiftwaterError(
            .io, "'\(path)' has \(size) bytes where \(length) were committed: it was truncated, replaced or removed",
            hint: "bring it back, or start anew without the checkpoint; to rotate outputs write to a folder")
    }

    private var gone: SwiftwaterError {
        SwiftwaterError(.io, "the committed file '\(path)' is gone", hint: "start anew without the checkpoint")
    }
}

/// Runs `body` on a thread of the engine, where a write over a limit is an error and not a signal.
private func onThread<T>(_ body: @escaping () throws(SwiftwaterError) -> T) -> Result<T, SwiftwaterError> {
    let work = UncheckedWork(body)
    EngineThreads.wait { work.run() }
    return work.result ?? .failure(SwiftwaterError(.io, "a thread did not run"))
}

func onEngineThread<T>(_ body: @escaping () throws(SwiftwaterError) -> T) throws(SwiftwaterError) -> T {
    try onThread(body).get()
}

/// One thread runs it while the other waits.
private final class UncheckedWork<T>: @unchecked Sendable {
    private let body: () throws(SwiftwaterError) -> T
    private(set) var result: Result<T, SwiftwaterError>?

    init(_ body: @escaping () throws(SwiftwaterError) -> T) { self.body = body }

    func run() {
        do throws(SwiftwaterError) { result = .success(try body()) } catch { result = .failure(error) }
    }
}
