import Columnar

/// Calls: functions, methods, the accessors `.str` and `.dt`, and constructors of literals.
extension ExpressionParser {
    /// An argument as written.
    private struct Argument {
        var keyword: String?
        var value: Expression
        var token: Token
    }

    private static let constructors: Set<String> = ["Timestamp", "Timedelta", "date", "to_datetime", "to_timedelta"]

    func isFunctionName(_ name: String) -> Bool {
        Self.constructors.contains(name) || Expression.Function(named: name) != nil
    }

    /// A value and what follows it: `.abs()`, `.str.len()`, `.str[1:3]`.
    mutating func postfix() throws(SwiftwaterError) -> Expression {
        var value = try primary()
        while isAt(".") {
            advance()
            let name = token
            guard case .name(let method) = name.kind else {
                throw failure("expected a method's name after '.' but found \(described(token))", at: token)
            }
            advance()
            value =
                if method == "str" || method == "dt" { try accessor(method, of: value) } else {
                    try methodCall(method, of: value, at: name)
                }
        }
        if isAt("[") {
            throw failure(
                "a value cannot be indexed", at: token, hint: "'.str[i]' and '.str[i:j]' take characters of text")
        }
        return value
    }

    private mutating func accessor(_ accessor: String, of value: Expression) throws(SwiftwaterError) -> Expression {
        if accessor == "str", isAt("[") { return try characters(of: value) }
        try expect(".", "after '.\(accessor)'")
        let name = token
        guard case .name(let method) = name.kind else {
            throw failure("expected a name after '.\(accessor).' but found \(described(token))", at: token)
        }
        advance()
        guard let function = Expression.Function(named: "\(accessor).\(method)") else {
            let known = Expression.Function.allCases.map(\.rawValue).filter { $0.hasPrefix(accessor + ".") }
                .map { String($0.dropFirst(accessor.count + 1)) }
            throw failure("'.\(accessor)' has no '\(method)'", at: name, hint: Self.suggestion(method, known))
        }
        if function.form == .property {
            if isAt("("), token(after: 1).kind == .symbol(")") {
                throw failure("'.\(function.rawValue)' is a property", at: token, hint: "leave out the parentheses")
            }
            return try made(.call(function, [value]))
        }
        return try call(function, of: value, try arguments(), at: name)
    }

    /// `.str[i]` and `.str[i:j]`.
    private mutating func characters(of value: Expression) throws(SwiftwaterError) -> Expression {
        let open = token
        advance()
        var bounds: [Expression?] = [nil]
        while !isAt("]") {
            if take(":") {
                bounds.append(nil)
            } else if bounds[bounds.count - 1] == nil {
                bounds[bounds.count - 1] = try expression(.or)
            } else {
                throw unexpectedToken()
            }
        }
        advance()
        switch bounds.count {
        case 1:
            guard let position = bounds[0] else { throw failure("expected a position in '[]'", at: open) }
            return try made(.call(.get, [value, position]))
        case 2:
            var arguments = [value, bounds[0] ?? .literal(.null), bounds[1] ?? .literal(.null)]
            Self.dropDefaults(.slice, &arguments)
            return try made(.call(.slice, arguments))
        default:
            throw failure("a slice of text has no step", at: open, hint: "write '.str[start:stop]'")
        }
    }

    private mutating func methodCall(
        _ method: String, of value: Expression, at name: Token
    ) throws(SwiftwaterError) -> Expression {
        let known = Expression.Function.allCases.map(\.rawValue).filter { !$0.contains(".") }
        let special = ["astype", "isin", "between"]
        let function = Expression.Function(named: method)
        guard special.contains(method) || function != nil else {
            var hint = Self.suggestion(method, known + special + Expression.Function.synonyms.keys)
            if case .column(let column) = value, !isAt("(") {
                hint = "write `\(column).\(method)` in backquotes for a column of that name; \(hint)"
            }
            throw failure("no method '\(method)'", at: name, hint: hint)
        }
        guard isAt("(") else {
            throw failure("'\(method)' is a method", at: name, hint: "call it: '.\(method)()'")
        }
        let given = try arguments()
        switch method {
        case "astype": return try astype(value, given, at: name)
        case "isin":
            guard given.count == 1 else { throw failure("'isin' takes one list", at: name) }
            switch given[0].value {
            case .literal(.list(let items)): return try made(.isIn(value, items.map { .literal($0) }, negated: false))
            case .parameter: return try made(.isIn(value, [given[0].value], negated: false))
            default: throw failure("'isin' takes a list", at: given[0].token)
            }
        case "between":
            let names = ["left", "right"]
            guard given.count == 2, zip(given, names).allSatisfy({ $0.keyword == nil || $0.keyword == $1 }) else {
                throw failure("'between' takes a left and a right bound", at: name)
            }
            let low = try made(.binary(.greaterOrEqual, value, given[0].value))
            return try made(.binary(.and, low, try made(.binary(.lessOrEqual, value, given[1].value))))
        default: break
        }
        guard let function else { throw failure("no method '\(method)'", at: name) }
        if function == .where {
            // `x.where(condition, other)`: the value itself is the second argument.
            guard let condition = given.first, condition.keyword == nil || condition.keyword == "cond" else {
                throw failure("'where' needs a condition", at: name)
            }
            let receiver = Argument(keyword: nil, value: value, token: name)
            return try call(.where, of: condition.value, [receiver] + given.dropFirst(), at: name)
        }
        return try call(function, of: value, given, at: name)
    }

