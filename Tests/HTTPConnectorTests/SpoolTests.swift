import Columnar
import Formats
import Foundation
import HTTPConnector
import Streams
import Testing

@Suite("The spool of accepted bodies")
struct SpoolTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func entry(_ text: String, key: String = "") -> Spool.Entry {
        let bytes = Array(text.utf8)
        return Spool.Entry(
            arrival: 7, key: Array(key.utf8), body: bytes.withUnsafeBytes { Buffer(copying: $0) },
            byteCount: bytes.count)
    }

    private func source(segment: Int = 64 << 20, memory: Int = 48 << 20, keys: Int = 100) -> HTTPSource {
        HTTPSource(
            name: "in", folder: "\(folder.path)/spool", keyLimit: keys, segmentByteCount: segment, memoryLimit: memory)
    }

    private func spool(segment: Int = 64 << 20, keys: Int = 100) throws -> Spool {
        try Spool("\(folder.path)/spool", keyLimit: keys, segmentByteCount: segment)
    }

    private let partition = SourcePartition(source: "in", id: "spool")

    @Test("a later process reads what was appended, from any record's position")
    func reopened() throws {
        let texts = (0..<50).map { "{\"n\":\($0)}\n" + String(repeating: "x", count: $0 * 40) + "\n" }
        var ends: [Int64] = [0]
        do {
            let spool = try spool(segment: 4000)
            for text in texts {
                try spool.append([entry(text)])
                ends.append(spool.end)
            }
        }
        #expect(folder.names("spool").count > 5)
        for start in stride(from: 0, through: 50, by: 7) {
            let source = source(segment: 4000)
            try source.open(at: [partition: ends[start]])
            #expect(try source.drain() == Array(texts[start...]))
            #expect(try source.poll(PollRequest(timeout: .zero)).isDrained)
            #expect(source.lag == [partition: 0])
            source.close()
        }
        let source = source(segment: 4000)
        try source.open(at: [partition: ends[3]])
        #expect(try source.drain(until: [partition: ends[9]]) == Array(texts[3..<9]))
        #expect(try source.drain() == Array(texts[9...]))
        source.close()
    }

    @Test("a log that was cut anywhere keeps its whole records and goes on behind them")
    func tornTail() throws {
        var ends = [0]
        do {
            let spool = try spool()
            for text in ["{\"a\":1}\n", "{\"b\":22}\n", "{\"c\":333}\n"] {
                try spool.append([entry(text, key: "k\(text.count)")])
                ends.append(Int(spool.end))
            }
        }
        let name = "spool/" + folder.names("spool")[0]
        let file = try folder.data(name)
        let whole = file.prefix(ends[3])
        #expect(file.dropFirst(ends[3]).allSatisfy { $0 == 0 })
        for cut in stride(from: 0, to: whole.count, by: 3) {
            for garbage in [Data(), Data(count: 4), Data(count: 5000), whole.prefix(20)] {
                try folder.write(whole.prefix(cut) + garbage, to: name)
                let spool = try spool()
                let kept = ends.lastIndex { $0 <= cut } ?? 0
                #expect(spool.end == Int64(ends[kept]))
                #expect(try folder.data(name).count == ends[kept], "zeros are no records")
                try spool.append([entry("{\"d\":4}\n")])
                let source = source()
                try source.open(at: [:])
                #expect(try source.drain().last == "{\"d\":4}\n")
                source.close()
            }
        }
    }

    @Test("zeros are written ahead of small bodies only, and never beyond the segment's end")
    func zeros() throws {
        let spool = try spool(segment: 3 << 20)
        try spool.append([entry("{\"a\":1}\n")])
        let name = "spool/" + folder.names("spool")[0]
        let filled = try folder.data(name).count
        #expect(filled > 1 << 20)
        for _ in 0..<100 { try spool.append([entry("{\"a\":1}\n")]) }
        #expect(try folder.data(name).count == filled, "a record in place of zeros leaves the size")
        let long = "\"" + String(repeating: "x", count: 900_000) + "\"\n"
        for _ in 0..<4 { try spool.append([entry(long)]) }
        let first = Int(spool.end)
        #expect(try folder.data(name).count == first && folder.names("spool").count == 1)
        try spool.append([entry("{\"a\":2}\n")])
        #expect(try folder.names("spool").count == 2 && folder.data(name).count == first)
        let source = source()
        try source.open(at: [:])
        #expect(try source.drain().count == 106)
        source.close()
    }

    @Test("a changed byte of the last segment cuts the log; one before it is an error")
    func damage() throws {
        do {
            let spool = try spool(segment: 100)
            for number in 0..<10 { try spool.append([entry("{\"number\":\(number),\"x\":\"yyyyyyyyyyyyyyyy\"}\n")]) }
        }
        let names = folder.names("spool")
        #expect(names.count > 2)
        var data = try folder.data("spool/\(names[0])")
        data[40] ^= 1
        try folder.write(data, to: "spool/\(names[0])")
        let source = source(segment: 100)
        try source.open(at: [:])
        #expect(throws: SwiftwaterError.self) { _ = try source.drain() }
        source.close()
        data[0] ^= 1
        try folder.write(data, to: "spool/\(names[0])")
        #expect(throws: SwiftwaterError.self) { _ = try spool() }
    }

    @Test("segments go away when all of their events are acknowledged; positions go on rising after a restart")
    func acknowledged() throws {
        var spool = try spool(segment: 200)
        for number in 0..<20 { try spool.append([entry("{\"number\":\(number)}\n", key: "key\(number)")]) }
        let end = spool.end
        let count = folder.names("spool").count
        try spool.acknowledge(end / 2)
        #expect(folder.names("spool").filter { $0.hasSuffix(".spool") }.count < count)
        #expect(spool.waitingBytes == Int(end - end / 2))
        try spool.acknowledge(end)
        #expect(folder.names("spool").filter { $0.hasSuffix(".spool") }.count == 1)
        spool = try Spool("\(folder.path)/spool", keyLimit: 100, segmentByteCount: 200)
        #expect(spool.end == end)
        for number in 0..<20 { #expect(spool.remembers(Array("key\(number)".utf8))) }
        #expect(!spool.remembers(Array("key20".utf8)))
    }

    @Test("only the latest keys are remembered, and files of forgotten ones go away")
    func boundedKeys() throws {
        var spool = try spool(segment: 300, keys: 10)
        for number in 0..<500 {
            try spool.append([entry("{\"number\":\(number)}\n", key: "key\(number)")])
            try spool.acknowledge(spool.end)
        }
        #expect(spool.remembers(Array("key499".utf8)) && !spool.remembers(Array("key400".utf8)))
        #expect(folder.names("spool").count < 12)
        spool = try Spool("\(folder.path)/spool", keyLimit: 10, segmentByteCount: 300)
        #expect(spool.remembers(Array("key490".utf8)) && !spool.remembers(Array("key480".utf8)))
    }

    @Test("a reader that falls behind reads from the files, one that keeps up from memory, with equal results")
    func behind() throws {
        let source = source(segment: 2000, memory: 500)
        try source.open(at: [:])
        defer { source.close() }
        var expected: [String] = []
        var found: [String] = []
        var generator = SystemRandomNumberGenerator()
        for round in 0..<60 {
            for number in 0..<Int.random(in: 0..<6, using: &generator) {
                let text = "{\"round\":\(round),\"number\":\(number)}\n"
                try send(text, to: source)
                expected.append(text)
            }
            if Int.random(in: 0..<3, using: &generator) == 0 { found += try source.drain() }
        }
        found += try source.drain()
        #expect(found == expected)
    }

    /// Hands a body in as the server does, and waits until it is durable.
    private func send(_ text: String, to source: HTTPSource) throws {
        let client = try TestClient(source)
        #expect(try client.post("/", text).status == 202)
    }

    @Test("a checkpoint whose events are gone is refused")
    func missing() throws {
        do {
            let spool = try spool(segment: 100)
            for number in 0..<10 { try spool.append([entry("{\"number\":\(number)}\n")]) }
            try spool.acknowledge(spool.end)
        }
        let source = source(segment: 100)
        #expect(throws: SwiftwaterError.self) { try source.open(at: [partition: 0]) }
        #expect(throws: SwiftwaterError.self) { try source.open(at: [partition: 1 << 40]) }
    }

    @Test("a spool that is empty goes on where the checkpoint is")
    func empty() throws {
        let source = source()
        try source.open(at: [partition: 5000])
        defer { source.close() }
        try send("{\"a\":1}", to: source)
        let result = try source.poll(PollRequest())
        #expect(result.blocks.first?.positions.lowerBound == 5000)
        #expect(result.blocks.first?.payloads == ["{\"a\":1}\n"])
    }
}
