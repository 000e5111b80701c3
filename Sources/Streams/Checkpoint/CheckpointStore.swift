package import Columnar

/// Where checkpoints lie: names to bytes, each written whole or not at all.
///
/// A local folder is one; an object store with conditional puts can be another.
package protocol CheckpointStore: Sendable {
    /// What is under a name; nil when there is nothing.
    func read(_ name: String) throws(SwiftwaterError) -> [UInt8]?
    /// Puts bytes under a name, durable when the call returns.
    ///
    /// - Parameter ifAbsent: refuse (return false) when something is there already.
    func write(_ name: String, _ bytes: [UInt8], ifAbsent: Bool) throws(SwiftwaterError) -> Bool
    /// The names that begin with `prefix`, sorted.
    func list(_ prefix: String) throws(SwiftwaterError) -> [String]
    /// Removes a name; nothing happens when it is not there.
    func remove(_ name: String) throws(SwiftwaterError)
}
