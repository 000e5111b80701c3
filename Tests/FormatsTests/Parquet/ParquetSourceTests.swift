import Columnar
import Formats
import Foundation
import Testing

/// Sources of Parquet files: projection, row groups left out, files one after the other, morsels.
@Suite(.enabled(if: PythonOracle.isThere)) struct ParquetSourceTests {
    private static let folder = Result { try ParquetOracle.files(of: "parquet_groups") }

    private func path(_ name: String) throws -> String {
        try Self.folder.get().appendingPathComponent("\(name).parquet").path
    }

    private func ints(_ source: ParquetSource, _ column: String = "int") throws -> [Int64] {
        try ParquetOracle.read(source).flatMap { batch in
            (batch[column]?.decoded().scalars ?? []).compactMap { if case .int(let value) = $0 { value } else { nil } }
        }
    }

    @Test func `a projection gives its columns in its order, and no columns still have rows`() throws {
        let file = try ParquetFile(path: try path("groups"))
        let source = try ParquetSource([file], projection: ["text", "int"])
        #expect(source.schema == Schema([Field("text", .string), Field("int", .int64)]))
        let batches = try ParquetOracle.read(source)
        #expect(batches.map(\.count) == Array(repeating: 100, count: 10))
        #expect(batches[3].columns[0].scalar(at: 5) == .string("key-3"))
        #expect(batches[3].columns[1].scalar(at: 5) == .int(305))
        let nothing = try ParquetSource([file], projection: [])
        #expect(try ParquetOracle.read(nothing).reduce(0) { $0 + $1.count } == 1000)
        let error = #expect(throws: SwiftwaterError.self) { try ParquetSource([file], projection: ["txt"]) }
        #expect(error?.description.contains("did you mean 'text'?") == true)
    }

    @Test(arguments: [
        // Bounds and the first rows of the row groups that are left.
        (ColumnBound("int", .less, .int(150)), [0, 100]),
        (ColumnBound("int", .lessOrEqual, .int(100)), [0, 100]),
        (ColumnBound("int", .greater, .int(899)), [900]),
        (ColumnBound("int", .greaterOrEqual, .float(798.5)), [700, 800, 900]),
        (ColumnBound("int", .equal, .int(420)), [400]),
        (ColumnBound("int", .equal, .int(-1)), []),
        (ColumnBound("int", .equal, .uint(950)), [900]),
        (ColumnBound("small", .equal, .int(42)), [400]),
        (ColumnBound("unsigned", .greaterOrEqual, .uint(.max)), [900]),
        (ColumnBound("unsigned", .less, .int(5)), []),
        (ColumnBound("float", .less, .float(5)), [0]),
        (ColumnBound("float", .less, .int(10)), [0]),
        (ColumnBound("text", .equal, .string("key-6")), [600]),
        (ColumnBound("text", .less, .string("key-2")), [0, 100]),
        (ColumnBound("date", .equal, .date(555)), [500]),
        (ColumnBound("time", .less, .timestamp(99, .second, zone: nil)), [0]),
        (ColumnBound("time", .equal, .timestamp(950_000_000, .microsecond, zone: nil)), [900]),
        (ColumnBound("bool", .equal, .bool(true)), [500, 600, 700, 800, 900]),
        (ColumnBound("holes", .greaterOrEqual, .int(0)), [0, 100, 200, 500, 600, 700, 800, 900]),
        (ColumnBound("constant", .notEqual, .int(7)), [500, 600, 700, 800, 900]),
    ])
    func `row groups in which no row meets a bound are left out`(_ bound: ColumnBound, _ firsts: [Int64]) throws {
        let file = try ParquetFile(path: try path("groups"))
        let source = try ParquetSource([file], projection: ["int"], bounds: [bound])
        #expect(source.rowGroupCount == firsts.count, "\(bound)")
        #expect(try ints(source).filter { $0 % 100 == 0 } == firsts, "\(bound)")
    }

    @Test(arguments: [
        ColumnBound("int", .less, .string("x")), ColumnBound("text", .less, .int(3)),
        ColumnBound("nan", .notEqual, .float(5)), ColumnBound("list", .less, .int(-5)),
        ColumnBound("nothing", .less, .int(0)), ColumnBound("int", .less, .float(.nan)),
        ColumnBound("int", .less, .null),
    ])
    func `bounds that say nothing leave nothing out`(_ bound: ColumnBound) throws {
        let file = try ParquetFile(path: try path("groups"))
        #expect(try ParquetSource([file], bounds: [bound]).rowGroupCount == 10)
    }

    @Test func `without statistics nothing is left out`() throws {
        let file = try ParquetFile(path: try path("no-statistics"))
        #expect(try ParquetSource([file], bounds: [ColumnBound("int", .less, .int(5))]).rowGroupCount == 10)
    }

    @Test func `several bounds leave out what any of them excludes`() throws {
        let file = try ParquetFile(path: try path("groups"))
        let bounds = [ColumnBound("int", .greater, .int(250)), ColumnBound("float", .less, .float(45))]
        #expect(try ParquetSource([file], bounds: bounds).rowGroupCount == 3)
    }

    @Test func `files are read one after the other, their columns found by name`() throws {
        let source = try ParquetSource(paths: [try path("first"), try path("second")])
        #expect(try ints(source) == Array(0..<1000))
        let missing = #expect(throws: SwiftwaterError.self) {
            try ParquetSource(paths: [try path("first"), try path("without")])
        }
        #expect(missing?.description.contains("without.parquet: no column 'int'") == true)
        let other = #expect(throws: SwiftwaterError.self) {
            try ParquetSource(paths: [try path("first"), try path("other-type")])
        }
        #expect(other?.description.contains("the column 'int' is string here and int64 in") == true)
        #expect(throws: SwiftwaterError.self) { try ParquetSource(paths: []) }
        let absent = #expect(throws: SwiftwaterError.self) { try ParquetSource(paths: ["/nowhere/x.parquet"]) }
        #expect(absent?.kind == .io)
    }

    @Test func `a large row group is shared by readers in morsels, whose strings are codes as long as they can be`()
        throws
    {
        let source = try ParquetSource([try ParquetFile(path: try path("large"))])
        let readers = [try source.makeReader(), try source.makeReader()]
        var morsels: [Morsel] = []
        var last = [-1, -1]
        var turn = 0
        while let morsel = try readers[turn & 1].next() {
            #expect(morsel.sequence > last[turn & 1])
            last[turn & 1] = morsel.sequence
            morsels.append(morsel)
            turn += 1
        }
        morsels.sort { $0.sequence < $1.sequence }
        #expect(morsels.count >= 3 && morsels.allSatisfy { $0.batch.count <= 1 << 17 })
        #expect(morsels[0].batch.columns[1].type == .dictionary(.string))
        #expect(morsels.last?.batch.columns[1].type == .string)
        var row = 0
        for batch in morsels.map(\.batch) {
            let names = batch.columns[1].decoded()
            for index in stride(from: 0, to: batch.count, by: 997) {
                let id = row + index
                #expect(batch.columns[0].scalar(at: index) == .int(Int64(id)))
                #expect(names.scalar(at: index) == .string("name \(id > 100_000 ? id : id % 10)"))
            }
            row += batch.count
        }
        #expect(row == 300_000)
        #expect(source.progress.rows == 300_000 && source.progress.bytes == source.progress.totalBytes)
    }

    @Test func `zones and durations come from Arrow's schema in the metadata`() throws {
        let file = try ParquetFile(path: try path("arrow-schema"))
        let paris = DataType.timestamp(.microsecond, zone: "Europe/Paris")
        #expect(
            try file.schema().fields.map(\.type) == [
                paris, .timestamp(.millisecond, zone: "UTC"), .timestamp(.nanosecond, zone: nil),
                .duration(.microsecond), .list(.duration(.nanosecond)),
                .structure([Field("t", .timestamp(.millisecond, zone: "Europe/Paris"))]),
                .list(.structure([Field("key", .string), Field("value", .duration(.millisecond))])), .string,
            ])
        let batch = try #require(try ParquetOracle.read(try ParquetSource([file])).first)
        #expect(batch.columns[0].scalar(at: 0) == .timestamp(1, .microsecond, zone: "Europe/Paris"))
        #expect(batch.columns[3].scalar(at: 0) == .duration(5, .microsecond))
        #expect(batch.columns[4].scalar(at: 0) == .list([.duration(7, .nanosecond)]))
        #expect(batch.columns.allSatisfy { $0.scalar(at: 1).isNull })
    }

    @Test func `an inspection gives schema, row groups, encodings, codecs, sizes and statistics`() throws {
        let inspection = try ParquetInspection.inspect(try path("groups"))
        #expect(inspection.rows == 1000 && inspection.rowGroups.count == 10)
        #expect(inspection.createdBy?.contains("parquet-cpp-arrow") == true)
        #expect(inspection.columns.map(\.name).prefix(3) == ["int", "small", "unsigned"])
        #expect(inspection.columns[0].type == "int64" && inspection.columns[0].codecs == ["SNAPPY"])
        #expect(inspection.columns[5].encodings.contains("RLE_DICTIONARY"))
        #expect(inspection.columns[11].type == "list<int32>" && inspection.columns[11].leaves[0].isRepeated)
        let chunks = inspection.rowGroups[3].chunks
        #expect(chunks[0].minimum == .int(300) && chunks[0].maximum == .int(399) && chunks[0].nulls == 0)
        #expect(chunks[2].maximum == .uint(.max - 600))
        #expect(chunks[5].minimum == .text("key-3"))
        #expect(chunks[6].minimum == .text("1970-10-28"))
        #expect(chunks[7].maximum == .text("1970-01-01T00:06:39.000"))
        #expect(chunks[9].nulls == 100 && chunks[9].minimum == nil)
        let json = String(decoding: try JSONEncoder().encode(inspection), as: UTF8.self)
        #expect(json.contains("\"minimum\":300"))
    }
}
