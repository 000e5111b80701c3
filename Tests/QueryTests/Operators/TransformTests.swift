import Columnar
import Query
import Testing

/// Each transform on a small batch with missing values and NaN.
@Suite struct TransformTests {
    private static let schema = Schema([Field("x", .float64), Field("n", .int64), Field("s", .string)])
    private static let rows: [[Scalar]] = [
        [.float(1), .int(1), .string("a")], [.float(.nan), .null, .string("b")], [.null, .int(3), .null],
        [.float(4), .null, .string("a")], [.null, .null, .null],
    ]

    private static func batch() throws -> Batch {
        try Batch(
            schema: schema,
            columns: schema.fields.enumerated().map { index, field in try Column(field.type, rows.map { $0[index] }) })
    }

    private func apply(_ transform: some Transform) throws -> [[Scalar]] {
        let empty = try transform.apply(.empty(Self.schema))
        #expect(empty.schema == transform.outputSchema)
        #expect(empty.count == 0)
        let result = try transform.apply(try Self.batch())
        #expect(result.schema == transform.outputSchema)
        return [result].rows
    }

    @Test("A filter keeps rows that are true, not those that are missing")
    func filter() throws {
        #expect(try apply(Filter(try Expression("n > 1"), input: Self.schema)) == [Self.rows[2]])
        #expect(throws: SwiftwaterError.self) { try Filter(try Expression("n + 1"), input: Self.schema) }
    }

    @Test("An assigned column sees those assigned before it")
    func assign() throws {
        let columns = [
            NamedExpression("m", try Expression("n * 2")), NamedExpression("n", try Expression("m + 1")),
        ]
        let assign = try Assign(columns, input: Self.schema)
        #expect(assign.outputSchema.names == ["x", "n", "s", "m"])
        #expect(try apply(assign).map { $0[1] } == [.int(3), .null, .int(7), .null, .null])
    }

    @Test("Columns are selected, dropped and renamed, two even with each other")
    func project() throws {
        #expect(try apply(Project.select(["s", "x"], input: Self.schema)).first == [.string("a"), .float(1)])
        #expect(try apply(Project.drop(["x"], input: Self.schema)).first == [.int(1), .string("a")])
        let renamed = try Project.rename(
            [Step.Renaming("x", to: "n"), Step.Renaming("n", to: "x")], input: Self.schema)
        #expect(renamed.outputSchema.names == ["n", "x", "s"])
        #expect(throws: SwiftwaterError.self) {
            try Project.rename([Step.Renaming("x", to: "n")], input: Self.schema)
        }
        #expect(throws: SwiftwaterError.self) { try Project.select(["y"], input: Self.schema) }
    }

    @Test("A conversion names the column that it fails on")
    func convert() throws {
        let converted = try apply(ConvertColumns([Field("n", .string)], input: Self.schema))
        #expect(converted.map { $0[1] } == [.string("1"), .null, .string("3"), .null, .null])
        let bad = try ConvertColumns([Field("s", .int64)], input: Self.schema)
        let error = #expect(throws: SwiftwaterError.self) { try bad.apply(try Self.batch()) }
        #expect(error?.message.contains("'s'") == true)
    }

    @Test("Missing values and NaN are filled where the value fits")
    func fill() throws {
        let all = try apply(FillMissing([Step.Filling(column: nil, value: .int(0))], input: Self.schema))
        #expect(all[1] == [.float(0), .int(0), .string("b")])
        #expect(all[4] == [.float(0), .int(0), .null])
        let one = try apply(
            FillMissing(
                [Step.Filling(column: "s", value: .string("?")), Step.Filling(column: nil, value: .float(0.5))],
                input: Self.schema))
        #expect(one[4] == [.float(0.5), .null, .string("?")])
        #expect(throws: SwiftwaterError.self) {
            try FillMissing([Step.Filling(column: "n", value: .string("?"))], input: Self.schema)
        }
    }

    @Test("Rows with any or only missing values are dropped")
    func dropMissing() throws {
        #expect(try apply(DropMissing(subset: nil, how: .any, input: Self.schema)) == [Self.rows[0]])
        #expect(try apply(DropMissing(subset: nil, how: .all, input: Self.schema)).count == 4)
        #expect(try apply(DropMissing(subset: ["x"], how: .any, input: Self.schema)).count == 2)
        #expect(try apply(DropMissing(subset: ["x", "n"], how: .all, input: Self.schema)).count == 3)
    }
}
