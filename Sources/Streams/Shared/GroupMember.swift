package import Columnar

/// This process as a member of a group whose members share partitions: which it has is the group's affair.
///
/// One thread calls `join`, `poll`, `released` and `close`.
package protocol GroupMember: AnyObject, Sendable {
    /// The trigger's name in the function file.
    var name: String { get }
    func join() throws(SwiftwaterError)
    /// What the group gave and wants back, waiting up to `timeout` for the first.
    func poll(timeout: Duration) throws(SwiftwaterError) -> GroupNews
    /// Reads a partition by itself, from wherever its checkpoint says. What it acknowledges, the group is told.
    func source(of partition: SourcePartition) -> any StreamSource
    /// Nothing of these partitions goes on here: the group may give them to others.
    func released(_ partitions: [SourcePartition]) throws(SwiftwaterError)
    /// Leaves the group at once.
    func close()
}

/// What a group said.
package struct GroupNews: Sendable {
    package var assigned: [SourcePartition]
    package var revoked: [SourcePartition]
    /// The group has told its first distribution of partitions.
    package var isSettled: Bool

    package init(assigned: [SourcePartition] = [], revoked: [SourcePartition] = [], isSettled: Bool = false) {
        self.assigned = assigned
        self.revoked = revoked
        self.isSettled = isSettled
    }
}
