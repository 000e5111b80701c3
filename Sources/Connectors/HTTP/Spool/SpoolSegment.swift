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
    /// The keys of its records, for when it goes away.
    var keys: [[UInt8]] = []

    static func create(_ start: Int64, in folder: SpoolFolder) throws(SwiftwaterError) -> SpoolSegment {
        let path = folder.segmentPath(start)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("cannot create '\(path)'") }
        let file = FileDescriptor(descriptor: descriptor, path: path, closes: true)
        try folder.synchronize()
        return SpoolSegment(start: start, end: start, file: file)
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
        var segment = SpoolSegment(start: start, end: start, file: file)
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
