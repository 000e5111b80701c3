import Columnar

/// `map`: for each value the one at its place in another list; missing where no key is equal.
struct MapNode: Node {
    enum Keys: Sendable {
        case ints(WordTable)
        case uints(WordTable)
        case floats(WordTable)
        /// The operand is the place of the text among the keys, missing where it is none.
        case places
    }

    let operand: any Node
    let keys: Keys
    /// What each key stands for.
    let values: Column
    /// The place of the key that is missing, or -1.
    let missingPlace: Int32
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        let places: Buffer
        let validity: Bitmap?
        switch keys {
        case .ints(let table):
            let lane = try operand.intLane(batch)
            places = table.withFinder { find in mapUnary(lane, count: count) { find(UInt64(bitPattern: $0)) } }
            validity = lane.validity
        case .uints(let table):
            let lane = try operand.uintLane(batch)
            places = table.withFinder { find in mapUnary(lane, count: count) { find($0) } }
            validity = lane.validity
        case .floats(let table):
            let lane = try operand.floatLane(batch)
            let missing = missingPlace
            places = table.withFinder { find in
                mapUnary(lane, count: count) { $0.isNaN && missing >= 0 ? missing : find($0.word) }
            }
            validity = lane.validity
        case .places:
            let lane = try operand.intLane(batch)
            places = mapUnary(lane, count: count) { Int32(truncatingIfNeeded: $0) }
            validity = lane.validity
        }
        let out = places.mutable(Int32.self)
        if let validity { for row in 0..<count where !validity[row] { out[row] = missingPlace } }
        return withExtendedLifetime(places) {
            values.taking(UnsafeBufferPointer(start: UnsafePointer(out), count: count))
        }
    }
}

/// The place of a text among keys; -1 for one that is none of them.
struct TextPlaces: TextFunction {
    let set: ByteStringSet
    /// The place of each distinct key among all.
    let places: [Int32]
    var resultType: DataType { .int32 }

    func apply(_ column: Column) -> Column {
        let (offsets, bytes) = column.variable
        let result = Buffer(byteCount: column.count * 4)
        let out = result.mutable(Int32.self)
        withExtendedLifetime(column) {
            for row in 0..<column.count {
                let start = Int(offsets[row])
                let text = UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start)
                out[row] = set.place(of: text).map { places[Int($0)] } ?? -1
            }
        }
        return Column(
            type: .int32, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .fixed(result))
    }
}
