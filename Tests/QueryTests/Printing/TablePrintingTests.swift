import Columnar
import Query
import Testing

@Suite("Printed tables")
struct TablePrintingTests {
    private func table(_ columns: [(String, DataType, [Scalar])]) throws -> Table {
        let schema = Schema(columns.map { Field($0.0, $0.1) })
        let batch = Batch(schema: schema, columns: try columns.map { try Column($0.1, $0.2) })
        return Table(schema: schema, batches: [batch])
    }

    @Test("text stands left, numbers right, floats at their points, missing values as <NA>")
    func alignment() throws {
        let table = try table([
            ("company", .string, [.string("Rios__Pope_and_Baird"), .null, .string("Smith-Hale")]),
            ("n", .int64, [.int(7), .int(1_000_000), .null]),
            ("mean", .float64, [.float(70.6942165035), .null, .float(-0.5)]),
            ("ok", .bool, [.bool(true), .bool(false), .null]),
        ])
        #expect(
            table.description == """
                company              │       n │      mean │ ok
                string               │   int64 │   float64 │ bool
                ─────────────────────┼─────────┼───────────┼──────
                Rios__Pope_and_Baird │       7 │ 70.694217 │ true
                <NA>                 │ 1000000 │      <NA> │ false
                Smith-Hale           │    <NA> │ -0.500000 │ <NA>
                3 rows × 4 columns
                """)
    }

    @Test("of a long table the first and the last rows are shown, whatever the batches")
    func manyRows() throws {
        let schema = Schema([Field("x", .int64)])
        for size in [1, 3, 7, 100] {
            var batches: [Batch] = []
            var start = 0
            while start < 100 {
                let values = (start..<min(start + size, 100)).map { Scalar.int(Int64($0)) }
                batches.append(Batch(schema: schema, columns: [try Column(.int64, values)]))
                start += size
            }
            #expect(
                Table(schema: schema, batches: batches).formatted(TableStyle(maximumRows: 5)) == """
                        x
                    int64
                    ─────
                        0
                        1
                        2
                        ⋮
                       98
                       99
                    100 rows × 1 column
                    """)
        }
    }

    @Test("columns that do not fit are left out in the middle")
    func manyColumns() throws {
        let table = try table((0..<8).map { ("column_\($0)", .int64, [.int(Int64($0))]) })
        #expect(
            table.formatted(TableStyle(maximumWidth: 50)) == """
                column_0 │ column_1 │ … │ column_6 │ column_7
                   int64 │    int64 │ … │    int64 │    int64
                ─────────┼──────────┼───┼──────────┼─────────
                       0 │        1 │ … │        6 │        7
                1 row × 8 columns, 4 not shown
                """)
    }

    @Test("an empty table shows its columns; one without columns its counts")
    func empty() throws {
        let schema = Schema([Field("a", .string), Field("b", .float64)])
        #expect(
            Table(schema: schema, batches: []).description == """
                a      │       b
                string │ float64
                ───────┼────────
                0 rows × 2 columns
                """)
        #expect(Table(schema: Schema([]), batches: []).description == "0 rows × 0 columns")
    }

    @Test("text is one line, cut where it is long, and wide characters take two places")
    func text() throws {
        let table = try table([
            ("s", .string, [.string("a\nb\u{7}"), .string(String(repeating: "x", count: 30)), .string("株式")]),
            ("t", .int64, [.int(1), .int(2), .int(3)]),
        ])
        #expect(
            table.formatted(TableStyle(maximumCellWidth: 10)) == """
                s          │     t
                string     │ int64
                ───────────┼──────
                a\\nb\\u{7}  │     1
                xxxxxxxxx… │     2
                株式       │     3
                3 rows × 2 columns
                """)
    }

    @Test("every type has a text")
    func types() throws {
        let table = try table([
            ("date", .date, [.date(-1)]),
            ("time", .timestamp(.millisecond, zone: nil), [.timestamp(1_563_795_193_534, .millisecond, zone: nil)]),
            ("zoned", .timestamp(.second, zone: "UTC"), [.timestamp(0, .second, zone: "UTC")]),
            ("duration", .duration(.second), [.duration(93_784, .second)]),
            ("list", .list(.string), [.list([.string("a"), .null])]),
            ("bytes", .binary, [.binary([0, 255])]),
        ])
        let lines = table.formatted(TableStyle(maximumWidth: 300)).split(separator: "\n")
        let cells = lines[3].split(separator: " │ ").map { cell in cell.drop { $0 == " " } }
        #expect(
            cells.map { String($0.reversed().drop { $0 == " " }.reversed()) } == [
                "1969-12-31", "2019-07-22 11:33:13.534", "1970-01-01 00:00:00Z", "1 days 02:03:04", #"["a", <NA>]"#,
                "0x00ff",
            ])
    }

    @Test("floats that six decimals cannot show stay in shortest form")
    func floats() throws {
        let table = try table([
            ("x", .float64, [.float(1e300), .float(1e-9), .float(0), .float(.nan), .float(1.25)])
        ])
        let lines = table.description.split(separator: "\n").dropFirst(3).prefix(5)
        #expect(lines.map { String($0.drop { $0 == " " }) } == ["1e+300", "1e-09", "0.00", "nan", "1.25"])
    }
}
