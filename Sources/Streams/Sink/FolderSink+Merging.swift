import Columnar
import Formats
import Glibc

/// Merging small Parquet files.
///
/// The folder's next state is built beside it: the merged file and hard links to all others. Then both folders change
/// places in one step of the file system, so that a listing has either the small files or the merged one, never both
/// and never neither.
///
/// The merged file has the name of the first of its parts. Arrow lists names first, then looks at each, and leaves out
/// those that are gone: so it finds all rows in the one that is still there. Who takes a name that is gone for an error
/// has to list again. The old folder stays for a while in the staging area, because somebody may be listing it.
/// Killed before the exchange nothing has happened; killed after it the old folder is removed after the next start.
extension FolderSink {
    func maintain() throws(SwiftwaterError) {
        try removeExchanged()
        guard options.format == .parquet, options.targetFileSize > 0, addsFiles, canExchange else { return }
        // An exchange of folders would take what another writer puts there meanwhile out of sight.
        guard options.writer == nil else { return }
        if mergingPause > 0 {
            mergingPause -= 1
            return
        }
        // Folders have their turns, and the epochs do not wait for all of them.
        let folders = touched.sorted()
        let start = folders.firstIndex { $0 > lastMerged } ?? 0
        let deadline = ContinuousClock.now + Self.mergingTime
        for folder in folders[start...] + folders[..<start] {
            var isMerged = true
            while isMerged {
                if ContinuousClock.now > deadline { return }
                do throws(SwiftwaterError) {
                    isMerged = try merge(folder)
                } catch {
                    // The files are as they were, and it is tried again later.
                    mergingPause = 16
                    throw error
                }
            }
            touched.remove(folder)
            lastMerged = folder
        }
    }

    /// What one call may take, roughly.
    private static var mergingTime: Duration { .milliseconds(500) }

    /// How long a folder that was exchanged may still be listed by somebody.
    private static var listingTime: Duration { .seconds(10) }
    /// The same when the sink closes, which nobody wants to wait for.
    private static var closingTime: Duration { .seconds(2) }

    /// Removes the folders that nobody lists any more. - Parameter waits: until that is so for all.
    func removeExchanged(waits: Bool = false) throws(SwiftwaterError) {
        while let old = exchanged.first {
            let left = (waits ? Self.closingTime : Self.listingTime) - (ContinuousClock.now - old.since)
            if left > .zero {
                guard waits else { return }
                usleep(100_000)
                continue
            }
            try FolderTree.remove(old.path)
            exchanged.removeFirst()
        }
    }

    /// Merges once in `folder`. False when there is nothing to merge.
    private func merge(_ folder: String) throws(SwiftwaterError) -> Bool {
        guard let staging, FolderTree.kind(full(folder)) == .folder else { return false }
        let names = try FolderTree.names(in: full(folder))
        var files: [(name: String, file: MergePlan.File)] = []
        for name in names {
            guard let part = PartName(name, fileExtension: encoding.fileExtension), let epoch = part.epoch,
                // The newest epoch's files stay: a restart looks for them by name.
                epoch < published, let status = FileStatus(path: "\(full(folder))/\(name)")
            else { continue }
            files.append((name, MergePlan.File(name: part, bytes: Int(status.size))))
        }
        files.sort { $0.file.name < $1.file.name }
        guard let range = MergePlan.next(files.map(\.file), target: options.targetFileSize) else { return false }
        // What holds folders of others cannot be exchanged as a whole.
        let others = names.filter { name in !files[range].contains { $0.name == name } }
        guard others.allSatisfy({ FolderTree.kind("\(full(folder))/\($0)") == .file }) else { return false }
        guard let merged = try build(folder, files[range].map(\.name), others, staging)
        else { return false }
        return try exchange(folder, with: merged, without: Set(files[range].map(\.name)), staging)
    }

    /// The folder's next state; nil where the files have different columns.
    private func build(
        _ folder: String, _ inputs: [String], _ others: [String], _ staging: StagingArea
    ) throws(SwiftwaterError) -> String? {
        var files: [ParquetFile] = []
        for name in inputs { files.append(try ParquetFile(path: "\(full(folder))/\(name)")) }
        let schema = try files[0].schema()
        for file in files.dropFirst() where try file.schema() != schema { return nil }
        let next = staging.merging(mergings)
        try FolderTree.remove(next)
        try FolderTree.make(next)
        var mode = stat()
        if stat(full(folder), &mode) == 0 {
            chmod(next, mode.st_mode & 0o7777)
            chown(next, mode.st_uid, mode.st_gid)
        }
        var isBuilt = false
        defer { if !isBuilt { try? FolderTree.remove(next) } }
        let output = "\(next)/\(inputs[0])"
        let result = Locked<Result<Int, SwiftwaterError>>(.success(0))
        let (writing, sources) = (encoding, files)
        EngineThreads.wait {
            let rows = Result { () throws(SwiftwaterError) -> Int in
                let writer = try writing.parquetWriter(output, schema: schema)
                let reader = try ParquetSource(sources).makeReader()
                while let morsel = try reader.next() { try writer.write(morsel.batch) }
                return try writer.finish().rows
            }
            result.withLock { $0 = rows }
        }
        let expected = files.reduce(0) { $0 + $1.rowCount }
        let rows = try result.withLock { $0 }.get()
        guard rows == expected else {
            throw SwiftwaterError(.data, "merging \(expected) rows of '\(full(folder))' gave \(rows)")
        }
        for name in others where link("\(full(folder))/\(name)", "\(next)/\(name)") != 0 {
            throw .system("cannot link '\(full(folder))/\(name)'")
        }
        try FileDescriptor.synchronize(folder: next)
        isBuilt = true
        return next
    }

    private func exchange(
        _ folder: String, with next: String, without inputs: Set<String>, _ staging: StagingArea
    ) throws(SwiftwaterError) -> Bool {
        let linked = Set(try FolderTree.names(in: next))
        guard try FileDescriptor.exchange(full(folder), next) else {
            canExchange = false
            try FolderTree.remove(next)
            return false
        }
        exchanged.append((next, .now))
        mergings += 1
        try FileDescriptor.synchronize(folder: FolderTree.split(full(folder)).folder)
        try FileDescriptor.synchronize(folder: staging.root)
        // What somebody else put there meanwhile.
        for name in try FolderTree.names(in: next) where !inputs.contains(name) && !linked.contains(name) {
            _ = try FolderTree.rename("\(next)/\(name)", to: "\(full(folder))/\(name)")
        }
        return true
    }
}
