/// Writes Thrift's compact protocol. Fields must be written in ascending order.
package struct ThriftWriter {
    package private(set) var bytes: [UInt8] = []
    private var last: Int16 = 0

    package init() {}

    /// The bytes of a whole struct.
    package static func encode(_ value: some ThriftStruct) -> [UInt8] {
        var writer = ThriftWriter()
        writer.structure(value)
        return writer.bytes
    }

    // MARK: Fields; a nil is left out

    package mutating func bool(_ id: Int16, _ value: Bool?) {
        if let value { header(id, value ? .bool : .boolFalse) }
    }

    package mutating func int8(_ id: Int16, _ value: Int8?) {
        guard let value else { return }
        header(id, .int8)
        bytes.append(UInt8(bitPattern: value))
    }

    package mutating func int16(_ id: Int16, _ value: Int16?) {
        guard let value else { return }
        header(id, .int16)
        zigzag(Int64(value))
    }

    package mutating func int32(_ id: Int16, _ value: Int32?) {
        guard let value else { return }
        header(id, .int32)
        zigzag(Int64(value))
    }

    package mutating func int64(_ id: Int16, _ value: Int64?) {
        guard let value else { return }
        header(id, .int64)
        zigzag(value)
    }

    package mutating func binary(_ id: Int16, _ value: [UInt8]?) {
        guard let value else { return }
        header(id, .binary)
        binary(value)
    }

    package mutating func string(_ id: Int16, _ value: String?) {
        guard let value else { return }
        header(id, .binary)
        binary(value.utf8)
    }

    package mutating func structure<T: ThriftStruct>(_ id: Int16, _ value: T?) {
        guard let value else { return }
        header(id, .structure)
        structure(value)
    }

    /// A field whose struct `body` writes.
    package mutating func structure(_ id: Int16, _ body: (inout ThriftWriter) -> Void) {
        header(id, .structure)
        nested(body)
    }

    package mutating func list<T>(
        _ id: Int16, of type: ThriftType, _ values: [T]?, _ body: (inout ThriftWriter, T) -> Void
    ) {
        guard let values else { return }
        header(id, .list)
        if values.count < 15 {
            bytes.append(UInt8(values.count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            varint(UInt64(values.count))
        }
        for value in values { body(&self, value) }
    }

    package mutating func list<T: ThriftStruct>(_ id: Int16, _ values: [T]?) {
        list(id, of: .structure, values) { $0.structure($1) }
    }

    package mutating func int64s(_ id: Int16, _ values: [Int64]?) {
        list(id, of: .int64, values) { $0.zigzag($1) }
    }

    package mutating func binaries(_ id: Int16, _ values: [[UInt8]]?) {
        list(id, of: .binary, values) { $0.binary($1) }
    }

    package mutating func strings(_ id: Int16, _ values: [String]?) {
        list(id, of: .binary, values) { $0.binary($1.utf8) }
    }

    package mutating func bools(_ id: Int16, _ values: [Bool]?) {
        list(id, of: .bool, values) { $0.bytes.append($1 ? 1 : 2) }
    }

    package mutating func enumerations<T: RawRepresentable<Int32>>(_ id: Int16, _ values: [T]?) {
        list(id, of: .int32, values) { $0.zigzag(Int64($1.rawValue)) }
    }

    // MARK: Values without a field header

    /// A whole struct with its end.
    package mutating func structure(_ value: some ThriftStruct) { nested { value.writeFields(to: &$0) } }

    private mutating func nested(_ body: (inout ThriftWriter) -> Void) {
        let outer = last
        last = 0
        body(&self)
        bytes.append(0)
        last = outer
    }

    private mutating func header(_ id: Int16, _ type: ThriftType) {
        let delta = Int(id) - Int(last)
        if (1...15).contains(delta) {
            bytes.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            zigzag(Int64(id))
        }
        last = id
    }

    private mutating func binary(_ value: some Collection<UInt8>) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }
}
