import Columnar
import Formats
import Streams

/// Learning what has become of the files.
extension FileSource {
    /// How often folders are listed at most where the system tells nothing at all.
    private static var blindInterval: Duration { .milliseconds(10) }

    /// Takes what the system says, and lists the files when it is time.
    func look() throws(SwiftwaterError) {
        let changes = watch.changes()
        for path in changes.written {
            if let file = byPath[path] { update(file) } else { markStale() }
        }
        if changes.isListingStale { markStale() }
        let now = ContinuousClock.now
        if now >= nextListing {
            try list()
            scheduleListing(after: ContinuousClock.now - now)
        }
        try lookAtPending()
    }

    /// When `look` has something to do again.
    func nextLook(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        var next = nextListing
        for file in pending.values {
            if let missing = file.missingSince { next = min(next, missing + options.closeAfter) }
            if let finishAfter = options.finishAfter {
                let left = finishAfter.nanoseconds - (nanosecondsNow() - file.modified)
                next = min(next, now + .nanoseconds(max(left, 1_000_000)))
            }
        }
        return next
    }

    func markStale() { nextListing = min(nextListing, earliestListing) }

    /// Listing takes a quarter of the time at most, however many files there are and however often they change.
    private var earliestListing: ContinuousClock.Instant { lastListing + lastListingTook * 3 }

    func scheduleListing(after took: Duration) {
        lastListing = .now
        lastListingTook = took
        let rare = watch.works ? options.lookInterval : min(Self.blindInterval, options.lookInterval)
        nextListing = lastListing + max(rare, took * 20)
    }

    /// A file was written to, or may have been.
    func update(_ file: FollowedFile) {
        refresh(file)
        if file.compression == nil, file.size < file.position { return markStale() }
        if let retryAt = file.retryAt, ContinuousClock.now < retryAt {
            pending[file.partition] = file
            return
        }
        enqueue(file)
        noteLag(file)
    }

    func refresh(_ file: FollowedFile) {
        let status = file.plain.flatMap { FileStatus($0) } ?? FileStatus(path: file.path)
        guard let status, FileIdentity(status) == file.identity else { return }
        file.size = status.size
        file.modified = status.modified
    }

    /// Compares what is there with what is known.
    private func list() throws(SwiftwaterError) {
        // A folder that is away (a file system that is not mounted) says nothing about its files.
        guard listing.isComplete else { return }
        let found = listing.files()
        watchFolders(found)
        var seen: Set<FileIdentity> = []
        for file in found {
            seen.insert(file.identity)
            guard let known = byIdentity[file.identity] else {
                add(file, nil, isNew: true)
                continue
            }
            if known.path != file.path { rename(known, to: file.path) }
            known.missingSince = nil
            known.size = file.status.size
            known.modified = file.status.modified
            if known.compression == nil, known.size < known.position {
                try restart(known)
            } else if known.retryAt.map({ ContinuousClock.now >= $0 }) ?? true {
                enqueue(known)
                noteLag(known)
            }
        }
        guard seen.count < files.count else { return }
        for file in files.values where !seen.contains(file.identity) && file.missingSince == nil {
            file.missingSince = .now
            pending[file.partition] = file
            // Its name may belong to another file by now.
            if byPath[file.path] === file { byPath[file.path] = nil }
        }
    }

    private func rename(_ file: FollowedFile, to path: String) {
        if byPath[file.path] === file { byPath[file.path] = nil }
        file.path = path
        byPath[path] = file
        notePath(file)
    }

    /// A file that is shorter than it was begins again, as another partition: positions never go back.
    func restart(_ file: FollowedFile) throws(SwiftwaterError) {
        let missed = file.unreadBefore
        let path = file.path
        drop(file)
        if let status = FileStatus(path: path), status.isRegular, FileIdentity(status) == file.identity {
            add(ListedFile(path: path, status: status), (file.generation + 1, 0), isNew: true)
        }
        if missed > 0, options.failOnDataLoss {
            throw SwiftwaterError(
                .data, "'\(path)' was truncated with \(missed) bytes in it that had not been read",
                hint: "rotate files by renaming them, or set failOnDataLoss: false to go on without them")
        }
    }

    /// Last lines that nobody ends, and files that are gone.
    private func lookAtPending() throws(SwiftwaterError) {
        guard !pending.isEmpty else { return }
        let now = ContinuousClock.now
        for (partition, file) in pending {
            if let retryAt = file.retryAt {
                guard now >= retryAt else { continue }
                file.retryAt = nil
            }
            refresh(file)
            if isFinal(file), file.compression == nil, file.size > file.position { file.unfinishedSize = -1 }
            enqueue(file)
            if let missing = file.missingSince {
                guard now - missing > options.closeAfter, !file.isQueued else { continue }
                // Written to in the meantime: it has as long again.
                if nanosecondsNow() - file.modified < options.closeAfter.nanoseconds {
                    file.missingSince = now
                    continue
                }
                pending[partition] = nil
                let rest = file.unread
                drop(file)
                if rest > 0, file.compression == nil, options.failOnDataLoss {
                    throw SwiftwaterError(
                        .data, "'\(file.path)' was removed with \(rest) bytes in it that had not been read",
                        hint: "remove files when their lag is 0, or set failOnDataLoss: false to go on without them")
                }
            } else if file.unread == 0 || file.isQueued {
                pending[partition] = nil
            }
        }
    }

    func watchFolders(_ files: [ListedFile]) {
        var folders = Set(listing.folders)
        for file in files {
            guard let slash = file.path.lastIndex(of: "/") else {
                folders.insert(".")
                continue
            }
            folders.insert(slash == file.path.startIndex ? "/" : String(file.path[..<slash]))
        }
        for folder in folders { watch.add(folder) }
    }
}
