import Columnar

/// Integer keys so close to each other that an array over their range takes the place of a hash table: row numbers,
/// days, identifiers.
struct DenseKeys {
    /// The least key's word.
    private let least: UInt64
    /// Values from the least key to the greatest.
    let count: Int

    /// Nil unless all keys are integers in a range of some values for each of them.
    init?(_ batches: [Column]) {
        guard let kind = batches.first.flatMap({ WideKind($0.type) }), kind != .float else { return nil }
        // Turning over the sign bit makes the order of signed words that of unsigned ones.
        let sign: UInt64 = kind == .signed ? 1 << 63 : 0
        var bounds = (least: UInt64.max, greatest: UInt64.min)
        var rows = 0
        for column in batches {
            guard let wide = WideValues(column) else { return nil }
            let words = wide.words(as: UInt64.self)
            rows += column.count
            if let validity = column.validity {
                for row in 0..<column.count where validity[row] {
                    let word = words[row] ^ sign
                    bounds = (min(bounds.least, word), max(bounds.greatest, word))
                }
            } else {
                for row in 0..<column.count {
                    let word = words[row] ^ sign
                    bounds = (min(bounds.least, word), max(bounds.greatest, word))
                }
            }
            withExtendedLifetime((column, wide)) {}
        }
        guard bounds.least <= bounds.greatest else { return nil }
        let distance = bounds.greatest - bounds.least
        guard distance < UInt64(max(1024, 4 * rows)), distance < UInt64(Int32.max) - 2 else { return nil }
        least = bounds.least ^ sign
        count = Int(distance) + 1
    }

    /// The number of each key, from 1; -1 for a key outside the range.
    func find(_ words: UnsafePointer<UInt64>, count rows: Int, into groups: UnsafeMutablePointer<Int32>) {
        let (least, limit) = (least, UInt64(count))
        for row in 0..<rows {
            let distance = words[row] &- least
            groups[row] = distance < limit ? Int32(truncatingIfNeeded: distance) &+ 1 : -1
        }
    }
}
