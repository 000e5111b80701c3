import Columnar
import FileConnector
import Formats
import Foundation
import Glibc
import SourceConformance
import Streams
import Testing

/// A source over a folder, with what has come out of it.
private final class Following {
    let source: FileSource
    private(set) var events: [ReceivedEvent] = []
    private(set) var positions: Positions
    private(set) var revoked: [SourcePartition] = []
    private(set) var isDrained = false

    init(
        _ paths: [String], at positions: Positions = [:], configure: (inout FileSource.Options) -> Void = { _ in }
    ) throws {
        var options = FileSource.Options(paths: paths)
        configure(&options)
        source = try FileSource(name: "logs", options: options)
        self.positions = positions
        try source.open(at: positions)
    }

    deinit { source.close() }

    var texts: [String] { events.map(\.text) }

    func poll(_ milliseconds: Int = 50) throws {
        let result = try source.poll(PollRequest(timeout: .milliseconds(milliseconds)))
        positions.merge(result.assigned) { _, new in new }
        for block in result.blocks {
            #expect(positions[block.partition] == block.positions.lowerBound)
            positions[block.partition] = block.positions.upperBound
            events += try ReceivedEvent.events(of: block)
        }
        for partition in result.revoked { positions[partition] = nil }
        revoked += result.revoked
        isDrained = result.isDrained
    }

    /// Polls until `count` events have come, and then whether more do.
    func read(_ count: Int, for seconds: Double = 10) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while events.count < count, ContinuousClock.now < deadline { try poll() }
        try poll()
        #expect(events.count == count)
    }
}

@Suite(.serialized) struct FileSourceTests {
    let folder: LogFolder
    init() throws { folder = try LogFolder() }

    @Test(arguments: SourceConformance.Check.allCases)
    func `a folder with one file is a source`(_ check: SourceConformance.Check) throws {
        try SourceConformance.run(check) { try FolderHarness(files: 1) }
    }

    @Test(arguments: SourceConformance.Check.allCases)
    func `a folder with three files is a source`(_ check: SourceConformance.Check) throws {
        try SourceConformance.run(check) { try FolderHarness(files: 3) }
    }

    @Test func `files come oldest first, then by name`() throws {
        for (name, age) in [("b", 50), ("a", 50), ("z", 90), ("m", 10)] {
            try folder.append("{\"f\":\"\(name)\"}\n", to: "\(name).ndjson")
            folder.age("\(name).ndjson", by: age)
        }
        let following = try Following([folder.path])
        try following.read(4)
        #expect(following.texts == ["z", "a", "b", "m"].map { "{\"f\":\"\($0)\"}" })
        #expect(following.isDrained)
    }

    @Test func `a glob takes what matches, also later`() throws {
        try folder.append("1\n", to: "a.log")
        try folder.append("no\n", to: "a.txt")
        mkdir(folder("x"), 0o755)
        let following = try Following([folder("*.log"), folder("x/*.log")])
        try following.read(1)
        try folder.append("2\n", to: "b.log")
        try folder.append("3\n", to: "x/c.log")
        try following.read(3, for: 5)
        #expect(Set(following.texts) == ["1", "2", "3"])
    }

    @Test func `hidden names of a folder are left out`() throws {
        try folder.append("no\n", to: ".hidden")
        try folder.append("no\n", to: "_temporary")
        try folder.append("yes\n", to: "seen")
        let following = try Following([folder.path + "/"])
        try following.read(1)
        #expect(following.texts == ["yes"])
    }

    @Test func `a line waits until it is whole`() throws {
        try folder.append("one\ntw", to: "a.log")
        let following = try Following([folder("a.log")])
        try following.read(1)
        #expect(following.isDrained)
        try folder.append("o", to: "a.log")
        try following.read(1)
        try folder.append("\nthree\n", to: "a.log")
        try following.read(3)
        #expect(following.texts == ["one", "two", "three"])
    }

