import Synchronization

private let nextDictionaryID = Atomic<UInt64>(1)

extension DictionaryValues {
    /// A new identity for a growing dictionary.
    public static func makeID() -> UInt64 {
        nextDictionaryID.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}
