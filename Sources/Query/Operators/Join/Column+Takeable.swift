import Columnar

extension Column {
    /// Throws where the texts or elements of these rows together would exceed 32-bit offsets.
    ///
    /// - Parameter label: the join that takes the rows, for the message.
    func requireTakeable(_ rows: UnsafeBufferPointer<Int32>, _ label: String) throws(SwiftwaterError) {
        let offsets: UnsafePointer<Int32>
        switch storage {
        case .variable(let buffer, _), .list(let buffer, _): offsets = UnsafePointer(buffer.mutable(Int32.self))
        case .null, .bits, .fixed, .dictionary, .structure: return
        }
        var total = 0
        for row in rows where row >= 0 { total += Int(offsets[Int(row) + 1] &- offsets[Int(row)]) }
        guard total > Int(Int32.max) else { return }
        throw SwiftwaterError(
            .memory, "'\(label)' would make \(MemoryLimit.text(total)) of one column's values at once",
            hint: "many rows of both frames have the same key: drop duplicates, or aggregate before the join")
    }
}
