import Columnar

/// Rows as byte strings whose bytewise order is the rows' order, for keys of several columns.
///
/// Each value is a marker (missing first, present, missing last) and then, for numbers, its bits in big-endian order
/// with the sign turned over; for byte strings, its bytes with 0 written as `00 FF`, and `00 00`; for lists, their
/// elements and `00`; for structures, their members. A descending value's bytes are inverted, its marker is not.
/// NaN is missing; -0.0 is 0.0.
struct OrderedBytes {
    static let missingFirst: UInt8 = 0
    static let present: UInt8 = 1
    static let missingLast: UInt8 = 2

    /// `count + 1` positions in `bytes`.
    let offsets: Buffer
    let bytes: Buffer

    @inline(__always)
    subscript(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let at = offsets.mutable(Int.self)
        return UnsafeBufferPointer(start: bytes.mutable(UInt8.self) + at[row], count: at[row &+ 1] &- at[row])
    }

    /// How one column takes part.
    struct Direction {
        var ascending = true
        var missingFirst = false
        fileprivate var marker: UInt8 { missingFirst ? OrderedBytes.missingFirst : OrderedBytes.missingLast }
        fileprivate var flip: UInt8 { ascending ? 0 : 0xFF }
    }

    init(_ columns: [Column], count: Int, directions: [Direction]? = nil) {
        let directions = directions ?? columns.map { _ in Direction() }
        let parts = columns.map { Part($0) }
        offsets = Buffer(byteCount: (count + 1) * 8)
        let ends = offsets.mutable(Int.self)
        ends.update(repeating: 0, count: count + 1)
        for part in parts { part.addLengths(to: ends + 1, count: count) }
        for row in 0..<count { ends[row + 1] += ends[row] }
        bytes = Buffer(byteCount: ends[count])
        let cursors = Buffer(byteCount: count * 8)
        cursors.mutable(Int.self).update(from: ends, count: count)
        let to = bytes.mutable(UInt8.self)
        for (part, direction) in zip(parts, directions) {
            part.write(to, cursors.mutable(Int.self), count: count, direction)
        }
    }

    /// A column made ready to be written.
    private enum Part {
        /// Words that sort as unsigned integers, and how many low bytes of them count.
        case fixed(words: Buffer, width: Int, presence: Bitmap?)
        case strings(BytesView, column: Column, presence: Bitmap?)
        /// Lists and structures, one value at a time.
        case nested(Column)
        case missing

        init(_ column: Column) {
            let presence = column.presence
            if column.type == .null {
                self = .missing
            } else if let words = OrderedBytes.orderedWords(column) {
                self = .fixed(words: words, width: OrderedBytes.width(of: column.type), presence: presence)
            } else if let view = BytesView(column) {
                self = .strings(view, column: column, presence: presence)
            } else {
                self = .nested(column.decoded())
            }
        }

        func addLengths(to lengths: UnsafeMutablePointer<Int>, count: Int) {
            switch self {
            case .missing: for row in 0..<count { lengths[row] += 1 }
            case .fixed(_, let width, let presence):
                for row in 0..<count { lengths[row] += presence.map { $0[row] } ?? true ? width + 1 : 1 }
            case .strings(let view, _, let presence):
                for row in 0..<count {
                    guard presence.map({ $0[row] }) ?? true else {
                        lengths[row] += 1
                        continue
                    }
                    let value = view[row]
                    var zeros = 0
                    for byte in value where byte == 0 { zeros += 1 }
                    lengths[row] += value.count + zeros + 3
                }
            case .nested(let column):
                var scratch: [UInt8] = []
                for row in 0..<count {
                    scratch.removeAll(keepingCapacity: true)
                    OrderedBytes.append(column.scalar(at: row), of: column.type, to: &scratch)
                    lengths[row] += scratch.count
                }
            }
        }

