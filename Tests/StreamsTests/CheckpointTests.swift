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
                try checkpoint.writeSnapshot(epoch, [saved([try batch(rows: 3)])])
            }
        }
        try checkpoint.compact(before: 4)
        let left = try checkpoint.epochs()
        #expect(left.plans == [4, 5, 6] && left.commits == [4, 5, 6] && left.snapshots == [4, 6])
        let read = try checkpoint.readSnapshot(4)
        #expect(read.base == nil && read.states.map(\.key) == ["a"] && read.states[0].label == "b")
        #expect(try read.states[0].content.batches().first?.count == 3)
        try checkpoint.reset()
        #expect(try checkpoint.store.list("") == [])
    }

    private func saved(_ batches: [Batch], holdsChanges: Bool = false) -> SavedState {
        SavedState(key: "a", label: "b", StateCapture(batches, holdsChanges: holdsChanges))
    }

    @Test("Compaction leaves the snapshots that the last one builds on")
    func compactionOfChain() throws {
        let folder = TemporaryFolder()
        let checkpoint = Checkpoint(try FolderStore(folder.path))
        for epoch in 1...5 as ClosedRange<Int64> {
            try checkpoint.write(EpochPlan(epoch: epoch, ranges: [:]))
            try checkpoint.write(EpochCommit(epoch: epoch, positions: [:]))
            let isWhole = epoch == 1 || epoch == 3
            let states = [saved([try batch(rows: 3)], holdsChanges: !isWhole)]
            try checkpoint.writeSnapshot(epoch, states, since: epoch - 1)
        }
        try checkpoint.compact(before: 5, keeping: [3, 4, 5])
        let left = try checkpoint.epochs()
        #expect(left.plans == [5] && left.commits == [5] && left.snapshots == [3, 4, 5])
        let recovery = try EpochRecovery(
            plans: left.plans, commits: left.commits, snapshots: left.snapshots, hasStates: true
        ) { epoch throws(SwiftwaterError) in try checkpoint.base(ofSnapshot: epoch) }
        #expect(recovery.snapshot == 5 && recovery.chain == [5, 4, 3])
        #expect(try checkpoint.readSnapshot(4).states[0].content.holdsChanges)
        #expect(throws: SwiftwaterError.self) {
            try checkpoint.writeSnapshot(6, [saved([], holdsChanges: true)])
        }
    }

    @Test("A snapshot of an earlier version, one block behind one checksum, is read")
    func earlierSnapshot() throws {
        // Three panes of a tumbling window, as the version before blocks and changes saved them.
        let bytes: [UInt8] = [
            0x53, 0x57, 0x43, 0x4F, 0x4C, 0x53, 0x31, 0x0A, 0x8E, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x86, 0x74, 0x85, 0x96, 0x57, 0x84, 0x43, 0xBF, 0x28, 0xB5, 0x2F, 0xFD, 0x60, 0x8E, 0x00, 0x45,
            0x04, 0x00, 0xB2, 0x44, 0x10, 0x1B, 0xC0, 0x35, 0x63, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x34, 0xC9,
            0x3A, 0x69, 0xAD, 0x44, 0x3D, 0x43, 0xE9, 0xA3, 0x25, 0xAD, 0x2E, 0x0C, 0x4D, 0x44, 0x84, 0xC8,
            0x14, 0x2F, 0xF8, 0xFF, 0x87, 0x26, 0x96, 0x15, 0xD7, 0xCE, 0x64, 0x4D, 0x99, 0x2E, 0x7D, 0xF4,
            0x9B, 0x23, 0x42, 0x44, 0xBD, 0x4E, 0x3A, 0x6E, 0xD8, 0x08, 0xFF, 0xB4, 0x50, 0x18, 0xAB, 0x9B,
            0xFC, 0xC0, 0x9F, 0xE7, 0x6F, 0x02, 0x1E, 0x00, 0x40, 0x06, 0xEE, 0x15, 0x4C, 0x09, 0xD7, 0x06,
            0xA0, 0x9D, 0xCB, 0x98, 0xCB, 0x60, 0x33, 0x00, 0x06, 0xDC, 0x1B, 0x02, 0x0C, 0x00, 0x23, 0x64,
            0x46, 0x1A, 0xB1, 0x20, 0x94, 0x68, 0x6D, 0xA8, 0xD9, 0xBE, 0x43, 0xD8, 0x22, 0xB4, 0xB5, 0x22,
            0x1C, 0xE0, 0x62, 0xE4, 0x75, 0xE7, 0x0F, 0x1B, 0x00, 0x04, 0x00, 0x72, 0x5F, 0x39, 0xB6, 0x92,
            0x25, 0x57, 0xC0, 0x29, 0x02, 0x6A, 0xD9, 0x63, 0x00, 0x70,
        ]
        let manifest = """
            {"epoch":1,"states":[{"operator":"sums/1/groupby","label":"groupby","grouping":null,"aggregates":["rows"],\
            "file":"0.columns","bytes":170}]}
            """
        let disk = MemoryDisk()
        _ = try disk.write("snapshots/00000000000000000001/0.columns", bytes, ifAbsent: false)
        _ = try disk.write("snapshots/00000000000000000001/manifest.json", Array(manifest.utf8), ifAbsent: false)
        let snapshot = try Checkpoint(disk).readSnapshot(1)
        #expect(snapshot.base == nil && snapshot.states.map(\.key) == ["sums/1/groupby"])
        let content = snapshot.states[0].content
        let batches = try content.batches()
        #expect(!content.holdsChanges && batches.map(\.count) == [1, 3])
        #expect(batches[1].columns[0].scalars == [.int(0), .int(0), .int(0)])
        #expect(batches[1].columns[1].scalars == [.string("a1"), .string("a2"), .string("a3")])
    }
}
