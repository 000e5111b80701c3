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
        ]
        for function in Aggregation.Function.allCases {
            for field in schema.fields {
                steps.append(.groupby(by: ["s"], aggregations: [.init(function, field.name)], options: .init()))
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
