import Columnar
import Formats
import Foundation
import Glibc
import Query
import Streams
import Testing

@Suite struct SingleFileSinkTests {
    let folder: SinkFolder
    init() throws { folder = try SinkFolder() }

    private static let schema = Schema([Field("v", .int64)])

    private func rows(_ range: Range<Int>) -> Batch {
        Batch(schema: Self.schema, columns: [(try? Column(.int64, range.map { .int(Int64($0)) }))].compactMap { $0 })
    }

    private func opened(_ name: String, _ format: FileFormat, after last: SinkRecord? = nil) throws -> any StreamSink {
        let sink = try FileSinks.file(
            "\(folder.path)/\(name)", schema: Self.schema, options: SinkOptions(format: format))
        try sink.recover(last)
        return sink
    }

    private func lines(_ range: Range<Int>) -> String { range.map { "{\"v\":\($0)}\n" }.joined() }

    @Test func `a file grows by committed rows only`() throws {
        let sink = try opened("out.ndjson", .jsonLines)
        let record = try sink.prepare(epoch: 0, mode: .append, rows: [rows(0..<3)])
        #expect(folder.text("out.ndjson") == "")
        try sink.publish(record)
        try sink.publish(record)
        #expect(folder.text("out.ndjson") == lines(0..<3))
        try sink.commit(1, .append, [])
        try sink.commit(2, .append, [rows(3..<4), rows(4..<6)])
        #expect(folder.text("out.ndjson") == lines(0..<6))
        #expect(folder.files == ["out.ndjson"])
    }

    @Test func `an epoch without rows makes no file`() throws {
        try opened("out.ndjson", .jsonLines).commit(0, .append, [])
        #expect(folder.files.isEmpty)
    }

    @Test func `the header of CSV comes once`() throws {
        var sink = try opened("out.csv", .csv)
        try sink.commit(0, .append, [])
        try sink.commit(1, .append, [rows(0..<2)])
        let last = try sink.commit(2, .append, [rows(2..<3)])
        sink = try opened("out.csv", .csv, after: last)
        try sink.commit(3, .append, [rows(3..<4)])
        #expect(folder.text("out.csv") == "v\n0\n1\n2\n3\n")
    }

    @Test(arguments: ["prepare", "commit", "torn", "synced", "publish"])
    func `a crash after any step loses and repeats nothing`(_ step: String) throws {
        var sink: (any StreamSink)? = try opened("out.ndjson", .jsonLines)
        var last = try sink?.commit(0, .append, [rows(0..<3)])
        let record = try #require(try sink?.prepare(epoch: 1, mode: .append, rows: [rows(3..<6)]))
        let file = "\(folder.path)/out.ndjson"
        if step != "prepare" { last = record }
        if step == "torn" {
            // Killed while it wrote the epoch's bytes to the file.
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            handle.seekToEndOfFile()
            handle.write(Data("{\"v\":3}\n{\"v".utf8))
            try handle.close()
        }
        if step == "synced" {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            handle.seekToEndOfFile()
            handle.write(Data(lines(3..<6).utf8))
            try handle.close()
        }
        if step == "publish" { try sink?.publish(record) }
        sink = nil
        for _ in 0..<2 { sink = try opened("out.ndjson", .jsonLines, after: last) }
        #expect(folder.text("out.ndjson") == lines(step == "prepare" ? 0..<3 : 0..<6))
        #expect(folder.files == ["out.ndjson"])
        if step == "prepare" { try sink?.commit(1, .append, [rows(3..<6)]) }
        try sink?.commit(2, .append, [rows(6..<9)])
        #expect(folder.text("out.ndjson") == lines(0..<9))
    }

    @Test func `what no commit knows is cut off at a restart`() throws {
        let last = try opened("out.ndjson", .jsonLines).commit(5, .append, [rows(0..<3)])
        try folder.write(lines(0..<3) + "{\"v\":", to: "out.ndjson")
        _ = try opened("out.ndjson", .jsonLines, after: last)
        #expect(folder.text("out.ndjson") == lines(0..<3))
    }

