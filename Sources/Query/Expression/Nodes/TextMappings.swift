import Columnar

/// Text from text: `lower`, `upper`, `strip`, `slice`, `get`, `replace`. Characters are code points, as in Python.
struct TextMapping: TextFunction {
    enum Mapping: Sendable {
        case lower, upper
        /// Characters to take off; nil for white space.
        case strip(left: Bool, right: Bool, Set<Unicode.Scalar>?)
        case slice(start: Int?, stop: Int?)
        /// Missing where the text has no such character.
        case get(Int)
        /// The first `limit` occurrences (-1: all).
        case replace([UInt8], [UInt8], limit: Int)
    }

    let mapping: Mapping
    var resultType: DataType { .string }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        try column.mappingText { append($0, to: &$1) }
    }

    /// Appends what becomes of `text`; false where that is a missing value.
    @inline(__always)
    private func append(_ text: UnsafeBufferPointer<UInt8>, to out: inout BufferBuilder<UInt8>) -> Bool {
        switch mapping {
        case .lower: Self.change(text, &out, from: UInt8(ascii: "A")...UInt8(ascii: "Z")) { $0.lowercased() }
        case .upper: Self.change(text, &out, from: UInt8(ascii: "a")...UInt8(ascii: "z")) { $0.uppercased() }
        case .strip(let left, let right, let set):
            let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
            func goes(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? Self.isSpace(scalar) }
            var rest = scalars[...]
            if left { rest = rest.drop(while: goes) }
            if right { while let last = rest.last, goes(last) { rest.removeLast() } }
            Self.append(String.UnicodeScalarView(rest), &out)
        case .slice(let start, let stop):
            let range = Self.byteRange(text, start, stop)
            out.append(contentsOf: UnsafeBufferPointer(rebasing: text[range]))
        case .get(let position):
            let range = Self.byteRange(text, position, position == -1 ? nil : position + 1)
            // Python's slice of -1 - length clamps, a position there is none.
            if range.isEmpty || (position < 0 && -position > Self.length(text)) { return false }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: text[range]))
        case .replace(let part, let other, let limit): Self.replace(text, part, other, limit, &out)
        }
        return true
    }

    private static func append(_ scalars: String.UnicodeScalarView, _ out: inout BufferBuilder<UInt8>) {
        var string = String(scalars)
        string.withUTF8 { out.append(contentsOf: $0) }
    }

    private static func change(
        _ text: UnsafeBufferPointer<UInt8>, _ out: inout BufferBuilder<UInt8>, from letters: ClosedRange<UInt8>,
        _ unicode: (String) -> String
    ) {
        if text.contains(where: { $0 >= 0x80 }) {
            var changed = unicode(String(decoding: text, as: UTF8.self))
            changed.withUTF8 { out.append(contentsOf: $0) }
        } else {
            out.reserve(text.count)
            for byte in text { out.append(letters.contains(byte) ? byte ^ 0x20 : byte) }
        }
    }

    /// Python's `str.isspace`.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    /// Code points.
    static func length(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for byte in text where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The bytes of the code points `start..<stop`, negative ones counted from the end.
    static func byteRange(_ text: UnsafeBufferPointer<UInt8>, _ start: Int?, _ stop: Int?) -> Range<Int> {
        let length = length(text)
        func clamped(_ position: Int?, _ standard: Int) -> Int {
            guard let position else { return standard }
            return position < 0 ? max(0, length + position) : min(length, position)
        }
        let (low, high) = (clamped(start, 0), clamped(stop, length))
        guard low < high else { return 0..<0 }
        if length == text.count { return low..<high }
        var points = -1
        var range = 0..<text.count
        for (offset, byte) in text.enumerated() where byte & 0xC0 != 0x80 {
            points += 1
            if points == low { range = offset..<range.upperBound }
            if points == high { return range.lowerBound..<offset }
        }
        return range
    }

    private static func replace(
        _ text: UnsafeBufferPointer<UInt8>, _ part: [UInt8], _ other: [UInt8], _ limit: Int,
        _ out: inout BufferBuilder<UInt8>
    ) {
        var rest = limit < 0 ? Int.max : limit
        var position = 0
        if part.isEmpty {
            // Between all characters, as Python has it.
            for byte in text {
                if byte & 0xC0 != 0x80, rest > 0 {
                    other.withUnsafeBufferPointer { out.append(contentsOf: $0) }
                    rest -= 1
                }
                out.append(byte)
            }
            if rest > 0 { other.withUnsafeBufferPointer { out.append(contentsOf: $0) } }
            return
        }
        while position < text.count {
            if rest > 0, position + part.count <= text.count, text[position] == part[0],
                text[position..<(position + part.count)].elementsEqual(part)
            {
                other.withUnsafeBufferPointer { out.append(contentsOf: $0) }
                position += part.count
                rest -= 1
            } else {
                out.append(text[position])
                position += 1
            }
        }
    }
}

