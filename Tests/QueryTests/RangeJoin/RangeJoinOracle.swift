import Columnar
import Query

/// A join within a range of time by looking at every pair of rows: what the documents say, word for word.
struct RangeJoinOracle {
    let join: Step.Join
    let leftNames: [String]
    let rightNames: [String]

    init(_ join: Step.Join, left: [String], right: [String]) {
        self.join = join
        leftNames = left
        rightNames = right
    }

    private func place(_ name: String, _ names: [String]) -> Int { names.firstIndex(of: name) ?? 0 }

    private func meet(_ left: [Scalar], _ right: [Scalar]) -> Bool {
        guard let range = join.within, let from = Self.nanoseconds(left[place(range.left, leftNames)]),
            let to = Self.nanoseconds(right[place(range.right, rightNames)]),
            (range.from.nanoseconds...range.to.nanoseconds).contains(to - from)
        else { return false }
        return zip(join.leftOn, join.rightOn).allSatisfy { a, b in
            Self.isEqual(left[place(a, leftNames)], right[place(b, rightNames)])
        }
    }

    private static func nanoseconds(_ time: Scalar) -> Int64? {
        guard case .timestamp(let value, let unit, _) = time else { return nil }
        return value * (1_000_000_000 / unit.perSecond)
    }

    /// Missing values and NaN are equal to each other, numbers of any types by value.
    static func isEqual(_ a: Scalar, _ b: Scalar) -> Bool {
        func number(_ scalar: Scalar) -> Double? {
            switch scalar {
            case .int(let value): Double(value)
            case .uint(let value): Double(value)
            case .float(let value): value.isNaN ? nil : value
            default: nil
            }
        }
        func isMissing(_ scalar: Scalar) -> Bool {
            if case .float(let value) = scalar { return value.isNaN }
            return scalar.isNull
        }
        if isMissing(a) || isMissing(b) { return isMissing(a) && isMissing(b) }
        if let x = number(a), let y = number(b) { return x == y }
        return a == b
    }

    /// The rows of the result in their order.
    func rows(_ left: [[Scalar]], _ right: [[Scalar]]) -> [[Scalar]] {
        func byTime(_ found: [[Scalar]], _ name: String, _ names: [String]) -> [[Scalar]] {
            found.enumerated().sorted { a, b in
                let x = Self.nanoseconds(a.element[place(name, names)]) ?? 0
                let y = Self.nanoseconds(b.element[place(name, names)]) ?? 0
                return (x, a.offset) < (y, b.offset)
            }.map(\.element)
        }
        var result: [[Scalar]] = []
        if join.how == .right {
            for row in right {
                let found = byTime(left.filter { meet($0, row) }, join.within?.left ?? "", leftNames)
                result += found.isEmpty ? [merged(nil, row)] : found.map { merged($0, row) }
            }
            return result
        }
        for row in left {
            let found = byTime(right.filter { meet(row, $0) }, join.within?.right ?? "", rightNames)
            switch join.how {
            case .semi: if !found.isEmpty { result.append(row) }
            case .anti: if found.isEmpty { result.append(row) }
            default:
                result += found.map { merged(row, $0) }
                if found.isEmpty, join.how != .inner { result.append(merged(row, nil)) }
            }
        }
        if join.how == .outer {
            for row in right where !left.contains(where: { meet($0, row) }) { result.append(merged(nil, row)) }
        }
        return result
    }

    /// The left row's columns, then the right one's but for keys of the same names, which both have.
    private func merged(_ left: [Scalar]?, _ right: [Scalar]?) -> [Scalar] {
        var row: [Scalar] = []
        for (index, name) in leftNames.enumerated() {
            let key = zip(join.leftOn, join.rightOn).contains { $0 == name && $1 == name }
            row.append(left?[index] ?? (key ? right?[place(name, rightNames)] : nil) ?? .null)
        }
        for (index, name) in rightNames.enumerated()
        where !zip(join.leftOn, join.rightOn).contains(where: { $0 == name && $1 == name }) {
            row.append(right?[index] ?? .null)
        }
        return row
    }

    static func agree(_ a: [[Scalar]], _ b: [[Scalar]]) -> Bool {
        a.count == b.count
            && zip(a, b).allSatisfy { x, y in x.count == y.count && zip(x, y).allSatisfy { isEqual($0, $1) } }
    }
}

/// Two random frames and a join of them.
struct RangeJoinCase {
    var join: Step.Join
    var left: Table
    var right: Table
    var leftRows: [[Scalar]]
    var rightRows: [[Scalar]]