    @Test func `a last line that nobody ends is taken after a while`() throws {
        try folder.append("one\ntwo", to: "a.log")
        folder.age("a.log", by: 3600)
        let old = try Following([folder("a.log")])
        try old.read(2)
        #expect(old.texts == ["one", "two"])
        #expect(old.positions.values.first == 7)
        // Replayed it is the same.
        let again = try Following([folder("a.log")], at: [try #require(old.positions.keys.first): 4])
        let result = try again.source.poll(PollRequest(until: old.positions))
        #expect(try result.blocks.flatMap { try ReceivedEvent.events(of: $0) }.map(\.text) == ["two"])

        try folder.append("three", to: "b.log")
        let following = try Following([folder("b.log")]) { $0.finishAfter = .milliseconds(400) }
        try following.read(0, for: 0.1)
        try following.read(1, for: 5)
        #expect(following.texts == ["three"])
        try folder.append("four\n", to: "b.log")
        try following.read(2)
        #expect(following.texts == ["three", "four"])
    }

    @Test func `a renamed file goes on and its successor is new`() throws {
        try folder.append("one\n", to: "app.log")
        let following = try Following([folder("app.log")]) { $0.closeAfter = .milliseconds(600) }
        try following.read(1)
        folder.rename("app.log", "app.log.1")
        try folder.append("two\n", to: "app.log.1")
        try folder.append("three\n", to: "app.log")
        try following.read(3)
        // A process that still has the old file writes to it.
        try folder.append("late\n", to: "app.log.1")
        try following.read(4)
        #expect(Set(following.texts) == ["one", "two", "three", "late"])
        let deadline = ContinuousClock.now + .seconds(6)
        while following.revoked.isEmpty, ContinuousClock.now < deadline { try following.poll() }
        #expect(following.revoked.count == 1)
        #expect(following.positions.count == 1)
    }

    @Test func `a file renamed while nobody looked is read to its end`() throws {
        try folder.append("one\n", to: "app.log")
        var following: Following? = try Following([folder("app.log")])
        try following?.read(1)
        let positions = following?.positions ?? [:]
        following = nil
        try folder.append("two\n", to: "app.log")
        folder.rename("app.log", "app.log.1")
        try folder.append("three\n", to: "app.log")
        let again = try Following([folder("app.log")], at: positions)
        try again.read(2)
        #expect(Set(again.texts) == ["two", "three"])
    }

    @Test func `a truncated file begins again as another partition`() throws {
        try folder.append("one\ntwo\n", to: "app.log")
        let following = try Following([folder("app.log")])
        try following.read(2)
        folder.truncate("app.log")
        try folder.append("new\n", to: "app.log")
        try following.read(3)
        #expect(following.texts == ["one", "two", "new"])
        #expect(following.revoked.count == 1)
        #expect(following.positions.values.first == 4)
        #expect(following.positions.keys.first?.id.hasSuffix("#1") == true)
        // So it is after a restart, and when it happens between two runs.
        let same = try Following([folder("app.log")], at: following.positions)
        try same.read(0, for: 0.1)
        folder.truncate("app.log")
        try folder.append("x\n", to: "app.log")
        let again = try Following([folder("app.log")], at: following.positions)
        try again.read(1)
        #expect(again.texts == ["x"])
    }

    @Test func `lines that are gone before they were read are an error`() throws {
        try folder.append(String(repeating: "line\n", count: 1000), to: "app.log")
        let following = try Following([folder("app.log")])
        _ = try following.source.poll(PollRequest(maximumBytes: 100, maximumMessages: 3))
        folder.truncate("app.log")
        let error = #expect(throws: SwiftwaterError.self) {
            for _ in 0..<40 { _ = try following.source.poll(PollRequest(maximumBytes: 100, maximumMessages: 3)) }
        }
        #expect(error?.kind == .data)
        #expect(error?.message.contains("truncated") == true)
        // Having said so, it goes on.
        try folder.append("new\n", to: "app.log")
        try following.read(1)
        #expect(following.texts == ["new"])
    }

    @Test func `a file that is gone cannot be replayed`() throws {
        try folder.append("one\ntwo\n", to: "app.log")
        let following = try Following([folder("app.log")])
        try following.read(2)
        folder.remove("app.log")
        let start = following.positions.mapValues { _ in Int64(0) }
        let strict = try Following([folder("app.log")], at: start)
        let error = #expect(throws: SwiftwaterError.self) {
            _ = try strict.source.poll(PollRequest(until: following.positions))
        }
        #expect(error?.kind == .data)
        let lax = try Following([folder("app.log")], at: start) { $0.failOnDataLoss = false }
        let result = try lax.source.poll(PollRequest(until: following.positions))
        #expect(result.blocks.map(\.byteCount) == [0])
        #expect(result.blocks.map(\.positions) == [0..<8])
        try lax.poll()
        #expect(lax.revoked.count == 1)
    }

    @Test func `a removed file is read to its end and then forgotten`() throws {
        try folder.append(String(repeating: "line\n", count: 3000) + "last", to: "app.log")
        let following = try Following([folder.path]) { $0.closeAfter = .milliseconds(300) }
        let result = try following.source.poll(PollRequest(maximumBytes: 100))
        #expect(result.blocks.count == 1)
        folder.remove("app.log")
        var count = 0
        for block in result.blocks { count += try ReceivedEvent.events(of: block).count }
        let deadline = ContinuousClock.now + .seconds(10)
        var revoked: [SourcePartition] = []
        while revoked.isEmpty, ContinuousClock.now < deadline {
            let result = try following.source.poll(PollRequest(timeout: .milliseconds(50)))
            for block in result.blocks { count += try ReceivedEvent.events(of: block).count }
            revoked += result.revoked
        }
        #expect(count == 3001)
        #expect(revoked.count == 1)
    }

