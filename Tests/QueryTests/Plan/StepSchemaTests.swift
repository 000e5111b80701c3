import Columnar
import Formats
import Query
import Testing

/// The plan's rules for columns and the operators' must be the same.
@Suite struct StepSchemaTests {
    private static let schema = Schema([
        Field("s", .string), Field("f", .float64), Field("g", .float32), Field("i", .int32), Field("u", .uint8),
        Field("b", .bool), Field("t", .timestamp(.millisecond, zone: nil)), Field("d", .date),
        Field("l", .list(.int64)), Field("p", .duration(.second)), Field("n", .null),
    ])

    private static let steps: [Step] = {
        var steps: [Step] = [
            .select(["f", "s"]), .rename([.init("s", to: "x"), .init("f", to: "s")]), .drop(["l", "n"]),
            .fillna([.init(column: "i", value: .int(0))]), .dropna(subset: ["f"], how: .any),
            .nlargest(n: 3, by: ["f", "i"]), .nsmallest(n: 0, by: ["t"]),
            .sortValues(by: [.init("s", ascending: false)], missingFirst: true), .head(5),
            .dropDuplicates(subset: ["s", "i"], keep: .last),
            .valueCounts(columns: ["s", "b"], normalize: false, sort: true, dropMissing: true),
            .valueCounts(columns: ["d"], normalize: true, sort: true, dropMissing: true),
            .rowNumber(name: "row", start: 0), .rowNumber(name: "s", start: 1), .tail(3), .tail(-1),
            .slice(start: 1, stop: nil, step: -1), .slice(start: 1, stop: nil, step: 0), .explode(["l"]),
            .explode(["f", "l"]), .explode(["none"]),
            .melt(id: ["s"], value: ["i", "f"], variableName: "v", valueName: "x"),
            .melt(id: ["s"], value: ["i", "t"], variableName: "v", valueName: "x"),
            .melt(id: ["s"], value: ["i"], variableName: "s", valueName: "x"), .sample(.init(.rows(2))),
            .sample(.init(.fraction(2))),
        ]
        for field in schema.fields {
            let functions: [WindowColumn.Function] = [
                .shift(by: 1, fill: .null), .shift(by: 1, fill: .int(0)), .diff(by: 1), .cumulative(.sum),
                .cumulative(.min), .cumulative(.product), .cumcount(ascending: true), .ngroup(ascending: true),
                .ffill(limit: nil), .rank(.init()), .rolling(.init(rows: 3), .mean, .init()),
                .rolling(.init(rows: nil), .count, .init()), .rolling(.init(rows: 3), .first, .init()),
                .aggregate(.max, .init()),
            ]
            for function in functions {
                steps.append(.window(by: ["s"], columns: [.init("w", function, of: field.name)], options: .init()))
            }
        }
        for function in Aggregation.Function.allCases {
            for field in schema.fields {
                let options = Aggregation.Options(label: "i")
                let aggregation = Aggregation(function, field.name, options: options)
                steps.append(.groupby(by: ["s"], aggregations: [aggregation], options: .init()))
            }
        }
        return steps
    }()

    @Test("A step's columns are its operator's columns", arguments: steps)
    func agreement(step: Step) {
        let planned = Result { () throws(SwiftwaterError) in try step.outputSchema(for: Self.schema) }
        let made = Result { () throws(SwiftwaterError) in
            switch try StandardStepFactory().make(step, input: Self.schema) {
            case .transform(let transform): transform.outputSchema
            case .operator(let operation): operation.outputSchema
            }
        }
        switch (planned, made) {
        case (.success(let planned), .success(let made)): #expect(planned == made)
        case (.failure, .failure): break
        default: Issue.record("the plan says \(planned), the operator \(made)")
        }
    }
}
