import Columnar
import Formats
import Glibc
import Testing

@Suite struct BadLineTests {
    private func bad(_ line: Int, _ sequence: Int, _ text: String = "x") -> BadLine {
        BadLine(file: "a.csv", line: line, column: 2, reason: "odd", text: Array(text.utf8), sequence: sequence)
    }

    @Test func `The first bad line in the input's order fails the run, whatever order morsels are reported in`() throws
    {
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let collector = BadLineCollector(policy: .fail)
            var thrown: [SwiftwaterError] = []
            for sequence in order {
                do throws(SwiftwaterError) {
                    try collector.report(
                        sequence: sequence, startsFile: sequence == 0, lines: 10,
                        badLines: sequence >= 2 ? [bad(3, sequence), bad(4, sequence)] : [])
                } catch { thrown.append(error) }
            }
            #expect(thrown.first?.location == SwiftwaterError.Location(file: "a.csv", line: 23, column: 2), "\(order)")
            #expect(collector.hasFailed)
            #expect(throws: SwiftwaterError.self) { try collector.finish() }
        }
    }

    @Test func `Line numbers start again with every file`() throws {
        let path = "/tmp/swiftwater-\(getpid())-dead.ndjson"
        defer { unlink(path) }
        let collector = BadLineCollector(policy: .deadLetter(path: path))
        try collector.report(sequence: 2, startsFile: true, lines: 5, badLines: [bad(1, 2, "q\"\u{1}\n\\é")])
        try collector.report(sequence: 1, startsFile: false, lines: 4, badLines: [bad(2, 1)])
        try collector.report(sequence: 0, startsFile: true, lines: 7)
        var invalid = bad(5, 3)
        invalid.text = [0x61, 0xFF]
        invalid.column = nil
        try collector.report(sequence: 3, startsFile: false, lines: 5, badLines: [invalid])
        #expect(access(path, F_OK) != 0)
        try collector.finish()
        #expect(collector.count == 3)
        let file = try FileDescriptor.openForReading(path)
        let size = try #require(file.regularFileSize)
        var bytes = [UInt8](repeating: 0, count: size)
        _ = try bytes.withUnsafeMutableBytes { try file.read(into: $0.baseAddress!, byteCount: size, at: 0) }
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"""
                {"file":"a.csv","line":9,"column":2,"reason":"odd","text":"x"}
                {"file":"a.csv","line":1,"column":2,"reason":"odd","text":"q\"\u0001\n\\é"}
                {"file":"a.csv","line":10,"column":null,"reason":"odd","text":"a�","base64":"Yf8="}

                """#)
    }
}
