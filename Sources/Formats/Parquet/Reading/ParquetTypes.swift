import Columnar

/// Which of Swiftwater's types a Parquet type becomes.
///
/// | Parquet | Swiftwater |
/// |---|---|
/// | BOOLEAN | `bool` |
/// | INT32, INT64 with INTEGER(w, signed) | `int8` … `uint64` |
/// | FLOAT, DOUBLE; FLOAT16 | `float32`, `float64`; `float32` |
/// | STRING, ENUM, JSON | `string` |
/// | BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, UUID, BSON, geometry and types not known | `binary` |
/// | DATE | `date` |
/// | TIMESTAMP(unit) | `timestamp[unit]`, with the zone UTC when it is adjusted to UTC |
/// | TIME(unit) | `duration[unit]` since midnight |
/// | INT96 | `timestamp[ns]`; `timestamp[us]` in files that Spark wrote, whose own timestamps are so |
/// | UNKNOWN | `null` |
/// | DECIMAL, INTERVAL | not there yet |
enum ParquetTypes {
    typealias Result = (DataType, ParquetLeaf.Conversion)

    /// The unit of INT96 timestamps: nanoseconds reach from 1677 to 2262 only, and tables of Spark, which have
    /// microseconds, often say 9999 for "without end".
    static func int96Unit(_ metadata: Parquet.FileMetadata) -> TimeUnit {
        let isFromSpark = metadata.keyValueMetadata?.contains { $0.key.hasPrefix("org.apache.spark.") } ?? false
        return isFromSpark ? .microsecond : .nanosecond
    }

    /// The type of a leaf. Throws an `unsupported` error that names the feature.
    static func type(
        of element: Parquet.SchemaElement, _ physical: Parquet.PhysicalType, int96: TimeUnit
    ) throws(SwiftwaterError) -> Result {
        if let logical = element.logicalType, let result = try type(logical, physical, element) { return result }
        if element.logicalType == nil, let converted = element.convertedType,
            let result = try type(converted, physical, element)
        {
            return result
        }
        switch physical {
        case .boolean: return (.bool, .bool)
        case .int32: return (.int32, .word)
        case .int64: return (.int64, .doubleWord)
        case .int96: return (.timestamp(int96, zone: nil), .int96)
        case .float: return (.float32, .word)
        case .double: return (.float64, .doubleWord)
        case .byteArray, .fixedLengthByteArray: return (.binary, .bytes)
        }
    }

    /// By the logical type; nil when it does not fit the physical type, which then decides.
    private static func type(
        _ logical: Parquet.LogicalType, _ physical: Parquet.PhysicalType, _ element: Parquet.SchemaElement
    ) throws(SwiftwaterError) -> Result? {
        switch logical {
        case .string, .enumeration, .json: return isBytes(physical) ? (.string, .bytes) : nil
        case .integer(let width, let isSigned): return integer(Int(width), isSigned, physical)
        case .date: return physical == .int32 ? (.date, .word) : nil
        case .timestamp(let isAdjusted, let unit):
            return physical == .int64
                ? (.timestamp(columnar(unit), zone: isAdjusted ? "UTC" : nil), .doubleWord) : nil
        case .time(_, let unit): return time(unit, physical)
        case .float16:
            return physical == .fixedLengthByteArray && element.typeLength == 2 ? (.float32, .float16) : nil
        case .unknown: return (.null, .null)
        case .decimal(let scale, let precision): throw decimal(precision, scale)
        case .map, .list, .bson, .uuid, .variant, .geometry, .geography, .unrecognized: return nil
        }
    }

    private static func type(
        _ converted: Parquet.ConvertedType, _ physical: Parquet.PhysicalType, _ element: Parquet.SchemaElement
    ) throws(SwiftwaterError) -> Result? {
        switch converted {
        case .utf8, .enumeration, .json: return isBytes(physical) ? (.string, .bytes) : nil
        case .date: return physical == .int32 ? (.date, .word) : nil
        case .timeMillis: return time(.millis, physical)
        case .timeMicros: return time(.micros, physical)
        // The old timestamps were always adjusted to UTC.
        case .timestampMillis:
            return physical == .int64 ? (.timestamp(.millisecond, zone: "UTC"), .doubleWord) : nil
        case .timestampMicros:
            return physical == .int64 ? (.timestamp(.microsecond, zone: "UTC"), .doubleWord) : nil
        case .int8: return integer(8, true, physical)
        case .int16: return integer(16, true, physical)
        case .int32: return integer(32, true, physical)
        case .int64: return integer(64, true, physical)
        case .uint8: return integer(8, false, physical)
        case .uint16: return integer(16, false, physical)
        case .uint32: return integer(32, false, physical)
        case .uint64: return integer(64, false, physical)
        case .decimal: throw decimal(element.precision ?? 0, element.scale ?? 0)
        case .interval:
            throw SwiftwaterError(
                .unsupported, "has the type INTERVAL, which is not there yet", hint: "leave the column out")
        case .map, .mapKeyValue, .list, .bson: return nil
        }
    }

    private static func isBytes(_ physical: Parquet.PhysicalType) -> Bool {
        physical == .byteArray || physical == .fixedLengthByteArray
    }

    private static func integer(_ width: Int, _ isSigned: Bool, _ physical: Parquet.PhysicalType) -> Result? {
        switch (width, physical) {
        case (8, .int32): (isSigned ? .int8 : .uint8, .narrow8)
        case (16, .int32): (isSigned ? .int16 : .uint16, .narrow16)
        case (32, .int32): (isSigned ? .int32 : .uint32, .word)
        case (64, .int64): (isSigned ? .int64 : .uint64, .doubleWord)
        default: nil
        }
    }

    private static func time(_ unit: Parquet.TimeUnit, _ physical: Parquet.PhysicalType) -> Result? {
        switch (unit, physical) {
        case (.millis, .int32): (.duration(.millisecond), .widen)
        case (.micros, .int64), (.nanos, .int64): (.duration(columnar(unit)), .doubleWord)
        default: nil
        }
    }

    private static func columnar(_ unit: Parquet.TimeUnit) -> TimeUnit {
        switch unit {
        case .millis: .millisecond
        case .micros: .microsecond
        case .nanos: .nanosecond
        }
    }

    private static func decimal(_ precision: Int32, _ scale: Int32) -> SwiftwaterError {
        SwiftwaterError(
            .unsupported, "has the type DECIMAL(\(precision), \(scale)), which is not there yet",
            hint: "leave the column out, or write it as DOUBLE or as a string")
    }
}
