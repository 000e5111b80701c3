import Columnar

/// Reads columns back from rows in the form of `OrderedBytes`, all ascending with missing values last.
struct OrderedBytesDecoder {
    let types: [DataType]

    /// The rows at `order` of `table` as columns of `types`.
    func columns(
        _ table: borrowing BytesKeyTable, order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> [Column] {
        var cursors = [Int](repeating: 0, count: order.count)
        var columns: [Column] = []
        for type in types {
            let logical = type.logical
            if let kind = WideKind(logical) {
                columns.append(fixed(logical, kind, table, order, &cursors))
                continue
            }
            var builder = ColumnBuilder(logical, capacity: order.count)
            var scratch: [UInt8] = []
            for (index, group) in order.enumerated() {
                let row = table[Int(group)]
                if logical == .string || logical == .binary {
                    guard Self.bytes(row, &cursors[index], into: &scratch) else {
                        builder.appendNull()
                        continue
                    }
                    let appended = scratch.withUnsafeBytes { bytes in
                        Result { () throws(SwiftwaterError) in try builder.append(bytes: bytes) }
                    }
                    try appended.get()
                } else {
                    try builder.append(Self.scalar(row, &cursors[index], logical))
                }
            }
            columns.append(builder.finish())
        }
        return columns
    }

    private func fixed(
        _ type: DataType, _ kind: WideKind, _ table: borrowing BytesKeyTable, _ order: UnsafeBufferPointer<Int32>,
        _ cursors: inout [Int]
    ) -> Column {
        let words = Buffer(byteCount: order.count * 8)
        let to = words.mutable(UInt64.self)
        var validity = BitmapBuilder(capacity: order.count)
        let width = OrderedBytes.width(of: type)
        for (index, group) in order.enumerated() {
            let row = table[Int(group)]
            var at = cursors[index]
            let isPresent = row[at] == OrderedBytes.present
            at += 1
            to[index] = 0
            if isPresent {
                var word: UInt64 = 0
                for _ in 0..<width {
                    word = word << 8 | UInt64(row[at])
                    at += 1
                }
                to[index] = Self.unordered(word, kind, width)
            }
            validity.append(isPresent)
            cursors[index] = at
        }
        let hasMissing = validity.countOfZeros > 0
        return Column(
            words: words, count: order.count, type: type, validity: hasMissing ? validity.finish() : nil)
    }

    /// The word of a type's `WideKind` from the low `width` bytes that sort.
    private static func unordered(_ word: UInt64, _ kind: WideKind, _ width: Int) -> UInt64 {
        switch kind {
        case .unsigned: return word
        case .signed:
            let shift = UInt64(64 - width * 8)
            let value = (word ^ (1 << UInt64(width * 8 - 1))) << shift
            return UInt64(bitPattern: Int64(bitPattern: value) >> Int64(shift))
        case .float where width == 4:
            let bits = UInt32(truncatingIfNeeded: word)
            let float = Float(bitPattern: bits >> 31 == 1 ? bits ^ 1 << 31 : ~bits)
            return Double(float).bitPattern
        case .float: return word >> 63 == 1 ? word ^ 1 << 63 : ~word
        }
    }

    /// Reads a byte string; false when it is missing.
    private static func bytes(
        _ row: UnsafeBufferPointer<UInt8>, _ at: inout Int, into content: inout [UInt8]
    ) -> Bool {
        content.removeAll(keepingCapacity: true)
        at += 1
        guard row[at - 1] == OrderedBytes.present else { return false }
        while true {
            let byte = row[at]
            at += 1
            if byte == 0 {
                at += 1
                if row[at - 1] == 0 { return true }
            }
            content.append(byte)
        }
    }

    /// Reads one value of any type.
    static func scalar(_ row: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ type: DataType) -> Scalar {
        guard row[at] == OrderedBytes.present else {
            at += 1
            return .null
        }
        switch type {
        case .list(let element):
            at += 1
            var elements: [Scalar] = []
            while row[at] != 0 { elements.append(scalar(row, &at, element)) }
            at += 1
            return .list(elements)
        case .structure(let fields):
            at += 1
            var members: [Scalar.Member] = []
            for field in fields { members.append(Scalar.Member(field.name, scalar(row, &at, field.type))) }
            return .structure(members)
        case .dictionary(let inner): return scalar(row, &at, inner)
        case .string, .binary:
            var content: [UInt8] = []
            _ = bytes(row, &at, into: &content)
            return type == .binary ? .binary(content) : .string(String(decoding: content, as: UTF8.self))
        case .null: return .null
        default:
            guard let kind = WideKind(type) else { return .null }
            at += 1
            let width = OrderedBytes.width(of: type)
            let words = Buffer(byteCount: 8)
            var word: UInt64 = 0
            for _ in 0..<width {
                word = word << 8 | UInt64(row[at])
                at += 1
            }
            words.mutable(UInt64.self)[0] = unordered(word, kind, width)
            return Column(words: words, count: 1, type: type).scalar(at: 0)
        }
    }
}
