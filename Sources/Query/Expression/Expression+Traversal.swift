package import Columnar

/// Looking into an expression and rewriting it, for the optimizer.
extension Expression {
    /// The direct operands, in the order of the text.
    package var children: [Expression] {
        switch self {
        case .column, .literal, .parameter: []
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .isIn(let value, let items, _): [value] + items
        case .call(_, let arguments): arguments
        case .cast(let value, _): [value]
        }
    }

    /// The same node with each operand replaced.
    package func mappingChildren<Failure>(
        _ transform: (Expression) throws(Failure) -> Expression
    ) throws(Failure) -> Expression {
        switch self {
        case .column, .literal, .parameter: return self
        case .unary(let operation, let operand): return .unary(operation, try transform(operand))
        case .binary(let operation, let left, let right):
            return .binary(operation, try transform(left), try transform(right))
        case .isIn(let value, let items, let negated):
            var mapped: [Expression] = []
            for item in items { mapped.append(try transform(item)) }
            return .isIn(try transform(value), mapped, negated: negated)
        case .call(let function, let arguments):
            var mapped: [Expression] = []
            for argument in arguments { mapped.append(try transform(argument)) }
            return .call(function, mapped)
        case .cast(let value, let type): return .cast(try transform(value), type)
        }
    }

    /// The columns that the expression reads, each once, in the order of the text.
    package var columns: [String] {
        var names: [String] = []
        var seen: Set<String> = []
        visit { if case .column(let name) = $0, seen.insert(name).inserted { names.append(name) } }
        return names
    }

    /// The parameters that the expression reads, each once.
    package var parameters: [String] {
        var names: [String] = []
        visit { if case .parameter(let name) = $0, !names.contains(name) { names.append(name) } }
        return names
    }

    /// Calls `body` with this node and all below it.
    package func visit(_ body: (Expression) -> Void) {
        body(self)
        for child in children { child.visit(body) }
    }

    /// The same expression over columns of other names; columns without an entry keep theirs.
    package func renaming(_ names: [String: String]) -> Expression {
        substituting { names[$0].map { .column($0) } }
    }

    /// The same expression with columns replaced by what they are computed from; nil keeps a column.
    package func substituting(_ replacement: (String) -> Expression?) -> Expression {
        if case .column(let name) = self { return replacement(name) ?? self }
        return mappingChildren { $0.substituting(replacement) }
    }

    /// The same expression with its parameters' values in their places.
    ///
    /// Throws a `usage` error for a parameter without a value.
    package func binding(_ parameters: [String: Scalar]) throws(SwiftwaterError) -> Expression {
        switch self {
        case .parameter(let name):
            guard let value = parameters[name] else { throw Self.noParameter(name, parameters) }
            return .literal(value)
        case .isIn(let value, let items, let negated):
            var bound: [Expression] = []
            for item in items {
                let item = try item.binding(parameters)
                // A parameter that is a list stands for its elements.
                if case .literal(.list(let scalars)) = item {
                    bound += scalars.map { .literal($0) }
                } else {
                    bound.append(item)
                }
            }
            return .isIn(try value.binding(parameters), bound, negated: negated)
        default:
            return try mappingChildren { child throws(SwiftwaterError) in try child.binding(parameters) }
        }
    }

    static func noParameter(_ name: String, _ parameters: [String: Scalar]) -> SwiftwaterError {
        let near = SwiftwaterError.nearest(name, among: parameters.keys.sorted())
        return SwiftwaterError(
            .usage, "no value for the parameter '@\(name)'",
            hint: near.map { "did you mean '@\($0)'?" } ?? "give it when the plan runs: --set \(name)=value")
    }
}
