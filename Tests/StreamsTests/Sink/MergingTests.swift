import Columnar
import Formats
import Foundation
import Glibc
import Query
import Streams
import Testing

@Suite struct MergingTests {
    let folder: SinkFolder
    init() throws { folder = try SinkFolder() }

    private func opened(_ partitionBy: [String] = [], after last: SinkRecord? = nil) throws -> any StreamSink {
        let sink = try FileSinks.folder(
            folder.out, schema: SinkRows.schema, options: SinkOptions(partitionBy: partitionBy, targetFileSize: 1 << 20)
        )
        try sink.recover(last)
        return sink
    }

    @Test(arguments: [[], ["company"]]) func `small files become one, with the same rows`(_ partitionBy: [String])
        throws
    {
        let sink = try opened(partitionBy)
        var last: SinkRecord?
        for epoch in 0..<100 {
            last = try sink.commit(Int64(epoch), .append, [SinkRows.batch((epoch * 10)..<(epoch * 10 + 10))])
            try sink.maintain()
        }
        let before = folder.visible.count
        for _ in 0..<10 { try sink.maintain() }
        sink.close()
        #expect(folder.visible.count <= (partitionBy.isEmpty ? 20 : 80))
        #expect(folder.visible.count <= before)
        #expect(try folder.values() == Array(0..<1000))
        // A restart finds the last epoch's files by their names.
        let again = try opened(partitionBy, after: last)
        #expect(folder.files.allSatisfy { $0.hasPrefix("out/") })
        try again.commit(100, .append, [SinkRows.batch(1000..<1010)])
        #expect(try folder.values() == Array(0..<1010))
    }

    @Test func `merged rows keep the order of their epochs`() throws {
        let sink = try opened()
        for epoch in 0..<40 { try sink.commit(Int64(epoch), .append, [SinkRows.batch((epoch * 3)..<(epoch * 3 + 3))]) }
        for _ in 0..<5 { try sink.maintain() }
        var values: [Int64] = []
        for file in folder.visible {
            let reader = try ParquetSource(paths: ["\(folder.out)/\(file)"]).makeReader()
            while let morsel = try reader.next() {
                for scalar in morsel.batch.columns[0].scalars {
                    if case .int(let value) = scalar { values.append(value) }
                }
            }
        }
        #expect(values == Array(0..<120))
        #expect(folder.visible.count < 10)
    }

    @Test func `files of others stay, and folders of others keep theirs from being exchanged`() throws {
        let sink = try opened()
        for epoch in 0..<20 { try sink.commit(Int64(epoch), .append, [SinkRows.batch(epoch..<(epoch + 1))]) }
        mkdir(folder.out + "/mine", 0o755)
        try folder.write("x", to: "out/mine/file")
        try sink.maintain()
        #expect(folder.visible.count == 21)
        unlink(folder.out + "/mine/file")
        rmdir(folder.out + "/mine")
        try folder.write("hello", to: "out/README")
        try sink.commit(20, .append, [SinkRows.batch(20..<21)])
        try sink.maintain()
        sink.close()
        #expect(folder.visible == ["README", "part-0000000000-0000.parquet", "part-0000000020-0000.parquet"])
        #expect(folder.text("out/README") == "hello")
    }

    @Test func `a crash on either side of the exchange leaves a whole set`() throws {
        let sink = try opened()
        var last: SinkRecord?
        for epoch in 0..<20 {
            last = try sink.commit(Int64(epoch), .append, [SinkRows.batch((epoch * 2)..<(epoch * 2 + 2))])
        }
        // Before it: the next state is there in part, and nobody sees it.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/.out.staged/merging-0", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(folder.out)/\(folder.visible[0])",
            toPath: folder.path + "/.out.staged/merging-0/part-0000000000-0000.parquet")
        var again = try opened(after: last)
        #expect(folder.visible.count == 20)
        #expect(try folder.values() == Array(0..<40))
        // After it: the old files are left over.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/.out.staged", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: folder.out, toPath: folder.path + "/.out.staged/merging-1")
        again = try opened(after: last)
        try again.maintain()
        again.close()
        #expect(try folder.values() == Array(0..<40))
        #expect(folder.files.allSatisfy { $0.hasPrefix("out/") })
    }

    @Test func `files of different columns are not merged`() throws {
        let sink = try opened()
        for epoch in 0..<10 { try sink.commit(Int64(epoch), .append, [SinkRows.batch(epoch..<(epoch + 1))]) }
        for epoch in 10..<20 { try sink.commit(Int64(epoch), .update, [SinkRows.batch(epoch..<(epoch + 1))]) }
        try sink.maintain()
        #expect(try folder.values() == Array(0..<20))
        #expect(folder.visible.count == 20)
    }

    @Test func `a full disk merges nothing and loses nothing`() throws {
        guard let disk = SmallDisk(folder, "disk") else { return }
        let sink = try FileSinks.folder(
            disk.path + "/out", schema: SinkRows.schema,
            options: SinkOptions(writing: WriteOptions(compression: "none"), targetFileSize: 1 << 24))
        try sink.recover(nil)
        for epoch in 0..<17 {
            try sink.commit(Int64(epoch), .append, [SinkRows.batch((epoch * 3000)..<(epoch * 3000 + 3000))])
        }
        disk.fill()
        #expect(throws: SwiftwaterError.self) { try sink.maintain() }
        sink.close()
        let files = folder.files.filter { $0.hasPrefix("disk/out/") }
        #expect(files.count == 17)
        #expect(folder.files.count == 18)
    }
}
