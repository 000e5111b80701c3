import Columnar
import Formats
import Foundation
import Testing

/// What the writer writes, the reader reads: any schema, any values, any pages.
@Suite struct ParquetRoundTripTests {
    /// The type that a file has for `type`: seconds are stored as milliseconds.
    private func stored(_ type: DataType) -> DataType {
        switch type {
        case .timestamp(.second, let zone): .timestamp(.millisecond, zone: zone)
        case .list(let element): .list(stored(element))
        case .structure(let fields): .structure(fields.map { Field($0.name, stored($0.type)) })
        default: type
        }
    }

    private func stored(_ scalar: Scalar) -> Scalar {
        switch scalar {
        case .timestamp(let value, .second, let zone): .timestamp(value * 1000, .millisecond, zone: zone)
        case .list(let elements): .list(elements.map(stored))
        case .structure(let members): .structure(members.map { Scalar.Member($0.name, stored($0.value)) })
        default: scalar
        }
    }

    @Test(arguments: 0..<24)
    func `every schema comes back as it was written`(_ round: Int) throws {
        let base = ProcessInfo.processInfo.environment["SWIFTWATER_SEED"].flatMap(UInt64.init) ?? 1
        let seed = base &* 1000 &+ UInt64(round)
        var random = RandomColumns(seed: seed)
        let count = [0, 1, 7, 64, 65, 1000, 3000][random.below(7)]
        let schema = random.schema(columns: 1 + random.below(6), depth: random.below(4))
        let columns = schema.fields.map { field in
            let shape = random.shape()
            return random.scalars(field.type, count, shape)
        }
        var options = ParquetWriterOptions()
        options.codec = CompressionCodec.allCases[random.below(CompressionCodec.allCases.count)]
        options.rowGroupRows = [100, 1000, 1 << 18][random.below(3)]
        options.pageValues = [10, 64, 1000, 1 << 17][random.below(4)]
        options.dictionaryBytes = [0, 100, 1 << 20][random.below(3)]
        options.usesByteStreamSplit = random.chance(50)
        let folder = TextFolder()
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: schema, options: options)
        let batch = try zip(schema.fields, columns).map { try Column($0.type, $1) }
        try writer.write(Batch(schema: schema, columns: batch, count: count))
        _ = try writer.finish()

        let source = try ParquetSource(
            [try ParquetFile(path: folder("x.parquet"))], maximumRows: [1, 50, 1 << 17][random.below(3)])
        #expect(source.schema == Schema(schema.fields.map { Field($0.name, stored($0.type)) }), "seed \(seed)")
        let batches = try ParquetOracle.read(source, readers: 1 + random.below(3))
        for (index, field) in source.schema.fields.enumerated() {
            let expected = ParquetOracle.texts(try Column(field.type, columns[index].map(stored)))
            let read = batches.flatMap { ParquetOracle.texts($0.columns[index]) }
            #expect(read == expected, "seed \(seed), column \(field.name) of type \(field.type), \(options)")
        }
    }
}
