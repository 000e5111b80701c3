import Columnar
import Query
import Testing

@Suite struct ExpressionBindingTests {
    private let schema = Schema([
        Field("name", .string), Field("i", .int64), Field("small", .int8), Field("u", .uint64), Field("f", .float64),
        Field("flag", .bool), Field("t", .timestamp(.millisecond, zone: nil)),
        Field("z", .timestamp(.second, zone: "Europe/Paris")), Field("d", .date), Field("wait", .duration(.second)),
        Field("list", .list(.int64)), Field("nothing", .null), Field("kind", .dictionary(.string)),
    ])

    @Test(arguments: [
        ("name + 1", 1, "'+' cannot combine string and int64 in 'name + 1'; convert one side with .astype(…)"),
        ("i > 0 and nme == 'x'", 11, "no column 'nme' in 'nme' of 'i > 0 and nme == 'x''; did you mean 'name'?"),
        ("flag and i", 1, "'and' cannot combine bool and int64 in 'flag and i'"),
        ("i > 0 or name", 1, "'or' cannot combine bool and string"),
        ("not i", 1, "'not' needs a bool and got int64"), ("-name", 1, "'-' needs a number and got string"),
        ("name == 5", 1, "'==' cannot combine string and int64 in 'name == 5'; quote the value"),
        ("i in ['a']", 1, "cannot combine int64 and string"), ("name in [1]", 1, "'in' cannot look for 1 in string"),
        ("i in [f]", 7, "only literals and parameters"), ("t > 'soon'", 1, "'soon' is no timestamp[ms]"),
        ("t > 5", 1, "Timestamp(count, unit='ms')"), ("t > '2020-01-01Z'", 1, "is no timestamp"),
        ("z > Timestamp('2020-01-01')", 1, "with a zone and one without"), ("t + t", 1, "'+' cannot combine"),
        ("t + 5", 1, "Timedelta(5, unit='ms')"), ("t + 'soon'", 1, "'soon' is no duration"),
        ("i.str.len()", 1, "needs text and got int64"),
        ("name.dt.year", 1, "needs a timestamp or a date and got string"),
        ("flag + flag", 1, ".astype('int64') to count"), ("list > 1", 1, "cannot combine list<int64> and int64"),
        ("where(i, 1, 2)", 7, "must be a bool and is int64"), ("where(flag, 1, 'a')", 1, "between int64 and string"),
        ("i.fillna('a')", 1, "cannot fill int64 with string"),
        ("name.clip(1)", 1, "'clip' cannot bound string by int64"),
        ("f.round(i)", 9, "'decimals' must be a literal"), ("name.str.contains('(')", 19, "no regular expression"),
        ("name.str.contains(kind)", 19, "'pat' must be a literal or a parameter"),
        ("t.dt.floor('soon')", 12, "no frequency"), ("@limit > 1", 1, "no value for the parameter '@limit'"),
        ("list.astype('int64')", 1, "list<int64> cannot be converted to int64"),
        ("'abc'.astype('int64') + i", 1, "'abc', in row 1 of its batch, is no int64"),
        ("sqrt(name)", 1, "'sqrt' needs a number"), ("i.dt.total_seconds()", 1, "needs a duration"),
    ])
    func `types that do not go together are named with their place`(
        _ text: String, _ column: Int, _ part: String
    ) throws {
        let error = #expect(throws: SwiftwaterError.self) {
            try CompiledExpression(try Expression(text), schema: schema)
        }
        #expect(error?.kind == .usage)
        #expect(error?.location?.column == column, "\(error?.description ?? "")")
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("i + 1", "int64"), ("small + 1", "int8"), ("small + 200", "int16"), ("small + i", "int64"),
        ("i / 2", "float64"), ("u + 1", "uint64"), ("u + i", "float64"), ("u * f", "float64"), ("flag * i", "int64"),
        ("i ** 2", "int64"), ("i ** -1", "float64"), ("t - t", "duration[ms]"), ("t - wait", "timestamp[ms]"),
        ("d - d", "duration[s]"), ("d + wait", "timestamp[s]"), ("t - d", "duration[ms]"), ("wait * 2", "duration[s]"),
        ("wait / wait", "float64"), ("z - '1h'", "timestamp[s, Europe/Paris]"), ("name + kind", "string"),
        ("where(flag, i, 0.5)", "float64"), ("where(flag, t, '2020-01-01')", "timestamp[ms]"),
        ("nothing + 1", "int64"), ("nothing > 1", "bool"), ("nothing and flag", "bool"), ("nothing.fillna(1)", "int64"),
        ("name.str.len()", "int64"), ("t.dt.year", "int32"), ("kind", "dictionary<string>"), ("i.clip(0.5)", "float64"),
        ("i.astype('category')", "dictionary<string>"), ("abs(wait)", "duration[s]"),
    ])
    func `each operator says the type of its result`(_ text: String, _ type: String) throws {
        let compiled = try CompiledExpression(try Expression(text), schema: schema)
        #expect(compiled.type.description == type)
        // What is said is what comes, for no rows too.
        let empty = try compiled.evaluate(.empty(schema))
        #expect(empty.count == 0)
        #expect(empty.type.logical == compiled.type.logical)
    }

    @Test func `parameters take the place of literals and lists`() throws {
        let batch = Batch(
            schema: Schema([Field("i", .int64)]), columns: [try Column(.int64, [.int(1), .int(2), .null, .int(3)])])
        let expression = try Expression("i in @wanted or i == @one")
        let compiled = try CompiledExpression(
            expression, schema: batch.schema, parameters: ["wanted": .list([.int(3)]), "one": .int(1)])
        #expect(compiled.columns == ["i"])
        #expect(Array(try compiled.select(batch).indices) == [0, 3])
    }

    @Test func `a named zone gives local times, over changes of the clock`() throws {
        let schema = Schema([Field("z", .timestamp(.second, zone: "Europe/Paris"))])
        // 2020-03-29 00:59:59Z and 01:00:00Z; 2020-10-25 00:30Z and 01:30Z, both 02:30 there; 2050-07-01 12:00Z.
        let moments: [Int64] = [1_585_443_599, 1_585_443_600, 1_603_585_800, 1_603_589_400, 2_540_376_000]
        let column = try Column(schema[0].type, moments.map { .timestamp($0, .second, zone: "Europe/Paris") })
        let batch = Batch(schema: schema, columns: [column])
        func values(_ text: String) throws -> [Scalar] {
            try CompiledExpression(try Expression(text), schema: schema).evaluate(batch).scalars
        }
        #expect(try values("z.dt.hour") == [.int(1), .int(3), .int(2), .int(2), .int(14)])
        #expect(
            try values("z.dt.floor('1D')")
                == [1_585_436_400, 1_585_436_400, 1_603_576_800, 1_603_576_800, 2_540_325_600]
                .map { .timestamp($0, .second, zone: "Europe/Paris") })
        #expect(try values("z == '2020-03-29 03:00'") == [false, true, false, false, false].map { .bool($0) })
        #expect(try values("z < '2020-03-29 01:00Z'") == [true, false, false, false, false].map { .bool($0) })
        let wrong = Schema([Field("z", .timestamp(.second, zone: "Mars/Base"))])
        #expect(throws: SwiftwaterError.self) { try CompiledExpression(try Expression("z.dt.hour"), schema: wrong) }
    }

    @Test func `a growing dictionary keeps what was computed and its own identity`() throws {
        let schema = Schema([Field("s", .string)])
        let id = DictionaryValues.makeID()
        func batch(_ values: [String], _ codes: [Int32]) throws -> Batch {
            var builder = BufferBuilder<Int32>(capacity: codes.count)
            for code in codes { builder.append(code) }
            let values = DictionaryValues(id: id, column: try Column(.string, values.map { .string($0) }))
            let column = Column(
                type: .dictionary(.string), count: codes.count,
                storage: .dictionary(codes: builder.finish(), values: values))
            return Batch(schema: schema, columns: [column])
        }
        let upper = try CompiledExpression(try Expression("s.str.upper()"), schema: schema)
        let first = try upper.evaluate(try batch(["a", "b"], [1, 0, 1]))
        let second = try upper.evaluate(try batch(["a", "b", "A", "c"], [2, 3, 0]))
        #expect(first.scalars == [.string("B"), .string("A"), .string("B")])
        #expect(second.scalars == [.string("A"), .string("C"), .string("A")])
        #expect(first.dictionary?.values.id == second.dictionary?.values.id)
        // "a" and "A" are one value now.
        #expect(second.dictionary?.values.column.scalars == [.string("A"), .string("B"), .string("C")])
    }
}
