import Columnar
import Formats
import Query
import Streams
import Testing

/// Whole runs over sources and outputs in memory.
@Suite struct StreamRunTests {
    /// Random lines in partitions; some are no rows.
    static func lines(_ count: Int, partitions: Int, bad: Bool = true) -> [String: [String]] {
        var lines: [String: [String]] = [:]
        for index in 0..<count {
            let id = "p\(Int.random(in: 0..<partitions))"
            let isBad = bad && Int.random(in: 0..<20) == 0
            lines[id, default: []].append(
                isBad
                    ? #"{"k":"broken","v":"#
                    : StreamJob.line("key\(Int.random(in: 0..<5))", Int.random(in: -100...100), time: index * 1000))
        }
        return lines
    }

    private static func all(_ lines: [String: [String]]) -> [String] { lines.values.flatMap { $0 } }

    @Test("A stream's rows, in any split, end as those of the batch", arguments: 0..<12)
    func equalsBatch(seed: Int) throws {
        let lines = Self.lines(Int.random(in: 0...200), partitions: Int.random(in: 1...4))
        let split = lines.mapValues { $0 }
        for job in [StreamJob.sums(.complete), StreamJob.filtered()] {
            var job = job
            job.options.limits.rows = Int.random(in: 1...50)
            let disk = MemoryDisk()
            let source = MemorySource(
                "s", split, blockSize: .random(in: 1...40), blocksPerPoll: .random(in: 1...5))
            let run = job.run([source], on: disk)
            run.start()
            try run.wait()
            #expect(disk.rows("out0").sorted() == (try job.batchRows(Self.all(lines)).sorted()))
            let bad = Self.all(lines).filter { $0.contains("broken") }.count
            #expect(disk.rows("dead").count == bad && run.counters.badLines == bad)
            #expect(run.counters.rows + bad == Self.all(lines).count)
            #expect(source.isClosed)
        }
    }

    @Test("Killed after any operation and started again, the outputs are those of the batch", arguments: 0..<4)
    func anyDeath(seed: Int) throws {
        let lines = Self.lines(40, partitions: 3)
        for mode in [OutputMode.complete, .append, .batch] {
            var job = mode == .append ? StreamJob.filtered() : StreamJob.sums(mode)
            // Snapshots after each epoch, or never: then all epochs are replayed.
            if seed == 3 { job.options.snapshots = .eager }
            job.options.snapshotEvery = seed == 0 ? .zero : .seconds(seed == 1 ? 1000 : 0)
            var expected: [String]?
            var life = 0
            while true {
                let disk = MemoryDisk()
                var deaths = 0
                var limit: Int? = life
                while true {
                    disk.begin(left: limit)
                    let source = MemorySource("s", lines, blockSize: 4, blocksPerPoll: 2)
                    let run = job.run([source], on: disk)
                    run.start()
                    if (try? run.wait()) != nil { break }
                    deaths += 1
                    // The second life is short, too; the third is not.
                    limit = deaths < 2 ? life / 2 : nil
                    guard deaths < 5 else {
                        Issue.record("the run does not recover")
                        break
                    }
                }
                let rows = disk.rows("out0")
                if mode == .batch {
                    // Batches depend on where epochs end; their sums do not.
                    #expect(Self.total(rows) == Self.total(try job.batchRows(Self.all(lines))))
                } else {
                    let wanted = try expected ?? job.batchRows(Self.all(lines)).sorted()
                    expected = wanted
                    #expect(rows.sorted() == wanted, "after \(life) operations")
                }
                #expect(disk.rows("dead").count == Self.all(lines).filter { $0.contains("broken") }.count)
                if deaths == 0 { break }
                life += 1
            }
            #expect(life > 20)
        }
    }

    /// The sum of the sums (the second column).
    private static func total(_ rows: [String]) -> Int {
        rows.reduce(0) { total, row in
            let field = row.split(separator: "|")[1]
            return total + (Int(field.filter { "-0123456789".contains($0) }) ?? 0)
        }
    }

