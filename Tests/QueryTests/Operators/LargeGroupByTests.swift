import Columnar
import Query
import Testing

/// Tables of many keys: growth, and the paths that large tables take.
@Suite struct LargeGroupByTests {
    @Test(
        "A hundred thousand keys are found again in every layout of the key",
        arguments: [DataType.int64, .string, .float64])
    func manyKeys(type: DataType) throws {
        let keys = 100_000
        let schema = Schema([Field("k", type), Field("v", .int64)])
        let operation = try GroupBy(
            by: ["k"], aggregations: [Aggregation(.sum, "v"), Aggregation(.size, nil)], input: schema)
        let states = [operation.makeState(), operation.makeState()]
        // 7 has no factor in common with the number of keys: every key comes three times, in a scattered order.
        for sequence in 0..<30 {
            let numbers = (0..<10_000).map { (sequence * 10_000 + $0) * 7 % keys }
            let scalars: [Scalar] = numbers.map { number in
                switch type {
                case .string: .string(number == 0 ? "" : "key \(number)")
                case .float64: .float(Double(number) / 8)
                default: .int(Int64(number))
                }
            }
            let batch = Batch(
                schema: schema,
                columns: [try Column(type, scalars), try Column(.int64, numbers.map { .int(Int64($0)) })])
            try states[sequence % 2].update(batch, sequence: sequence)
        }
        try states[0].merge(states[1])
        let rows = try states[0].finish().rows
        #expect(rows.count == keys)
        #expect(rows.allSatisfy { $0[2] == .int(3) })
        if type != .string {
            #expect(rows.enumerated().allSatisfy { $0.element[1] == .int(Int64($0.offset) * 3) })
        }
    }

    @Test("A sum that leaves int64 on the way but not in the end is right; one that ends outside is an error")
    func overflow() throws {
        let schema = Schema([Field("v", .int64)])
        let operation = try GroupBy(by: [], aggregations: [Aggregation(.sum, "v")], input: schema)
        func sum(_ values: [Int64]) throws -> Scalar? {
            let batch = Batch(schema: schema, columns: [try Column(.int64, values.map { .int($0) })])
            return try operation.result(of: [batch]).rows.first?.first
        }
        #expect(try sum([.max, .max, -.max, -.max, 5]) == .int(5))
        #expect(try sum([.min, .min, .max, .max, 2, -1]) == .int(-1))
        #expect(throws: SwiftwaterError.self) { try sum([.max, 1]) }
        #expect(throws: SwiftwaterError.self) { try sum([.min, -1]) }
    }
}
