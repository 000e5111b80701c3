import Columnar

/// The groups of a state that changed since it was last saved: a bit for each.
///
/// It begins with the first capture: a state that nobody saves does without.
struct ChangedGroups {
    /// Nil while nobody has saved the state.
    private var bits: BufferBuilder<UInt64>?
    /// Groups have got other numbers: all count as changed.
    private var hasAll = false

    var isTracking: Bool { bits != nil }
    var byteCount: Int { (bits?.capacity ?? 0) * 8 }

    mutating func markAll() { hasAll = true }

    /// Marks the groups that `groups` has; negative ones are nobody's.
    ///
    /// - Parameter total: the state's groups.
    mutating func mark(_ groups: UnsafeBufferPointer<Int32>, total: Int) {
        guard !hasAll, let words = words(for: total) else { return }
        for group in groups where group >= 0 { words[Int(group) >> 6] |= 1 << UInt64(group & 63) }
    }

    mutating func mark(_ groups: [Int32], total: Int) {
        guard isTracking else { return }
        groups.withUnsafeBufferPointer { mark($0, total: total) }
    }

    private mutating func words(for total: Int) -> UnsafeMutablePointer<UInt64>? {
        guard let known = bits?.count else { return nil }
        let wanted = (total + 63) / 64
        if known < wanted { bits?.append(repeating: 0, count: wanted - known) }
        return bits?.pointer
    }

    /// How many groups changed since the last `take`; nil where all are to be saved.
    func count(_ extent: SnapshotExtent, total: Int) -> Int? {
        guard case .changes(let least, let share) = extent, let bits, !hasAll, total >= least else { return nil }
        var count = 0
        for index in 0..<bits.count { count += bits.pointer[index].nonzeroBitCount }
        return Double(count) <= share * Double(total) ? count : nil
    }

    /// The groups that changed since the last call, ascending; nil where all are to be saved. Changes count anew from
    /// here.
    ///
    /// - Parameter total: the groups that can be saved.
    mutating func take(_ extent: SnapshotExtent, total: Int) -> [Int32]? {
        defer {
            bits = BufferBuilder(capacity: max(16, bits?.count ?? 0))
            hasAll = false
        }
        guard let count = count(extent, total: total), let bits else { return nil }
        var groups: [Int32] = []
        groups.reserveCapacity(count)
        for index in 0..<bits.count {
            var word = bits.pointer[index]
            while word != 0 {
                groups.append(Int32(index * 64 + word.trailingZeroBitCount))
                word &= word &- 1
            }
        }
        return groups
    }
}
