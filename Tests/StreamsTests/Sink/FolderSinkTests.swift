import Columnar
import Formats
import Foundation
import Glibc
import Query
import Streams
import Testing

@Suite struct FolderSinkTests {
    let folder: SinkFolder
    init() throws { folder = try SinkFolder() }

    private func sink(_ options: SinkOptions = SinkOptions()) throws -> any StreamSink {
        try FileSinks.folder(folder.out + "/", schema: SinkRows.schema, options: options)
    }

    private func opened(_ options: SinkOptions = SinkOptions(), after last: SinkRecord? = nil) throws -> any StreamSink
    {
        let sink = try sink(options)
        try sink.recover(last)
        return sink
    }

    @Test func `nothing is to be seen before an epoch is published`() throws {
        let sink = try opened()
        let record = try sink.prepare(epoch: 0, mode: .append, rows: [SinkRows.batch(0..<10)])
        #expect(folder.visible.isEmpty)
        #expect(folder.files == [".out.staged/0000000000/0.staged"])
        #expect(record.rows == 10)
        try sink.publish(record)
        #expect(folder.files == ["out/part-0000000000-0000.parquet"])
        #expect(try folder.values() == Array(0..<10))
        try sink.publish(record)
        #expect(try folder.values() == Array(0..<10))
        sink.close()
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/.out.staged"))
    }

    @Test func `an epoch without rows makes no file`() throws {
        let sink = try opened()
        try sink.commit(0, .append, [])
        try sink.commit(1, .append, [SinkRows.batch(0..<0)])
        let record = try sink.commit(2, .update, [])
        #expect(record.rows == 0)
        #expect(folder.files.isEmpty)
    }

