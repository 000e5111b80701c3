import Columnar
import Query
import Testing

/// Sorts of so many rows that their keys are packed into words and sorted in parts, on several threads.
@Suite struct LargeSortTests {
    private static let types: [DataType] = [
        .bool, .int8, .int64, .uint8, .uint64, .float32, .float64, .string, .date, .timestamp(.millisecond, zone: nil),
        .list(.string),
    ]

    @Test("The rows are in the order that comparisons give", arguments: UInt64(0)..<4)
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let types = (0..<3).map { _ in Self.types.randomElement(using: &random) ?? .int64 }
        let missing = [0, 20].randomElement(using: &random) ?? 0
        let rows = try RandomRows(types + [.int64], rows: 20_000, missing: missing, using: &random)
        let names = rows.schema.names.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        let keys = names.map { Step.SortKey($0, ascending: random.chance(50)) }
        let missingFirst = random.chance(50)
        let sort = try Sort(by: keys, missingFirst: missingFirst, input: rows.schema)
        let places = keys.map { rows.schema.index(of: $0.column) ?? 0 }
        let expected = rows.rows.enumerated().sorted { a, b in
            for (key, place) in zip(keys, places) {
                let order = Self.compare(a.element[place], b.element[place], key.ascending, missingFirst)
                if order != 0 { return order < 0 }
            }
            return a.offset < b.offset
        }
        for threads in [1, 3] {
            let state = sort.makeState()
            for (sequence, batch) in rows.batches.enumerated() { try state.update(batch, sequence: sequence) }
            let sorted = try state.finish(threads: threads).rows
            #expect(agree(sorted, expected.map(\.element)), "seed \(seed), \(sort.label), \(types), \(threads) threads")
        }
    }

    @Test("Text that does not repeat is sorted by its bytes", arguments: UInt64(0)..<4)
    func text(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let shared = ["", "abc", "a_rather_long_beginning_"].randomElement(using: &random) ?? ""
        let letters = Array("ab\u{0}é".unicodeScalars)
        var values: [[Scalar]] = []
        for row in 0..<20_000 {
            var text = shared
            for _ in 0..<Int.random(in: 0...14, using: &random) {
                text.unicodeScalars.append(letters.randomElement(using: &random) ?? "a")
            }
            values.append([random.chance(seed % 2 == 0 ? 0 : 5) ? .null : .string(text), .int(Int64(row))])
        }
        let schema = Schema([Field("text", .string), Field("row", .int64)])
        let whole = Batch(
            schema: schema,
            columns: [try Column(.string, values.map { $0[0] }), try Column(.int64, values.map { $0[1] })])
        for ascending in [true, false] {
            let sort = try Sort(by: [.init("text", ascending: ascending)], missingFirst: seed < 3, input: schema)
            let state = sort.makeState()
            for (sequence, start) in stride(from: 0, to: whole.count, by: 1_000).enumerated() {
                try state.update(whole.slice(start..<start + 1_000), sequence: sequence)
            }
            let expected = values.enumerated().sorted { a, b in
                let order = Self.compare(a.element[0], b.element[0], ascending, seed < 3)
                return order != 0 ? order < 0 : a.offset < b.offset
            }
            #expect(agree(try state.finish(threads: 2).rows, expected.map(\.element)), "seed \(seed)")
        }
    }

    private static func compare(_ a: Scalar, _ b: Scalar, _ ascending: Bool, _ missingFirst: Bool) -> Int {
        func isMissing(_ scalar: Scalar) -> Bool {
            if case .float(let value) = scalar { return value.isNaN }
            return scalar.isNull
        }
        switch (isMissing(a), isMissing(b)) {
        case (true, true): return 0
        case (true, false): return missingFirst ? -1 : 1
        case (false, true): return missingFirst ? 1 : -1
        default: return ascending ? compare(a, b) : compare(b, a)
        }
    }

    private static func compare(_ a: Scalar, _ b: Scalar) -> Int {
        func order<T: Comparable>(_ x: T, _ y: T) -> Int { x < y ? -1 : x > y ? 1 : 0 }
        switch (a, b) {
        case (.bool(let x), .bool(let y)): return order(x ? 1 : 0, y ? 1 : 0)
        case (.int(let x), .int(let y)): return order(x, y)
        case (.uint(let x), .uint(let y)): return order(x, y)
        case (.float(let x), .float(let y)): return order(x, y)
        case (.date(let x), .date(let y)): return order(x, y)
        case (.timestamp(let x, _, _), .timestamp(let y, _, _)): return order(x, y)
        case (.string(let x), .string(let y)):
            return Array(x.utf8).lexicographicallyPrecedes(Array(y.utf8))
                ? -1 : Array(y.utf8).lexicographicallyPrecedes(Array(x.utf8)) ? 1 : 0
        case (.list(let x), .list(let y)):
            for (left, right) in zip(x, y) {
                let isMissing = (left.isNull, right.isNull)
                if isMissing == (true, true) { continue }
                if isMissing.0 { return 1 }
                if isMissing.1 { return -1 }
                let result = compare(left, right)
                if result != 0 { return result }
            }
            return order(x.count, y.count)
        default: return 0
        }
    }
}