    @Test(arguments: ["gzip", "zstd"])
    func `compressed files are read, and go on where they were`(_ name: String) throws {
        let compression = try #require(StreamCompression(rawValue: name))
        let file = folder("a.ndjson.\(compression.fileExtension)")
        let output = try TextOutput(file, compression: compression)
        let lines = (0..<5000).map { "{\"n\":\($0)}" }
        try output.write(Array(lines.joined(separator: "\n").utf8))
        try output.commit()
        let following = try Following([folder("*")]) { $0.blockBytes = 4096 }
        try following.read(5000)
        #expect(following.texts == lines)
        #expect(following.isDrained)
        for place in [1, 2500, 4999] {
            let event = following.events[place]
            let again = try Following([folder("*")], at: [event.partition: event.position]) { $0.blockBytes = 1000 }
            let until = following.events[min(place + 700, 4999)]
            var texts: [String] = []
            for _ in 0..<20 {
                let result = try again.source.poll(PollRequest(until: [event.partition: until.next]))
                texts += try result.blocks.flatMap { try ReceivedEvent.events(of: $0) }.map(\.text)
            }
            #expect(texts == Array(lines[place...min(place + 700, 4999)]))
            try again.read(5000 - place - texts.count)
            #expect(texts + again.texts == Array(lines[place...]))
        }
    }

    @Test func `a compressed file that is still being written is read when it has grown`() throws {
        let output = try TextOutput(folder("whole.gz"), compression: .gzip)
        let lines = (0..<40_000).map { "{\"n\":\($0 &* 7919 % 10007)}" }
        try output.write(Array(lines.map { $0 + "\n" }.joined().utf8))
        try output.commit()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder("whole.gz"))))
        folder.remove("whole.gz")
        try folder.append(Array(bytes[0..<(bytes.count / 2)]), to: "a.ndjson.gz")
        let following = try Following([folder("*.gz")])
        for _ in 0..<5 { try following.poll() }
        let half = following.events.count
        #expect(half < 40_000)
        try folder.append(Array(bytes[(bytes.count / 2)...]), to: "a.ndjson.gz")
        try following.read(40_000)
        #expect(following.texts == lines)
    }

    @Test func `a damaged compressed file is an error that names it, once`() throws {
        try folder.append("this is no gzip data", to: "a.ndjson.gz")
        try folder.append("{}\n", to: "b.ndjson")
        let following = try Following([folder("*")])
        let error = #expect(throws: SwiftwaterError.self) { for _ in 0..<3 { try following.poll() } }
        #expect(error?.location?.file?.hasSuffix("a.ndjson.gz") == true)
        try following.read(1)
        #expect(following.texts == ["{}"])
    }

    @Test func `a line over the limit comes cut, as a bad line, and the next ones whole`() throws {
        let long = String(repeating: "x", count: 10_000)
        try folder.append("one\n\(long)\ntwo\n", to: "a.log")
        let following = try Following([folder.path]) {
            $0.maximumLineBytes = 1000
            $0.blockBytes = 512
        }
        try following.read(3)
        #expect(following.texts == ["one", String(repeating: "x", count: 1000), "two"])
        #expect(following.positions.values.first == 10_009)
    }

    @Test func `a first start may begin at the end`() throws {
        try folder.append("one\ntwo\nthr", to: "a.log")
        let following = try Following([folder.path]) { $0.start = .end }
        try following.read(0, for: 0.1)
        try folder.append("ee\n", to: "a.log")
        try folder.append("new\n", to: "b.log")
        try following.read(2)
        #expect(Set(following.texts) == ["three", "new"])
    }

    @Test func `a folder that is not there is an error at once`() throws {
        let error = #expect(throws: SwiftwaterError.self) { try Following([folder("nowhere/*.log")]) }
        #expect(error?.message.contains("there is no folder") == true)
        #expect(throws: SwiftwaterError.self) { try Following([]) }
    }

    @Test func `many files come whole, with few of them open`() throws {
        for number in 0..<700 { try folder.append("{\"n\":\(number)}\n", to: "f\(number).ndjson") }
        let following = try Following([folder.path])
        try following.read(700)
        #expect(Set(following.texts).count == 700)
        for number in stride(from: 0, to: 700, by: 7) {
            try folder.append("{\"m\":\(number)}\n", to: "f\(number).ndjson")
        }
        try following.read(800)
    }

    @Test func `waiting costs next to no processor time`() throws {
        for number in 0..<50 { try folder.append("{\"n\":\(number)}\n", to: "f\(number).ndjson") }
        let following = try Following([folder.path])
        try following.read(50)
        var before = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
        try following.poll(2000)
        var after = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
        let used = Double(after.tv_sec - before.tv_sec) + Double(after.tv_nsec - before.tv_nsec) / 1e9
        #expect(used < 0.1)
    }
}
