import Columnar
import Formats
import Foundation
import Testing

@Suite struct JSONLinesWritingTests {
    private func text(_ batch: Batch) -> String {
        let buffer = TextBuffer(capacity: 1)
        var encoder = JSONLinesEncoder(schema: batch.schema)
        encoder.encode(batch, into: buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    private func text(_ type: DataType, _ scalars: [Scalar]) throws -> [String] {
        let batch = Batch(schema: Schema([Field("a", type)]), columns: [try Column(type, scalars)])
        return text(batch).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            String($0.dropFirst(5).dropLast())
        }
    }

    @Test func `Rows are objects in the schema's order without spaces`() throws {
        let schema = Schema([Field("a", .int64), Field("b\"", .string), Field("", .float64)])
        let batch = Batch(
            schema: schema,
            columns: [
                try Column(.int64, [.int(-1), .null]), try Column(.string, [.string("x\"y"), .string("")]),
                try Column(.float64, [.float(2), .float(.nan)]),
            ])
        #expect(text(batch) == "{\"a\":-1,\"b\\\"\":\"x\\\"y\",\"\":2.0}\n{\"a\":null,\"b\\\"\":\"\",\"\":null}\n")
    }

    @Test func `Strings of every length and place of an escape are escaped`() throws {
        for length in 0..<40 {
            for place in 0..<max(length, 1) {
                for special in ["\"", "\\", "\n", "\u{0}", "\u{1F}", "é", "\u{7F}", "x"] {
                    let value =
                        String(repeating: "a", count: place) + special
                        + String(repeating: "b", count: max(0, length - place - 1))
                    let written = try text(.string, [.string(value)])[0]
                    let escaped =
                        ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\u{0}": "\\u0000", "\u{1F}": "\\u001f"][special]
                        ?? special
                    #expect(written == "\"" + value.replacingOccurrences(of: special, with: escaped) + "\"")
                }
            }
        }
    }

    @Test func `Doubles are the shortest that read back, in Python's form`() throws {
        let values: [Double: String] = [
            0: "0.0", 1: "1.0", -1.5: "-1.5", 0.1: "0.1", 70.6942165035: "70.6942165035", 1e15: "1000000000000000.0",
            1e16: "1e+16", 123_456_789_012_345_680: "1.2345678901234568e+17", 0.0001: "0.0001", 0.00001: "1e-05",
            1.5e-7: "1.5e-07", .leastNonzeroMagnitude: "5e-324", 2.2250738585072014e-308: "2.2250738585072014e-308",
            1.7976931348623157e308: "1.7976931348623157e+308", 9_007_199_254_740_992: "9007199254740992.0",
            4.35: "4.35", 2e-300: "2e-300", 1e22: "1e+22", 1e23: "1e+23", 9.5367431640625e-07: "9.5367431640625e-07",
        ]
        for (value, expected) in values {
            #expect(try text(.float64, [.float(value)]) == [expected])
        }
        #expect(
            try text(.float64, [.float(-0.0), .float(.infinity), .float(-.infinity), .null]) == [
                "-0.0", "null", "null", "null",
            ])
    }

