import Columnar
import Streams
import Testing

/// A process that is frozen while another takes its partition over, and wakes up when that one is done or far ahead.
@Suite struct ZombieTests {
    private let lines = ["p": (0..<40).map { StreamJob.line("k\($0 % 3)", $0) }]

    private func job(_ mode: OutputMode, everyEpoch: Bool) -> StreamJob {
        var job = mode == .append ? StreamJob.filtered() : StreamJob.sums(mode)
        job.options.limits.rows = 5
        job.options.retry = RetryPolicy(attempts: 2, first: .milliseconds(1))
        job.options.snapshotEvery = everyEpoch ? .zero : .seconds(1000)
        return job
    }

    @Test(
        "At whatever operation a process freezes, what it does after another has its partition changes nothing",
        arguments: [(OutputMode.append, true), (.complete, true), (.complete, false), (.append, false)])
    func changesNothing(mode: OutputMode, everyEpoch: Bool) throws {
        let job = job(mode, everyEpoch: everyEpoch)
        let wanted = try job.batchRows(lines.values.flatMap { $0 }).sorted()
        var (point, fenced) = (0, 0)
        while true {
            let disk = MemoryDisk()
            let gate = Gate(after: point)
            let zombie = job.run(
                [MemorySource("s", lines)], on: MemoryDisk(sharing: disk, gate: gate), sharing: "zombie")
            zombie.start()
            let isFrozen = gate.waitUntilReached { zombie.hasEnded }
            let heir = job.run([MemorySource("s", lines)], on: MemoryDisk(sharing: disk), sharing: "heir")
            heir.start()
            try heir.wait()
            #expect(disk.rows("out0").sorted() == wanted, "before it wakes up at \(point)")
            gate.open()
            do {
                try zombie.wait()
            } catch {
                fenced += 1
                #expect("\(error)".contains("another process"), "at \(point)")
            }
            #expect(disk.rows("out0").sorted() == wanted, "after it woke up at \(point)")
            if !isFrozen { break }
            point += 1
        }
        #expect(point > 20 && fenced > 10, "\(fenced) of \(point) were fenced")
    }

    @Test("A chain of owners, each frozen in its turn, ends with one result")
    func chain() throws {
        let job = job(.complete, everyEpoch: true)
        let wanted = try job.batchRows(lines.values.flatMap { $0 }).sorted()
        for seed in 0..<20 {
            let disk = MemoryDisk()
            let gates = (0..<4).map { Gate(after: 7 + (seed * 7 + $0 * 11) % 23) }
            var zombies: [StreamRun] = []
            for (number, gate) in gates.enumerated() {
                let run = job.run(
                    [MemorySource("s", lines)], on: MemoryDisk(sharing: disk, gate: gate), sharing: "owner \(number)")
                run.start()
                _ = gate.waitUntilReached { run.hasEnded }
                zombies.append(run)
            }
            for gate in gates.reversed() { gate.open() }
            for run in zombies { _ = try? run.wait() }
            let heir = job.run([MemorySource("s", lines)], on: MemoryDisk(sharing: disk), sharing: "heir")
            heir.start()
            try heir.wait()
            #expect(disk.rows("out0").sorted() == wanted, "seed \(seed)")
        }
    }

    @Test("A compacted log keeps its claims and none of the rest")
    func fences() throws {
        let job = job(.append, everyEpoch: true)
        let disk = MemoryDisk()
        for number in 0..<3 {
            let run = job.run([MemorySource("s", lines)], on: disk, sharing: "owner \(number)")
            run.start()
            try run.wait()
        }
        let names = try disk.list("epochs/")
        #expect(names.filter { $0.hasSuffix(".claim") }.count == 3)
        #expect(names.filter { $0.hasSuffix(".commit") }.count <= 5, "\(names)")
    }
}
