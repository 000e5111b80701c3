package import Columnar

extension Parquet {
    /// The footer: schema, row groups and what the writer says about itself.
    package struct FileMetadata: ThriftStruct, Hashable {
        package var version: Int32 = 0
        /// Depth first; the first is the root.
        package var schema: [SchemaElement] = []
        package var rowCount: Int64 = 0
        package var rowGroups: [RowGroup] = []
        package var keyValueMetadata: [KeyValue]?
        package var createdBy: String?
        /// One a leaf; statistics with `minValue` need it.
        package var columnOrders: [ColumnOrder]?
        /// The columns are encrypted while the footer is not.
        package var isEncrypted = false

        package static var thriftName: String { "FileMetaData" }
        package static var requiredFields: UInt64 { bits(1, 2, 3, 4) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: version = try reader.int32(field)
            case 2: schema = try reader.list(field, of: SchemaElement.self)
            case 3: rowCount = try reader.int64(field)
            case 4: rowGroups = try reader.list(field, of: RowGroup.self)
            case 5: keyValueMetadata = try reader.list(field, of: KeyValue.self)
            case 6: createdBy = try reader.string(field)
            case 7: columnOrders = try reader.list(field, of: ColumnOrder.self)
            case 8:
                isEncrypted = true
                try reader.skip(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, version)
            writer.list(2, schema)
            writer.int64(3, rowCount)
            writer.list(4, rowGroups)
            writer.list(5, keyValueMetadata)
            writer.string(6, createdBy)
            writer.list(7, columnOrders)
        }
    }

    /// Metadata of applications.
    package struct KeyValue: ThriftStruct, Hashable {
        package var key = ""
        package var value: String?

        package static var thriftName: String { "KeyValue" }
        package static var requiredFields: UInt64 { bits(1) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: key = try reader.string(field)
            case 2: value = try reader.string(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.string(1, key)
            writer.string(2, value)
        }
    }

    /// How the values of a leaf compare; the format has one order.
    package struct ColumnOrder: ThriftStruct, Hashable {
        /// False for an order of a later version of the format: its statistics say nothing.
        package var isTypeDefined = false

        package static var thriftName: String { "ColumnOrder" }

        package init() {}
        package init(isTypeDefined: Bool) { self.isTypeDefined = isTypeDefined }

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            if field.id == 1 { isTypeDefined = true }
            try reader.skip(field)
        }

        package func writeFields(to writer: inout ThriftWriter) {
            if isTypeDefined { writer.structure(1) { _ in } }
        }
    }
}