    /// `abs(x)`, `where(condition, a, b)`, `Timestamp('2020-01-01')`.
    mutating func functionCall(_ name: String, at start: Token) throws(SwiftwaterError) -> Expression {
        if Self.constructors.contains(name) {
            let given = try arguments()
            guard let function = Expression.Function(named: name), let first = given.first,
                first.keyword == "arg" || (first.keyword == nil && !Self.isConstructed(given))
            else { return try constructor(name, given, at: start) }
            return try call(function, of: first.value, Array(given.dropFirst()), at: start)
        }
        let function = Expression.Function(named: name)
        guard name == "astype" || function != nil else {
            let known = Expression.Function.allCases.map(\.rawValue)
            if let method = known.first(where: { $0.hasSuffix("." + name) }) {
                throw failure("no function '\(name)'", at: start, hint: "write 'x.\(method)()'")
            }
            throw failure(
                "no function '\(name)'", at: start,
                hint: Self.suggestion(name, known.filter { !$0.contains(".") } + Self.constructors.sorted()))
        }
        let given = try arguments()
        guard let receiver = given.first, receiver.keyword == nil || receiver.keyword == "cond" else {
            throw failure("'\(name)' needs a value", at: start, hint: "for example '\(name)(x)'")
        }
        if name == "astype" { return try astype(receiver.value, Array(given.dropFirst()), at: start) }
        guard let function else { throw failure("no function '\(name)'", at: start) }
        return try call(function, of: receiver.value, Array(given.dropFirst()), at: start)
    }

    /// Whether these are the arguments of a literal, not of a function of a column: its value, `unit=` and `tz=`.
    private static func isConstructed(_ given: [Argument]) -> Bool {
        guard case .literal(let value)? = given.first?.value, !value.isNull else { return false }
        return given.dropFirst().allSatisfy { $0.keyword == nil || $0.keyword == "unit" || $0.keyword == "tz" }
    }

    private static func suggestion(_ name: String, _ known: [String]) -> String {
        SwiftwaterError.nearest(name, among: known.sorted()).map { "did you mean '\($0)'?" }
            ?? "there are \(known.sorted().joined(separator: ", "))"
    }

    // MARK: Arguments

    private mutating func arguments() throws(SwiftwaterError) -> [Argument] {
        try expect("(", "before the arguments")
        var given: [Argument] = []
        while !isAt(")") {
            let start = token
            var keyword: String?
            if case .name(let name) = start.kind, token(after: 1).kind == .symbol("=") {
                keyword = name
                advance()
                advance()
            }
            given.append(Argument(keyword: keyword, value: try expression(.or), token: start))
            guard take(",") else { break }
        }
        try expect(")", "after the arguments")
        return given
    }

    /// A call with its arguments in their parameters' places.
    private mutating func call(
        _ function: Expression.Function, of receiver: Expression, _ given: [Argument], at name: Token
    ) throws(SwiftwaterError) -> Expression {
        let parameters = function.parameters
        let title = function.rawValue
        var values = [Expression?](repeating: nil, count: parameters.count)
        for (position, argument) in given.enumerated() {
            let place: Int
            if let keyword = argument.keyword {
                guard let found = parameters.firstIndex(where: { $0.name == keyword }) else {
                    let names = parameters.map(\.name)
                    throw failure(
                        "'\(title)' has no parameter '\(keyword)'", at: argument.token,
                        hint: names.isEmpty ? "it takes none" : "it takes \(names.joined(separator: ", "))")
                }
                place = found
            } else {
                guard position < parameters.count else {
                    throw failure(
                        "'\(title)' takes at most \(parameters.count) argument\(parameters.count == 1 ? "" : "s")",
                        at: argument.token)
                }
                guard !parameters[position].keywordOnly else {
                    throw failure(
                        "'\(title)' takes '\(parameters[position].name)' by its name only", at: argument.token,
                        hint: "write '\(parameters[position].name)=…'")
                }
                place = position
            }
            guard values[place] == nil else {
                throw failure("'\(title)' is given '\(parameters[place].name)' twice", at: argument.token)
            }
            values[place] = argument.value
        }
        var result = [receiver]
        for (parameter, value) in zip(parameters, values) {
            guard let argument = value ?? parameter.defaultValue.map({ .literal($0) }) else {
                throw failure("'\(title)' needs '\(parameter.name)'", at: name)
            }
            result.append(argument)
        }
        Self.dropDefaults(function, &result)
        return try made(.call(function, result))
    }