    @Test(arguments: [StreamCompression.gzip, .zstd])
    func `compressed files grow by members`(_ compression: StreamCompression) throws {
        let name = "out.csv.\(compression.fileExtension)"
        let sink = try opened(name, .csv)
        for epoch in 0..<3 { try sink.commit(Int64(epoch), .append, [rows((epoch * 2)..<(epoch * 2 + 2))]) }
        let reader = try DecompressingReader(.openForReading("\(folder.path)/\(name)"), kind: compression)
        var bytes = [UInt8](repeating: 0, count: 1000)
        var count = 0
        while true {
            let n = try bytes.withUnsafeMutableBytes {
                try reader.read(into: try #require($0.baseAddress) + count, byteCount: 1000 - count)
            }
            if n == 0 { break }
            count += n
        }
        #expect(String(decoding: bytes[0..<count], as: UTF8.self) == "v\n0\n1\n2\n3\n4\n5\n")
    }

    @Test(arguments: [FileFormat.jsonLines, .parquet])
    func `mode complete replaces the file by one rename`(_ format: FileFormat) throws {
        let name = format == .parquet ? "out.parquet" : "out.ndjson"
        var sink = try opened(name, format)
        try sink.commit(0, .complete, [rows(0..<5)])
        let record = try sink.prepare(epoch: 1, mode: .complete, rows: [rows(7..<9)])
        let size = folder.text(name).utf8.count
        sink = try opened(name, format, after: record)
        #expect(folder.files == [name])
        #expect(folder.text(name).utf8.count != size || format == .parquet)
        if format == .jsonLines { #expect(folder.text(name) == lines(7..<9)) }
        try sink.commit(2, .complete, [])
        #expect(folder.files == [name])
    }

    @Test func `Parquet files do not grow`() throws {
        let sink = try opened("out.parquet", .parquet)
        #expect(sink.modes == [.complete])
        let error = #expect(throws: SwiftwaterError.self) { try sink.commit(0, .append, [rows(0..<1)]) }
        #expect(error?.kind == .usage)
    }

    @Test func `a file of somebody else is not touched`() throws {
        try folder.write("precious\n", to: "out.ndjson")
        let sink = try opened("out.ndjson", .jsonLines)
        let error = #expect(throws: SwiftwaterError.self) { try sink.commit(0, .append, [rows(0..<1)]) }
        #expect(error?.kind == .usage)
        #expect(folder.text("out.ndjson") == "precious\n")
    }

    @Test func `a file that was truncated, removed or written to is an error`() throws {
        let sink = try opened("out.ndjson", .jsonLines)
        let last = try sink.commit(0, .append, [rows(0..<3)])
        for text in ["{\"v\":0}\n", "", lines(0..<3) + "more\n"] {
            try folder.write(text, to: "out.ndjson")
            let error = #expect(throws: SwiftwaterError.self) { try sink.commit(1, .append, [rows(3..<4)]) }
            #expect(error?.kind == .io)
            #expect(folder.text("out.ndjson") == text)
        }
        unlink("\(folder.path)/out.ndjson")
        #expect(throws: SwiftwaterError.self) { try sink.commit(1, .append, [rows(3..<4)]) }
        #expect(throws: SwiftwaterError.self) { try opened("out.ndjson", .jsonLines, after: last) }
        #expect(folder.files.isEmpty)
    }

    @Test func `a full disk is an error before the commit`() throws {
        guard SmallDisk(folder, "disk") != nil else { return }
        let sink = try opened("disk/out.ndjson", .jsonLines)
        try sink.commit(0, .append, [rows(0..<1000)])
        // The staged bytes have room, the file's growth has not.
        for count in [45_000, 200_000] {
            let error = #expect(throws: SwiftwaterError.self) {
                try sink.prepare(epoch: 1, mode: .append, rows: [rows(0..<count)])
            }
            #expect(error?.message.contains("No space left") == true)
            #expect(folder.files == ["disk/out.ndjson"])
        }
        try sink.commit(1, .append, [rows(1000..<2000)])
        #expect(folder.text("disk/out.ndjson") == lines(0..<2000))
    }

    @Test func `standard output gets rows at once`() throws {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        defer { close(ends[0]) }
        let output = FileDescriptor(descriptor: ends[1], path: "a pipe", closes: true)
        let sink = try FileSinks.standardOutput(schema: Self.schema, options: SinkOptions(format: .csv), output: output)
        try sink.recover(nil)
        #expect(!sink.isExactlyOnce)
        for epoch in 0..<2 { try sink.commit(Int64(epoch), .append, [rows(epoch..<(epoch + 1))]) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(ends[0], &bytes, 100)
        #expect(String(decoding: bytes[0..<max(count, 0)], as: UTF8.self) == "v\n0\n1\n")
        #expect(throws: SwiftwaterError.self) {
            try FileSinks.standardOutput(schema: Self.schema, options: SinkOptions())
        }
    }
}
