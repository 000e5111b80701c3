import Columnar
import Formats
import Foundation
import Query
import Synchronization
import Testing

@Suite struct ExecutorTests {
    /// Options with the tests' operators.
    static func options(threads: Int = 2, _ source: CountingSource? = nil) -> RunOptions {
        var options = RunOptions()
        options.threads = threads
        options.sources = source
        options.stepFactory = TestSteps()
        options.outputOpener = LineOutputs()
        return options
    }

    @Test("Results do not depend on the number of threads or the size of morsels", arguments: [1, 2, 3, 8])
    func threadsAndMorsels(threads: Int) throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10 {
            let count = Int.random(in: 0...2000, using: &generator)
            let values = (0..<count).map { _ in Int64.random(in: -100...100, using: &generator) }
            let schema = Schema([Field("value", .int64)])
            let column = Column(type: .int64, count: count, storage: .fixed(Buffer(values)))
            var options = Self.options(threads: threads)
            options.morselRows = Int.random(in: 1...300, using: &generator)
            options.tables = ["numbers": Table(schema: schema, batches: [Batch(schema: schema, columns: [column])])]
            let plan = numbersPlan(
                [
                    .init("sums", from: "numbers", steps: [atLeast(0), sumOfAll]),
                    .init("some", from: "numbers", steps: [atLeast(50)]),
                    .init("first", from: "some", steps: [.head(5)]),
                ],
                outputs: ["numbers", "sums", "some", "first"].map { .init(from: $0, to: .memory) })
            let report = try plan.runAndWait(options)
            let positive = values.filter { $0 >= 0 }
            #expect(report.tables["numbers"]?.values("value") == values.map { .int($0) })
            #expect(report.tables["sums"]?.values("sum") == [.int(positive.reduce(0, +))])
            #expect(report.tables["sums"]?.values("rows") == [.int(Int64(positive.count))])
            #expect(report.tables["some"]?.values("value") == values.filter { $0 >= 50 }.map { .int($0) })
            #expect(report.tables["first"]?.values("value") == values.filter { $0 >= 50 }.prefix(5).map { .int($0) })
            #expect(report.rows == count)
        }
    }

    @Test func `frames from one source share one pass over it`() throws {
        let source = CountingSource(morsels: 50)
        let plan = numbersPlan(
            [
                .init("sums", from: "numbers", steps: [sumOfAll]),
                .init("first", from: "numbers", steps: [atLeast(10), .head(3)]),
            ],
            outputs: [.init(from: "sums", to: .memory), .init(from: "first", to: .memory)])
        let report = try plan.runAndWait(Self.options(source))
        #expect(source.scans.load(ordering: .relaxed) == 1)
        #expect(source.taken.load(ordering: .relaxed) == 50)
        #expect(report.tables["first"]?.values("value") == [.int(10), .int(11), .int(12)])
        #expect(report.tables["sums"]?.values("rows") == [.int(5000)])
    }

    @Test func `a head alone stops the scan early`() throws {
        let source = CountingSource(morsels: 100_000, broken: [70_000])
        let plan = numbersPlan(
            [.init("first", from: "numbers", steps: [.head(3)])], outputs: [.init(from: "first", to: .memory)])
        let report = try plan.runAndWait(Self.options(threads: 4, source))
        #expect(report.tables["first"]?.values("value") == [.int(0), .int(1), .int(2)])
        #expect(source.taken.load(ordering: .relaxed) <= 64)
    }

    @Test func `an error behind the rows that a head needs is none`() throws {
        for _ in 0..<50 {
            let source = CountingSource(morsels: 20, broken: [1, 2, 3])
            let plan = numbersPlan(
                [.init("first", from: "numbers", steps: [.head(3)])], outputs: [.init(from: "first", to: .memory)])
            let report = try plan.runAndWait(Self.options(threads: 4, source))
            #expect(report.tables["first"]?.count == 3)
        }
    }

    @Test("The first error in the input's order is reported", arguments: [1, 2, 8])
    func firstError(threads: Int) throws {
        for _ in 0..<30 {
            let source = CountingSource(
                morsels: 200, rowsPerMorsel: 10, broken: [45, 30, 31, 32, 120], delayMicroseconds: 20)
            let bad: [Query.Expression] = [.literal(.int(299)), .literal(.int(555))]
            let plan = numbersPlan(
                [
                    .init(
                        "sums", from: "numbers",
                        steps: [.filter(.isIn(.column("value"), bad, negated: true)), sumOfAll])
                ],
                outputs: [.init(from: "sums", to: .memory)])
            let error = #expect(throws: SwiftwaterError.self) {
                try plan.runAndWait(Self.options(threads: threads, source))
            }
            #expect(error?.message == "cannot convert 299")
            #expect(source.taken.load(ordering: .relaxed) < 100)
        }
    }

    @Test func `the memory limit ends in an error that names the operator`() throws {
        let source = CountingSource(morsels: 10_000)
        var options = Self.options(source)
        options.stepFactory = TestSteps(extraBytes: 1 << 20)
        options.memoryLimit = 1 << 30
        let plan = numbersPlan(
            [.init("sums", from: "numbers", steps: [sumOfAll])], outputs: [.init(from: "sums", to: .memory)])
        let error = #expect(throws: SwiftwaterError.self) { try plan.runAndWait(options) }
        #expect(error?.kind == .memory)
        #expect(error?.message.contains("'sum value'") == true)
        #expect(error?.message.contains("1 GiB") == true)
        #expect(source.taken.load(ordering: .relaxed) < 100)
    }

    private final class Instant: Sendable {
        let value = Locked<ContinuousClock.Instant?>(nil)
    }

    /// A plan that would take minutes, with an output.
    private static func longPlan(_ folder: TemporaryFolder) -> Plan {
        numbersPlan(
            [.init("sums", from: "numbers", steps: [sumOfAll])],
            outputs: [
                .init(from: "sums", to: .memory),
                .init(from: "numbers", to: .file(path: "\(folder.path)/a.csv", format: nil, options: .init())),
            ])
    }

    @Test func `a cancelled run ends within a tenth of a second and leaves no file`() throws {
        let folder = TemporaryFolder()
        let options = Self.options(CountingSource(morsels: 1_000_000, delayMicroseconds: 100))
        let plan = Self.longPlan(folder)
        // On threads of the test's own: the cooperative pool may be busy with other tests.
        let cancelled = Instant()
        let canceller = Thread {
            sleepMicroseconds(50_000)
            cancelled.value.withLock { $0 = .now }
            options.cancellation.cancel()
        }
        canceller.start()
        #expect(throws: SwiftwaterError(.cancelled, "the run was cancelled")) { try plan.runAndWait(options) }
        let delay = cancelled.value.withLock { $0?.duration(to: .now) }
        #expect(try #require(delay) < .milliseconds(100))
        #expect(folder.names.isEmpty)
    }

    @Test func `cancelling the task cancels the run`() async throws {
        let folder = TemporaryFolder()
        let options = Self.options(CountingSource(morsels: 1_000_000, delayMicroseconds: 100))
        let plan = Self.longPlan(folder)
        let task = Task { try await plan.run(options) }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        let result = await task.result
        #expect(throws: SwiftwaterError(.cancelled, "the run was cancelled")) { try result.get() }
        #expect(folder.names.isEmpty)
    }

    @Test func `progress counts rows while the run goes on`() async throws {
        let source = CountingSource(morsels: 500, delayMicroseconds: 100)
        var options = Self.options(source)
        let progress = RunProgress()
        options.progress = progress
        let plan = numbersPlan(
            [.init("sums", from: "numbers", steps: [sumOfAll])], outputs: [.init(from: "sums", to: .memory)])
        let shared = options
        let task = Task { try await plan.run(shared) }
        var seen: [Int] = []
        for _ in 0..<10 {
            try await Task.sleep(for: .milliseconds(2))
            seen.append(progress.snapshot.rows)
        }
        let report = try await task.value
        #expect(seen == seen.sorted())
        #expect(report.rows == 50_000)
        #expect(progress.snapshot.rows == 50_000)
    }
}
