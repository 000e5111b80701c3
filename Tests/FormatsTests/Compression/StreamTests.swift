import Columnar
import Formats
import Foundation
import Glibc
import Testing

@Suite struct StreamTests {
    /// Reads everything, at most `step` bytes at a time.
    private func readAll(_ path: String, _ kind: StreamCompression, step: Int = 1000) throws -> [UInt8] {
        let reader = try DecompressingReader(try .openForReading(path), kind: kind)
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: step)
        while true {
            let count = try part.withUnsafeMutableBytes { try reader.read(into: $0.baseAddress!, byteCount: step) }
            if count == 0 { break }
            all += part[..<count]
        }
        #expect(try part.withUnsafeMutableBytes { try reader.read(into: $0.baseAddress!, byteCount: step) } == 0)
        return all
    }

    private func compressed(_ bytes: [UInt8], _ kind: StreamCompression, parts: Int = 3) throws -> [UInt8] {
        let folder = TextFolder()
        let output = try TextOutput(folder("x"), compression: kind)
        for part in 0..<parts {
            try output.write(Array(bytes[(bytes.count * part / parts)..<(bytes.count * (part + 1) / parts)]))
        }
        try output.commit()
        return try folder.read("x")
    }

    private func sample(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40) & 0x1F
        }
    }

    @Test(arguments: StreamCompression.allCases, [0, 1, 5000, 700_000])
    func `What is written is read back`(kind: StreamCompression, count: Int) throws {
        let folder = TextFolder()
        let bytes = sample(count, seed: 7)
        let path = try folder.write(try compressed(bytes, kind), to: "x")
        for step in [1, 17, 4096, 1 << 20] where count / step < 100_000 {
            #expect(try readAll(path, kind, step: step) == bytes)
        }
    }

    @Test(arguments: StreamCompression.allCases)
    func `Members and frames one after the other are one stream`(kind: StreamCompression) throws {
        let folder = TextFolder()
        let parts = [sample(300_000, seed: 1), [], sample(10, seed: 2), sample(200_000, seed: 3)]
        let path = try folder.write(try parts.flatMap { try compressed($0, kind) }, to: "x")
        #expect(try readAll(path, kind) == Array(parts.joined()))
    }

    @Test(arguments: StreamCompression.allCases)
    func `Input that ends early is an error wherever it ends`(kind: StreamCompression) throws {
        let folder = TextFolder()
        let whole = try compressed(sample(3000, seed: 4), kind)
        for end in 0..<whole.count where end % 13 == 0 || end > whole.count - 10 || end < 12 {
            let path = try folder.write(Array(whole[..<end]), to: "x")
            let error = #expect(throws: SwiftwaterError.self, "\(end)") { try readAll(path, kind) }
            #expect(error?.kind == .data && error?.location?.file == path)
            #expect(error?.message.contains(end == 0 ? "empty" : "ends early") == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: StreamCompression.allCases)
    func `Damaged input is an error or gives other bytes, never a crash`(kind: StreamCompression) throws {
        let folder = TextFolder()
        let bytes = sample(3000, seed: 5)
        let whole = try compressed(bytes, kind)
        var errors = 0
        for bit in stride(from: 0, to: whole.count * 8, by: 31) {
            var damaged = whole
            damaged[bit / 8] ^= 1 << (bit % 8)
            let path = try folder.write(damaged, to: "x")
            do {
                #expect(try readAll(path, kind) == bytes, "only unused bits of the header may differ")
            } catch let error as SwiftwaterError {
                errors += 1
                #expect(error.kind == .data)
            }
        }
        #expect(errors > whole.count / 8)
    }

    @Test(arguments: StreamCompression.allCases)
    func `Other bytes after the end are an error`(kind: StreamCompression) throws {
        let folder = TextFolder()
        let path = try folder.write(try compressed([1, 2, 3], kind) + Array("hello".utf8), to: "x")
        #expect(throws: SwiftwaterError.self) { try readAll(path, kind) }
    }

    @Test func `Zeros after the last gzip member are padding`() throws {
        let folder = TextFolder()
        let path = try folder.write(
            try compressed([1, 2, 3], .gzip) + [UInt8](repeating: 0, count: 200_000), to: "x")
        #expect(try readAll(path, .gzip) == [1, 2, 3])
    }

    @Test(arguments: StreamCompression.allCases)
    func `A pipe is read as its bytes come`(kind: StreamCompression) async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let bytes = sample(20_000, seed: 9)
        let whole = try compressed(bytes, kind)
        let writer = FileDescriptor(descriptor: ends[1], path: "pipe", closes: false)
        let reader = try DecompressingReader(
            FileDescriptor(descriptor: ends[0], path: "pipe", closes: true), kind: kind)
        let feeding = Thread {
            for start in stride(from: 0, to: whole.count, by: 1000) {
                try? whole[start..<min(start + 1000, whole.count)].withUnsafeBytes { try writer.write($0) }
                usleep(1000)
            }
            close(writer.descriptor)
        }
        feeding.start()
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try part.withUnsafeMutableBytes { try reader.read(into: $0.baseAddress!, byteCount: 1 << 16) }
            if count == 0 { break }
            all += part[..<count]
        }
        #expect(all == bytes)
    }

    @Test(.enabled(if: PythonOracle.isThere))
    func `Python's gzip reads ours and we read Python's`() throws {
        let folder = TextFolder()
        let output = try TextOutput(folder("ours.gz"), compression: .gzip)
        try output.write(Array("hello, water\n".utf8))
        try output.commit()
        let printed = try PythonOracle.run(
            """
            import gzip, sys
            folder = sys.argv[1]
            print(gzip.open(folder + "/ours.gz", "rt").read(), end="")
            with gzip.open(folder + "/theirs.gz", "wb") as f: f.write(b"abc" * 1000)
            with gzip.open(folder + "/theirs.gz", "ab") as f: f.write(b"def" * 1000)
            """, [folder.path])
        #expect(printed == "hello, water\n")
        #expect(
            try readAll(folder("theirs.gz"), .gzip)
                == Array((String(repeating: "abc", count: 1000) + String(repeating: "def", count: 1000)).utf8))
    }
}
