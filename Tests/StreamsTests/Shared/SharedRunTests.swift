import Columnar
import Streams
import Testing

/// A group that gives and takes partitions as the test says.
private final class ScriptedMember: GroupMember {
    let name = "s"
    private let lines: [String: [String]]
    private let ends: Bool
    private let state = Locked(State())

    struct State {
        var news: [GroupNews] = []
        var released: [String] = []
        var isClosed = false
    }

    init(_ lines: [String: [String]], ends: Bool = true) {
        self.lines = lines
        self.ends = ends
        let all = lines.keys.sorted().map { SourcePartition(source: "s", id: $0) }
        say(GroupNews(assigned: all, isSettled: true))
    }

    func say(_ news: GroupNews) { state.withLock { $0.news.append(news) } }
    var released: [String] { state.withLock { $0.released } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func join() throws(SwiftwaterError) {}
    func poll(timeout: Duration) throws(SwiftwaterError) -> GroupNews {
        pause(milliseconds: 2)
        return state.withLock { $0.news.isEmpty ? GroupNews(isSettled: true) : $0.news.removeFirst() }
    }
    func source(of partition: SourcePartition) -> any StreamSource {
        MemorySource("s", [partition.id: lines[partition.id] ?? []], ends: ends)
    }
    func released(_ partitions: [SourcePartition]) throws(SwiftwaterError) {
        state.withLock { $0.released += partitions.map(\.id) }
    }
    func close() { state.withLock { $0.isClosed = true } }
}

@Suite struct SharedRunTests {
    private let lines = [
        "a": (0..<40).map { StreamJob.line("a\($0 % 3)", $0) }, "b": (0..<30).map { StreamJob.line("b\($0 % 2)", $0) },
        "c": [],
    ]

    /// Each partition on a disk of its own.
    private func run(
        _ job: StreamJob, _ member: ScriptedMember, _ disks: [String: MemoryDisk], availableNow: Bool = true,
        sinkFailures: Int = 0, owner: String = "one"
    ) -> SharedRun {
        SharedRun(
            SharedRun.Setup(name: "test", plan: job.plan, members: [member], availableNow: availableNow) {
                partition, source throws(SwiftwaterError) in
                guard let disk = disks[partition.id] else { throw SwiftwaterError(.usage, "no disk") }
                return job.run(
                    [source], on: disk, sinkFailures: sinkFailures, sharing: "\(owner) \(UInt64.random(in: 0 ... .max))"
                )
            })
    }

    private var disks: [String: MemoryDisk] { lines.mapValues { _ in MemoryDisk() } }

    private func rows(_ disks: [String: MemoryDisk]) -> [String] { disks.values.flatMap { $0.rows("out0") }.sorted() }

    @Test("All partitions' runs together give the batch's rows, and the process leaves the group")
    func takesAll() throws {
        let job = StreamJob.sums(.complete)
        let (disks, member) = (disks, ScriptedMember(lines))
        let run = run(job, member, disks)
        run.start()
        try run.wait()
        #expect(rows(disks) == (try job.batchRows(lines.values.flatMap { $0 }).sorted()))
        #expect(run.counters.rows == 70 && member.isClosed && run.phase == .ended)
        #expect(member.released.sorted() == ["a", "b", "c"])
    }

    @Test("A partition that the group wants back is committed before it is released, and goes on where it was")
    func handsOver() throws {
        let job = StreamJob.filtered()
        let (disks, first) = (disks, ScriptedMember(lines, ends: false))
        let one = run(job, first, disks, availableNow: false)
        one.start()
        while one.counters.rows < 70 { pause(milliseconds: 2) }
        first.say(GroupNews(revoked: [SourcePartition(source: "s", id: "a")]))
        while first.released.isEmpty { pause(milliseconds: 2) }
        #expect(first.released == ["a"] && !one.lag.keys.contains { $0.id == "a" })
        #expect(disks["a"]?.rows("out0").count == 40)
        var more = lines
        more["a"] = (0..<50).map { StreamJob.line("a\($0 % 3)", $0) }
        let two = run(job, ScriptedMember(["a": more["a"] ?? []]), disks, owner: "two")
        two.start()
        try two.wait()
        one.stop()
        try one.wait()
        #expect(rows(disks) == (try job.batchRows(more.values.flatMap { $0 }).sorted()))
        #expect(two.counters.rows == 10)
    }

    @Test("The rows of a frame are those of all partitions here")
    func currentRows() throws {
        let job = StreamJob.sums(.complete)
        let (disks, member) = (disks, ScriptedMember(lines, ends: false))
        let run = run(job, member, disks, availableNow: false)
        run.start()
        while run.counters.rows < 70 || !run.isReady { pause(milliseconds: 2) }
        #expect(try run.currentRows(of: "sums").count == 5)
        #expect(throws: SwiftwaterError.self) { try run.currentRows(of: "sum") }
        run.stop()
        try run.wait()
    }

    @Test("An output that fails for good ends the process with the error; the other partitions are committed")
    func fails() throws {
        let job = StreamJob.filtered()
        let (disks, member) = (disks, ScriptedMember(lines))
        let run = run(job, member, disks, sinkFailures: 100)
        run.start()
        #expect(throws: SwiftwaterError.self) { try run.wait() }
        #expect(member.isClosed && member.released.count == 3)
    }
}
