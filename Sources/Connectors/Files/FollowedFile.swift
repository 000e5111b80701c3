import Columnar
import Formats
import Streams

/// A file that is read line by line while it grows.
final class FollowedFile {
    let identity: FileIdentity
    let partition: SourcePartition
    /// Counted up each time that the file was found shorter than it was: its positions begin again at 0.
    let generation: Int
    let compression: StreamCompression?
    var path: String
    /// Where the next line begins, in plain bytes.
    var position: Int64
    /// Bytes on the disk and time of the last writing, when it was last looked at.
    var size: Int64 { didSet { longest = max(longest, size) } }
    private var longest: Int64
    var modified: Int64
    /// Up to here it is read before other files have their turn.
    var stretchEnd: Int64
    var isQueued = false
    /// Since when no name that is followed leads to it.
    var missingSince: ContinuousClock.Instant?
    /// The file's size when it had no whole line behind `position`.
    var unfinishedSize: Int64 = -1
    /// The size up to which a compressed file has been read.
    var readSize: Int64 = -1
    /// Not before then a compressed file that ended early is tried again.
    var retryAt: ContinuousClock.Instant?
    var plain: FileDescriptor?
    var decompressed: DecompressedLines?

    init(
        _ file: ListedFile, source: String, generation: Int = 0, position: Int64 = 0
    ) {
        identity = file.identity
        self.generation = generation
        path = file.path
        compression = FileName(file.path).compression
        self.position = position
        size = file.status.size
        longest = size
        modified = file.status.modified
        stretchEnd = file.status.size
        partition = Self.partition(source, file.identity, generation)
    }

    static func partition(_ source: String, _ identity: FileIdentity, _ generation: Int) -> SourcePartition {
        SourcePartition(source: source, id: generation == 0 ? identity.text : "\(identity.text)#\(generation)")
    }

    /// The file and the generation that a partition's name says.
    static func parse(_ id: String) -> (identity: String, generation: Int) {
        let parts = id.split(separator: "#", maxSplits: 1)
        return (parts.first.map { String($0) } ?? "", parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// Bytes that have not been handed out, as far as is known.
    var unread: Int64 {
        if compression != nil { return readSize == size ? 0 : max(0, size - (decompressed?.compressedBytes ?? 0)) }
        return max(0, size - position)
    }

    /// Bytes that were seen when the file was still longer and have not been handed out.
    var unreadBefore: Int64 { compression == nil ? max(0, longest - position) : 0 }

    /// Whether there is something to read that was not there at the last try.
    var hasMore: Bool {
        if compression != nil { return readSize != size }
        return size > position && size != unfinishedSize
    }

    func open() throws(SwiftwaterError) -> FileDescriptor {
        if let plain { return plain }
        let file = try FileDescriptor.openForReading(path)
        // The name may lead to another file by now.
        guard let status = FileStatus(file), FileIdentity(status) == identity else {
            throw SwiftwaterError(.data, "'\(path)' is another file than the one that was being read")
        }
        plain = file
        return file
    }

    func close() {
        plain = nil
        decompressed = nil
    }
}
