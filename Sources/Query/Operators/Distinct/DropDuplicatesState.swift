import Columnar

/// The distinct keys met so far, each with the row that is kept for it.
final class DropDuplicatesState: OperatorState {
    private struct Kept: BitwiseCopyable {
        /// The kept row's position in the input.
        var position = RowPosition.none
        /// Its number in the store.
        var row: Int32 = 0
        /// More than one row has the key.
        var isRepeated = false
    }

    private let operation: DropDuplicates
    private var keys: GroupKeys
    private var kept = BufferBuilder<Kept>(capacity: 16)
    private var store: RowStore

    init(_ operation: DropDuplicates) {
        self.operation = operation
        keys = GroupKeys(types: operation.keys.map { operation.outputSchema[$0].type })
        store = RowStore(operation.outputSchema)
    }

    var byteCount: Int { keys.byteCount + kept.capacity * MemoryLayout<Kept>.stride + store.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard batch.count > 0 else { return }
        let keyColumns = operation.keys.map { batch.columns[$0] }
        let groups = try keys.groups(of: keyColumns, count: batch.count)
        let position = RowPosition.first(ofSequence: sequence)
        var picked: [Int32] = []
        let kept = grow()
        for row in 0..<batch.count {
            let group = Int(groups[row])
            offer(kept + group, position + Int64(row)) { picked.append(Int32(row)) }
        }
        withExtendedLifetime(keyColumns) {}
        // A row that a later one of this batch has replaced is not the kept one of its group any more.
        var rows: [Int32] = []
        for row in picked where kept[Int(groups[Int(row)])].position == position + Int64(row) {
            kept[Int(groups[Int(row)])].row = Int32(store.count + rows.count)
            rows.append(row)
        }
        store.append(rows.count == batch.count ? batch : batch.taking(rows))
        try compactIfWorthwhile()
    }

    @inline(__always)
    private func offer(_ kept: UnsafeMutablePointer<Kept>, _ position: Int64, take: () -> Void) {
        if kept.pointee.position >= 0 {
            kept.pointee.isRepeated = true
            if (position > kept.pointee.position) != (operation.keep == .last) { return }
        }
        kept.pointee.position = position
        take()
    }

    private func grow() -> UnsafeMutablePointer<Kept> {
        if keys.count > kept.count { kept.append(repeating: Kept(), count: keys.count - kept.count) }
        return kept.pointer
    }

    /// Drops rows that were replaced once they are most of what is kept.
    private func compactIfWorthwhile() throws(SwiftwaterError) {
        guard store.count > 4 * kept.count + 1 << 16 else { return }
        var rows: [Int32] = []
        for group in 0..<kept.count where kept.pointer[group].position >= 0 {
            rows.append(kept.pointer[group].row)
            kept.pointer[group].row = Int32(rows.count - 1)
        }
        try store.keep(rows)
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? DropDuplicatesState else { throw .foreignState }
        let live = (0..<Int32(other.kept.count)).filter { other.kept.pointer[Int($0)].position >= 0 }
        if live.isEmpty { return }
        let keyColumns = try live.withUnsafeBufferPointer { live in
            Result { () throws(SwiftwaterError) in try other.keys.columns(order: live) }
        }.get()
        let groups = try keys.groups(of: keyColumns, count: live.count)
        let kept = grow()
        let start = Int32(store.count)
        store.append(other.store)
        for (index, group) in live.enumerated() {
            let theirs = other.kept.pointer[Int(group)]
            let mine = kept + Int(groups[index])
            if theirs.isRepeated { mine.pointee.isRepeated = true }
            offer(mine, theirs.position) { mine.pointee.row = start + theirs.row }
        }
        withExtendedLifetime(keyColumns) {}
        try compactIfWorthwhile()
    }

    /// The kept rows with their positions, in the order of the input.
    private func rows(all: Bool) throws(SwiftwaterError) -> (rows: Batch, groups: [Int]) {
        var groups = (0..<kept.count).filter {
            let kept = kept.pointer[$0]
            return kept.position >= 0 && (all || operation.keep != .none || !kept.isRepeated)
        }
        groups.sort { kept.pointer[$0].position < kept.pointer[$1].position }
        let whole = try store.combined()
        return (whole.taking(groups.map { kept.pointer[$0].row }), groups)
    }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let result = try rows(all: false).rows
        keys = GroupKeys(types: keys.types)
        kept = BufferBuilder(capacity: 16)
        store.removeAll()
        return result.pieces()
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] {
        let (rows, groups) = try rows(all: true)
        let positions = groups.map { kept.pointer[$0].position }
        let repeated = groups.map { Int64(kept.pointer[$0].isRepeated ? 1 : 0) }
        return [rows.adding("position", words: positions).adding("repeated", words: repeated)]
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot {
            let (rows, words) = try batch.removing(2, schema: operation.outputSchema)
            let keyColumns = operation.keys.map { rows.columns[$0] }
            let groups = try keys.groups(of: keyColumns, count: rows.count)
            let kept = grow()
            for row in 0..<rows.count {
                kept[Int(groups[row])] = Kept(
                    position: words[0][row], row: Int32(store.count + row), isRepeated: words[1][row] != 0)
            }
            withExtendedLifetime(keyColumns) {}
            store.append(rows)
        }
    }
}
