import Columnar

/// The columns of a join's result: pandas' names and order.
extension Step.Join {
    /// The left frame's columns, then the right frame's without keys of the same names.
    func outputSchema(left: Schema, right: Schema) throws(SwiftwaterError) -> Schema {
        let resolved = try resolved(left: left, right: right)
        return Schema(resolved.fields(left: left, right: right))
    }

    /// The join with its result's columns spelled out, after a check of the keys.
    func resolved(left: Schema, right: Schema) throws(SwiftwaterError) -> Step.Join {
        try checkKeys(left: left, right: right)
        _ = try timeBounds(left: left, right: right)
        if columns != nil { return self }
        var resolved = self
        var columns: [OutputColumn] = []
        let shared = Dictionary(
            zip(leftOn, rightOn).enumerated().filter { $1.0 == $1.1 }.map { ($1.0, $0) },
            uniquingKeysWith: { a, _ in a })
        let isOneSided = how == .semi || how == .anti
        let rightNames = isOneSided ? [] : right.names.filter { shared[$0] == nil }
        let common = Set(left.names).intersection(rightNames)
        for name in left.names {
            let origin = shared[name].map { OutputColumn.Origin.key($0) } ?? .left(name)
            columns.append(OutputColumn(name: common.contains(name) ? name + leftSuffix : name, origin: origin))
        }
        for name in rightNames {
            columns.append(
                OutputColumn(name: common.contains(name) ? name + rightSuffix : name, origin: .right(name)))
        }
        var seen: Set<String> = []
        for column in columns where !seen.insert(column.name).inserted {
            throw SwiftwaterError(
                .usage, "the column '\(column.name)' would be there twice",
                hint: "both frames have such a column: give other suffixes")
        }
        resolved.columns = columns
        return resolved
    }

    private func checkKeys(left: Schema, right: Schema) throws(SwiftwaterError) {
        guard how == .cross || !leftOn.isEmpty else {
            throw SwiftwaterError(
                .usage, "no columns to join on", hint: "give 'on', or how: cross for all pairs of rows")
        }
        guard how != .cross || leftOn.isEmpty && rightOn.isEmpty else {
            throw SwiftwaterError(.usage, "a cross join has no keys", hint: "leave out 'on', or use how: inner")
        }
        guard leftOn.count == rightOn.count else {
            throw SwiftwaterError(
                .usage, "'leftOn' has \(leftOn.count) columns and 'rightOn' \(rightOn.count)",
                hint: "name one right column for each left one")
        }
        for (leftName, rightName) in zip(leftOn, rightOn) {
            let a = left[try left.requireIndex(of: leftName)]
            let b: Field
            do {
                b = right[try right.requireIndex(of: rightName)]
            } catch {
                var located = error
                located.message += " in '\(with)'"
                throw located
            }
            guard JoinKey(a.type, b.type) != nil else {
                throw SwiftwaterError(
                    .usage,
                    "the key '\(leftName)' is \(a.type.logical), and '\(rightName)' of '\(with)' is "
                        + "\(b.type.logical)",
                    hint: "convert one of them with astype")
            }
        }
    }

    /// The fields of `columns`, which the join must have.
    func fields(left: Schema, right: Schema) -> [Field] {
        (columns ?? []).map { Field($0.name, type(of: $0.origin, left: left, right: right)) }
    }

    private func type(of origin: OutputColumn.Origin, left: Schema, right: Schema) -> DataType {
        switch origin {
        case .left(let name): return left[name]?.type.logical ?? .null
        case .right(let name): return right[name]?.type.logical ?? .null
        case .key(let number):
            let type = left[leftOn[number]]?.type.logical ?? .null
            guard how == .right || how == .outer else { return type }
            return Self.keyType(type, right[rightOn[number]]?.type.logical ?? .null)
        }
    }

    /// The type of keys that come from either side.
    static func keyType(_ a: DataType, _ b: DataType) -> DataType {
        a.widened(with: b) ?? TypeRules.promoted(a, b) ?? a
    }
}
