/// A reader's right to the bytes of a file in memory, which are not taken away while it lasts.
final class MemoryLease {
    let bytes: UnsafeRawBufferPointer
    private let file: MemoryFile

    /// Nil when the file has been closed.
    init?(_ file: MemoryFile) {
        guard let bytes = file.beginReading() else { return nil }
        self.file = file
        self.bytes = bytes
    }

    deinit { file.endReading() }
}
