import Columnar
import Formats
import Query
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite struct OrderedOutputTests {
    private static func copy(to path: String) -> Plan {
        numbersPlan(
            [.init("some", from: "numbers", steps: [atLeast(500)])],
            outputs: [
                .init(from: "some", to: .file(path: path, format: .csv, options: .init())),
                .init(from: "numbers", to: .file(path: path + ".all", format: .csv, options: .init())),
            ])
    }

    @Test("Files have the input's order whatever the number of threads", arguments: [1, 2, 5])
    func order(threads: Int) throws {
        let folder = TemporaryFolder()
        let source = CountingSource(morsels: 300, rowsPerMorsel: 10, delayMicroseconds: 10)
        var options = ExecutorTests.options(threads: threads, source)
        options.outputOpener = LineOutputs(delayMicroseconds: 20)
        // So little that the workers have to wait for each other.
        options.pendingLimit = 200
        let report = try Self.copy(to: "\(folder.path)/out").runAndWait(options)
        #expect(folder.text("out") == (500..<3000).map { "\($0)\n" }.joined())
        #expect(folder.text("out.all") == (0..<3000).map { "\($0)\n" }.joined())
        #expect(report.outputs.map(\.rows) == [2500, 3000])
        #expect(folder.names == ["out", "out.all"])
    }

    @Test func `a failed run leaves no file`() throws {
        let folder = TemporaryFolder()
        let source = CountingSource(morsels: 300, broken: [200])
        #expect(throws: SwiftwaterError(.data, "morsel 200 is broken")) {
            try Self.copy(to: "\(folder.path)/out").runAndWait(ExecutorTests.options(threads: 3, source))
        }
        #expect(folder.names.isEmpty)
    }

    @Test func `a full disk is an error and leaves no file`() throws {
        let folder = TemporaryFolder()
        let source = CountingSource(morsels: 100_000)
        let plan = numbersPlan(
            [],
            outputs: [
                .init(from: "numbers", to: .file(path: "\(folder.path)/out", format: .csv, options: .init())),
                .init(from: "numbers", to: .file(path: "/dev/full", format: .csv, options: .init())),
            ])
        let error = #expect(throws: SwiftwaterError.self) {
            try plan.runAndWait(ExecutorTests.options(threads: 3, source))
        }
        #expect(error?.kind == .io)
        #expect(folder.names.isEmpty)
        #expect(source.taken.load(ordering: .relaxed) < 50_000)
    }

    @Test func `a closed pipe is an error of the run and not a signal`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let source = CountingSource(morsels: 100_000)
        let plan = numbersPlan(
            [],
            outputs: [
                .init(from: "numbers", to: .file(path: "/dev/fd/\(ends[1])", format: .csv, options: .init()))
            ])
        let options = ExecutorTests.options(threads: 2, source)
        let error = #expect(throws: SwiftwaterError.self) { try plan.runAndWait(options) }
        #expect(error?.kind == .io)
    }
}
