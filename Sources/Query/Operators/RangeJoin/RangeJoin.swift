package import Columnar

/// A join of rows with equal keys whose times lie within a range: pairs, and rows without a partner where `how` has
/// them.
///
/// Both sides' rows go into one state, each under columns of its own: `RangeJoinSide` prepares them and says whose they
/// are. On a stream a pair is given when its later row comes, and a row is forgotten when no row in time can meet it.
package struct RangeJoin: Operator {
    typealias Which = JoinSides.Which

    /// One frame's rows as the state keeps them.
    struct Side: Sendable {
        /// The columns that are kept, by their places in the frame: keys, time, and what the result needs.
        let columns: [Int]
        let schema: Schema
        /// The keys' and the time's places among these.
        let keys: [Int]
        let time: Int
        let unit: TimeUnit
        /// What a time is multiplied with for the unit that both sides are compared in.
        let factor: Int64
        /// Rows without a partner are in the result.
        let keepsAll: Bool
        /// The schema with a column without values that says whose rows these are.
        let marked: Schema
    }

    /// Where a column of the result comes from; a key comes from both sides.
    struct Origin: Sendable {
        var left: Int?
        var right: Int?
    }

    package let label: String
    package let outputSchema: Schema
    let join: Step.Join
    let range: Step.Join.TimeRange
    let bounds: TimeBounds
    let left: Side
    let right: Side
    let keys: [JoinKey]
    let origins: [Origin]

    package init(_ join: Step.Join, left: Schema, right: Schema) throws(SwiftwaterError) {
        let join = try join.resolved(left: left, right: right)
        guard let range = join.within, let bounds = try join.timeBounds(left: left, right: right) else {
            throw SwiftwaterError(.usage, "'\(join)' has no range of time", hint: "add 'within'")
        }
        self.join = join
        self.range = range
        self.bounds = bounds
        label = "\(join)"
        outputSchema = Schema(join.fields(left: left, right: right))
        keys = zip(join.leftOn, join.rightOn).compactMap { a, b in
            left[a].flatMap { left in right[b].flatMap { JoinKey(left.type, $0.type) } }
        }
        var leftNames = Names()
        var rightNames = Names()
        let leftKeys = join.leftOn.map { leftNames.place(of: $0) }
        let rightKeys = join.rightOn.map { rightNames.place(of: $0) }
        let leftTime = leftNames.place(of: range.left)
        let rightTime = rightNames.place(of: range.right)
        origins = (join.columns ?? []).map { column in
            switch column.origin {
            case .left(let name): Origin(left: leftNames.place(of: name))
            case .right(let name): Origin(right: rightNames.place(of: name))
            case .key(let number): Origin(left: leftKeys[number], right: rightKeys[number])
            }
        }
        self.left = try Side(
            .left, leftNames, leftKeys, leftTime, bounds, keepsAll: [.left, .outer, .anti].contains(join.how), of: left)
        self.right = try Side(
            .right, rightNames, rightKeys, rightTime, bounds, keepsAll: [.right, .outer].contains(join.how), of: right)
    }

    package func makeState() -> any OperatorState { RangeJoinState(self) }

    func side(_ which: Which) -> Side { which == .left ? left : right }

    /// Whose rows a batch has; nil for one that no `RangeJoinSide` has made.
    func which(_ batch: Batch) -> Which? {
        guard let name = batch.schema.fields.last?.name else { return nil }
        return [.left, .right].first { side($0).marked.fields.last?.name == name }
    }

    /// Whether two rows of the sides make a row of the result.
    var givesPairs: Bool { join.how != .semi && join.how != .anti }

    /// Whether it counts later that a row has met another.
    func remembersMatches(_ which: Which) -> Bool { side(which).keepsAll || which == .left && join.how == .semi }
}

/// Names in the order in which they are first asked for.
private struct Names {
    private(set) var all: [String] = []

    mutating func place(of name: String) -> Int {
        if let known = all.firstIndex(of: name) { return known }
        all.append(name)
        return all.count - 1
    }
}

extension RangeJoin.Side {
    fileprivate init(
        _ which: RangeJoin.Which, _ names: Names, _ keys: [Int], _ time: Int, _ bounds: TimeBounds, keepsAll: Bool,
        of input: Schema
    ) throws(SwiftwaterError) {
        var columns: [Int] = []
        for name in names.all { columns.append(try input.requireIndex(of: name)) }
        self.columns = columns
        schema = Schema(columns.map { Field(input[$0].name, input[$0].type.logical) })
        self.keys = keys
        self.time = time
        unit = try TimeWindow.unit(of: names.all[time], in: input)
        factor = bounds.unit.perSecond / unit.perSecond
        self.keepsAll = keepsAll
        marked = Schema(schema.fields + [Field(which == .left ? "\u{0}left" : "\u{0}right", .null)])
    }
}

extension JoinSides.Which {
    var other: JoinSides.Which { self == .left ? .right : .left }
}

/// A value for each side of a join.
struct BothSides<Value> {
    var left: Value
    var right: Value

    subscript(_ which: JoinSides.Which) -> Value {
        get { which == .left ? left : right }
        set { if which == .left { left = newValue } else { right = newValue } }
    }
}

/// Prepares one frame's rows for a `RangeJoin`.
struct RangeJoinSide: Transform {
    let label: String
    let outputSchema: Schema
    private let columns: [Int]

    init(_ which: JoinSides.Which, of join: RangeJoin) {
        let side = join.side(which)
        label = "\(which == .left ? "left" : "right") rows: \(side.schema.names.joined(separator: ", "))"
        outputSchema = side.marked
        columns = side.columns
    }

    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        let mark = Column(type: .null, count: batch.count, storage: .null)
        return Batch(schema: outputSchema, columns: columns.map { batch.columns[$0] } + [mark], count: batch.count)
    }
}
