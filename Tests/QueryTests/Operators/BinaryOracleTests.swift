import Columnar
import Foundation
import Query
import Testing

/// Joins and concatenations of random frames against pandas. `ORACLE_SEED` runs one seed again.
@Suite struct BinaryOracleTests {
    private static var python: String? {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SWIFTWATER_PYTHON"] { return path }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    private static let seeds =
        ProcessInfo.processInfo.environment["ORACLE_SEED"].flatMap(UInt64.init).map { [$0] } ?? [
            1, UInt64.random(in: 0...UInt64(UInt32.max)),
        ]

    private static let types: [DataType] = [
        .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .string, .string,
        .timestamp(.millisecond, zone: nil), .timestamp(.nanosecond, zone: nil), .duration(.second),
    ]
    private static let numbers: [DataType] = types.filter(\.isNumeric)

    private struct Case {
        var plan: Plan
        var tables: [String: Table]
        var json: [String: Any]
    }

    // MARK: Joins

    @Test(.enabled(if: python != nil), arguments: seeds)
    func `joins agree with pandas, whatever the number of threads`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<300).map { _ in try join(&random) }
        try check(cases, seed: seed, &random)
    }

    private func join(_ random: inout SeededGenerator) throws -> Case {
        let hows = Step.Join.How.allCases
        let how = hows.randomElement(using: &random) ?? .inner
        let keyCount = how == .cross ? 0 : [1, 1, 1, 2, 3].randomElement(using: &random) ?? 1
        var leftTypes: [DataType] = []
        var rightTypes: [DataType] = []
        for _ in 0..<keyCount {
            let type = Self.types.randomElement(using: &random) ?? .int64
            leftTypes.append(type)
            let mixes = type.isNumeric && random.chance(30)
            rightTypes.append(mixes ? Self.numbers.randomElement(using: &random) ?? type : type)
        }
        let sharedNames = random.chance(60)
        // pandas has no rows without columns.
        let least = how == .cross ? 1 : 0
        leftTypes += (0..<Int.random(in: least...2, using: &random)).map { _ in
            Self.types.randomElement(using: &random)!
        }
        rightTypes += (0..<Int.random(in: least...3, using: &random)).map { _ in
            Self.types.randomElement(using: &random)!
        }
        let counts = how == .cross ? [0, 1, 3, 20] : [0, 1, 2, 20, 150]
        func rows(_ types: [DataType], _ random: inout SeededGenerator) throws -> RandomRows {
            try RandomRows(
                types, rows: counts.randomElement(using: &random) ?? 1,
                missing: [0, 0, 10, 40, 100].randomElement(using: &random) ?? 0, using: &random)
        }
        let left = try rows(leftTypes, &random)
        let right = try rows(rightTypes, &random)
        // Other columns of the right frame may have names that the left one has.
        let rightNames = right.schema.names.enumerated().map { index, name in
            index < keyCount ? (sharedNames ? name : "k\(index)") : (random.chance(30) ? name : "r\(index)")
        }
        let rightTable = right.table(named: rightNames)
        let suffixes = [("_x", "_y"), ("", "_right")].randomElement(using: &random) ?? ("_x", "_y")
        let join = Step.Join(
            with: "right", how: how, leftOn: Array(left.schema.names.prefix(keyCount)),
            rightOn: Array(rightNames.prefix(keyCount)), suffixes: suffixes)
        let plan = Plan(
            sources: [
                Source(name: "left", location: .memory(left.schema)),
                Source(name: "right", location: .memory(rightTable.schema)),
            ], frames: [.init("result", from: "left", steps: [.join(join)])],
            outputs: [.init(from: "result", to: .memory)])
        return Case(
            plan: plan, tables: ["left": left.table(named: left.schema.names), "right": rightTable],
            json: [
                "frames": [Self.columns(left, left.schema.names), Self.columns(right, rightNames)],
                "join": [
                    "how": how.rawValue, "left_on": join.leftOn, "right_on": join.rightOn,
                    "suffixes": [suffixes.0, suffixes.1],
                ] as [String: Any],
            ])
    }

    // MARK: Concatenations

    @Test(.enabled(if: python != nil), arguments: seeds)
    func `concatenations agree with pandas, whatever the number of threads`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<150).map { _ in try concatenation(&random) }
        try check(cases, seed: seed, &random)
    }

    private func concatenation(_ random: inout SeededGenerator) throws -> Case {
        let columns = (0..<4).map { _ in Self.types.randomElement(using: &random) ?? .int64 }
        var frames: [Any] = []
        var tables: [String: Table] = [:]
        var sources: [Source] = []
        for number in 0..<Int.random(in: 1...4, using: &random) {
            let picked = columns.indices.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
            let types = picked.map { index -> DataType in
                let mixes = columns[index].isNumeric && random.chance(30)
                return mixes ? Self.numbers.randomElement(using: &random) ?? columns[index] : columns[index]
            }
            let rows = try RandomRows(
                types, rows: [0, 1, 2, 20, 150].randomElement(using: &random) ?? 1,
                missing: [0, 20, 100].randomElement(using: &random) ?? 0, using: &random)
            let names = picked.map { "c\($0)" }
            let table = rows.table(named: names)
            tables["t\(number)"] = table
            sources.append(Source(name: "t\(number)", location: .memory(table.schema)))
            frames.append(Self.columns(rows, names))
        }
        let plan = Plan(
            sources: sources, frames: [.init("result", from: sources.map(\.name), steps: [])],
            outputs: [.init(from: "result", to: .memory)])
        return Case(plan: plan, tables: tables, json: ["frames": frames, "concat": true])
    }

    // MARK: Comparing

    private func check(_ cases: [Case], seed: UInt64, _ random: inout SeededGenerator) throws {
        let expected = try pandas(cases.map(\.json))
        try #require(expected.count == cases.count)
        for (index, (one, expected)) in zip(cases, expected).enumerated() {
            let what = "case \(index) of seed \(seed): \(one.plan.frames[0].steps) of \(one.tables.mapValues(\.schema))"
            guard let expected = expected as? [String: Any], let rows = expected["rows"] as? [[Any]],
                let names = expected["columns"] as? [String]
            else {
                // pandas has no room for the keys of one side in the other's type, or cannot compare integers of
                // different types where one is missing.
                let cannot = ["OverflowError", "TypeError: boolean value of NA is ambiguous"]
                if let text = expected as? String, cannot.contains(where: text.hasPrefix) { continue }
                Issue.record("\(what): \(expected)")
                continue
            }
            for threads in [1, 3] {
                var options = RunOptions()
                options.threads = threads
                options.tables = one.tables
                options.morselRows = [1, 7, 64, 16_384].randomElement(using: &random) ?? 64
                do {
                    let table = try #require(try one.plan.runAndWait(options).tables["result"])
                    #expect(table.schema.names == names, "\(what)")
                    for batch in table.batches {
                        #expect(batch.schema == table.schema)
                        for (column, field) in zip(batch.columns, table.schema.fields) {
                            #expect(column.type.logical == field.type, "\(what), \(field.name)")
                        }
                    }
                    let ours = table.batches.rows
                    let place = zip(ours, rows).enumerated().first { !Self.agree($0.element.0, $0.element.1) }
                    #expect(
                        ours.count == rows.count && place == nil,
                        """
                        \(what): \(ours.count) rows, pandas \(rows.count); row \(place?.offset ?? -1): \
                        \(String(describing: place?.element))
                        """)
                } catch {
                    Issue.record("\(what): \(error)")
                }
            }
        }
    }

    private static func columns(_ rows: RandomRows, _ names: [String]) -> [[String: Any]] {
        rows.schema.fields.enumerated().map { index, field in
            ["name": names[index], "type": field.type.description, "values": rows.rows.map { json($0[index]) }]
        }
    }

    private static func json(_ scalar: Scalar) -> Any {
        switch scalar {
        case .bool(let value): value
        case .int(let value): value
        case .uint(let value): value
        case .float(let value): value.isFinite ? value : NSNull()
        case .string(let value): value
        case .timestamp(let value, _, _), .duration(let value, _): value
        default: NSNull()
        }
    }

    private static func agree(_ ours: [Scalar], _ theirs: [Any]) -> Bool {
        ours.count == theirs.count && zip(ours, theirs).allSatisfy { agree($0, $1) }
    }

    private static func agree(_ ours: Scalar, _ theirs: Any) -> Bool {
        func number(_ value: Double) -> Bool {
            guard let number = theirs as? NSNumber else { return false }
            return abs(number.doubleValue - value) <= 1e-9 * max(1, abs(value))
        }
        switch ours {
        case .null: return theirs is NSNull
        case .float(let value): return value.isNaN ? theirs is NSNull : number(value)
        case .string(let value): return theirs as? String == value
        case .bool(let value): return (theirs as? NSNumber)?.boolValue == value
        case .int(let value): return number(Double(value))
        case .uint(let value): return number(Double(value))
        case .timestamp(let value, let unit, _), .duration(let value, let unit):
            return theirs as? String == String(value * (1_000_000_000 / unit.perSecond))
        default: return false
        }
    }

    private func pandas(_ cases: [[String: Any]]) throws -> [Any] {
        let folder = FileManager.default.temporaryDirectory
        let input = folder.appendingPathComponent("joins-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: input) }
        try JSONSerialization.data(withJSONObject: cases).write(to: input)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Oracle/join_oracle.py")
        process.arguments = [script.path, input.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try #require(JSONSerialization.jsonObject(with: data) as? [Any])
    }
}

extension RandomRows {
    /// The rows as a table with other names for its columns.
    func table(named names: [String]) -> Table {
        let schema = Schema(zip(names, self.schema.fields).map { Field($0, $1.type) })
        return Table(schema: schema, batches: batches.map { $0.with(schema: schema) })
    }
}