    @Test func `partitions are folders, and their columns are not in the files`() throws {
        let sink = try opened(SinkOptions(partitionBy: ["company"]))
        try sink.commit(7, .append, [SinkRows.batch(0..<8), SinkRows.batch(8..<10)])
        #expect(
            folder.visible.map { String($0.prefix { $0 != "/" }) } == [
                "company=R", "company=S%2FT", "company=__HIVE_DEFAULT_PARTITION__", "company=a b%3D%25",
            ])
        #expect(folder.visible.allSatisfy { $0.contains("/part-0000000007-000") })
        #expect(try folder.values() == Array(0..<10))
        let file = try ParquetFile(path: "\(folder.out)/\(folder.visible[0])")
        #expect(try file.schema().names == ["v"])
    }

    @Test func `mode update adds the epoch as a column`() throws {
        let sink = try opened()
        for epoch in 3..<5 { try sink.commit(Int64(epoch), .update, [SinkRows.batch(0..<4)]) }
        #expect(try folder.values() == [0, 0, 1, 1, 2, 2, 3, 3])
        #expect(try folder.values("_epoch") == [3, 3, 3, 3, 4, 4, 4, 4])
        let clash = try FileSinks.folder(folder.path + "/other", schema: Schema([Field("_epoch", .int64)]))
        try clash.recover(nil)
        let batch = Batch(schema: Schema([Field("_epoch", .int64)]), columns: [try Column(.int64, [.int(1)])])
        #expect(throws: SwiftwaterError.self) { try clash.commit(0, .update, [batch]) }
    }

    @Test(.enabled(if: PythonReader.isThere)) func `of updated rows the newest can be told`() throws {
        let sink = try opened(SinkOptions(partitionBy: ["company"]))
        for epoch in 0..<4 {
            try sink.commit(
                Int64(epoch), .update, [SinkRows.batch((epoch * 10)..<(epoch * 10 + 2)) { $0 % 2 == 0 ? "R" : "S" }])
        }
        let printed = try PythonReader.run(
            """
            import sys, duckdb
            query = "SELECT company, v FROM '" + sys.argv[1] + "/**/*.parquet' "
            query += "QUALIFY row_number() OVER (PARTITION BY company ORDER BY _epoch DESC) = 1"
            print(sorted(duckdb.sql(query).fetchall()))
            """, [folder.out])
        #expect(printed == "[('R', 30), ('S', 31)]\n")
    }

    @Test func `mode complete replaces one file by one rename`() throws {
        var sink = try opened()
        var last = try sink.commit(0, .complete, [SinkRows.batch(0..<10)])
        #expect(folder.visible == ["part-complete.parquet"])
        last = try sink.commit(1, .complete, [SinkRows.batch(5..<25)])
        #expect(folder.visible == ["part-complete.parquet"])
        #expect(try folder.values() == Array(5..<25))
        sink = try opened(after: last)
        #expect(try folder.values() == Array(5..<25))
        try sink.commit(2, .complete, [])
        #expect(folder.visible.isEmpty)
    }

    @Test func `mode complete removes partitions that have no rows any more`() throws {
        let options = SinkOptions(partitionBy: ["company"])
        var sink = try opened(options)
        try sink.commit(0, .complete, [SinkRows.batch(0..<8)])
        #expect(folder.visible.count == 4)
        let record = try sink.prepare(epoch: 1, mode: .complete, rows: [SinkRows.batch(8..<10)])
        #expect(try folder.values() == Array(0..<8))
        // The process ends after the commit.
        sink = try opened(options, after: record)
        #expect(folder.visible == ["company=R/part-complete.parquet", "company=S%2FT/part-complete.parquet"])
        #expect(try folder.values() == [8, 9])
        #expect(throws: SwiftwaterError.self) { try sink.commit(2, .append, [SinkRows.batch(0..<1)]) }
    }

    @Test(arguments: [FileFormat.jsonLines, .csv], ["none", "gzip", "zstd"])
    func `text formats have part files too`(_ format: FileFormat, _ compression: String) throws {
        let options = SinkOptions(
            format: format, writing: WriteOptions(compression: compression), partitionBy: ["company"])
        let sink = try opened(options)
        for epoch in 0..<2 {
            try sink.commit(Int64(epoch), .append, [SinkRows.batch((epoch * 2)..<(epoch * 2 + 2)) { _ in "R" }])
        }
        let suffix = ["none": "", "gzip": ".gz", "zstd": ".zst"][compression] ?? ""
        let name = "company=R/part-0000000000-0000.\(format == .csv ? "csv" : "ndjson")\(suffix)"
        #expect(folder.visible.first == name)
        #expect(folder.visible.count == 2)
        if compression == "none" {
            #expect(folder.text("out/" + name) == (format == .csv ? "v\n0\n1\n" : "{\"v\":0}\n{\"v\":1}\n"))
        }
    }

    /// What a crash may find: each step of two epochs, with the sink gone after it.
    @Test(arguments: ["prepare", "commit", "half", "publish"], [[], ["company"]])
    func `a crash after any step loses and repeats nothing`(_ step: String, _ partitionBy: [String]) throws {
        let options = SinkOptions(partitionBy: partitionBy)
        var sink: (any StreamSink)? = try opened(options)
        var last = try sink?.commit(0, .append, [SinkRows.batch(0..<10)])
        let record = try #require(try sink?.prepare(epoch: 1, mode: .append, rows: [SinkRows.batch(10..<20)]))
        switch step {
        case "prepare": break
        case "half":
            // The crash came in the middle of publishing: one of the files has its name.
            let name = try #require(record.details["files"]?.first)
            #expect(rename("\(folder.path)/.out.staged/0000000001/0.staged", "\(folder.out)/\(name)") == 0)
            last = record
        case "publish":
            try sink?.publish(record)
            last = record
        default: last = record
        }
        sink = nil
        for _ in 0..<2 { sink = try opened(options, after: last) }
        if step == "prepare" {
            #expect(try folder.values() == Array(0..<10))
            // The source's rows come again, cut as they were or otherwise.
            try sink?.commit(1, .append, [SinkRows.batch(10..<15), SinkRows.batch(15..<20)])
        }
        #expect(try folder.values() == Array(0..<20))
        try sink?.commit(2, .append, [SinkRows.batch(20..<30)])
        #expect(try folder.values() == Array(0..<30))
        #expect(folder.files.allSatisfy { $0.hasPrefix("out/") })
    }

    @Test func `an epoch may be prepared again, with other partitions`() throws {
        let sink = try opened(SinkOptions(partitionBy: ["company"]))
        _ = try sink.prepare(epoch: 4, mode: .append, rows: [SinkRows.batch(0..<8)])
        let record = try sink.prepare(epoch: 4, mode: .append, rows: [SinkRows.batch(0..<2)])
        try sink.publish(record)
        #expect(folder.files.count == 2)
        #expect(try folder.values() == [0, 1])
    }

    @Test func `files of an earlier run are not mixed with new ones`() throws {
        try opened().commit(0, .append, [SinkRows.batch(0..<10)])
        let sink = try opened()
        let error = #expect(throws: SwiftwaterError.self) { try sink.commit(0, .append, [SinkRows.batch(0..<10)]) }
        #expect(error?.kind == .usage)
        #expect(error?.message.contains("files of an earlier run") == true)
        #expect(try folder.values() == Array(0..<10))
        // Mode complete replaces all that is there.
        try sink.commit(0, .complete, [SinkRows.batch(3..<5)])
        #expect(try folder.values() == [3, 4])
    }

    @Test func `a checkpoint older than the folder is refused`() throws {
        let sink = try opened()
        let first = try sink.commit(0, .append, [SinkRows.batch(0..<10)])
        try sink.commit(1, .append, [SinkRows.batch(10..<20)])
        let error = #expect(throws: SwiftwaterError.self) { try opened(after: first) }
        #expect(error?.kind == .data)
        #expect(try folder.values() == Array(0..<20))
    }

    @Test func `a folder that is gone is an error, and is not made anew`() throws {
        var sink: (any StreamSink)? = try opened()
        let last = try sink?.commit(0, .append, [SinkRows.batch(0..<10)])
        let next = try sink?.prepare(epoch: 1, mode: .append, rows: [SinkRows.batch(10..<20)])
        rename(folder.out, folder.path + "/away")
        for _ in 0..<2 {
            let error = #expect(throws: SwiftwaterError.self) {
                try sink?.prepare(epoch: 2, mode: .append, rows: [SinkRows.batch(0..<5)])
            }
            #expect(error?.message.contains("is gone") == true)
        }
        #expect(throws: SwiftwaterError.self) { try sink?.publish(try #require(next)) }
        sink = nil
        #expect(throws: SwiftwaterError.self) { try opened(after: last) }
        #expect(!FileManager.default.fileExists(atPath: folder.out))
        // Back again, nothing is lost.
        rename(folder.path + "/away", folder.out)
        _ = try opened(after: next)
        #expect(try folder.values() == Array(0..<20))
    }

    @Test func `two outputs to one folder do not overwrite each other`() throws {
        let (one, two) = (try opened(), try opened())
        try one.commit(0, .append, [SinkRows.batch(0..<10)])
        let error = #expect(throws: SwiftwaterError.self) { try two.commit(0, .append, [SinkRows.batch(10..<20)]) }
        #expect(error?.message.contains("is there already") == true)
        #expect(try folder.values() == Array(0..<10))
    }

    @Test func `a committed file that is gone is an error`() throws {
        let sink = try opened()
        let record = try sink.commit(0, .append, [SinkRows.batch(0..<10)])
        unlink("\(folder.out)/\(folder.visible[0])")
        let error = #expect(throws: SwiftwaterError.self) { try opened(after: record) }
        #expect(error?.message.contains("is gone") == true)
    }

    @Test func `a full disk is an error, and the epoch goes through when there is room`() throws {
        guard let disk = SmallDisk(folder, "disk") else { return }
        let sink = try FileSinks.folder(
            disk.path + "/out", schema: SinkRows.schema,
            options: SinkOptions(writing: WriteOptions(compression: "none")))
        try sink.recover(nil)
        try sink.commit(0, .append, [SinkRows.batch(0..<1000)])
        let large = SinkRows.batch(0..<100_000) { "text \($0 &* 0x9E37_79B9)" }
        let error = #expect(throws: SwiftwaterError.self) { try sink.prepare(epoch: 1, mode: .append, rows: [large]) }
        #expect(error?.kind == .io)
        #expect(error?.message.contains("No space left") == true)
        // What was begun is gone, so that the room is there again.
        #expect(folder.files.filter { !$0.contains("part-") }.isEmpty)
        try sink.commit(1, .append, [SinkRows.batch(1000..<2000)])
        #expect(folder.files.count == 2)
    }

    @Test func `a folder that must not be written to is an error`() throws {
        guard geteuid() != 0 else {
            // Root may write everywhere; a file where the folder should be is no folder for anybody.
            try folder.write("", to: "out")
            #expect(throws: SwiftwaterError.self) { try opened() }
            return
        }
        try FileManager.default.createDirectory(atPath: folder.out, withIntermediateDirectories: true)
        chmod(folder.path, 0o500)
        chmod(folder.out, 0o500)
        defer { chmod(folder.path, 0o700) }
        let error = #expect(throws: SwiftwaterError.self) { try opened() }
        #expect(error?.kind == .io)
    }

    @Test func `a folder that is a file system of its own is staged inside`() throws {
        guard SmallDisk(folder, "out") != nil else { return }
        var sink = try opened()
        let record = try sink.prepare(epoch: 0, mode: .append, rows: [SinkRows.batch(0..<10)])
        #expect(folder.files == ["out/_staged/0000000000/0.staged"])
        sink = try opened(after: record)
        #expect(try folder.values() == Array(0..<10))
        for epoch in 1..<40 { try sink.commit(Int64(epoch), .append, [SinkRows.batch(0..<1)]) }
        try sink.maintain()
        #expect(folder.visible.count == 40)
    }
}

/// A file system of one mebibyte, where this process may mount one.
final class SmallDisk {
    let path: String

    init?(_ folder: SinkFolder, _ name: String) {
        path = "\(folder.path)/\(name)"
        mkdir(path, 0o755)
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return nil }
        folder.disks.append(self)
    }

    deinit { umount2(path, Int32(2)) }

    /// Writes to a file until nothing more goes in.
    func fill() {
        let file = open(path + "/filler", O_WRONLY | O_CREAT, 0o644)
        let bytes = [UInt8](repeating: 1, count: 4096)
        while write(file, bytes, bytes.count) > 0 {}
        close(file)
    }
}