    @Test func `Random doubles are as short as Swift's own and read back`() throws {
        var random = RandomBatch(seed: 11)
        var values: [Double] = []
        for _ in 0..<50_000 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { values.append(value) }
            values.append(Double(random.below(1_000_000)) / 1000)
            values.append(Double(random.below(1 << 53)))
        }
        for exponent in -1074...1023 { values.append(Double(sign: .plus, exponent: exponent, significand: 1)) }
        let written = try text(.float64, values.map { .float($0) })
        for (value, text) in zip(values, written) {
            #expect(Double(text) == value, "\(value)")
            func digits(_ text: String) -> Int {
                let mantissa = text.split(separator: "e")[0].filter(\.isNumber)
                return mantissa.drop { $0 == "0" }.reversed().drop { $0 == "0" }.count
            }
            #expect(digits(text) == digits(value.description), "\(text) \(value)")
        }
    }

    @Test func `Integers at their limits are exact`() throws {
        #expect(
            try text(.int64, [.int(.min), .int(.max), .int(0), .int(-10)])
                == ["-9223372036854775808", "9223372036854775807", "0", "-10"])
        #expect(try text(.uint64, [.uint(.max), .uint(0)]) == ["18446744073709551615", "0"])
        var random = RandomBatch(seed: 3)
        for _ in 0..<2000 {
            let value = Int64(bitPattern: random.next()) >> Int64(random.below(63))
            #expect(try text(.int64, [.int(value)]) == ["\(value)"])
        }
    }

    @Test func `Times are ISO 8601 with their unit's digits`() throws {
        #expect(
            try text(.timestamp(.millisecond, zone: nil), [.timestamp(1_563_795_193_534, .millisecond, zone: nil)])
                == ["\"2019-07-22T11:33:13.534\""])
        #expect(
            try text(.timestamp(.second, zone: "UTC"), [.timestamp(0, .second, zone: "UTC")])
                == ["\"1970-01-01T00:00:00Z\""])
        #expect(try text(.date, [.date(18_099)]) == ["\"2019-07-22\""])
        #expect(try text(.duration(.second), [.duration(5400, .second)]) == ["\"PT1H30M\""])
        #expect(try text(.binary, [.binary([0, 255, 16]), .binary([])]) == ["\"AP8Q\"", "\"\""])
        #expect(try text(.bool, [.bool(true), .bool(false), .null]) == ["true", "false", "null"])
    }

    @Test(.enabled(if: PythonOracle.isThere), arguments: [0, 1, 7, 8, 9, 500])
    func `Python reads every type back as it was`(rows: Int) throws {
        var random = RandomBatch(seed: UInt64(rows) + 1)
        let batch = try random.batch(rows: rows)
        let folder = TextFolder()
        try folder.write(text(batch), to: "a.ndjson")
        // A sliced batch must write the same text.
        let half = rows / 2
        #expect(text(batch.slice(0..<half)) + text(batch.slice(half..<rows)) == text(batch))
        let expected = (0..<rows).map { row in
            "[" + batch.columns.map { pythonText($0.scalar(at: row)) }.joined(separator: ",") + "]"
        }
        try folder.write("[" + expected.joined(separator: ",\n") + "]", to: "expected.py")
        try PythonOracle.run(
            """
            import json, sys
            folder = sys.argv[1]
            rows = [list(json.loads(line).values()) for line in open(folder + "/a.ndjson", encoding="utf-8", newline="\\n")]
            expected = eval(open(folder + "/expected.py", encoding="utf-8", newline="\\n").read())
            assert len(rows) == len(expected), (len(rows), len(expected))
            for a, b in zip(rows, expected):
                for x, y in zip(a, b):
                    assert x == y, (x, y)
            """, [folder.path])
    }

    /// A scalar as the Python value that its JSON text means.
    private func pythonText(_ scalar: Scalar) -> String {
        func string(_ text: String) -> String {
            "\""
                + text.unicodeScalars.map {
                    "\\U" + String(repeating: "0", count: 8 - String($0.value, radix: 16).count)
                        + String($0.value, radix: 16)
                }.joined() + "\""
        }
        switch scalar {
        case .null: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)"
        case .float(let value): return Double(Float(value)) == value ? "\(Float(value))" : "\(value)"
        case .string(let value): return string(value)
        case .binary(let value): return string(Data(value).base64EncodedString())
        case .list(let values): return "[" + values.map(pythonText).joined(separator: ",") + "]"
        case .structure(let members):
            return "{" + members.map { string($0.name) + ":" + pythonText($0.value) }.joined(separator: ",") + "}"
        case .date(let days): return "__import__('datetime').date.fromordinal(719163+\(days)).isoformat()"
        case .timestamp(let value, let unit, let zone):
            let digits = [1: 0, 1000: 3, 1_000_000: 6, 1_000_000_000: 9][unit.perSecond] ?? 0
            let fraction = digits == 0 ? "" : ".\(String(repeating: "0", count: digits))"
            let part = value % unit.perSecond
            let shown =
                digits == 0 ? "" : "." + String(fraction.dropFirst().dropLast(String(part).count)) + String(part)
            return
                "(__import__('datetime').datetime(1970,1,1)+__import__('datetime').timedelta(seconds=\(value / unit.perSecond))).isoformat()+'\(shown)\(zone == nil ? "" : "Z")'"
        case .duration(let value, let unit):
            return string(durationText(value, unit))
        }
    }

    private func durationText(_ value: Int64, _ unit: TimeUnit) -> String {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64) { target, count in
            count = target.baseAddress.map { ISO8601.write(duration: value, unit: unit, to: $0) } ?? 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