extension Column {
    /// Text from each text of a plain column: `map` appends it, or says that it is missing by `false`.
    @inline(__always)
    func mappingText(
        _ map: (UnsafeBufferPointer<UInt8>, inout BufferBuilder<UInt8>) -> Bool
    ) throws(SwiftwaterError) -> Column {
        let column = self
        let (offsets, bytes) = column.variable
        let count = column.count
        let newOffsets = Buffer(byteCount: (count + 1) * 4)
        let ends = newOffsets.mutable(Int32.self)
        ends[0] = 0
        var out = BufferBuilder<UInt8>(capacity: Int(offsets[count] - offsets[0]) + 16)
        var missing: [Int] = []
        for row in 0..<count {
            if !column.isNull(row) {
                let start = Int(offsets[row])
                let text = UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start)
                if !map(text, &out) { missing.append(row) }
                guard out.count <= Int(Int32.max) else {
                    throw SwiftwaterError(
                        .data, "a batch of a string column exceeds 2 GiB", hint: "use smaller batches")
                }
            }
            ends[row + 1] = Int32(out.count)
        }
        var validity = column.validity
        if !missing.isEmpty {
            var present = [Bool](repeating: true, count: count)
            for row in missing { present[row] = false }
            validity = both(validity, Bitmap(present))
        }
        return withExtendedLifetime(column) {
            Column(
                type: .string, count: count, validity: validity,
                storage: .variable(offsets: newOffsets, bytes: out.finish()))
        }
    }
}

/// `len`: code points.
struct TextLength: TextFunction {
    var resultType: DataType { .int64 }

    func apply(_ column: Column) -> Column {
        let (offsets, bytes) = column.variable
        let result = Buffer(byteCount: column.count * 8)
        let out = result.mutable(Int64.self)
        withExtendedLifetime(column) {
            for row in 0..<column.count {
                let start = Int(offsets[row])
                let text = UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start)
                out[row] = Int64(TextMapping.length(text))
            }
        }
        return Column(
            type: .int64, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .fixed(result))
    }
}

/// `text + text`.
struct ConcatenationNode: Node {
    let left: any Node
    let right: any Node
    var type: DataType { .string }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let (left, right) = (try self.left.evaluate(batch).decoded(), try self.right.evaluate(batch).decoded())
        let (a, b) = (left.variable, right.variable)
        let count = batch.count
        let total = Int(a.offsets[count] - a.offsets[0]) + Int(b.offsets[count] - b.offsets[0])
        guard total <= Int(Int32.max) else {
            throw SwiftwaterError(.data, "a batch of a string column exceeds 2 GiB", hint: "use smaller batches")
        }
        let offsets = Buffer(byteCount: (count + 1) * 4)
        let bytes = Buffer(byteCount: total)
        let ends = offsets.mutable(Int32.self)
        ends[0] = 0
        var end = 0
        withExtendedLifetime((left, right)) {
            for row in 0..<count {
                for (side, sideBytes) in [a, b] {
                    let length = Int(side[row + 1] - side[row])
                    (bytes.base + end).copyMemory(from: sideBytes + Int(side[row]), byteCount: length)
                    end += length
                }
                ends[row + 1] = Int32(end)
            }
        }
        return Column(
            type: .string, count: count, validity: both(left.validity, right.validity),
            storage: .variable(offsets: offsets, bytes: bytes))
    }
}
