import Columnar

/// An Arrow schema as the IPC format has it (a FlatBuffer), which Arrow's readers look for in a Parquet file:
/// from it they restore what Parquet has no types for, such as durations and time zones.
enum ArrowSchemaMessage {
    /// The message with its length before it, in base64.
    ///
    /// - Parameter metadata: the file's own entries, which Arrow's readers take from here when there is a message.
    static func base64(_ schema: Schema, metadata: [(key: String, value: String)]) -> String {
        String(decoding: Base64.encode(framed(schema, metadata: metadata)), as: UTF8.self)
    }

    /// The message as a stream of Arrow's IPC format begins with it.
    static func framed(_ schema: Schema, metadata: [(key: String, value: String)] = []) -> [UInt8] {
        framed(header: 1, bodyByteCount: 0) { Self.schema(schema, metadata, &$0) }
    }

    /// A message of the IPC format: a marker, the metadata's length, the metadata padded to eight bytes.
    ///
    /// - Parameter header: the number of the header's type in Arrow's union `MessageHeader`.
    static func framed(
        header: UInt8, bodyByteCount: Int, _ body: @escaping (inout FlatBuffer) -> Void
    ) -> [UInt8] {
        var builder = FlatBuffer()
        builder.root { builder in
            // Message: version V5.
            builder.table([
                (0, .int16(4)), (1, .uint8(header)), (2, .reference(body)), (3, .int64(Int64(bodyByteCount))),
            ])
        }
        var message = builder.bytes
        message.append(contentsOf: [UInt8](repeating: 0, count: (8 - message.count % 8) % 8))
        var bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        withUnsafeBytes(of: UInt32(message.count).littleEndian) { bytes.append(contentsOf: $0) }
        return bytes + message
    }

    private static func schema(
        _ schema: Schema, _ metadata: [(key: String, value: String)], _ builder: inout FlatBuffer
    ) {
        var members: [(Int, FlatBuffer.Value)] = [(0, .int16(0)), (1, .reference { fields(schema.fields, &$0) })]
        if !metadata.isEmpty {
            let pairs = metadata.map { pair in
                { (builder: inout FlatBuffer) in
                    builder.table([
                        (0, .reference { $0.string(pair.key) }), (1, .reference { $0.string(pair.value) }),
                    ])
                }
            }
            members.append((2, .reference { $0.vector(pairs) }))
        }
        builder.table(members)
    }

    private static func fields(_ fields: [Field], _ builder: inout FlatBuffer) {
        builder.vector(fields.map { field in { Self.field(field.name, field.type, &$0) } })
    }

    private static func field(_ name: String, _ type: DataType, _ builder: inout FlatBuffer) {
        let type = type.logical
        let children: [Field] =
            switch type {
            case .list(let element): [Field("element", element)]
            case .structure(let members): members
            default: []
            }
        let (number, members) = Self.type(type)
        builder.table([
            (0, .reference { $0.string(name) }), (1, .uint8(1)), (2, .uint8(number)),
            (3, .reference { $0.table(members) }), (5, .reference { fields(children, &$0) }),
        ])
    }

    /// The number of the type in Arrow's union `Type`, and its table.
    private static func type(_ type: DataType) -> (UInt8, [(Int, FlatBuffer.Value)]) {
        func integer(_ width: Int32, _ signed: Bool) -> (UInt8, [(Int, FlatBuffer.Value)]) {
            (2, [(0, .int32(width)), (1, .uint8(signed ? 1 : 0))])
        }
        func unit(_ unit: TimeUnit) -> FlatBuffer.Value {
            switch unit {
            case .second: .int16(0)
            case .millisecond: .int16(1)
            case .microsecond: .int16(2)
            case .nanosecond: .int16(3)
            }
        }
        switch type {
        case .null: return (1, [])
        case .bool: return (6, [])
        case .int8: return integer(8, true)
        case .int16: return integer(16, true)
        case .int32: return integer(32, true)
        case .int64: return integer(64, true)
        case .uint8: return integer(8, false)
        case .uint16: return integer(16, false)
        case .uint32: return integer(32, false)
        case .uint64: return integer(64, false)
        case .float32: return (3, [(0, .int16(1))])
        case .float64: return (3, [(0, .int16(2))])
        case .binary: return (4, [])
        case .string: return (5, [])
        case .date: return (8, [(0, .int16(0))])
        case .timestamp(let stored, nil): return (10, [(0, unit(stored))])
        case .timestamp(let stored, let zone?): return (10, [(0, unit(stored)), (1, .reference { $0.string(zone) })])
        case .duration(let stored): return (18, [(0, unit(stored))])
        case .list: return (12, [])
        case .structure: return (13, [])
        case .dictionary(let values): return self.type(values)
        }
    }
}
