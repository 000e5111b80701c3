import Columnar
import Formats
import Query
import Streams
import Testing

/// Windows of event time over whole runs: when they close, what is late, and what a restart makes of them.
@Suite struct StreamWindowTests {
    private static func job(
        _ window: TimeWindow, _ mode: OutputMode, delay: Int64, late: EventTimePolicy.LateRows = .deadLetter
    ) -> StreamJob {
        var job = StreamJob(
            [
                .init(
                    "windows", from: "events",
                    steps: [
                        .groupby(
                            by: ["t", "k"], aggregations: [.init(.sum, "v"), .init(.max, "v"), .init(.size, nil)],
                            options: .init(window: window))
                    ])
            ], modes: [mode])
        job.options.eventTime = EventTimePolicy(column: "t", delay: delay, late: late)
        return job
    }

    private static let windows: [TimeWindow] = [
        .tumbling("t", size: .seconds(10)), .sliding("t", size: .seconds(20), slide: .seconds(5)),
        .session("t", gap: .seconds(4)),
    ]

    /// Lines whose times rise but for a few seconds.
    private static func lines(_ count: Int, partitions: Int, disorder: Int) -> [String: [String]] {
        var lines: [String: [String]] = [:]
        for index in 0..<count {
            let time = max(0, index * 500 - Int.random(in: 0...disorder))
            lines["p\(index % partitions)", default: []].append(
                StreamJob.line("key\(Int.random(in: 0..<3))", Int.random(in: -9...9), time: time))
        }
        return lines
    }

    @Test("Within the delay, closed windows are those of the batch, once each", arguments: 0..<3, 0..<3)
    func append(window: Int, seed: Int) throws {
        let lines = Self.lines(150, partitions: seed + 1, disorder: 3000)
        // Of several partitions those that are ahead in the test's order do not count before the others.
        var job = Self.job(Self.windows[window], .append, delay: 200_000_000)
        if seed == 0 { job.options.eventTime?.delay = 3_000_000 }
        job.options.limits.rows = .random(in: 1...30)
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", lines, blockSize: .random(in: 1...10))], on: disk)
        run.start()
        try run.wait()
        #expect(disk.rows("dead").isEmpty && run.counters.lateRows == 0)
        #expect(disk.rows("out0").sorted() == (try job.batchRows(lines.values.flatMap { $0 }).sorted()))
    }

    @Test("Killed after any operation, each window is written once", arguments: 0..<3, 1...3)
    func anyDeath(window: Int, partitions: Int) throws {
        let lines = Self.lines(50, partitions: partitions, disorder: 2000)
        var job = Self.job(Self.windows[window], .append, delay: 2_000_000)
        job.options.snapshotEvery = window == 1 && partitions < 3 ? .seconds(1000) : .zero
        if partitions == 3 { job.options.snapshots = .eager }
        let wanted = try job.batchRows(lines.values.flatMap { $0 }).sorted()
        var life = 0
        while true {
            let disk = MemoryDisk()
            var deaths = 0
            var limit: Int? = life
            while deaths < 5 {
                disk.begin(left: limit)
                let run = job.run([MemorySource("s", lines, blockSize: 5, blocksPerPoll: 1)], on: disk)
                run.start()
                if (try? run.wait()) != nil { break }
                deaths += 1
                limit = deaths < 2 ? life / 3 : nil
            }
            #expect(disk.rows("out0").sorted() == wanted, "after \(life) operations")
            #expect(disk.rows("dead").isEmpty)
            if deaths == 0 { break }
            life += 2
        }
        #expect(life > 20)
    }

