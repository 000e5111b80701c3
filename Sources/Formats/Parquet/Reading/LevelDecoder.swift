import Columnar

/// The definition or repetition levels of a data page that were not read yet.
struct LevelDecoder {
    private enum Storage {
        /// The maximum is 0, and so are all levels.
        case zero
        case runs(HybridDecoder)
        case packed(BitPackedLevels)
    }

    private var storage: Storage
    private let maximum: UInt8

    private static func width(_ maximum: UInt8) -> Int { 8 - maximum.leadingZeroBitCount }

    init(none: Void = ()) {
        storage = .zero
        maximum = 0
    }

    /// The levels of a version 1 page, which are taken from `cursor`.
    init(
        _ cursor: inout ByteCursor, _ encoding: Parquet.Encoding, maximum: UInt8, count: Int
    ) throws(SwiftwaterError) {
        self.maximum = maximum
        if maximum == 0 {
            storage = .zero
        } else if encoding == .bitPacked {
            storage = .packed(try BitPackedLevels(&cursor, width: Self.width(maximum), count: count))
        } else if encoding == .rle {
            let length = try cursor.length()
            storage = .runs(try HybridDecoder(try cursor.take(length), width: Self.width(maximum)))
        } else {
            throw SwiftwaterError(.unsupported, "levels encoded with \(encoding.name) are not known")
        }
    }

    /// The levels of a version 2 page.
    init(_ bytes: ByteCursor, maximum: UInt8) throws(SwiftwaterError) {
        self.maximum = maximum
        storage = maximum == 0 ? .zero : .runs(try HybridDecoder(bytes, width: Self.width(maximum)))
    }

    /// The next `count` levels, each at most the maximum.
    mutating func read(into out: UnsafeMutablePointer<UInt8>, count: Int) throws(SwiftwaterError) {
        switch storage {
        case .zero: out.update(repeating: 0, count: count)
        case .runs(var decoder):
            try decoder.read(into: out, count: count)
            storage = .runs(decoder)
        case .packed(var decoder):
            decoder.read(into: out, count: count)
            storage = .packed(decoder)
        }
        // Maxima of 1, 3, 7 … use up their bits.
        guard maximum & (maximum &+ 1) != 0 else { return }
        var most: UInt8 = 0
        for index in 0..<count { most = max(most, out[index]) }
        guard most <= maximum else {
            throw .corruptParquet("a level of \(most) where the schema has at most \(maximum)")
        }
    }

    /// Takes up to `limit` levels at once if they are one repeated level and many; nil otherwise.
    mutating func takeRun(atMost limit: Int) throws(SwiftwaterError) -> (level: UInt8, count: Int)? {
        switch storage {
        case .zero: return (0, limit)
        case .packed: return nil
        case .runs(var decoder):
            guard let run = try decoder.takeRun(atLeast: min(limit, 512), atMost: limit) else {
                storage = .runs(decoder)
                return nil
            }
            storage = .runs(decoder)
            guard run.value <= UInt32(maximum) else {
                throw .corruptParquet("a level of \(run.value) where the schema has at most \(maximum)")
            }
            return (UInt8(truncatingIfNeeded: run.value), run.count)
        }
    }
}
