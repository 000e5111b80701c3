package import Columnar

/// A part of a store, as if it were one of its own: the names below a prefix.
package struct ScopedStore: CheckpointStore {
    private let store: any CheckpointStore
    private let prefix: String

    /// - Parameter prefix: ends in `/`.
    package init(_ store: any CheckpointStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    package func read(_ name: String) throws(SwiftwaterError) -> [UInt8]? { try store.read(prefix + name) }

    package func write(_ name: String, _ bytes: [UInt8], ifAbsent: Bool) throws(SwiftwaterError) -> Bool {
        try store.write(prefix + name, bytes, ifAbsent: ifAbsent)
    }

    package func list(_ prefix: String) throws(SwiftwaterError) -> [String] {
        try store.list(self.prefix + prefix).map { String($0.dropFirst(self.prefix.count)) }
    }

    package func remove(_ name: String) throws(SwiftwaterError) { try store.remove(prefix + name) }
}
