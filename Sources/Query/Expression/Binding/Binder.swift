import Columnar

/// Turns an expression into nodes: one recursive walk that finds columns and decides every type.
///
/// `path` is the way from the root to the node in hand, for the place in errors.
struct Binder {
    let schema: Schema
    let parameters: [String: Scalar]
    let root: Expression

    func bind(_ expression: Expression, _ path: [Int]) throws(SwiftwaterError) -> any Node {
        switch expression {
        case .column(let name):
            guard let index = schema.index(of: name) else {
                let near = SwiftwaterError.nearest(name, among: schema.names)
                var error = failure(
                    "no column '\(name)'", path,
                    hint: near.map { "did you mean '\($0)'?" }
                        ?? "the columns are \(schema.names.joined(separator: ", "))")
                error.missingColumn = name
                throw error
            }
            return ColumnNode(name: name, index: index, type: schema[index].type)
        case .literal(let value): return ConstantNode(value)
        case .parameter(let name):
            guard let value = parameters[name] else {
                let error = Expression.noParameter(name, parameters)
                throw failure(error.message, path, hint: error.hint)
            }
            return ConstantNode(value)
        case .unary(let operation, let operand):
            return try folded(try unary(operation, try bind(operand, path + [0]), path), path)
        case .binary(let operation, let left, let right):
            let (a, b) = (try bind(left, path + [0]), try bind(right, path + [1]))
            return try folded(try binary(operation, a, b, path), path)
        case .isIn(let value, let items, let negated):
            var constants: [Scalar] = []
            for (index, item) in items.enumerated() {
                guard let constant = try bind(item, path + [index + 1]) as? ConstantNode else {
                    throw failure(
                        "a list after 'in' can hold only literals and parameters", path + [index + 1],
                        hint: "compare with '==' and combine with 'or'")
                }
                if case .list(let elements) = constant.value {
                    constants += elements
                } else {
                    constants.append(constant.value)
                }
            }
            let node = try membership(try bind(value, path + [0]), constants, path)
            return try folded(negated ? NotNode(operand: node) : node, path)
        case .call(let function, let arguments):
            guard (1...(function.parameters.count + 1)).contains(arguments.count) else {
                throw failure("'\(function.rawValue)' takes \(function.parameters.count + 1) arguments", path)
            }
            var nodes: [any Node] = []
            for (index, argument) in arguments.enumerated() { nodes.append(try bind(argument, path + [index])) }
            for parameter in function.parameters.dropFirst(nodes.count - 1) {
                guard let standard = parameter.defaultValue else {
                    throw failure("'\(function.rawValue)' needs '\(parameter.name)'", path)
                }
                nodes.append(ConstantNode(standard))
            }
            return try folded(try call(function, nodes, path), path)
        case .cast(let value, let type):
            let node = try bind(value, path + [0])
            guard Cast.exists(from: node.type, to: type) else {
                throw failure("\(node.type) cannot be converted to \(type)", path)
            }
            return try folded(CastNode(operand: node, type: type), path)
        }
    }

    // MARK: Errors

    /// An error at a node: its text, and its place in the whole expression's text.
    func failure(_ message: String, _ path: [Int], hint: String? = nil) -> SwiftwaterError {
        var printer = ExpressionPrinter(target: path)
        printer.print(root)
        let part = printer.targetText == printer.text ? "" : " of '\(printer.text)'"
        let whole = printer.targetText.isEmpty ? "" : " in '\(printer.targetText)'\(part)"
        return SwiftwaterError(.usage, message + whole, at: .init(column: (printer.offset ?? 0) + 1), hint: hint)
    }

    /// A node over constants only is computed now.
    private func folded(_ node: any Node, _ path: [Int]) throws(SwiftwaterError) -> any Node {
        let operands = node.operands
        guard !operands.isEmpty, operands.allSatisfy({ $0 is ConstantNode }), !(node is ConstantNode) else {
            return node
        }
        let weak = operands.allSatisfy { ($0 as? ConstantNode)?.isWeak == true } && !(node is CastNode)
        do {
            let column = try node.evaluate(Batch(schema: Schema([]), columns: [], count: 1))
            return ConstantNode(column.scalar(at: 0), type: node.type, isWeak: weak)
        } catch {
            throw failure(error.message, path, hint: error.hint)
        }
    }

    // MARK: Constants

    /// The same value as a constant of `type`, or an error that names both.
    func coerced(_ constant: ConstantNode, to type: DataType, _ path: [Int]) throws(SwiftwaterError) -> ConstantNode {
        guard let value = constant.value.coerced(to: type) else {
            let hint: String? =
                type.isTemporal
                ? "write it as '2020-01-31 10:20:30', or a duration as '5min'" : nil
            throw failure("\(Expression.literal(constant.value)) is no \(type)", path, hint: hint)
        }
        return ConstantNode(value, type: type, isWeak: false)
    }

    /// `node` as `type`, which `common` found for it.
    func converted(_ node: any Node, to type: DataType, _ path: [Int]) throws(SwiftwaterError) -> any Node {
        if node.type.logical == type { return node }
        if let constant = node as? ConstantNode { return try coerced(constant, to: type, path) }
        if node.type == .null { return MissingNode(type: type) }
        return CastNode(operand: node, type: type)
    }

    /// The argument as a constant that it must be.
    func constant(
        _ node: any Node, _ what: String, _ path: [Int]
    ) throws(SwiftwaterError) -> Scalar {
        guard let constant = node as? ConstantNode else {
            throw failure("\(what) must be a literal or a parameter", path)
        }
        return constant.value
    }
}

extension Node {
    /// The nodes that this one computes from.
    var operands: [any Node] {
        switch self {
        case let node as ArithmeticNode: [node.left, node.right]
        case let node as TimeArithmeticNode: [node.left, node.right]
        case let node as ConcatenationNode: [node.left, node.right]
        case let node as ComparisonNode: node.operands
        case let node as LogicNode: [node.left, node.right]
        case let node as NotNode: [node.operand]
        case let node as MissingTestNode: [node.operand]
        case let node as MembershipNode: [node.operand]
        case let node as NumberFunctionNode: [node.operand]
        case let node as ClipNode: [node.operand, node.lower, node.upper].compactMap { $0 }
        case let node as ChoiceNode: [node.condition, node.first, node.second]
        case let node as FillNode: [node.operand, node.value]
        case let node as TextNode: [node.operand]
        case let node as TimeFieldNode: [node.operand]
        case let node as TimeFloorNode: [node.operand]
        case let node as CastNode: [node.operand]
        case let node as PairFunctionNode: [node.left, node.right]
        case let node as FinitenessNode: [node.operand]
        case let node as SearchNode: [node.operand]
        case let node as MapNode: [node.operand]
        case let node as ListNode: [node.operand]
        case let node as TimeFlagNode: [node.operand]
        case let node as TimeFormatNode: [node.operand]
        case let node as DurationPartNode: [node.operand]
        case let node as StrictParseNode: [node.operand]
        case let node as RetypeNode: [node.operand]
        case let node as LocalTimeNode: [node.operand]
        default: []
        }
    }
}

extension ComparisonNode {
    fileprivate var operands: [any Node] {
        switch right {
        case .lane(let node, _), .mixed(let node, _, _), .scaled(let node, _, _), .text(let node): [left, node]
        case .int, .uint, .float, .always: [left]
        }
    }
}
