import Columnar

/// Text to lists of text: `split`, `rsplit`.
struct TextSplit: TextFunction {
    /// Nil: at white space, which also is left out at the ends.
    let separator: [UInt8]?
    /// How often at most; all when it is not positive.
    let limit: Int
    let fromRight: Bool
    var resultType: DataType { .list(.string) }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        let (offsets, bytes) = column.variable
        let ends = Buffer(byteCount: (column.count + 1) * 4)
        let to = ends.mutable(Int32.self)
        to[0] = 0
        var elements = ColumnBuilder(.string, capacity: column.count * 2)
        for row in 0..<column.count {
            if !column.isNull(row) {
                let start = Int(offsets[row])
                let text = UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start)
                for range in ranges(text) {
                    try elements.append(bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[range])))
                }
            }
            to[row + 1] = Int32(elements.count)
        }
        return withExtendedLifetime(column) {
            Column(
                type: resultType, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: .list(offsets: ends, elements: elements.finish()))
        }
    }

    private func ranges(_ text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        let limit = limit > 0 ? limit : .max
        guard let separator else { return words(text, limit) }
        var cuts: [Int] = []
        if fromRight {
            var position = text.count - separator.count
            while position >= 0, cuts.count < limit {
                if text[position..<(position + separator.count)].elementsEqual(separator) {
                    cuts.append(position)
                    position -= separator.count
                } else {
                    position -= 1
                }
            }
            cuts.reverse()
        } else {
            var position = 0
            while position + separator.count <= text.count, cuts.count < limit {
                if text[position..<(position + separator.count)].elementsEqual(separator) {
                    cuts.append(position)
                    position += separator.count
                } else {
                    position += 1
                }
            }
        }
        var ranges: [Range<Int>] = []
        var start = 0
        for cut in cuts {
            ranges.append(start..<cut)
            start = cut + separator.count
        }
        return ranges + [start..<text.count]
    }

    private func words(_ text: UnsafeBufferPointer<UInt8>, _ limit: Int) -> [Range<Int>] {
        let string = String(decoding: text, as: UTF8.self)
        let scalars = string.unicodeScalars
        var words: [Range<String.Index>] = []
        var start: String.Index?
        for index in scalars.indices {
            if TextMapping.isSpace(scalars[index]) {
                if let first = start { words.append(first..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        if let start { words.append(start..<scalars.endIndex) }
        func offset(_ index: String.Index) -> Int { string.utf8.distance(from: string.utf8.startIndex, to: index) }
        let ranges = words.map { offset($0.lowerBound)..<offset($0.upperBound) }
        guard ranges.count > limit else { return ranges }
        // What is left is one piece, with its white space at the outer end, as Python has it.
        if fromRight { return [0..<ranges[ranges.count - limit - 1].upperBound] + ranges.suffix(limit) }
        return ranges.prefix(limit) + [ranges[limit].lowerBound..<text.count]
    }
}

/// Lists of text by element: `get`, `len`, `join`.
struct ListNode: Node {
    enum Function: Sendable {
        case get(Int)
        case length
        case join([UInt8])
    }

    let operand: any Node
    let function: Function
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try operand.evaluate(batch).decoded()
        guard case .list(let offsetBuffer, let elements) = column.storage else {
            return Column.missing(type, count: column.count)
        }
        let offsets = UnsafePointer(offsetBuffer.mutable(Int32.self))
        let count = column.count
        switch function {
        case .get(let position):
            var places = [Int32](repeating: -1, count: count)
            for row in 0..<count where !column.isNull(row) {
                let length = Int(offsets[row + 1] - offsets[row])
                let place = position < 0 ? length + position : position
                if place >= 0, place < length { places[row] = offsets[row] + Int32(place) }
            }
            return withExtendedLifetime(column) { places.withUnsafeBufferPointer { elements.taking($0) } }
        case .length:
            let words = Buffer(byteCount: count * 8)
            let out = words.mutable(Int64.self)
            for row in 0..<count { out[row] = Int64(offsets[row + 1] - offsets[row]) }
            return withExtendedLifetime(column) {
                Column(type: .int64, count: count, validity: column.validity, storage: .fixed(words))
            }
        case .join(let separator):
            let texts = elements.decoded()
            var builder = ColumnBuilder(.string, capacity: count)
            for row in 0..<count {
                let range = Int(offsets[row])..<Int(offsets[row + 1])
                // A missing element makes the whole missing.
                if column.isNull(row) || range.contains(where: { texts.isNull($0) }) {
                    builder.appendNull()
                    continue
                }
                var joined: [UInt8] = []
                for element in range {
                    if element > range.lowerBound { joined += separator }
                    let (ends, bytes) = texts.variable
                    joined += UnsafeBufferPointer(
                        start: bytes + Int(ends[element]), count: Int(ends[element + 1] - ends[element]))
                }
                let result = joined.withUnsafeBytes { bytes in
                    Result { () throws(SwiftwaterError) in try builder.append(bytes: bytes) }
                }
                try result.get()
            }
            return withExtendedLifetime((column, texts)) { builder.finish() }
        }
    }
}
