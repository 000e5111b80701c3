import Columnar

/// Bytes of this process that readers take for a file, under a path such as `memory://3`.
///
/// They belong to whoever opened them. A run may go on by itself after they have been closed (a cancelled one does):
/// its readers get an error then, and never see memory that is gone.
package final class MemoryFile: @unchecked Sendable {
    package let byteCount: Int
    private let monitor = Monitor()
    private var bytes: UnsafeRawBufferPointer?
    private var readers = 0
    private let inferred = Locked<(key: InferenceKey, found: InferredSchema)?>(nil)

    /// What the schema that is inferred depends on, but for the bytes.
    struct InferenceKey: Equatable {
        let inference: SchemaInference
        let maximumLineBytes: Int

        init(_ inference: SchemaInference, maximumLineBytes: Int) {
            self.inference = inference
            self.maximumLineBytes = maximumLineBytes
        }
    }

    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        byteCount = bytes.count
        self.bytes = bytes
    }

    /// Copies up to `byteCount` bytes from `offset` on; nil when the file has been closed.
    func read(into base: UnsafeMutableRawPointer, byteCount: Int, at offset: Int) -> Int? {
        guard let bytes = beginReading() else { return nil }
        defer { endReading() }
        let count = max(0, min(byteCount, bytes.count - offset))
        if count > 0, let from = bytes.baseAddress { base.copyMemory(from: from + offset, byteCount: count) }
        return count
    }

    /// The bytes, which stay where they are until `endReading`; nil when the file has been closed.
    func beginReading() -> UnsafeRawBufferPointer? {
        monitor.lock()
        defer { monitor.unlock() }
        if bytes != nil { readers += 1 }
        return bytes
    }

    func endReading() {
        monitor.lock()
        readers -= 1
        if readers == 0 { monitor.wakeAll() }
        monitor.unlock()
    }

    /// Lets nobody read any more, and waits for those who are copying.
    fileprivate func close() {
        monitor.lock()
        bytes = nil
        while readers > 0 { monitor.wait() }
        monitor.unlock()
    }

    /// The schema that the lines have, which is worked out once: the bytes do not change.
    func schema(
        _ key: InferenceKey, _ make: () throws(SwiftwaterError) -> InferredSchema
    ) throws(SwiftwaterError) -> InferredSchema {
        if let known = inferred.withLock({ $0 }), known.key == key { return known.found }
        let found = try make()
        inferred.withLock { $0 = (key, found) }
        return found
    }
}

/// The memory files that are open, by their paths.
package enum MemoryFiles {
    private static let prefix = "memory://"
    private static let files = Locked<[MemoryFile?]>([])

    /// A file with these bytes, which must stay as they are until it is closed; its path is `memory://` and the number.
    package static func open(_ bytes: UnsafeRawBufferPointer) -> Int {
        let file = MemoryFile(bytes)
        return files.withLock { files in
            // Low numbers come again, and with them the same plans.
            if let free = files.firstIndex(where: { $0 == nil }) {
                files[free] = file
                return free
            }
            files.append(file)
            return files.count - 1
        }
    }

    package static func close(_ number: Int) {
        let file = files.withLock { files -> MemoryFile? in
            guard files.indices.contains(number) else { return nil }
            defer { files[number] = nil }
            return files[number]
        }
        file?.close()
    }

    /// Whether a path is that of a memory file, open or not.
    static func isPath(_ path: String) -> Bool { path.hasPrefix(prefix) }

    /// The open file with this path.
    package static func file(at path: String) -> MemoryFile? {
        guard isPath(path), let number = Int(path.dropFirst(prefix.count)) else { return nil }
        return files.withLock { $0.indices.contains(number) ? $0[number] : nil }
    }
}
