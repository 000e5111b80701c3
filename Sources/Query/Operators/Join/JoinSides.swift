import Columnar

/// A join with both sides' columns known: makes the shapes of its passes.
struct JoinSides {
    struct Side {
        var name: String
        var schema: Schema
        /// The places of the key columns.
        var keys: [Int]
    }

    enum Which { case left, right }

    let join: Step.Join
    let left: Side
    let right: Side
    private let keys: [JoinKey]
    private let columns: [Step.Join.OutputColumn]
    private let types: [DataType]
    /// The columns of the result by whose order it is sorted.
    private(set) var sortKeys: [String] = []

    /// - Parameter join: resolved against the same columns.
    init(_ join: Step.Join, left: Schema, right: Schema) {
        self.join = join
        self.left = Side(name: "left", schema: left, keys: join.leftOn.compactMap { left.index(of: $0) })
        self.right = Side(name: "right", schema: right, keys: join.rightOn.compactMap { right.index(of: $0) })
        keys = zip(self.left.keys, self.right.keys).compactMap { JoinKey(left[$0].type, right[$1].type) }
        columns = join.columns ?? []
        types = join.fields(left: left, right: right).map(\.type)
    }

    private init(_ sides: JoinSides, columns: [Step.Join.OutputColumn], types: [DataType], sortKeys: [String]) {
        join = sides.join
        left = sides.left
        right = sides.right
        keys = sides.keys
        self.columns = columns
        self.types = types
        self.sortKeys = sortKeys
    }

    var outputNames: [String] { columns.map(\.name) }

    /// With a column for each key that has the value of whichever side has a row; one that is there already is used.
    func withSortKeys() -> JoinSides {
        var columns = columns
        var types = types
        var names: [String] = []
        for number in keys.indices {
            if let known = columns.first(where: { $0.origin == .key(number) }) {
                names.append(known.name)
                continue
            }
            let name = "\u{0}key \(number)"
            names.append(name)
            columns.append(Step.Join.OutputColumn(name: name, origin: .key(number)))
            let (a, b) = (left.schema[left.keys[number]].type.logical, right.schema[right.keys[number]].type.logical)
            types.append(Step.Join.keyType(a, b))
        }
        return JoinSides(self, columns: columns, types: types, sortKeys: names)
    }

    /// A pass whose probe rows are of the given side.
    func shape(_ kind: JoinShape.Kind, probe which: Which) -> JoinShape {
        let (probe, build) = which == .left ? (left, right) : (right, left)
        var buildColumns: [Int] = []
        var origins: [JoinShape.Origin] = []
        func buildColumn(_ name: String) -> JoinShape.Origin {
            guard kind == .matches || kind == .all || kind == .pairs, let index = build.schema.index(of: name) else {
                return .missing
            }
            if let known = buildColumns.firstIndex(of: index) { return .build(known) }
            buildColumns.append(index)
            return .build(buildColumns.count - 1)
        }
        func probeColumn(_ name: String) -> JoinShape.Origin {
            probe.schema.index(of: name).map { .probe($0) } ?? .missing
        }
        for column in columns {
            switch column.origin {
            case .left(let name): origins.append(which == .left ? probeColumn(name) : buildColumn(name))
            case .right(let name): origins.append(which == .right ? probeColumn(name) : buildColumn(name))
            case .key(let number): origins.append(.probe(probe.keys[number]))
            }
        }
        let buildMustBeUnique =
            which == .left ? join.validation?.needsUniqueRight == true : join.validation?.needsUniqueLeft == true
        let uniqueness =
            buildMustBeUnique ? join.validation.map { JoinUniqueness(side: build.name, validation: $0) } : nil
        return JoinShape(
            kind: kind, label: kind == .unmatched && join.how == .outer ? "\(join), unmatched right rows" : "\(join)",
            outputSchema: Schema(zip(columns, types).map { Field($0.name, $1) }), origins: origins,
            probeKeys: probe.keys, buildKeys: build.keys, keys: keys, buildColumns: buildColumns,
            uniqueness: uniqueness)
    }
}
