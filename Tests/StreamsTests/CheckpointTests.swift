import Columnar
import Formats
import Query
import Streams
import Testing

@Suite struct CheckpointTests {
    @Test("A folder holds names whole, lists and removes them, and refuses a second writer of one name")
    func folder() throws {
        let folder = TemporaryFolder()
        let store = try FolderStore(folder.path + "/state/")
        #expect(try store.read("epochs/1.plan") == nil)
        #expect(try store.write("epochs/1.plan", [1, 2], ifAbsent: true))
        #expect(try !store.write("epochs/1.plan", [3], ifAbsent: true))
        #expect(try store.read("epochs/1.plan") == [1, 2])
        #expect(try store.write("epochs/1.plan", [4], ifAbsent: false))
        #expect(try store.read("epochs/1.plan") == [4])
        #expect(try store.write("snapshots/1/0.columns", [], ifAbsent: false))
        #expect(try store.list("") == ["epochs/1.plan", "snapshots/1/0.columns"])
        #expect(try store.list("epochs/") == ["epochs/1.plan"])
        try store.remove("epochs/1.plan")
        try store.remove("epochs/1.plan")
        #expect(try store.list("epochs/") == [])
    }

    @Test("A folder is one process's, and free again afterwards")
    func lock() throws {
        let folder = TemporaryFolder()
        var store: FolderStore? = try FolderStore(folder.path)
        let error = #expect(throws: SwiftwaterError.self) { try FolderStore(folder.path) }
        #expect(error?.message.contains("in use by another process") == true)
        withExtendedLifetime(store) {}
        store = nil
        _ = try FolderStore(folder.path)
    }

    @Test("What a killed process left half written is removed and never read")
    func leftovers() throws {
        let folder = TemporaryFolder()
        try write("\(folder.path)/epochs/00000000000000000001.plan.partial", "{")
        let store = try FolderStore(folder.path)
        #expect(try store.list("") == [])
        #expect(try store.read("epochs/00000000000000000001.plan.partial") == nil)
    }