    @Test("Changes are saved by themselves, and a restart puts them together", arguments: 0..<3)
    func changedWindows(window: Int) throws {
        let lines = Self.lines(400, partitions: 1, disorder: 2000)
        var job = Self.job(Self.windows[window], .complete, delay: 2_000_000)
        job.options.limits.rows = 10
        job.options.snapshots = .eager
        let disk = MemoryDisk()
        // Dies with some epochs in the log, again and again.
        for life in [150, 170, 60, 110, nil] as [Int?] {
            disk.begin(left: life)
            let run = job.run([MemorySource("s", lines, blockSize: 5, blocksPerPoll: 1)], on: disk)
            run.start()
            _ = try? run.wait()
        }
        #expect(disk.rows("out0").sorted() == (try job.batchRows(lines.values.flatMap { $0 }).sorted()))
        let manifests = disk.state.withLock { $0.manifests }
        #expect(manifests.contains { $0.contains(#""extent":"whole""#) && $0.contains(#""since":null"#) })
        #expect(manifests.contains { $0.contains(#""extent":"changes""#) && !$0.contains(#""since":null"#) })
    }

    /// One row on time, one that closes its window, one that is late.
    private static let lateLines = [
        StreamJob.line("a", 1, time: 1000), StreamJob.line("a", 2, time: 60_000), StreamJob.line("a", 4, time: 2000),
        StreamJob.line("a", 8, time: 61_000),
    ]

    private func run(late: EventTimePolicy.LateRows, mode: OutputMode = .append) throws -> (MemoryDisk, StreamRun) {
        var job = Self.job(.tumbling("t", size: .seconds(10)), mode, delay: 0, late: late)
        job.options.limits.rows = 1
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", ["p": Self.lateLines], blockSize: 1, blocksPerPoll: 1)], on: disk)
        run.start()
        try run.wait()
        return (disk, run)
    }

    @Test("A late row goes to the dead letters, or is dropped; it is counted in any case")
    func lateRows() throws {
        let (kept, first) = try run(late: .deadLetter)
        #expect(first.counters.lateRows == 1 && kept.rows("dead").count == 1)
        let letter = try #require(kept.rows("dead").first).filter { $0 != "\\" }
        #expect(letter.contains("late") && letter.contains(#""v":4"#) && letter.contains("1970-01-01T00:01:00.000Z"))
        #expect(letter.contains("\(Scalar.int(2))"))
        #expect(kept.rows("out0").count == 2)
        let (dropped, second) = try run(late: .drop)
        #expect(second.counters.lateRows == 1 && dropped.rows("dead").isEmpty && dropped.rows("out0").count == 2)
    }

    @Test("A late row that counts changes its whole window once more; what is final cannot be changed")
    func lateRowsThatCount() throws {
        let (disk, run) = try run(late: .update, mode: .update)
        #expect(run.counters.lateRows == 1 && disk.rows("dead").isEmpty)
        let sums = disk.rows("out0").map { row in String(row.split(separator: "|")[3]) }
        #expect(sums == ([1, 2, 5, 10] as [Int64]).map { "\(Scalar.int($0))" })
        let refusal = #expect(throws: SwiftwaterError.self) { try self.run(late: .update, mode: .append) }
        #expect(refusal?.message.contains("final") == true && refusal?.hint?.contains("'update'") == true)
    }

    @Test("Progress says how far event time has come")
    func progress() throws {
        let (_, run) = try run(late: .drop)
        let progress = try #require(run.progress)
        let json = progress.json
        #expect(json["name"]?.string == "test" && json["numInputRows"]?.int != nil)
        #expect(json["eventTime"]?["watermark"]?.string?.hasSuffix("Z") == true)
        #expect(json["sources"]?.array.first?["description"]?.string == "s")
        #expect(json["stateOperators"]?.array.count == 1)
        #expect(json["counters"]?["rows"]?.int == 4)
    }

    @Test("In mode update each epoch gives the rows that it changed, as they are then")
    func update() throws {
        var job = Self.job(.tumbling("t", size: .seconds(10)), .update, delay: 5_000_000)
        job.options.limits.rows = 2
        let lines = [(1000, 1), (2000, 2), (3000, 4), (12_000, 8), (13_000, 16), (40_000, 32)].map {
            StreamJob.line("a", $0.1, time: $0.0)
        }
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", ["p": lines], blockSize: 1, blocksPerPoll: 1)], on: disk)
        run.start()
        try run.wait()
        let sums = disk.rows("out0").map { row in String(row.split(separator: "|")[3]) }
        #expect(sums == ([3, 7, 8, 24, 32] as [Int64]).map { "\(Scalar.int($0))" })
    }
}
