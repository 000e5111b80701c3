import CSwiftwater
package import Columnar
import Glibc

/// What the operating system knows about a file, beyond what `stat` shows to Swift.
package struct FileStatus: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64
    /// When the file was made, in nanoseconds since 1970; 0 where the file system does not know.
    package var birth: Int64
    /// When it was last written to, in nanoseconds since 1970.
    package var modified: Int64
    /// Bytes.
    package var size: Int64
    package var isRegular: Bool

    /// Of the file at `path`; nil when there is none that this process may see.
    package init?(path: String) {
        var status = sw_file_status()
        guard !path.isEmpty, sw_file_status(-1, path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Of an open file.
    package init?(_ file: FileDescriptor) {
        var status = sw_file_status()
        guard sw_file_status(file.descriptor, "", &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: sw_file_status) {
        device = status.device
        inode = status.inode
        birth = status.birth
        modified = status.modified
        size = status.size
        isRegular = status.is_regular != 0
    }
}

extension FileDescriptor {
    /// Lets two names change places in one step, whatever they are. False where the file system cannot do that.
    package static func exchange(_ a: String, _ b: String) throws(SwiftwaterError) -> Bool {
        switch sw_exchange_names(a, b) {
        case 0: return true
        case ENOSYS, EINVAL, EOPNOTSUPP, EXDEV, EBUSY: return false
        case let code: throw .system("cannot exchange '\(a)' and '\(b)'", code: code)
        }
    }

    /// Takes room on the disk for bytes at `offset` that will be written; the file's length stays. File systems that
    /// cannot do that are believed to have room.
    package func reserve(at offset: Int, byteCount: Int) throws(SwiftwaterError) {
        guard byteCount > 0 else { return }
        switch sw_reserve_bytes(descriptor, Int64(offset), Int64(byteCount)) {
        case 0, ENOSYS, EINVAL, EOPNOTSUPP, ENODEV, ESPIPE: return
        case let code: throw .system("cannot take room for \(byteCount) bytes in '\(path)'", code: code)
        }
    }

    /// Brings a folder's names to the disk: files made, renamed and removed in it.
    package static func synchronize(folder path: String) throws(SwiftwaterError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open the folder '\(path)'") }
        let folder = FileDescriptor(descriptor: descriptor, path: path, closes: true)
        try folder.synchronize()
    }
}
