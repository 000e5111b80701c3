import Columnar
import FileConnector
import Formats
import Glibc
import SourceConformance
import Streams
import Testing

/// A pipe whose writer has a thread of its own, as another process would.
final class PipeHarness: SourceHarness {
    private let reading: Int32
    private let writing: Int32
    private let queue = Locked<(lines: [[UInt8]], isFinished: Bool)>(([], false))
    private let isDone = Locked(false)

    init() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        reading = ends[0]
        writing = ends[1]
        let (queue, isDone, writing) = (queue, isDone, writing)
        EngineThreads.detach {
            var isOpen = true
            while isOpen {
                let (lines, isFinished) = queue.withLock { state in
                    defer { state.lines = [] }
                    return state
                }
                if lines.isEmpty, isFinished { break }
                if lines.isEmpty { usleep(500) }
                let bytes = Array(lines.map { $0 + [0x0A] }.joined())
                var done = 0
                while done < bytes.count {
                    let count = bytes.withUnsafeBytes {
                        Glibc.write(writing, $0.baseAddress! + done, bytes.count - done)
                    }
                    if count <= 0 {
                        isOpen = false
                        break
                    }
                    done += count
                }
            }
            Glibc.close(writing)
            isDone.withLock { $0 = true }
        }
    }

    deinit {
        Glibc.close(reading)
        queue.withLock { $0.isFinished = true }
        while !isDone.withLock({ $0 }) { usleep(1000) }
    }

    var traits: SourceTraits {
        var traits = SourceTraits()
        traits.isReplayable = false
        traits.ends = true
        traits.eventsMayHoldLineFeeds = false
        // The pipe itself holds back the writer.
        traits.backlogBytes = 0
        return traits
    }

    func makeSource() throws -> any StreamSource {
        try StandardInputSource(
            name: "stdin", file: FileDescriptor(descriptor: reading, path: "standard input", closes: false),
            blockBytes: 1 << 14)
    }

    func write(_ events: [[UInt8]]) throws { queue.withLock { $0.lines += events } }

    func finish() throws { queue.withLock { $0.isFinished = true } }
}

@Suite(.serialized) struct StandardInputTests {
    @Test(arguments: SourceConformance.Check.allCases)
    func `standard input is a source`(_ check: SourceConformance.Check) throws {
        try SourceConformance.run(check) { PipeHarness() }
    }

    /// What a source brings of `text` to its end.
    private func lines(_ text: String, maximumLineBytes: Int = 1 << 20) throws -> [EventBlock] {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        var bytes = Array(text.utf8)
        #expect(Glibc.write(ends[1], &bytes, bytes.count) == bytes.count)
        close(ends[1])
        let source = try StandardInputSource(
            name: "in", file: FileDescriptor(descriptor: ends[0], path: "a pipe", closes: true), blockBytes: 16,
            maximumLineBytes: maximumLineBytes)
        try source.open(at: [:])
        var blocks: [EventBlock] = []
        for _ in 0..<10_000 {
            let result = try source.poll(PollRequest())
            blocks += result.blocks
            if result.isEnded { return blocks }
        }
        Issue.record("it does not end")
        return blocks
    }

    @Test func `a last line without a line feed is one when the input ends`() throws {
        let blocks = try lines("one\ntwo")
        #expect(try blocks.flatMap { try ReceivedEvent.events(of: $0) }.map(\.text) == ["one", "two"])
        #expect(blocks.last?.positions.upperBound == 7)
    }

    @Test func `a line over the limit comes cut, as a bad line, and the next ones whole`() throws {
        let long = String(repeating: "x", count: 1000)
        let blocks = try lines("one\n\(long)\ntwo\n", maximumLineBytes: 100)
        #expect(
            try blocks.flatMap { try ReceivedEvent.events(of: $0) }.map(\.text)
                == ["one", String(repeating: "x", count: 100), "two"])
        for (block, next) in zip(blocks, blocks.dropFirst()) {
            #expect(block.positions.upperBound == next.positions.lowerBound)
        }
        #expect(blocks.last?.positions.upperBound == 1009)
    }

    @Test func `nothing that was read can be replayed`() throws {
        let source = try StandardInputSource(name: "in")
        let partition = SourcePartition(source: "in", id: "stdin")
        try source.open(at: [partition: 5])
        #expect(throws: SwiftwaterError.self) { try source.poll(PollRequest(until: [partition: 9])) }
        #expect(try source.poll(PollRequest(until: [partition: 5])).blocks.isEmpty)
    }
}
