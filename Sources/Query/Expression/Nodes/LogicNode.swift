import Columnar

/// `and`, `or` and `^` in Kleene's three-valued logic: a missing side leaves the result missing only where
/// it could change it.
struct LogicNode: Node {
    let operation: Expression.BinaryOperator
    let left: any Node
    let right: any Node
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let (a, b) = (try left.evaluate(batch).asBits(), try right.evaluate(batch).asBits())
        let count = batch.count
        let words = (count + 63) / 64
        let values = Buffer(byteCount: words * 8)
        let out = values.mutable(UInt64.self)
        let (x, y) = (a.bits, b.bits)
        switch operation {
        case .and: for word in 0..<words { out[word] = x.word(word) & y.word(word) }
        case .or: for word in 0..<words { out[word] = x.word(word) | y.word(word) }
        default: for word in 0..<words { out[word] = x.word(word) ^ y.word(word) }
        }
        let result = Column.Storage.bits(Bitmap(buffer: values, count: count))
        guard a.validity != nil || b.validity != nil else {
            return Column(type: .bool, count: count, nullCount: 0, storage: result)
        }
        let known = Buffer(byteCount: words * 8)
        let valid = known.mutable(UInt64.self)
        for word in 0..<words {
            let (v, w) = (a.validity?.word(word) ?? ~0, b.validity?.word(word) ?? ~0)
            let (p, q) = (x.word(word), y.word(word))
            switch operation {
            case .and: valid[word] = (v & w) | (v & ~p) | (w & ~q)
            case .or: valid[word] = (v & w) | (v & p) | (w & q)
            default: valid[word] = v & w
            }
        }
        return Column(type: .bool, count: count, validity: Bitmap(buffer: known, count: count), storage: result)
    }
}

/// `not`.
struct NotNode: Node {
    let operand: any Node
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try operand.evaluate(batch).asBits()
        return Column(
            type: .bool, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .bits(~column.bits))
    }
}

/// `isna` and `notna`.
struct MissingTestNode: Node {
    let operand: any Node
    let wanted: Bool
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try operand.evaluate(batch)
        let bits: Bitmap
        if let validity = column.decodedValidity {
            bits = wanted ? ~validity : validity
        } else {
            bits = Bitmap(repeating: !wanted, count: column.count)
        }
        return Column(type: .bool, count: column.count, nullCount: 0, storage: .bits(bits))
    }
}

/// Missing values of a type.
struct MissingNode: Node {
    let type: DataType
    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column { Column.missing(type, count: batch.count) }
}

extension Column {
    /// A column of bools as it is stored plainly; one of nulls as missing bools.
    func asBits() -> Column {
        if case .bits = storage { return self }
        let column = decoded()
        if case .bits = column.storage { return column }
        return Column.missing(.bool, count: count)
    }
}
