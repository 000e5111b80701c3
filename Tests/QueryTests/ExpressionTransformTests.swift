import Columnar
import Query
import Testing

@Suite struct ExpressionTransformTests {
    private var batch: Batch {
        get throws {
            Batch(
                schema: Schema([Field("name", .string), Field("x", .int64)]),
                columns: [
                    try Column(.dictionary(.string), [.string("a"), .null, .string("b"), .string("a")]),
                    try Column(.int64, [.int(1), .int(2), .null, .int(4)]),
                ])
        }
    }

    @Test func `a filter keeps the rows where it is true`() throws {
        let filter = try Filter(try Expression("x > 1 or name == 'b'"), input: try batch.schema)
        #expect(try filter.apply(try batch)["x"]?.scalars == [.int(2), .null, .int(4)])
        #expect(filter.label == "filter x > 1 or name == 'b'")
        #expect(throws: SwiftwaterError.self) { try Filter(try Expression("x + 1"), input: try batch.schema) }
    }

    @Test func `an assignment sees those before it and replaces columns in their place`() throws {
        let columns = [
            NamedExpression("y", try Expression("x * 2")), NamedExpression("x", try Expression("y + 0.5")),
            NamedExpression("z", try Expression("name.str.upper()")),
        ]
        let assign = try Assign(columns, input: try batch.schema)
        #expect(
            assign.outputSchema.fields.map { "\($0.name): \($0.type)" }
                == ["name: string", "x: float64", "y: int64", "z: string"])
        let result = try assign.apply(try batch)
        #expect(result["x"]?.scalars == [.float(2.5), .float(4.5), .null, .float(8.5)])
        #expect(result["z"]?.scalars == [.string("A"), .null, .string("B"), .string("A")])
    }

    @Test func `a conversion that fails names the column, the value and the row`() throws {
        let convert = try ConvertColumns([Field("x", .string)], input: try batch.schema)
        #expect(try convert.apply(try batch)["x"]?.scalars == [.string("1"), .string("2"), .null, .string("4")])
        let bad = try ConvertColumns([Field("name", .int64)], input: try batch.schema)
        let error = #expect(throws: SwiftwaterError.self) { try bad.apply(try batch) }
        #expect(error?.kind == .data)
        #expect(error?.message == "column 'name': 'a', in row 1 of its batch, is no int64")
        #expect(throws: SwiftwaterError.self) {
            try ConvertColumns([Field("x", .list(.string))], input: try batch.schema)
        }
    }
}
