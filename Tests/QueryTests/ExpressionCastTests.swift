import Columnar
import Query
import Testing

@Suite struct ExpressionCastTests {
    private func converted(_ from: DataType, _ values: [Scalar], _ to: DataType) throws -> [Scalar] {
        try cast(try Column(from, values), to: to).scalars
    }

    @Test func `integers convert where the type holds them`() throws {
        #expect(try converted(.int64, [.int(-128), .null, .int(127)], .int8) == [.int(-128), .null, .int(127)])
        #expect(try converted(.uint64, [.uint(.max)], .float64) == [.float(0x1p64)])
        #expect(try converted(.int64, [.int(1 << 53 + 1)], .float32).count == 1)
        let bad: [(DataType, Scalar, DataType)] = [
            (.int64, .int(128), .int8), (.int64, .int(-1), .uint64), (.uint64, .uint(.max), .int64),
            (.float64, .float(256), .uint8), (.float64, .float(.nan), .int64), (.float64, .float(0x1p63), .int64),
            (.float64, .float(-1), .uint8), (.float64, .float(.infinity), .uint64),
        ]
        for (from, value, to) in bad {
            let error = #expect(throws: SwiftwaterError.self, "\(value) \(to)") {
                try self.converted(from, [.null, value], to)
            }
            #expect(error?.kind == .data)
            #expect(error?.message.contains("row 2") == true)
        }
        #expect(
            try converted(.float64, [.float(-0.9), .float(255.9), .null], .uint8) == [.uint(0), .uint(255), .null])
        #expect(try converted(.float64, [.float(-0x1p63)], .int64) == [.int(.min)])
        #expect(try converted(.bool, [.bool(true), .null], .int32) == [.int(1), .null])
        #expect(try converted(.float64, [.float(0), .float(.nan)], .bool) == [.bool(false), .bool(true)])
    }

    @Test func `text is read whole or not at all`() throws {
        #expect(try converted(.string, [.string(" -12 "), .null], .int8) == [.int(-12), .null])
        #expect(try converted(.string, [.string("18446744073709551615")], .uint64) == [.uint(.max)])
        #expect(try converted(.string, [.string("-9223372036854775808")], .int64) == [.int(.min)])
        #expect(
            try converted(.string, [.string("1e-3"), .string("-inf")], .float64) == [.float(0.001), .float(-.infinity)])
        #expect(try converted(.string, [.string("TRUE"), .string("0")], .bool) == [.bool(true), .bool(false)])
        #expect(try converted(.string, [.string("2020-02-29")], .date) == [.date(18_321)])
        #expect(
            try converted(.string, [.string("2020-02-29T00:00:00.5+01:00")], .timestamp(.millisecond, zone: "UTC"))
                == [.timestamp(1_582_930_800_500, .millisecond, zone: "UTC")])
        for (text, type): (String, DataType) in [
            ("", .int64), ("1.0", .int64), ("128", .int8), ("0x10", .int64), ("--1", .int64), ("1,5", .float64),
            ("yes", .bool), ("2020-02-30", .date), ("2020", .timestamp(.second, zone: nil)),
            ("2020-01-01T00:00:00.5", .timestamp(.second, zone: nil)), ("-", .int64), ("1 2", .float64),
        ] {
            #expect(throws: SwiftwaterError.self, "\(text)") { try self.converted(.string, [.string(text)], type) }
        }
    }

    @Test func `everything has a text form, and a dictionary's entries convert once`() throws {
        #expect(try converted(.float64, [.float(0.1), .float(1e20)], .string) == [.string("0.1"), .string("1e+20")])
        #expect(try converted(.float32, [.float(Double(Float(0.1)))], .string) == [.string("0.1")])
        #expect(try converted(.date, [.date(18_321)], .string) == [.string("2020-02-29")])
        #expect(try converted(.list(.int64), [.list([.int(1), .null])], .string) == [.string("[1, None]")])
        let type = DataType.dictionary(.string)
        #expect(try converted(type, [.string("1"), .null, .string("1")], .int64) == [.int(1), .null, .int(1)])
        // An entry that no row uses does not matter.
        let column = try Column(type, [.string("1"), .string("x")]).slice(0..<1)
        #expect(try cast(column, to: .int64).scalars == [.int(1)])
        let encoded = try cast(try Column(.string, [.string("a"), .null, .string("a")]), to: type)
        #expect(encoded.type == type)
        #expect(encoded.scalars == [.string("a"), .null, .string("a")])
        #expect(encoded.dictionary?.values.column.count == 1)
    }

    @Test func `times change units, rounding down or failing`() throws {
        let ms = DataType.timestamp(.millisecond, zone: nil)
        let before = Scalar.timestamp(-1, .millisecond, zone: nil)
        #expect(
            try converted(ms, [before, .null], .timestamp(.second, zone: nil)) == [
                .timestamp(-1, .second, zone: nil), .null,
            ])
        #expect(try converted(ms, [before], .date) == [.date(-1)])
        #expect(try converted(ms, [before], .int64) == [.int(-1)])
        #expect(try converted(.date, [.date(1)], ms) == [.timestamp(86_400_000, .millisecond, zone: nil)])
        #expect(throws: SwiftwaterError.self) {
            try self.converted(
                .timestamp(.second, zone: nil), [.timestamp(1 << 40, .second, zone: nil)],
                .timestamp(.nanosecond, zone: nil))
        }
        #expect(throws: SwiftwaterError.self) {
            try self.converted(.timestamp(.second, zone: nil), [.timestamp(.max, .second, zone: nil)], .date)
        }
    }
}
