import Columnar
import Generator
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Generated telemetry")
struct GeneratedFileTests {
    /// The bytes that `threads` threads write.
    private func generate(
        rows: Int, seed: UInt64 = 1, variant: Variant = .plain, threads: Int = 2
    ) throws -> String {
        let path = "/tmp/swiftwater-generated-\(getpid())-\(UInt64.random(in: 0 ... .max)).ndjson"
        defer { unlink(path) }
        let file = GeneratedFile(TelemetryLines(seed: seed, variant: variant), rows: rows, path: path)
        try file.write(threads: threads)
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: file.byteCount + 1)
        let count = read(descriptor, &bytes, bytes.count)
        #expect(count == file.byteCount)
        #expect(file.rowCount == rows)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    @Test("the first lines are what they have always been")
    func firstLines() throws {
        #expect(try generate(rows: 2) == Self.firstLines)
    }

    private static let firstLines = #"""
        {"company":"Rios__Pope_and_Baird","cpu_utilization":56.3302391875,"cpu_utilization_is_error":false,\#
        "latency":0.0,"latency_is_error":false,"packet_loss":1.1715802057,"packet_loss_is_error":false,\#
        "throughput":222.3670968607,"throughput_is_error":false,"timestamp":1563795193534}
        {"company":"Smith-Hale","cpu_utilization":69.6513519326,"cpu_utilization_is_error":false,\#
        "latency":0.0,"latency_is_error":false,"packet_loss":0.0,"packet_loss_is_error":false,\#
        "throughput":250.9170880632,"throughput_is_error":false,"timestamp":1563795193534}

        """#

    @Test("the bytes do not depend on the number of threads", arguments: Variant.allCases)
    func threads(_ variant: Variant) throws {
        let one = try generate(rows: 20_000, variant: variant, threads: 1)
        #expect(try generate(rows: 20_000, variant: variant, threads: 2) == one)
        #expect(try generate(rows: 20_000, variant: variant, threads: 7) == one)
        #expect(try generate(rows: 20_000, seed: 2, variant: variant) != one)
    }

    @Test("fewer rows are the start of more", arguments: Variant.allCases)
    func prefix(_ variant: Variant) throws {
        let more = try generate(rows: 5_000, variant: variant)
        let fewer = try generate(rows: 4_097, variant: variant)
        #expect(more.hasPrefix(fewer))
        #expect(fewer.utf8.reduce(0) { $0 + ($1 == 10 ? 1 : 0) } == 4_097)
    }

    @Test("no rows make an empty file")
    func empty() throws {
        #expect(try generate(rows: 0) == "")
    }

    @Test("numbers follow their distributions, in shortest form with up to ten decimals")
    func distributions() throws {
        let lines = try generate(rows: 50_000).split(separator: "\n")
        var utilization: [Double] = []
        var zeroLatency = 0
        var companies: Set<Substring> = []
        for (row, line) in lines.enumerated() {
            let parts = line.dropFirst().dropLast().split(separator: ",")
            let values = parts.map { $0.split(separator: ":")[1] }
            #expect(parts.count == 10)
            companies.insert(values[0])
            for index in [1, 3, 5, 7] {
                let text = values[index]
                let decimals = text.split(separator: ".")[1]
                #expect(decimals.count <= 10 && (decimals.count == 1 || decimals.last != "0"))
                #expect(Double(text).map { "\($0)" == text || $0 < 1e-4 } == true)
            }
            utilization.append(try #require(Double(values[1])))
            if values[3] == "0.0" { zeroLatency += 1 }
            #expect(values[9] == "\(1_563_795_193_534 + 5_000 * (row / 100))")
        }
        #expect(companies.count == 100)
        let mean = utilization.reduce(0, +) / 50_000
        let variance = utilization.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 50_000
        #expect(abs(mean - 70) < 0.2)
        #expect(abs(variance.squareRoot() - 10) < 0.2)
        #expect(utilization.allSatisfy { (0...100).contains($0) })
        #expect(abs(zeroLatency - 25_000) < 1_000)
    }

    @Test("a stopped run leaves no file")
    func cancelled() throws {
        let path = "/tmp/swiftwater-cancelled-\(getpid()).ndjson"
        let file = GeneratedFile(TelemetryLines(seed: 1), rows: 1_000_000, path: path)
        file.cancel()
        #expect { try file.write(threads: 2) } throws: { ($0 as? SwiftwaterError)?.kind == .cancelled }
        #expect(access(path, F_OK) != 0)
    }
}