    var oracle: RangeJoinOracle { RangeJoinOracle(join, left: left.schema.names, right: right.schema.names) }

    private static let keyTypes: [(DataType, DataType)] = [
        (.string, .string), (.int64, .int64), (.int32, .int64), (.int64, .float64), (.float64, .uint8), (.bool, .bool),
    ]
    private static let others: [DataType] = [.int64, .float64, .string, .bool, .list(.int64)]

    /// A range of time with an end between milliseconds.
    static func range(
        _ left: String, _ right: String, using random: inout SeededGenerator
    ) -> Step.Join.TimeRange {
        let from = Int64([-5000, -1000, -500, 0, 0, 0, 1, 2500].randomElement(using: &random) ?? 0)
        let length = Int64([0, 1, 500, 1000, 4000, 60_000].randomElement(using: &random) ?? 0)
        return .init(
            left: left, right: right, from: TimeSpan(nanoseconds: from * 1_000_000),
            to: TimeSpan(nanoseconds: (from + length) * 1_000_000))
    }

    static func random(
        units: [TimeUnit] = TimeUnit.allCases, keyTypes: [(DataType, DataType)] = keyTypes,
        others: [DataType] = others, using random: inout SeededGenerator
    ) throws -> RangeJoinCase {
        while true {
            let keys = (0..<Int.random(in: 1...2, using: &random)).map { _ in keyTypes.randomElement(using: &random)! }
            let shared = random.chance(50)
            func side(_ keyTypes: [DataType], _ prefix: String) throws -> (Table, [[Scalar]]) {
                let unit = units.randomElement(using: &random) ?? .millisecond
                var types = keyTypes + [.timestamp(unit, zone: nil)]
                for _ in 0..<Int.random(in: 0...2, using: &random) {
                    types.append(others.randomElement(using: &random) ?? .int64)
                }
                let count = [0, 1, 2, 20, 90].randomElement(using: &random) ?? 1
                let seconds = Int64([2, 20, 500].randomElement(using: &random) ?? 2)
                let rows = try RandomRows(
                    types, rows: count, missing: [0, 0, 15].randomElement(using: &random) ?? 0, using: &random
                ) { _, type, random in
                    guard case .timestamp = type else { return RandomRows.scalar(type, &random) }
                    let part = Int64([0, 0, 1, 250].randomElement(using: &random) ?? 0) * unit.perSecond / 1000
                    return .timestamp(
                        Int64.random(in: -seconds...seconds, using: &random) * unit.perSecond + part, unit, zone: nil)
                }
                let names = types.indices.map { index in
                    index < keyTypes.count
                        ? (shared ? "k\(index)" : "\(prefix)k\(index)")
                        : index == keyTypes.count ? (shared ? "t" : "\(prefix)t") : "c\(index)"
                }
                return (rows.table(named: names), rows.rows)
            }
            let (left, leftRows) = try side(keys.map(\.0), "l")
            let (right, rightRows) = try side(keys.map(\.1), "r")
            let how = Step.Join.How.allCases.filter { $0 != .cross }.randomElement(using: &random) ?? .inner
            let join = Step.Join(
                with: "right", how: how, leftOn: Array(left.schema.names.prefix(keys.count)),
                rightOn: Array(right.schema.names.prefix(keys.count)),
                within: range(left.schema.names[keys.count], right.schema.names[keys.count], using: &random))
            let made = RangeJoinCase(join: join, left: left, right: right, leftRows: leftRows, rightRows: rightRows)
            // Between whole seconds there may be nothing.
            if (try? made.plan.schemas(sources: ["left": left.schema, "right": right.schema])) != nil { return made }
        }
    }

    var plan: Plan {
        Plan(
            sources: [
                Source(name: "left", location: .memory(left.schema)),
                Source(name: "right", location: .memory(right.schema)),
            ], frames: [.init("result", from: "left", steps: [.join(join)])],
            outputs: [.init(from: "result", to: .memory)])
    }

    func result(threads: Int, morselRows: Int, rules: [any OptimizerRule] = Optimizer.standardRules) throws -> Table {
        var options = RunOptions()
        options.tables = ["left": left, "right": right]
        options.threads = threads
        options.morselRows = morselRows
        options.optimizer = Optimizer(rules: rules)
        return try plan.runAndWait(options).tables["result"] ?? Table(schema: Schema([]), batches: [])
    }
}
