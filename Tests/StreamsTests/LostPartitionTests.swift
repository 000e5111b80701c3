import Columnar
import Streams
import Testing

/// Partitions that a run loses while it goes on with others, and that come back to a later process.
@Suite struct LostPartitionTests {
    private let lines = [
        "a": (0..<40).map { StreamJob.line("a\($0 % 3)", $0) }, "b": (0..<30).map { StreamJob.line("b\($0 % 2)", $0) },
    ]

    private func job(_ mode: OutputMode, everyEpoch: Bool) -> StreamJob {
        var job = mode == .append ? StreamJob.filtered() : StreamJob.sums(mode)
        job.options.limits.rows = 5
        job.options.snapshotEvery = everyEpoch ? .zero : .seconds(1000)
        return job
    }

    @Test(
        "What was read of a lost partition is not read again, at whatever operation the process dies", arguments: 0..<3)
    func onceAfterDeaths(kind: Int) throws {
        let job = job(kind == 0 ? .append : .complete, everyEpoch: kind == 1)
        let wanted = try job.batchRows(lines.values.flatMap { $0 }).sorted()
        var life = 0
        while true {
            let disk = MemoryDisk()
            var limit: Int? = life
            var deaths = 0
            while true {
                disk.begin(left: limit)
                let source = GroupSource(lines, loss: ("b", 7))
                let run = job.run([source], on: disk)
                run.start()
                if (try? run.wait()) != nil {
                    #expect(source.released == [SourcePartition(source: "s", id: "b")] || deaths > 0)
                    break
                }
                deaths += 1
                limit = deaths < 2 ? life / 2 : nil
                guard deaths < 5 else {
                    Issue.record("the run does not recover")
                    return
                }
            }
            disk.begin(left: nil)
            let run = job.run([GroupSource(lines)], on: disk)
            run.start()
            try run.wait()
            #expect(disk.rows("out0").sorted() == wanted, "after \(life) operations")
            if deaths == 0 { break }
            life += 1
        }
        #expect(life > 20)
    }

    @Test("Sources that forget nothing are told of epochs before the states are saved; others are not")
    func tellsEpochs() throws {
        let job = job(.complete, everyEpoch: false)
        let disk = MemoryDisk()
        disk.begin(left: nil)
        let group = GroupSource(lines)
        let memory = MemorySource("m", lines)
        let run = job.run([group, memory], on: disk)
        run.start()
        try run.wait()
        // Some may have been told together.
        #expect(group.acknowledged.count >= 2)
        #expect(group.acknowledged.allSatisfy { $0.keys.allSatisfy { $0.source == "s" } })
        let a = SourcePartition(source: "s", id: "a")
        #expect(group.acknowledged.last?[a] == 40)
        #expect(memory.acknowledgements == 1)
    }

    @Test("What waits of a lost partition is left to its next owner")
    func dropsWhatWaits() throws {
        let job = job(.append, everyEpoch: true)
        let disk = MemoryDisk()
        disk.begin(left: nil)
        let run = job.run([GroupSource(lines, loss: ("b", 9))], on: disk)
        run.start()
        try run.wait()
        let checkpoint = Checkpoint(disk)
        let last = try #require(try checkpoint.epochs().commits.max())
        let commit = try checkpoint.readCommit(last)
        let lost = SourcePartition(source: "s", id: "b")
        #expect(commit.positions == [SourcePartition(source: "s", id: "a"): 40])
        #expect(commit.left == [lost: Int64(disk.rows("out0").count { $0.contains("b") })])
    }

    @Test("A lost partition goes on where its other owner has come to")
    func goesOnFurther() throws {
        var job = job(.append, everyEpoch: true)
        // Otherwise what waits when the partition is lost is left to its next owner.
        job.options.limits.rows = 1000
        let disk = MemoryDisk()
        disk.begin(left: nil)
        for source in [GroupSource(lines, loss: ("b", 6)), GroupSource(lines, others: 20)] {
            let run = job.run([source], on: disk)
            run.start()
            try run.wait()
        }
        let read = (lines["a"] ?? []) + (lines["b"] ?? [])[..<6] + (lines["b"] ?? [])[20...]
        #expect(disk.rows("out0").sorted() == (try job.batchRows(read).sorted()))
    }
}