    @Test("Rows can be asked for while the run goes on")
    func currentRows() throws {
        let lines = Self.lines(50, partitions: 2, bad: false)
        let source = MemorySource("s", lines, ends: false)
        let job = StreamJob.sums(.complete)
        let run = job.run([source], on: MemoryDisk())
        run.start()
        let wanted = try job.batchRows(Self.all(lines))
        var rows: [String] = []
        for _ in 0..<500 {
            if run.counters.rows == 50 {
                rows = try run.currentRows(of: "sums").batches.flatMap(rowTexts)
                if rows == wanted { break }
            }
            pause(milliseconds: 10)
        }
        #expect(rows == wanted)
        let error = #expect(throws: SwiftwaterError.self) { try run.currentRows(of: "sum") }
        #expect(error?.hint == "did you mean 'sums'?")
        run.stop()
        try run.wait()
        #expect(run.phase == .ended && source.isClosed)
    }

    @Test("A stopped run commits what it has, and the next one goes on behind it")
    func stop() throws {
        let lines = ["p": (0..<30).map { StreamJob.line("k", $0) }]
        var job = StreamJob.sums(.complete)
        job.options.limits = EpochLimits(rows: 1000, bytes: 1 << 30, timeout: .seconds(1000))
        let disk = MemoryDisk()
        let first = job.run([MemorySource("s", lines, ends: false)], on: disk)
        first.start()
        for _ in 0..<500 where first.counters.rows < 30 { pause(milliseconds: 10) }
        #expect(disk.rows("out0").isEmpty)
        first.stop()
        try first.wait()
        #expect(disk.rows("out0") == (try job.batchRows(lines["p"] ?? [])))
        let more = ["p": (0..<40).map { StreamJob.line("k", $0) }]
        let source = MemorySource("s", more, ends: true)
        let second = job.run([source], on: disk)
        second.start()
        try second.wait()
        #expect(second.counters.rows == 10)
        #expect(disk.rows("out0") == (try job.batchRows(more["p"] ?? [])))
        #expect(source.acknowledged == [SourcePartition(source: "s", id: "p"): 40])
    }