    private func write(_ path: String, _ text: String) throws {
        let file = try OutputFile(path)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    @Test("Plans and commits are read back as they were written")
    func log() throws {
        let folder = TemporaryFolder()
        let checkpoint = Checkpoint(try FolderStore(folder.path))
        let a = SourcePartition(source: "ops", id: "ops/0")
        let b = SourcePartition(source: "in \"gest\"", id: "spool\n")
        let plan = EpochPlan(epoch: 12, ranges: [a: 5..<9, b: 0..<0], watermark: -7)
        let commit = EpochCommit(
            epoch: 12, positions: [a: 9], left: [b: 4], watermark: nil, latest: [a: .min, b: .max],
            sinks: ["x": SinkRecord(epoch: 12, details: ["files": ["é", ""]], rows: 3)], sequence: 1 << 40)
        try checkpoint.write(plan)
        try checkpoint.write(commit)
        // Tried again after an error that came too late.
        try checkpoint.write(commit)
        #expect(try checkpoint.readPlan(12) == plan)
        #expect(try checkpoint.readCommit(12) == commit)
        var other = commit
        other.sequence = 1
        #expect(throws: SwiftwaterError.self) { try checkpoint.write(other) }
        #expect(try checkpoint.epochs().plans == [12])
    }

    @Test("A commit of an earlier version, which knew of no partitions that were given up, is read")
    func earlierCommit() throws {
        let text = #"{"epoch": 3, "positions": [{"source": "s", "partition": "p/0", "position": 9}], "sequence": 7}"#
        let commit = try EpochCommit(try JSONValue(parsing: Array(text.utf8), name: "3.commit"), name: "3.commit")
        #expect(commit.positions == [SourcePartition(source: "s", id: "p/0"): 9] && commit.left.isEmpty)
    }

    /// Columns of all kinds, with NaNs of several bits, slices that begin anywhere, dictionaries and nested values.
    private func batch(rows: Int) throws -> Batch {
        let nan = Double(bitPattern: 0x7FF8_0000_0000_1234)
        let values: [Scalar] = [.float(nan), .float(-0.0), .null, .float(.leastNormalMagnitude / 16)]
        let floats = (0..<rows).map { values[$0 % 4] }
        let texts: [Scalar] = (0..<rows).map { $0 % 3 == 0 ? .null : .string("text \($0 % 5) é") }
        var lists: [Scalar] = []
        var structures: [Scalar] = []
        for row in 0..<rows {
            let elements: [Scalar] = (0..<(row % 3)).map { .string("\($0)") } + [.null]
            lists.append(row % 4 == 1 ? .null : .list(elements))
            let inner: Scalar = .list([.int(Int64(row % 100))])
            let members: [Scalar.Member] = [.init("a, b: c", .bool(row % 2 == 0)), .init("d", inner)]
            structures.append(row % 5 == 2 ? .null : .structure(members))
        }
        let member = DataType.structure([Field("a, b: c", .bool), Field("d", .list(.int8))])
        let truths: [Scalar] = (0..<rows).map { $0 % 7 == 0 ? .null : .bool($0 % 2 == 0) }
        let nothing = [Scalar](repeating: .null, count: rows)
        let columns = [
            try Column(.float64, floats), try Column(.string, texts), try Column(.dictionary(.string), texts),
            try Column(.list(.string), lists), try Column(member, structures), try Column(.bool, truths),
            try Column(.timestamp(.nanosecond, zone: "Europe/Paris"), nothing), try Column(.null, nothing),
        ]
        let fields = columns.enumerated().map { Field("c\($0)", $1.type.logical) }
        return Batch(schema: Schema(fields), columns: columns, count: rows)
    }

    @Test("Snapshots are exact: bits of NaN, dictionaries, nested values, slices", arguments: [0, 1, 8, 9, 1000])
    func columnFile(rows: Int) throws {
        let whole = try batch(rows: rows + 11)
        let batches = [whole, whole.slice(3..<(rows + 3)), whole.slice(8..<(rows + 8)), whole.slice(0..<0)]
        let bytes = try ColumnFile.encode(batches)
        let read = try ColumnFile.decode(bytes, name: "test")
        #expect(read.count == batches.count)
        for (a, b) in zip(batches, read) {
            #expect(a.schema == b.schema && a.count == b.count)
            for (x, y) in zip(a.columns, b.columns) {
                #expect(x.type == y.type && x.nullCount == y.nullCount)
                for row in 0..<x.count {
                    switch (x.scalar(at: row), y.scalar(at: row)) {
                    case (.float(let p), .float(let q)): #expect(p.bitPattern == q.bitPattern)
                    case (let p, let q): #expect(p == q)
                    }
                }
            }
        }
    }

    @Test("A damaged snapshot is refused, whatever byte is wrong")
    func damaged() throws {
        let bytes = try ColumnFile.encode([try batch(rows: 20)])
        for index in bytes.indices {
            var wrong = bytes
            wrong[index] ^= 0x15
            #expect(throws: SwiftwaterError.self) { try ColumnFile.decode(wrong, name: "test") }
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: SwiftwaterError.self) { try ColumnFile.decode(Array(bytes[..<count]), name: "test") }
        }
    }

    @Test("Compaction leaves what a restart needs")
    func compaction() throws {
        let folder = TemporaryFolder()
        let checkpoint = Checkpoint(try FolderStore(folder.path))
        for epoch in 1...6 as ClosedRange<Int64> {
            try checkpoint.write(EpochPlan(epoch: epoch, ranges: [:]))
            try checkpoint.write(EpochCommit(epoch: epoch, positions: [:]))
            if epoch % 2 == 0 {
                try checkpoint.writeSnapshot(epoch, [.init(key: "a", label: "b", batches: [try batch(rows: 3)])])
            }
        }
        try checkpoint.compact(before: 4)
        let left = try checkpoint.epochs()
        #expect(left.plans == [4, 5, 6] && left.commits == [4, 5, 6] && left.snapshots == [4, 6])
        let saved = try checkpoint.readSnapshot(4)
        #expect(saved.map(\.key) == ["a"] && saved[0].label == "b" && saved[0].batches.first?.count == 3)
        try checkpoint.reset()
        #expect(try checkpoint.store.list("") == [])
    }
}
