import Columnar
import Formats
import Query
import Streams
import Testing

/// Joins of two frames of a stream over whole runs: what a restart makes of them, and what is late.
@Suite struct StreamJoinTests {
    /// Lines with a value of at least 0 are the left rows, the others the right ones.
    private static func job(_ how: Step.Join.How, delay: Int64, mode: OutputMode = .append) -> StreamJob {
        func side(_ operation: Query.Expression.BinaryOperator) -> Step {
            .filter(.binary(operation, .column("v"), .literal(.int(0))))
        }
        var job = StreamJob(
            [
                .init(
                    "joined", from: "asked",
                    steps: [
                        .join(
                            .init(
                                with: "answered", how: how, on: ["k"],
                                within: .init("t", from: .seconds(-1), to: .seconds(3))))
                    ]),
                .init("asked", from: "events", steps: [side(.greaterOrEqual)]),
                .init("answered", from: "events", steps: [side(.less)]),
            ], modes: [mode])
        job.options.eventTime = EventTimePolicy(column: "t", delay: delay)
        return job
    }

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

    private static let hows: [Step.Join.How] = [.inner, .left, .outer, .semi]

    @Test("Within the delay, the rows are those of the batch, once each", arguments: hows, 0..<3)
    func append(how: Step.Join.How, seed: Int) throws {
        let lines = Self.lines(150, partitions: seed + 1, disorder: 3000)
        // Of several partitions those that are ahead in the test's order do not count before the others.
        var job = Self.job(how, delay: seed == 0 ? 3_000_000 : 200_000_000)
        job.options.limits.rows = .random(in: 1...30)
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", lines, blockSize: .random(in: 1...10))], on: disk)
        run.start()
        try run.wait()
        #expect(disk.rows("dead").isEmpty && run.counters.lateRows == 0)
        #expect(disk.rows("out0").sorted() == (try job.batchRows(lines.values.flatMap { $0 }).sorted()))
    }

    @Test("Killed after any operation, each row is written once", arguments: [Step.Join.How.inner, .outer], 1...2)
    func anyDeath(how: Step.Join.How, partitions: Int) throws {
        let lines = Self.lines(50, partitions: partitions, disorder: 2000)
        var job = Self.job(how, delay: 2_000_000)
        job.options.snapshotEvery = partitions == 1 ? .seconds(1000) : .zero
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

    @Test("A late row of either side is a dead letter as it came, and is in no pair")
    func lateRows() throws {
        var job = Self.job(.left, delay: 0)
        job.options.limits.rows = 1
        let lines = [
            StreamJob.line("a", 1, time: 1000), StreamJob.line("a", 2, time: 60_000),
            StreamJob.line("a", -4, time: 2000),
            StreamJob.line("a", -8, time: 61_000),
        ]
        let disk = MemoryDisk()
        let run = job.run([MemorySource("s", ["p": lines], blockSize: 1, blocksPerPoll: 1)], on: disk)
        run.start()
        try run.wait()
        #expect(run.counters.lateRows == 1)
        let letter = try #require(disk.rows("dead").first).filter { $0 != "\\" }
        #expect(disk.rows("dead").count == 1 && letter.contains("late") && letter.contains("'joined' is final"))
        #expect(letter.contains(#""v":-4"#) && !letter.contains("left") && !letter.contains("right"), "\(letter)")
        #expect(disk.rows("out0").count == 2)
    }

    @Test("Modes that would keep every row are refused, and so is a frame that nobody writes but by its epochs")
    func modes() throws {
        for mode in [OutputMode.update, .complete] {
            let run = Self.job(.inner, delay: 0, mode: mode).run([MemorySource("s", [:])], on: MemoryDisk())
            run.start()
            let refusal = #expect(throws: SwiftwaterError.self) { try run.wait() }
            #expect(refusal?.hint?.contains("'append'") == true, "\(String(describing: refusal))")
        }
        var job = Self.job(.inner, delay: 0)
        job.modes = []
        let run = job.run(
            [MemorySource("s", Self.lines(40, partitions: 1, disorder: 0), blockSize: 5)], on: MemoryDisk())
        run.start()
        try run.wait()
        #expect(run.progress?.stateOperators.isEmpty == true)
    }
}
