package import Columnar

extension Parquet {
    /// A node of the schema's tree, which is stored depth first.
    package struct SchemaElement: ThriftStruct, Hashable {
        /// Nil for groups.
        package var type: PhysicalType?
        /// Bytes a value of `fixedLengthByteArray`.
        package var typeLength: Int32?
        /// Nil for the root.
        package var repetition: Repetition?
        package var name = ""
        /// Set for groups.
        package var childCount: Int32?
        package var convertedType: ConvertedType?
        package var scale: Int32?
        package var precision: Int32?
        package var fieldID: Int32?
        package var logicalType: LogicalType?

        package static var thriftName: String { "SchemaElement" }
        package static var requiredFields: UInt64 { bits(4) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: type = try reader.enumeration(field, PhysicalType.self, "the physical type")
            case 2: typeLength = try reader.int32(field)
            case 3: repetition = try reader.enumeration(field, Repetition.self, "the repetition")
            case 4: name = try reader.string(field)
            case 5: childCount = try reader.int32(field)
            case 6: convertedType = ConvertedType(rawValue: try reader.int32(field))
            case 7: scale = try reader.int32(field)
            case 8: precision = try reader.int32(field)
            case 9: fieldID = try reader.int32(field)
            case 10: logicalType = try LogicalType(from: &reader, field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, type?.rawValue)
            writer.int32(2, typeLength)
            writer.int32(3, repetition?.rawValue)
            writer.string(4, name)
            writer.int32(5, childCount)
            writer.int32(6, convertedType?.rawValue)
            writer.int32(7, scale)
            writer.int32(8, precision)
            writer.int32(9, fieldID)
            if let logicalType { writer.structure(10) { logicalType.write(to: &$0) } }
        }
    }

    /// The unit of a time or a timestamp.
    package enum TimeUnit: Int16, Sendable, Hashable {
        case millis = 1
        case micros, nanos
    }

    /// What values mean.
    package enum LogicalType: Sendable, Hashable {
        case string, map, list, enumeration
        case decimal(scale: Int32, precision: Int32)
        case date
        case time(isAdjustedToUTC: Bool, TimeUnit)
        case timestamp(isAdjustedToUTC: Bool, TimeUnit)
        case integer(bitWidth: Int8, isSigned: Bool)
        /// Always null.
        case unknown
        case json, bson, uuid, float16, variant, geometry, geography
        /// A type of a later version of the format, by its number.
        case unrecognized(Int16)

        private static let plain: [Int16: LogicalType] = [
            1: .string, 2: .map, 3: .list, 4: .enumeration, 6: .date, 11: .unknown, 12: .json, 13: .bson,
            14: .uuid, 15: .float16, 16: .variant, 17: .geometry, 18: .geography,
        ]

        fileprivate init?(from reader: inout ThriftReader, _ field: ThriftField) throws(SwiftwaterError) {
            guard field.type == .structure else { throw reader.failure("a logical type is not a struct") }
            var result: LogicalType?
            try reader.fields { (reader, field) throws(SwiftwaterError) in
                switch field.id {
                case 5:
                    let decimal = try reader.structure(field, Decimal.self)
                    result = .decimal(scale: decimal.scale, precision: decimal.precision)
                case 7, 8:
                    let time = try reader.structure(field, Time.self)
                    result =
                        field.id == 7
                        ? .time(isAdjustedToUTC: time.isAdjustedToUTC, time.unit)
                        : .timestamp(isAdjustedToUTC: time.isAdjustedToUTC, time.unit)
                case 10:
                    let integer = try reader.structure(field, Integer.self)
                    result = .integer(bitWidth: integer.bitWidth, isSigned: integer.isSigned)
                default:
                    result = Self.plain[field.id] ?? .unrecognized(field.id)
                    try reader.skip(field)
                }
            }
            guard let result else { return nil }
            self = result
        }

        fileprivate func write(to writer: inout ThriftWriter) {
            switch self {
            case .decimal(let scale, let precision):
                writer.structure(5, Decimal(scale: scale, precision: precision))
            case .time(let isAdjusted, let unit):
                writer.structure(7, Time(isAdjustedToUTC: isAdjusted, unit: unit))
            case .timestamp(let isAdjusted, let unit):
                writer.structure(8, Time(isAdjustedToUTC: isAdjusted, unit: unit))
            case .integer(let bitWidth, let isSigned):
                writer.structure(10, Integer(bitWidth: bitWidth, isSigned: isSigned))
            case .unrecognized(let id): writer.structure(id) { _ in }
            default:
                if let id = Self.plain.first(where: { $0.value == self })?.key { writer.structure(id) { _ in } }
            }
        }
    }

    private struct Decimal: ThriftStruct {
        var scale: Int32 = 0
        var precision: Int32 = 0

        static var thriftName: String { "DecimalType" }
        static var requiredFields: UInt64 { bits(1, 2) }

        init() {}
        init(scale: Int32, precision: Int32) {
            self.scale = scale
            self.precision = precision
        }

        mutating func readField(_ field: ThriftField, from reader: inout ThriftReader) throws(SwiftwaterError) {
            switch field.id {
            case 1: scale = try reader.int32(field)
            case 2: precision = try reader.int32(field)
            default: try reader.skip(field)
            }
        }

        func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, scale)
            writer.int32(2, precision)
        }
    }

    private struct Time: ThriftStruct {
        var isAdjustedToUTC = false
        var unit = TimeUnit.millis

        static var thriftName: String { "TimestampType" }
        static var requiredFields: UInt64 { bits(1, 2) }

        init() {}
        init(isAdjustedToUTC: Bool, unit: TimeUnit) {
            self.isAdjustedToUTC = isAdjustedToUTC
            self.unit = unit
        }

        mutating func readField(_ field: ThriftField, from reader: inout ThriftReader) throws(SwiftwaterError) {
            switch field.id {
            case 1: isAdjustedToUTC = try reader.bool(field)
            case 2:
                guard field.type == .structure else { throw reader.failure("a time unit is not a struct") }
                var known: TimeUnit?
                try reader.fields { (reader, field) throws(SwiftwaterError) in
                    known = TimeUnit(rawValue: field.id)
                    try reader.skip(field)
                }
                guard let known else {
                    throw SwiftwaterError(.unsupported, "the Parquet file uses a time unit that is not known")
                }
                unit = known
            default: try reader.skip(field)
            }
        }

        func writeFields(to writer: inout ThriftWriter) {
            writer.bool(1, isAdjustedToUTC)
            let unit = self.unit
            writer.structure(2) { $0.structure(unit.rawValue) { _ in } }
        }
    }

    private struct Integer: ThriftStruct {
        var bitWidth: Int8 = 0
        var isSigned = false

        static var thriftName: String { "IntType" }
        static var requiredFields: UInt64 { bits(1, 2) }

        init() {}
        init(bitWidth: Int8, isSigned: Bool) {
            self.bitWidth = bitWidth
            self.isSigned = isSigned
        }

        mutating func readField(_ field: ThriftField, from reader: inout ThriftReader) throws(SwiftwaterError) {
            switch field.id {
            case 1: bitWidth = try reader.int8(field)
            case 2: isSigned = try reader.bool(field)
            default: try reader.skip(field)
            }
        }

        func writeFields(to writer: inout ThriftWriter) {
            writer.int8(1, bitWidth)
            writer.bool(2, isSigned)
        }
    }
}
