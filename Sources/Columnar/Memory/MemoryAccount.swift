import Synchronization

/// The bytes that this process holds in buffers and operator states, for the memory limit.
///
/// One account for the process: the limit protects the machine from the whole process.
public enum MemoryAccount {
    private static let held = Atomic<Int>(0)

    /// Bytes held now.
    public static var byteCount: Int { held.load(ordering: .relaxed) }

    /// Adds `byteCount` (negative to give back). States that keep memory outside `Buffer` call it too.
    public static func add(_ byteCount: Int) {
        held.wrappingAdd(byteCount, ordering: .relaxed)
    }
}
