import Columnar
import Formats
import Foundation
import Testing

/// Damaged files: whatever the bytes, the reader gives values or an error, soon and with little memory.
@Suite struct ParquetHostileTests {
    /// Good files to damage: small ones of the conformance suite, with all kinds of pages and schemas.
    static func goodFiles() throws -> [(name: String, bytes: [UInt8])] {
        let folder = ParquetConformanceTests.folder.appendingPathComponent("data")
        return try ParquetOracle.names(in: folder).compactMap { name in
            let bytes = try ParquetOracle.bytes(folder.appendingPathComponent("\(name).parquet").path)
            return bytes.count < 20_000 ? (name, bytes) : nil
        }
    }

    static let seed = ProcessInfo.processInfo.environment["SWIFTWATER_SEED"].flatMap(UInt64.init) ?? 1

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Reads damaged bytes; only Swiftwater's own errors are let through.
    private func survive(_ bytes: [UInt8], _ what: String) {
        do throws(SwiftwaterError) {
            let result = bytes.withUnsafeBytes { raw in
                Result { () throws(SwiftwaterError) in try fuzzParquet(raw) }
            }
            _ = try result.get()
        } catch {
            #expect(error.kind == .data || error.kind == .unsupported || error.kind == .usage, "\(what): \(error)")
        }
    }

    @Test func `truncated files give an error`() throws {
        for (name, bytes) in try Self.goodFiles() {
            let step = max(1, bytes.count / 60)
            for count in stride(from: 0, to: bytes.count, by: step) {
                let cut = Array(bytes[..<count])
                #expect(throws: SwiftwaterError.self, "\(name) cut to \(count) bytes") {
                    let result = cut.withUnsafeBytes { raw in
                        Result { () throws(SwiftwaterError) in try fuzzParquet(raw) }
                    }
                    _ = try result.get()
                }
            }
        }
    }

    @Test func `files with flipped bits and overwritten bytes never crash the reader`() throws {
        print("seed of the mutations: \(Self.seed)")
        var random = Generator(state: Self.seed)
        for (name, bytes) in try Self.goodFiles() {
            for round in 0..<120 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    // The footer is small beside the data, and matters more: half of the damage goes there.
                    let lower = Bool.random(using: &random) ? 0 : max(0, damaged.count - 600)
                    let place = Int.random(in: lower..<damaged.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 1: damaged[place] = UInt8.random(in: 0...255, using: &random)
                    case 2: damaged[place] = Bool.random(using: &random) ? 0xFF : 0
                    default:
                        let count = min(Int.random(in: 1...8, using: &random), damaged.count - place)
                        damaged.removeSubrange(place..<(place + count))
                    }
                    if damaged.count < 16 { break }
                }
                survive(damaged, "\(name), round \(round)")
            }
        }
    }

    @Test func `a file whose metadata length is a lie gives an error`() throws {
        let (_, bytes) = try #require(try Self.goodFiles().first)
        for lie: UInt32 in [0, 1, 7, UInt32(bytes.count), UInt32(bytes.count) - 11, .max, 1 << 31] {
            var damaged = bytes
            withUnsafeBytes(of: lie.littleEndian) {
                damaged.replaceSubrange((bytes.count - 8)..<(bytes.count - 4), with: $0)
            }
            let buffer = damaged.withUnsafeBytes { Buffer(copying: $0) }
            #expect(throws: SwiftwaterError.self) { try ParquetFile(buffer, name: "lie") }
        }
    }

    @Test func `what is not Parquet says so`() throws {
        for (text, part) in [
            ("", "is not Parquet"), ("PAR1", "is not Parquet"),
            ("{\"a\": 1}\n{\"a\": 2}\n", "'PAR1' is missing at its start"),
            ("PAR1 and then nothing of the kind", "'PAR1' is missing at its end"),
            ("PAR1----------PARE", "encrypted"),
        ] {
            let buffer = Array(text.utf8).withUnsafeBytes { Buffer(copying: $0) }
            let error = #expect(throws: SwiftwaterError.self) { try ParquetFile(buffer, name: "events.ndjson") }
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
            #expect(error?.description.contains("events.ndjson") == true)
        }
    }
}
