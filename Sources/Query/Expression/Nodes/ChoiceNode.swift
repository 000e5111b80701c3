import Columnar

/// `where`: `first` where the condition is true, `second` where it is false or missing.
struct ChoiceNode: Node {
    let condition: any Node
    /// Both of `type`.
    let first: any Node
    let second: any Node
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let condition = try condition.evaluate(batch).asBits()
        let truth = condition.validity.map { condition.bits & $0 } ?? condition.bits
        return try choose(truth, try first.evaluate(batch), try second.evaluate(batch), type)
    }
}

/// `fillna`.
struct FillNode: Node {
    let operand: any Node
    let value: any Node
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try operand.evaluate(batch)
        guard column.nullCount > 0 else { return column }
        let present = column.decodedValidity ?? Bitmap(repeating: true, count: column.count)
        return try choose(present, column, try value.evaluate(batch), type)
    }
}

/// Row by row `a` where the bit is set and `b` elsewhere.
private func choose(_ bits: Bitmap, _ a: Column, _ b: Column, _ type: DataType) throws(SwiftwaterError) -> Column {
    let count = bits.count
    let ones = bits.countOfOnes
    if ones == count { return a }
    if ones == 0 { return b }
    // The rows of both one after the other, and from there those wanted: one path for every type.
    guard let width = type.byteWidth else {
        let together = try Column.concatenate([a, b], type: type)
        let places = (0..<count).map { Int32(bits[$0] ? $0 : count + $0) }
        return places.withUnsafeBufferPointer { together.taking($0) }
    }
    let (x, y) = (a.decoded(), b.decoded())
    guard case .fixed(let left) = x.storage, case .fixed(let right) = y.storage else {
        return Column.missing(type, count: count)
    }
    let result: Buffer =
        switch width {
        case 1: merged(bits, left, right, UInt8.self)
        case 2: merged(bits, left, right, UInt16.self)
        case 4: merged(bits, left, right, UInt32.self)
        default: merged(bits, left, right, UInt64.self)
        }
    var validity: Bitmap?
    if x.validity != nil || y.validity != nil {
        let all = Bitmap(repeating: true, count: count)
        validity = (bits & (x.validity ?? all)) | (~bits & (y.validity ?? all))
    }
    return Column(type: type, count: count, validity: validity, storage: .fixed(result))
}

@inline(__always)
private func merged<T: BitwiseCopyable>(_ bits: Bitmap, _ a: Buffer, _ b: Buffer, _: T.Type) -> Buffer {
    let result = Buffer(byteCount: bits.count * MemoryLayout<T>.stride)
    let (out, left, right) = (result.mutable(T.self), a.mutable(T.self), b.mutable(T.self))
    let flags = bits.pointer
    withExtendedLifetime((a, b, bits.buffer)) {
        for row in 0..<bits.count {
            let first = flags[row >> 3] & (1 << UInt8(row & 7)) != 0
            out[row] = first ? left[row] : right[row]
        }
    }
    return result
}
