#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// When changes are enough to be saved, and when all of a state is.
package struct SnapshotPolicy: Hashable, Sendable {
    /// Groups from which a state's changes are saved by themselves.
    package var groups = 1024
    /// The part of the groups that may have changed for that.
    package var share = 0.25
    /// Snapshots that a restart may have to put together.
    package var links = 32
    /// The bytes of all changes since a whole snapshot, as a part of its own: beyond that a restart would read, and the
    /// folder hold, more than it must.
    package var changedShare = 0.5
    /// States from this many bytes on are saved beside the next epochs, smaller ones as a part of their epoch.
    package var bytesBeside = 1 << 20
    /// Bytes to be copied for which memory is made ready beforehand.
    package var bytesPrepared = 1 << 23

    package init() {}

    /// Changes alone wherever that is possible, and always beside: for tests.
    package static var eager: SnapshotPolicy {
        var policy = SnapshotPolicy()
        (policy.groups, policy.share, policy.links) = (0, 1, 4)
        (policy.changedShare, policy.bytesBeside, policy.bytesPrepared) = (.infinity, 0, 1)
        return policy
    }

    /// The usual one; the eager one where `SWIFTWATER_SNAPSHOTS=eager` is set, which nothing but tests does.
    package static var ofProcess: SnapshotPolicy {
        guard let value = getenv("SWIFTWATER_SNAPSHOTS"), String(cString: value) == "eager" else {
            return SnapshotPolicy()
        }
        return .eager
    }
}
