package import Columnar

/// The wire types of Thrift's compact protocol.
package enum ThriftType: UInt8, Sendable {
    /// Also a false in a field header.
    case bool = 1
    case boolFalse = 2
    case int8, int16, int32, int64, double, binary, list, set, map, structure, uuid
}

/// A field's number and type, as its header gives them.
package struct ThriftField: Sendable {
    package let id: Int16
    package let type: ThriftType
}

/// A struct of `parquet.thrift`.
package protocol ThriftStruct: Sendable {
    /// The name for messages.
    static var thriftName: String { get }
    /// A bit for each field number without which the struct is invalid.
    static var requiredFields: UInt64 { get }
    /// Without fields.
    init()
    /// Reads the value of `field`, or skips it when it is unknown.
    mutating func readField(_ field: ThriftField, from reader: inout ThriftReader) throws(SwiftwaterError)
    /// Writes the fields that are set, in ascending order.
    func writeFields(to writer: inout ThriftWriter)
}

extension ThriftStruct {
    package static var requiredFields: UInt64 { 0 }
    package static func bits(_ fields: Int...) -> UInt64 { fields.reduce(0) { $0 | 1 << UInt64($1) } }
}

/// Reads Thrift's compact protocol from bytes that may be hostile: every length is checked against the bytes that
/// are left, and depth is limited. Errors are of kind `data` and give the byte.
package struct ThriftReader {
    /// Structs and containers inside each other; the format itself needs 6.
    private static let maximumDepth = 32

    private let bytes: UnsafeRawBufferPointer
    /// The next byte.
    package private(set) var position: Int
    private var depth = 0

    /// `bytes` must outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer, position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    package var remaining: Int { bytes.count - position }

    package func failure(_ what: String) -> SwiftwaterError {
        SwiftwaterError(.data, "invalid Parquet metadata: \(what) (byte \(position) of the metadata)")
    }

    // MARK: Plain values

    package mutating func byte() throws(SwiftwaterError) -> UInt8 {
        guard position < bytes.count else { throw failure("it ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func varint() throws(SwiftwaterError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw failure("a number is too long") }
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    private mutating func zigzag() throws(SwiftwaterError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// The next `count` bytes, which stay valid as long as the reader's own.
    private mutating func take(_ count: Int) throws(SwiftwaterError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw failure("a length exceeds the metadata") }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    private mutating func length() throws(SwiftwaterError) -> Int {
        let value = try varint()
        guard value <= UInt64(remaining) else { throw failure("a length exceeds the metadata") }
        return Int(value)
    }

    // MARK: Values of fields

    private func expect(_ type: ThriftType, _ field: ThriftField) throws(SwiftwaterError) {
        guard field.type == type else { throw failure("field \(field.id) has the wrong type") }
    }

    package func bool(_ field: ThriftField) throws(SwiftwaterError) -> Bool {
        switch field.type {
        case .bool: return true
        case .boolFalse: return false
        default: throw failure("field \(field.id) has the wrong type")
        }
    }

    package mutating func int8(_ field: ThriftField) throws(SwiftwaterError) -> Int8 {
        try expect(.int8, field)
        return Int8(bitPattern: try byte())
    }

    package mutating func int16(_ field: ThriftField) throws(SwiftwaterError) -> Int16 {
        try expect(.int16, field)
        guard let value = Int16(exactly: try zigzag()) else { throw failure("a 16-bit number is out of range") }
        return value
    }

    package mutating func int32(_ field: ThriftField) throws(SwiftwaterError) -> Int32 {
        try expect(.int32, field)
        return try int32()
    }

    package mutating func int64(_ field: ThriftField) throws(SwiftwaterError) -> Int64 {
        try expect(.int64, field)
        return try zigzag()
    }

    package mutating func binary(_ field: ThriftField) throws(SwiftwaterError) -> [UInt8] {
        try expect(.binary, field)
        return try binary()
    }

    package mutating func string(_ field: ThriftField) throws(SwiftwaterError) -> String {
        try expect(.binary, field)
        return try string()
    }

    /// A value of an enumeration that the caller cannot do without.
    package mutating func enumeration<T: RawRepresentable<Int32>>(
        _ field: ThriftField, _: T.Type, _ name: String
    ) throws(SwiftwaterError) -> T {
        let raw = try int32(field)
        guard let value = T(rawValue: raw) else {
            throw SwiftwaterError(.unsupported, "the Parquet file uses \(name) number \(raw), which is not known")
        }
        return value
    }

    package mutating func structure<T: ThriftStruct>(
        _ field: ThriftField, _: T.Type
    ) throws(SwiftwaterError) -> T {
        try expect(.structure, field)
        return try structure(T.self)
    }

    // MARK: Values without a field header: elements of lists, the outermost struct

    package mutating func int32() throws(SwiftwaterError) -> Int32 {
        guard let value = Int32(exactly: try zigzag()) else { throw failure("a 32-bit number is out of range") }
        return value
    }

    package mutating func int64() throws(SwiftwaterError) -> Int64 { try zigzag() }

    package mutating func binary() throws(SwiftwaterError) -> [UInt8] { Array(try take(try length())) }

    package mutating func string() throws(SwiftwaterError) -> String {
        String(decoding: try take(try length()), as: UTF8.self)
    }

    /// A whole struct, its required fields checked.
    package mutating func structure<T: ThriftStruct>(_: T.Type) throws(SwiftwaterError) -> T {
        var value = T()
        var seen: UInt64 = 0
        try fields { (reader, field) throws(SwiftwaterError) in
            if (0..<64).contains(field.id) { seen |= 1 << UInt64(field.id) }
            try value.readField(field, from: &reader)
        }
        let missing = T.requiredFields & ~seen
        guard missing == 0 else {
            throw failure("\(T.thriftName) lacks its field \(missing.trailingZeroBitCount)")
        }
        return value
    }

    /// Reads a struct field by field. `body` must read or skip each field's value.
    package mutating func fields(
        _ body: (inout ThriftReader, ThriftField) throws(SwiftwaterError) -> Void
    ) throws(SwiftwaterError) {
        try enter()
        var last: Int16 = 0
        while true {
            let header = try byte()
            if header == 0 { break }
            guard let type = ThriftType(rawValue: header & 0x0F) else { throw failure("a field's type is unknown") }
            let id: Int16
            if header >> 4 != 0 {
                let (sum, overflow) = last.addingReportingOverflow(Int16(header >> 4))
                guard !overflow else { throw failure("a field's number is out of range") }
                id = sum
            } else {
                guard let number = Int16(exactly: try zigzag()) else {
                    throw failure("a field's number is out of range")
                }
                id = number
            }
            last = id
            try body(&self, ThriftField(id: id, type: type))
        }
        depth -= 1
    }

    /// Reads a list element by element. `body` must read one element.
    package mutating func list<T>(
        _ field: ThriftField, of type: ThriftType, _ body: (inout ThriftReader) throws(SwiftwaterError) -> T
    ) throws(SwiftwaterError) -> [T] {
        guard field.type == .list || field.type == .set else {
            throw failure("field \(field.id) has the wrong type")
        }
        try enter()
        let (element, count) = try listHeader()
        guard count == 0 || element == type else { throw failure("a list's elements have the wrong type") }
        var result: [T] = []
        result.reserveCapacity(min(count, 1024))
        for _ in 0..<count { result.append(try body(&self)) }
        depth -= 1
        return result
    }

    package mutating func list<T: ThriftStruct>(
        _ field: ThriftField, of _: T.Type
    ) throws(SwiftwaterError) -> [T] {
        try list(field, of: .structure) { (reader) throws(SwiftwaterError) in try reader.structure(T.self) }
    }

    package mutating func int64s(_ field: ThriftField) throws(SwiftwaterError) -> [Int64] {
        try list(field, of: .int64) { (reader) throws(SwiftwaterError) in try reader.int64() }
    }

    package mutating func binaries(_ field: ThriftField) throws(SwiftwaterError) -> [[UInt8]] {
        try list(field, of: .binary) { (reader) throws(SwiftwaterError) in try reader.binary() }
    }

    package mutating func bools(_ field: ThriftField) throws(SwiftwaterError) -> [Bool] {
        try list(field, of: .bool) { (reader) throws(SwiftwaterError) in try reader.byte() == 1 }
    }

    /// The elements' type and number. Every element takes at least a byte, so a huge number is found out here.
    private mutating func listHeader() throws(SwiftwaterError) -> (type: ThriftType, count: Int) {
        let header = try byte()
        let count = header >> 4 == 15 ? try length() : Int(header >> 4)
        guard count <= remaining else { throw failure("a list exceeds the metadata") }
        guard var type = ThriftType(rawValue: header & 0x0F) else {
            // Some writers give an empty list the type 0.
            if count == 0 { return (.structure, 0) }
            throw failure("a list's type is unknown")
        }
        if type == .boolFalse { type = .bool }
        return (type, count)
    }

    private mutating func enter() throws(SwiftwaterError) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw failure("it is nested too deeply") }
    }

    // MARK: What is not known

    package mutating func skip(_ field: ThriftField) throws(SwiftwaterError) {
        // A field's bool is in its header.
        if field.type == .bool || field.type == .boolFalse { return }
        try skip(field.type)
    }

    private mutating func skip(_ type: ThriftType) throws(SwiftwaterError) {
        switch type {
        case .bool, .boolFalse, .int8: _ = try byte()
        case .int16, .int32, .int64: _ = try varint()
        case .double: _ = try take(8)
        case .uuid: _ = try take(16)
        case .binary: _ = try take(try length())
        case .structure:
            try fields { (reader, field) throws(SwiftwaterError) in try reader.skip(field) }
        case .list, .set:
            try enter()
            let (element, count) = try listHeader()
            for _ in 0..<count { try skip(element) }
            depth -= 1
        case .map:
            try enter()
            let count = try length()
            if count > 0 {
                let types = try byte()
                guard let key = ThriftType(rawValue: types >> 4), let value = ThriftType(rawValue: types & 0x0F) else {
                    throw failure("a map's type is unknown")
                }
                for _ in 0..<count {
                    try skip(key)
                    try skip(value)
                }
            }
            depth -= 1
        }
    }
}