        func write(
            _ to: UnsafeMutablePointer<UInt8>, _ cursors: UnsafeMutablePointer<Int>, count: Int, _ direction: Direction
        ) {
            let flip = direction.flip
            switch self {
            case .missing:
                for row in 0..<count {
                    to[cursors[row]] = direction.marker
                    cursors[row] += 1
                }
            case .fixed(let words, let width, let presence):
                let from = words.mutable(UInt64.self)
                for row in 0..<count {
                    var at = to + cursors[row]
                    guard presence.map({ $0[row] }) ?? true else {
                        at[0] = direction.marker
                        cursors[row] += 1
                        continue
                    }
                    at[0] = OrderedBytes.present
                    let word = from[row]
                    for index in 0..<width {
                        at += 1
                        at[0] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (width - 1 - index))) ^ flip
                    }
                    cursors[row] += width + 1
                }
            case .strings(let view, let column, let presence):
                withExtendedLifetime(column) {
                    for row in 0..<count {
                        var at = to + cursors[row]
                        guard presence.map({ $0[row] }) ?? true else {
                            at[0] = direction.marker
                            cursors[row] += 1
                            continue
                        }
                        let start = at
                        at[0] = OrderedBytes.present
                        at += 1
                        for byte in view[row] {
                            at[0] = byte ^ flip
                            at += 1
                            if byte == 0 {
                                at[0] = 0xFF ^ flip
                                at += 1
                            }
                        }
                        at[0] = flip
                        at[1] = flip
                        cursors[row] += at + 2 - start
                    }
                }
            case .nested(let column):
                var scratch: [UInt8] = []
                for row in 0..<count {
                    scratch.removeAll(keepingCapacity: true)
                    OrderedBytes.append(column.scalar(at: row), of: column.type, to: &scratch)
                    let isMissing = scratch[0] != OrderedBytes.present
                    scratch[0] = isMissing ? direction.marker : OrderedBytes.present
                    let at = to + cursors[row]
                    for (index, byte) in scratch.enumerated() { at[index] = index == 0 ? byte : byte ^ flip }
                    cursors[row] += scratch.count
                }
            }
        }
    }
}

extension OrderedBytes {
    /// The bytes that a fixed-width value takes after its marker.
    static func width(of type: DataType) -> Int { type.logical == .bool ? 1 : type.logical.byteWidth ?? 8 }

    /// The values of a fixed-width column as words whose unsigned order, in the low `width(of:)` bytes, is theirs.
    static func orderedWords(_ column: Column) -> Buffer? {
        guard let wide = WideValues(column) else { return nil }
        let count = column.count
        let result = Buffer(byteCount: count * 8)
        let to = result.mutable(UInt64.self)
        let width = width(of: column.type)
        switch wide.kind {
        case .unsigned: to.update(from: wide.words(as: UInt64.self), count: count)
        case .signed:
            let from = wide.words(as: UInt64.self)
            let sign: UInt64 = 1 << UInt64(width * 8 - 1)
            let low: UInt64 = sign | (sign - 1)
            for row in 0..<count { to[row] = (from[row] & low) ^ sign }
        case .float where width == 4:
            let from = wide.words(as: Double.self)
            for row in 0..<count { to[row] = UInt64(ordered(Float(from[row]))) }
        case .float:
            let from = wide.words(as: Double.self)
            for row in 0..<count { to[row] = ordered(from[row]) }
        }
        return result
    }

    @inline(__always)
    static func ordered(_ value: Double) -> UInt64 {
        let bits = (value + 0).bitPattern
        return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
    }

    @inline(__always)
    static func ordered(_ value: Float) -> UInt32 {
        let bits = (value + 0).bitPattern
        return bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 1 << 31)
    }

    /// One value of any type, ascending, missing last: for nested values.
    static func append(_ scalar: Scalar, of type: DataType, to bytes: inout [UInt8]) {
        if case .float(let value) = scalar, value.isNaN { return bytes.append(missingLast) }
        switch (scalar, type) {
        case (.list(let elements), .list(let element)):
            bytes.append(present)
            for value in elements { append(value, of: element, to: &bytes) }
            bytes.append(0)
        case (.structure(let members), .structure(let fields)):
            bytes.append(present)
            for (member, field) in zip(members, fields) { append(member.value, of: field.type, to: &bytes) }
        case (.string(let text), _): append(Array(text.utf8), to: &bytes)
        case (.binary(let content), _): append(content, to: &bytes)
        case (.null, _): bytes.append(missingLast)
        default:
            guard let column = try? Column(type.logical, [scalar]), let words = orderedWords(column) else {
                return bytes.append(missingLast)
            }
            bytes.append(present)
            let word = words.mutable(UInt64.self)[0]
            for index in (0..<width(of: type)).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index)))
            }
        }
    }

    private static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(present)
        for byte in content {
            bytes.append(byte)
            if byte == 0 { bytes.append(0xFF) }
        }
        bytes.append(0)
        bytes.append(0)
    }
}
