import Columnar
import Foundation
import Query
import Streams
import Testing

struct HivePartitioningTests {
    private func sink(_ folder: SinkFolder, _ schema: Schema, by columns: [String]) throws -> any StreamSink {
        let sink = try FileSinks.folder(folder.out, schema: schema, options: SinkOptions(partitionBy: columns))
        try sink.recover(nil)
        return sink
    }

    /// The folders that one epoch with these values makes.
    private func folders(_ type: DataType, _ values: [Scalar]) throws -> [String] {
        let folder = try SinkFolder()
        let schema = Schema([Field("p", type), Field("v", .int64)])
        let batch = Batch(
            schema: schema,
            columns: [
                try Column(type, values), try Column(.int64, values.indices.map { .int(Int64($0)) }),
            ])
        try sink(folder, schema, by: ["p"]).commit(0, .append, [batch])
        return folder.visible.map { String($0.prefix { $0 != "/" }) }
    }

    @Test func `values are escaped as Spark does it`() throws {
        #expect(
            try folders(
                .string, ["R", "a b", "é", "a/b", "100%", "k=v", "x:y", " s ", ".", "", "+"].map { .string($0) })
                == [
                    "p=%20s%20", "p=%2B", "p=.", "p=100%25", "p=R", "p=__HIVE_DEFAULT_PARTITION__", "p=a b", "p=a%2Fb",
                    "p=k%3Dv", "p=x%3Ay", "p=é",
                ].sorted())
    }

    @Test func `every type has its text`() throws {
        #expect(try folders(.int64, [.int(-5), .int(12), .null]) == ["p=-5", "p=12", "p=__HIVE_DEFAULT_PARTITION__"])
        #expect(try folders(.bool, [.bool(true), .bool(false)]) == ["p=false", "p=true"])
        #expect(try folders(.float64, [.float(1.5), .float(.nan)]) == ["p=1.5", "p=NaN"])
        #expect(try folders(.date, [.date(18_099)]) == ["p=2019-07-22"])
        #expect(
            try folders(
                .timestamp(.millisecond, zone: nil),
                [.timestamp(1_563_795_193_500, .millisecond, zone: nil), .timestamp(0, .millisecond, zone: nil)])
                == ["p=1970-01-01 00%3A00%3A00", "p=2019-07-22 11%3A33%3A13.5"])
        #expect(
            try folders(.dictionary(.string), [.string("b"), .string("a"), .string("b"), .null])
                == ["p=__HIVE_DEFAULT_PARTITION__", "p=a", "p=b"])
    }

    @Test func `columns that cannot be folders are refused at once`() throws {
        let folder = try SinkFolder()
        let schema = Schema([
            Field("a", .string), Field("_h", .string), Field("l", .list(.int64)), Field("v", .int64),
        ])
        for columns in [["x"], ["a", "a"], ["_h"], ["l"], ["a", "_h", "l", "v"]] {
            let error = #expect(throws: SwiftwaterError.self) { try sink(folder, schema, by: columns) }
            #expect(error?.kind == .usage)
        }
        let only = Schema([Field("a", .string)])
        #expect(throws: SwiftwaterError.self) { try sink(folder, only, by: ["a"]) }
    }

    @Test func `a value too long for a name is an error and leaves nothing`() throws {
        let folder = try SinkFolder()
        let sink = try sink(folder, SinkRows.schema, by: ["company"])
        let error = #expect(throws: SwiftwaterError.self) {
            try sink.commit(0, .append, [SinkRows.batch(0..<3) { _ in String(repeating: "x", count: 300) }])
        }
        #expect(error?.kind == .data)
        #expect(folder.files.isEmpty)
    }

    @Test(.enabled(if: PythonReader.isThere)) func `pyarrow, DuckDB, pandas and Polars read the values back`() throws {
        let folder = try SinkFolder()
        let values: [String?] = [
            "R", "a b", "é日", "a/b", "a%b", "k=v", "+", ".x", "_y", "'q'", "\"q\"", "x:y", "~", nil,
        ]
        let sink = try sink(folder, SinkRows.schema, by: ["company"])
        let company = { (row: Int) in values[row % values.count] }
        for epoch in 0..<3 {
            try sink.commit(Int64(epoch), .append, [SinkRows.batch((epoch * 14)..<(epoch * 14 + 14), company: company)])
        }
        let printed = try PythonReader.run(
            """
            import sys, json, duckdb, pyarrow.dataset as ds, polars as pl, pandas as pd
            out = sys.argv[1]
            rows = lambda found: json.dumps(sorted([[r["v"], r["company"]] for r in found]), ensure_ascii=False)
            print(rows(ds.dataset(out, partitioning="hive").to_table().to_pylist()))
            print(rows(dict(zip(("v", "company"), r)) for r in duckdb.sql(
                f"select v, company from read_parquet('{out}/**/*.parquet', hive_partitioning=true)").fetchall()))
            print(rows(pl.scan_parquet(out, hive_partitioning=True).collect().to_dicts()))
            print(sorted(pd.read_parquet(out, columns=["v"])["v"].tolist()) == list(range(42)))
            """, [folder.out])
        let lines = printed.split(separator: "\n").map { String($0) }
        let expected = (0..<42).map { row in
            "[\(row), \(company(row).map { "\"\($0.replacingOccurrences(of: "\"", with: "\\\""))\"" } ?? "null")]"
        }
        #expect(lines == [String](repeating: "[\(expected.joined(separator: ", "))]", count: 3) + ["True"])
    }
}
