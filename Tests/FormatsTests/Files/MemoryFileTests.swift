import Columnar
import Formats
import Testing

@Suite("Files in memory", .serialized)
struct MemoryFileTests {
    private static func lines(_ count: Int) -> String {
        (0..<count).map { "{\"n\": \($0), \"t\": \"\(String(repeating: "x", count: $0 % 80))\"}\n" }.joined()
    }

    /// The numbers that lines in memory have, read in blocks of `blockBytes`.
    private static func numbers(_ text: String, blockBytes: Int, threads: Int) throws -> [Scalar] {
        var bytes = Array(text.utf8)
        return try bytes.withUnsafeMutableBytes { memory in
            let number = MemoryFiles.open(UnsafeRawBufferPointer(memory))
            defer { MemoryFiles.close(number) }
            let options = JSONLinesSource.Options(blockBytes: blockBytes)
            return try readJSONLines(["memory://\(number)"], options: options, threads: threads).values("n")
        }
    }

    @Test("Lines are the same wherever the blocks are cut, with and without a line feed at the end")
    func blocksAreCutAnywhere() throws {
        let text = Self.lines(40)
        let wanted = (0..<40).map { Scalar.int(Int64($0)) }
        for blockBytes in 1...120 {
            #expect(try Self.numbers(text, blockBytes: blockBytes, threads: 1) == wanted)
            #expect(try Self.numbers(String(text.dropLast()), blockBytes: blockBytes, threads: 2) == wanted)
        }
    }

    @Test("A closed file is an error, and its number is given again")
    func closedFilesAreErrors() throws {
        let first = MemoryFiles.open(UnsafeRawBufferPointer(start: nil, count: 0))
        MemoryFiles.close(first)
        #expect(throws: SwiftwaterError.self) { try readJSONLines(["memory://\(first)"]) }
        #expect(throws: SwiftwaterError.self) { try readJSONLines(["memory://x"]) }
        MemoryFiles.close(first)
        MemoryFiles.close(-1)
    }
}

@Suite("Schemas from samples")
struct JSONSamplingTests {
    /// Texts of a kind of value, and its type alone.
    private static let kinds: [(type: DataType, texts: [String])] = [
        (.null, ["null"]), (.bool, ["true", "false", "null"]), (.int64, ["0", "7", "-0", "-12", "123456789012345678"]),
        (.uint64, ["18446744073709551615", "3"]), (.float64, ["1.5", "-0.25", "2e3", "3", "1E-2"]),
        (.string, ["\"a\"", "\"\"", "\"\\u00e9\"", "\"ü\"", "null"]), (.list(.int64), ["[1, 2]", "[]", "[3]"]),
        (.string, ["1", "\"a\"", "true"]),
    ]

    @Test(
        "Lines whose keys come in one order, in other orders, or not at all have the types of all values",
        arguments: 0..<20)
    func typesAreThoseOfAllValues(seed: Int) throws {
        var random = SplitMix(UInt64(seed))
        var text = ""
        let spaced = seed % 3 == 0
        for line in 0..<200 {
            var order = Array(Self.kinds.indices)
            if seed % 2 == 1, line % 7 == 0 { order.swapAt(0, Int(random.next() % UInt64(order.count))) }
            if seed % 5 == 2, line % 11 == 0 { order.removeLast() }
            let members = order.map { index -> String in
                let texts = Self.kinds[index].texts
                // Each kind shows its whole range at once, so that the types do not depend on the seed.
                let value = line < texts.count ? texts[line] : texts[Int(random.next() % UInt64(texts.count))]
                return spaced ? "\"key \(index)\" : \(value) " : "\"key \(index)\":\(value)"
            }
            text += "{\(members.joined(separator: spaced ? " , " : ","))}\n"
        }
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "lines.ndjson")
        let source = try JSONLinesSource(files: [InputFile(path)], schema: nil)
        let types = Dictionary(uniqueKeysWithValues: source.fullSchema.fields.map { ($0.name, $0.type) })
        for (index, kind) in Self.kinds.enumerated() { #expect(types["key \(index)"] == kind.type) }
        #expect(try source.widened(projection: nil).fullSchema == source.fullSchema)
    }

    private struct SplitMix {
        private var state: UInt64
        init(_ seed: UInt64) { state = seed }
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
