package import Columnar
import Formats
package import Streams

/// Files as a stream of lines: those of folders and globs, new ones as they come, and what is appended to them.
///
/// - A file is a partition, known by its inode and the time when it was made, so that a renamed file goes on where it was.
///   Positions count its (plain) bytes.
/// - Files are read oldest first, then by name; those that grow take turns.
/// - Only whole lines are handed out. A last line without a line feed waits for it, or until nobody has written to the
///   file for `finishAfter`, or until the file is gone.
/// - A renamed file (rotation) is read to its end, also when no pattern matches its new name. A truncated one
///   (`copytruncate`) begins again as a new partition.
/// - gzip and zstd files are read once they are there; an incomplete one is read as far as it goes and tried again when
///   it has grown.
package final class FileSource: StreamSource, @unchecked Sendable {
    package struct Options: Sendable {
        package enum Start: String, Sendable { case beginning, end }

        /// Files, folders and globs.
        package var paths: [String]
        /// Where files that are there at the very first start are read from; later ones always from their beginning.
        package var start = Start.beginning
        /// After how long without a writing a last line without a line feed is taken for whole; nil for never.
        package var finishAfter: Duration? = .seconds(10)
        /// How long a renamed or removed file is still looked at after its last growth.
        package var closeAfter: Duration = .seconds(5)
        /// How often folders are listed although the system says nothing: on network file systems nobody says anything.
        package var lookInterval: Duration = .seconds(1)
        /// Whether lines that are known to be lost stop the source.
        package var failOnDataLoss = true
        package var blockBytes = 1 << 20
        package var maximumLineBytes = 64 << 20

        package init(paths: [String]) { self.paths = paths }
    }

    package let name: String
    package var isReplayable: Bool { true }

    let options: Options
    let listing: FileListing
    let watch: FolderWatch
    var reading: LineReading
    /// By partition; a generation that is over is not there any more.
    var files: [SourcePartition: FollowedFile] = [:]
    var byIdentity: [FileIdentity: FollowedFile] = [:]
    var byPath: [String: FollowedFile] = [:]
    /// Files with something to read, in the order in which they have their turns.
    var queue: [FollowedFile] = []
    var queueStart = 0
    /// Files that may need another look without being written to: a last line to be taken, a missing one to be closed.
    var pending: [SourcePartition: FollowedFile] = [:]
    /// Positions of the checkpoint whose files are nowhere.
    var lost: Positions = [:]
    /// What the next poll says first.
    var assigned: Positions = [:]
    var revoked: [SourcePartition] = []
    /// Files that were there at `open` and are not read to the end that they had then.
    var initial: Set<SourcePartition> = []
    var openOrder: [FollowedFile] = []
    var nextListing = ContinuousClock.now
    var lastListing = ContinuousClock.now
    var lastListingTook = Duration.zero
    private let lags = Locked<[SourcePartition: Int64]>([:])
    private let paths = Locked<[SourcePartition: String]>([:])

    package init(name: String, options: Options) throws(SwiftwaterError) {
        self.name = name
        self.options = options
        listing = try FileListing(options.paths)
        watch = try FolderWatch()
        reading = LineReading(blockBytes: options.blockBytes, maximumLineBytes: options.maximumLineBytes)
    }

    package func open(at positions: Positions) throws(SwiftwaterError) {
        try listing.checkFolders()
        watchFolders([])
        let found = listing.files()
        var known: [String: (generation: Int, position: Int64)] = [:]
        for (partition, position) in positions where partition.source == name {
            let (identity, generation) = FollowedFile.parse(partition.id)
            if let other = known[identity], other.generation >= generation { continue }
            known[identity] = (generation, position)
        }
        // Files that were renamed while nobody looked.
        var all = found
        let listed = Set(found.map(\.identity))
        if known.keys.contains(where: { identity in !listed.contains { $0.text == identity } }) {
            for file in listing.neighbours() where known[file.identity.text] != nil && !listed.contains(file.identity) {
                all.append(file)
            }
        }
        let isFirstStart = positions.isEmpty
        for file in all {
            let before = known[file.identity.text]
            add(file, before.map { ($0.generation, $0.position) }, isNew: !isFirstStart || options.start == .beginning)
            if !listed.contains(file.identity) { byIdentity[file.identity]?.missingSince = .now }
        }
        for (partition, position) in positions where partition.source == name && files[partition] == nil {
            lost[partition] = position
        }
        initial = Set(queue.map(\.partition))
        watchFolders(found)
        scheduleListing(after: .zero)
    }

    /// Begins to follow a file.
    func add(_ file: ListedFile, _ before: (generation: Int, position: Int64)?, isNew: Bool) {
        var generation = before?.generation ?? 0
        var position = before?.position ?? (isNew ? 0 : endOfLines(file))
        if FileName(file.path).compression == nil, position > file.status.size {
            // It was truncated: what it has now is new.
            generation += 1
            position = 0
        }
        let followed = FollowedFile(file, source: name, generation: generation, position: position)
        files[followed.partition] = followed
        byIdentity[file.identity] = followed
        byPath[file.path] = followed
        assigned[followed.partition] = position
        notePath(followed)
        enqueue(followed)
        noteLag(followed)
    }

    /// Where the last whole line of a file ends, for a start at the end.
    private func endOfLines(_ file: ListedFile) -> Int64 {
        guard FileName(file.path).compression == nil, let descriptor = try? FileDescriptor.openForReading(file.path)
        else {
            return 0
        }
        let buffer = reading.memory.take(1 << 16)
        var end = file.status.size
        while end > 0 {
            let count = Int(min(end, 1 << 16))
            let read = try? descriptor.read(into: buffer.base, byteCount: count, at: Int(end) - count)
            guard read == count else { return 0 }
            if let feed = LineFeeds.last(in: buffer.mutable(UInt8.self), 0..<count) {
                return end - Int64(count) + Int64(feed) + 1
            }
            end -= Int64(count)
        }
        return 0
    }

    func enqueue(_ file: FollowedFile) {
        guard !file.isQueued, file.hasMore else { return }
        file.isQueued = true
        file.stretchEnd = file.compression == nil ? file.size : .max
        queue.append(file)
    }

    func notePath(_ file: FollowedFile) { paths.withLock { $0[file.partition] = file.path } }

    func noteLag(_ file: FollowedFile) { lags.withLock { $0[file.partition] = file.unread } }

    /// Forgets a file that is read and gone.
    func drop(_ file: FollowedFile) {
        file.close()
        files[file.partition] = nil
        pending[file.partition] = nil
        initial.remove(file.partition)
        if byIdentity[file.identity] === file { byIdentity[file.identity] = nil }
        if byPath[file.path] === file { byPath[file.path] = nil }
        revoked.append(file.partition)
        lags.withLock { $0[file.partition] = nil }
        paths.withLock { $0[file.partition] = nil }
    }

    package func acknowledge(_ positions: Positions) throws(SwiftwaterError) {}

    package func wake() { watch.wake() }

    /// Bytes.
    package var lag: [SourcePartition: Int64] { lags.withLock { $0 } }

    /// What a partition's file is called now, for messages.
    package func path(of partition: SourcePartition) -> String? { paths.withLock { $0[partition] } }

    package func close() {
        for file in files.values { file.close() }
        openOrder = []
        watch.close()
    }
}
