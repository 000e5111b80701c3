import Columnar

/// Groups and what is remembered of them at one moment, in batches of some ten thousand groups.
struct GroupCapture {
    /// The groups that are saved, by the state's numbers.
    let groups: [Int32]
    /// What is remembered of them.
    private let aggregates: GroupAggregates
    /// The aggregates are those of `groups` in their order; otherwise they have the state's numbers.
    private let isPicked: Bool

    /// All groups of `live`, or of those that changed the ones with rows.
    init(_ aggregates: GroupAggregates, changed: [Int32]?) throws(SwiftwaterError) {
        if let changed {
            let rows = aggregates.rows
            groups = changed.filter { Int($0) < rows.count && rows.pointer[Int($0)] > 0 }
            self.aggregates = try aggregates.picked(groups)
            isPicked = true
        } else {
            groups = aggregates.live()
            self.aggregates = try aggregates.copied()
            isPicked = false
        }
    }

    /// The same without a copy: for a state that waits until the rows are made.
    init(viewing aggregates: GroupAggregates, _ groups: [Int32]) {
        self.groups = groups
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
