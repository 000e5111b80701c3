import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of the spool: the records of a stretch of positions.
struct SpoolSegment {
    /// The position of its first byte.
    let start: Int64
    /// The position behind its last whole record.
    var end: Int64
    let file: FileDescriptor
    /// The position behind the zeros that are in the file beyond its last record.
    var filled: Int64
    /// The keys of its records, for when it goes away.
    var keys: [[UInt8]] = []

    private init(start: Int64, file: FileDescriptor) {
        self.start = start
        end = start
        filled = start
        self.file = file
    }

    /// Zeros that are written at once.
    private static let fillByteCount = 1 << 20

    /// Writes zeros behind `position` where a small group of records went beyond the last ones.
    ///
    /// Records that take the place of zeros change neither the file's size nor its blocks, so that syncing them takes
    /// one write to the disk, and half the time. Large groups have nothing of it.
    ///
    /// - Parameters:
    ///   - byteCount: bytes of the group.
    ///   - limit: bytes after which a new segment begins.
    /// - Returns: the position behind the zeros.
    func fill(behind position: Int64, group byteCount: Int, limit: Int) throws(SwiftwaterError) -> Int64 {
        if position <= filled { return filled }
        let room = min(Self.fillByteCount, limit - Int(position - start))
        guard byteCount < Self.fillByteCount / 4, room > 0 else { return position }
        let zeros = [UInt8](repeating: 0, count: room)
        let written = pwrite(file.descriptor, zeros, zeros.count, off_t(position - start))
        guard written > 0 else {
            // The next group says what is wrong with the disk, should it still be.
            if written == 0 || errno == ENOSPC || errno == EDQUOT || errno == EINTR { return position }
            throw .system("cannot write '\(file.path)'")
        }
        return position + Int64(written)
    }

    /// Takes the zeros away: in all segments but the last every byte belongs to a record.
    func finish() throws(SwiftwaterError) {
        guard filled > end else { return }
        guard ftruncate(file.descriptor, off_t(end - start)) == 0 else { throw .system("cannot cut '\(file.path)'") }
        try file.synchronize()
    }

    static func create(_ start: Int64, in folder: SpoolFolder) throws(SwiftwaterError) -> SpoolSegment {
        let path = folder.segmentPath(start)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("cannot create '\(path)'") }
        let file = FileDescriptor(descriptor: descriptor, path: path, closes: true)
        try folder.synchronize()
        return SpoolSegment(start: start, file: file)
    }

    /// Opens a segment that an earlier process wrote.
    ///
    /// - Parameter isLast: a crash may have cut it; what follows its last whole record is removed. In the others every
    ///   byte was on the disk before the next segment began.
    static func recover(
        _ start: Int64, in folder: SpoolFolder, isLast: Bool
    ) throws(SwiftwaterError) -> SpoolSegment {
        let path = folder.segmentPath(start)
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open '\(path)'") }
        let file = FileDescriptor(descriptor: descriptor, path: path, closes: true)
        let size = file.regularFileSize ?? 0
        var segment = SpoolSegment(start: start, file: file)
        guard size > 0 else { return segment }
        guard let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
            throw .system("cannot read '\(path)'")
        }
        defer { munmap(mapped, size) }
        var offset = 0
        while offset < size {
            guard
                let record = SpoolRecord(
                    header: mapped + offset, available: size - offset, position: start + Int64(offset)),
                record.byteCount <= size - offset, !isLast || record.isWhole(mapped + offset)
            else { break }
            if record.keyByteCount > 0 { segment.keys.append(record.key(mapped + offset)) }
            offset += record.byteCount
        }
        segment.end = start + Int64(offset)
        segment.filled = segment.end
        if offset < size {
            guard isLast else { throw damaged(path, offset) }
            guard ftruncate(descriptor, off_t(offset)) == 0 else { throw .system("cannot cut '\(path)'") }
            try file.synchronize()
        }
        return segment
    }

    static func damaged(_ path: String, _ offset: Int) -> SwiftwaterError {
        SwiftwaterError(
            .data, "the spool is damaged at byte \(offset)", at: .init(file: path),
            hint: "move the file away to go on without the events in it")
    }
}
