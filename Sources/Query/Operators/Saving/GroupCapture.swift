import Columnar

/// Groups and what is remembered of them at one moment, in batches of some ten thousand groups.
final class GroupCapture {
    /// The groups that are saved, by the state's numbers: found when they are first asked for.
    private(set) lazy var groups = chosen ?? aggregates.live()
    private let chosen: [Int32]?
    /// What is remembered of them.
    private let aggregates: GroupAggregates
    /// The aggregates are those of `groups` in their order; otherwise they have the state's numbers.
    private let isPicked: Bool

    /// Copies all groups with rows, or of those that changed the ones with rows.
    init(_ aggregates: GroupAggregates, changed: [Int32]?, memory: SpareMemory) throws(SwiftwaterError) {
        if let changed {
            let rows = aggregates.rows
            let live = changed.filter { Int($0) < rows.count && rows.pointer[Int($0)] > 0 }
            chosen = live
            self.aggregates = try aggregates.picked(live, memory)
            isPicked = true
        } else {
            chosen = nil
            self.aggregates = try aggregates.copied(memory)
            isPicked = false
        }
    }

    /// The groups with rows without a copy: for a state that waits until the batches are made.
    init(viewing aggregates: GroupAggregates) {
        chosen = nil
        self.aggregates = aggregates
        isPicked = false
    }

    private static let groupsInBatch = 1 << 16

    private var batchSize: Int {
        // Picking some groups costs a look at all of them where accumulators are not flat.
        aggregates.isFlat ? Self.groupsInBatch : max(1, groups.count)
    }

    var batchCount: Int { (groups.count + batchSize - 1) / batchSize }

    /// The groups of a batch and the columns of what is remembered of them.
    func batch(_ number: Int) throws(SwiftwaterError) -> (groups: [Int32], columns: [Column]) {
        let range = (number * batchSize)..<min((number + 1) * batchSize, groups.count)
        let part = Array(groups[range])
        if isPicked, range.count == groups.count { return (part, try aggregates.snapshot()) }
        let own = isPicked ? range.map { Int32($0) } : part
        return (part, try aggregates.picked(own).snapshot())
    }
}

extension GroupAggregates {
    /// Bytes of the memory that a capture copies into, where that is much.
    ///
    /// - Parameter changed: the groups that changed so far; nil for all.
    func copySizes(changed: Int?) -> [Int] {
        guard let changed else { return sizes(of: count) }
        // More of them will have changed by then.
        return changed < 1 << 15 ? [] : sizes(of: min(count, changed + changed / 2))
    }
}