    @Test(
        "A source that is full until something is saved gets its snapshot", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func fullSource(asks: Bool) throws {
        let lines = Self.lines(50, partitions: 2, bad: false)
        let source = MemorySource("s", lines, room: 4, asks: asks)
        var job = StreamJob.sums(.complete)
        // One that does not ask has to wait until a snapshot is due.
        job.options.snapshotEvery = asks ? .seconds(1000) : .milliseconds(50)
        job.options.limits = EpochLimits(rows: 1000, bytes: 1 << 20, timeout: .milliseconds(20))
        let disk = MemoryDisk()
        let run = job.run([source], on: disk)
        run.start()
        try run.wait()
        #expect(disk.rows("out0") == (try job.batchRows(Self.all(lines))))
    }

    @Test("With availableNow a run takes what is there and ends, though its source goes on")
    func availableNow() throws {
        var job = StreamJob.sums(.complete)
        job.options.trigger = .availableNow
        let lines = Self.lines(60, partitions: 3, bad: false)
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", lines, ends: false)], on: disk)
        run.start()
        try run.wait()
        #expect(disk.rows("out0") == (try job.batchRows(Self.all(lines))))
    }

    @Test("Several sources feed one function")
    func severalSources() throws {
        let (a, b) = (Self.lines(40, partitions: 2), Self.lines(40, partitions: 1))
        let job = StreamJob.sums(.complete)
        let disk = MemoryDisk()
        let run = job.run([MemorySource("a", a), MemorySource("b", b)], on: disk)
        run.start()
        try run.wait()
        #expect(disk.rows("out0") == (try job.batchRows(Self.all(a) + Self.all(b))))
        #expect(run.progress?.sources.map(\.description) == ["a", "b"])
    }

    @Test("Without a schema it is taken from the first events, and kept by the checkpoint")
    func inference() throws {
        let job = StreamJob.sums(.complete)
        let disk = MemoryDisk()
        let lines = ["p": (0..<20).map { #"{"k":"a","v":\#($0)}"# }]
        let run = job.run([MemorySource("s", lines, blockSize: 10)], on: disk, schema: nil)
        run.start()
        try run.wait()
        #expect(disk.rows("out0").count == 1 && disk.rows("dead").isEmpty)
        // Nothing that fits comes now, and the schema is known.
        let more = lines.mapValues { $0 + [#"{"k":"a","v":0.5}"#] }
        let again = job.run([MemorySource("s", more)], on: disk, schema: nil)
        again.start()
        try again.wait()
        #expect(again.counters.rows == 0 && disk.rows("dead").count == 1)
        #expect(disk.rows("dead").first?.contains("inferred from the first events") == true)
    }

    @Test("Sources and outputs that fail for a while are tried again; for good, the run fails and a restart goes on")
    func failures() throws {
        var job = StreamJob.sums(.complete)
        job.options.retry = RetryPolicy(attempts: 3, first: .milliseconds(1))
        let lines = Self.lines(30, partitions: 2, bad: false)
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", lines, failures: 2)], on: disk, sinkFailures: 2)
        run.start()
        try run.wait()
        #expect(run.counters.retries >= 2)
        #expect(disk.rows("out0") == (try job.batchRows(Self.all(lines))))
        let other = MemoryDisk()
        let failing = job.run([MemorySource("s", lines)], on: other, sinkFailures: 100)
        failing.start()
        let error = #expect(throws: SwiftwaterError.self) { try failing.wait() }
        #expect(error?.message == "the disk is full")
        let after = job.run([MemorySource("s", lines)], on: other)
        after.start()
        try after.wait()
        #expect(other.rows("out0") == (try job.batchRows(Self.all(lines))))
    }

    @Test("A bad line ends the run where the function says so, with its place")
    func failOnBadLine() throws {
        var job = StreamJob.sums(.complete)
        job.options.badLines = .fail
        let run = job.run([MemorySource("s", ["p": [StreamJob.line("a", 1), "nonsense"]])], on: MemoryDisk())
        run.start()
        let error = #expect(throws: SwiftwaterError.self) { try run.wait() }
        #expect(error?.kind == .data && error?.description.contains("s:p at 1") == true)
    }

    @Test("Events that cannot be processed are found, given up and kept; the others count")
    func poison() throws {
        var job = StreamJob(
            [
                .init(
                    "sums", from: "events",
                    steps: [
                        .astype([Field("k", .int64)]),
                        .groupby(by: ["k"], aggregations: [.init(.sum, "v")], options: .init()),
                    ])
            ], modes: [.complete])
        job.options.failingEvents = .deadLetter
        var lines = (0..<30).map { StreamJob.line("\($0 % 2)", $0) }
        lines[13] = StreamJob.line("none", 13)
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", ["p": lines], blockSize: 100)], on: disk)
        run.start()
        try run.wait()
        #expect(run.counters.failedEvents == 1)
        let letter = try #require(disk.rows("dead").first)
        #expect(disk.rows("dead").count == 1 && letter.contains("failed") && letter.contains("none"))
        #expect(letter.contains("\(Scalar.int(13))"))
        lines.remove(at: 13)
        #expect(disk.rows("out0") == (try job.batchRows(lines)))
    }

    @Test("A changed operator is refused with the difference, a new frame begins with nothing")
    func changedFunction() throws {
        let lines = ["p": (0..<20).map { StreamJob.line("a", $0) }]
        let disk = MemoryDisk()
        let job = StreamJob.sums(.complete)
        let first = job.run([MemorySource("s", lines)], on: disk)
        first.start()
        try first.wait()
        let changed = StreamJob(
            [
                .init(
                    "sums", from: "events",
                    steps: [.groupby(by: ["t"], aggregations: [.init(.sum, "v")], options: .init())])
            ], modes: [.complete])
        let refused = changed.run([MemorySource("s", lines)], on: disk)
        refused.start()
        let error = #expect(throws: SwiftwaterError.self) { try refused.wait() }
        #expect(error?.kind == .usage && error?.message.contains("has changed") == true)
        #expect(error?.hint?.contains("--reset") == true)
        var more = job
        more.frames.append(
            .init(
                "counts", from: "events",
                steps: [.groupby(by: ["k"], aggregations: [.init(.size, nil)], options: .init())]))
        more.modes.append(.complete)
        let longer = ["p": (0..<25).map { StreamJob.line("a", $0) }]
        let run = more.run([MemorySource("s", longer)], on: disk)
        run.start()
        try run.wait()
        #expect(disk.rows("out0") == (try job.batchRows(longer["p"] ?? [])))
        #expect(disk.rows("out1").count == 1 && disk.rows("out1")[0].contains("5"))
    }

    @Test("Aggregations that stay go on, those that are new count from the restart on")
    func changedAggregations() throws {
        func job(_ aggregations: [Aggregation]) -> StreamJob {
            StreamJob(
                [
                    .init(
                        "sums", from: "events",
                        steps: [.groupby(by: ["k"], aggregations: aggregations, options: .init())])
                ], modes: [.complete])
        }
        let before = (0..<20).map { StreamJob.line("a", $0, time: 1000) }
        let after = before + (0..<5).map { StreamJob.line("a", 100 + $0, time: 2000) }
        let disk = MemoryDisk()
        let first = job([.init(.mean, "v"), .init(.size, nil)]).run([MemorySource("s", ["p": before])], on: disk)
        first.start()
        try first.wait()
        let second = job([.init(.max, "v"), .init(.mean, "v"), .init(.max, "t"), .init(.count, "t")])
            .run([MemorySource("s", ["p": after])], on: disk)
        second.start()
        try second.wait()
        let mean = Scalar.float(Double((0..<20).reduce(0, +) + (100..<105).reduce(0, +)) / 25)
        let latest = Scalar.timestamp(2000, .millisecond, zone: nil)
        #expect(disk.rows("out0") == ["\(Scalar.string("a"))|\(Scalar.int(104))|\(mean)|\(latest)|\(Scalar.int(5))"])
        // A mean cannot begin beside values that are counted already.
        let third = job([.init(.max, "v"), .init(.standardDeviation, "v")])
            .run([MemorySource("s", ["p": after])], on: disk)
        third.start()
        let error = #expect(throws: SwiftwaterError.self) { try third.wait() }
        #expect(error?.message.contains("'moments' of 'v' cannot begin with nothing") == true)
    }

    @Test("A function that remembered nothing may begin to")
    func firstState() throws {
        let disk = MemoryDisk()
        let lines = ["p": (0..<20).map { StreamJob.line("a", $0) }]
        let first = StreamJob.filtered().run([MemorySource("s", lines)], on: disk)
        first.start()
        try first.wait()
        var job = StreamJob.filtered()
        job.frames += StreamJob.sums(.complete).frames
        job.modes.append(.complete)
        let longer = ["p": (0..<25).map { StreamJob.line("a", $0) }]
        let second = job.run([MemorySource("s", longer)], on: disk)
        second.start()
        try second.wait()
        #expect(disk.rows("out0").count == 25)
        #expect(disk.rows("out1") == (try job.batchRows(Array((longer["p"] ?? [])[20...]), frame: 1)))
    }

    @Test("A sort needs an end: it is refused at the start, with what to do")
    func refusedMode() throws {
        let job = StreamJob(
            [.init("sorted", from: "events", steps: [.sortValues(by: [.init("v")], missingFirst: false)])],
            modes: [.append])
        let run = job.run([MemorySource("s", ["p": [StreamJob.line("a", 1)]])], on: MemoryDisk())
        run.start()
        let error = #expect(throws: SwiftwaterError.self) { try run.wait() }
        #expect(error?.kind == .usage && error?.hint != nil)
    }
}