    private static func dropDefaults(_ function: Expression.Function, _ arguments: inout [Expression]) {
        let parameters = function.parameters
        while arguments.count > 1, let standard = parameters[arguments.count - 2].defaultValue,
            arguments.last == .literal(standard)
        {
            arguments.removeLast()
        }
    }

    private mutating func astype(
        _ value: Expression, _ given: [Argument], at name: Token
    ) throws(SwiftwaterError) -> Expression {
        guard given.count == 1 else {
            throw failure("'astype' takes one type", at: name, hint: "for example astype('int64')")
        }
        let text: String
        switch given[0].value {
        case .literal(.string(let type)), .column(let type): text = type
        default: throw failure("'astype' takes a type's name", at: given[0].token, hint: "for example astype('int64')")
        }
        let type: DataType
        do { type = try DataType(text) } catch { throw failure(error.message, at: given[0].token, hint: error.hint) }
        return try made(.cast(value, type))
    }

    // MARK: Constructors

    private func constructor(
        _ name: String, _ given: [Argument], at start: Token
    ) throws(SwiftwaterError) -> Expression {
        guard let first = given.first, first.keyword == nil, case .literal(let value) = first.value else {
            throw failure(
                "'\(name)' needs a literal", at: start,
                hint: name.hasPrefix("to_") ? "convert a column with .astype('timestamp[ms]')" : nil)
        }
        var unit: TimeUnit?
        var zone: String?
        for argument in given.dropFirst() where name != "date" {
            switch (argument.keyword, argument.value) {
            case ("unit"?, .literal(.string(let text))), (nil, .literal(.string(let text))):
                guard let known = TimeUnit(rawValue: text) else {
                    throw failure("unknown time unit '\(text)'", at: argument.token, hint: "use s, ms, us or ns")
                }
                unit = known
            case ("tz"?, .literal(.string(let text))) where name == "Timestamp": zone = text
            default: throw failure("'\(name)' takes a value, unit= and tz=", at: argument.token)
            }
        }
        let result: Scalar? =
            switch (name, value) {
            case ("date", .int(let year)) where given.count == 3: Self.date(year, given.dropFirst().map(\.value))
            case ("date", .int(let days)) where given.count == 1: Int32(exactly: days).map { .date($0) }
            case ("date", .string(let text)) where given.count == 1: Self.date(text)
            case ("Timestamp", .string(let text)), ("to_datetime", .string(let text)):
                ScalarText.timestamp(text, zone: zone)
            case ("Timestamp", .int(let count)), ("to_datetime", .int(let count)):
                .timestamp(count, unit ?? .nanosecond, zone: zone)
            case ("Timedelta", .string(let text)), ("to_timedelta", .string(let text)):
                TimeText.duration(text).map { .duration($0.value, $0.unit) }
            case ("Timedelta", .int(let count)), ("to_timedelta", .int(let count)):
                .duration(count, unit ?? .nanosecond)
            default: nil
            }
        guard let result else {
            throw failure(
                "'\(name)' does not understand \(Expression.literal(value))", at: first.token,
                hint: name.hasSuffix("delta") ? "for example Timedelta('5min')" : "for example \(name)('2020-01-31')")
        }
        return .literal(result)
    }

    private static func date(_ year: Int64, _ rest: [Expression]) -> Scalar? {
        guard case .literal(.int(let month)) = rest[0], case .literal(.int(let day)) = rest[1],
            (1...9999).contains(year), (1...12).contains(month),
            (1...CivilTime.daysInMonth(month, year: year)).contains(day)
        else { return nil }
        return .date(Int32(CivilTime.days(year: year, month: month, day: day)))
    }

    private static func date(_ text: String) -> Scalar? {
        guard let moment = TimeText.parse(text.utf8), !moment.hasTime else { return nil }
        return .date(Int32(moment.seconds / 86_400))
    }
}
