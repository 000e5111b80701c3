import Columnar

/// Reads an expression's text into its tree: Python's precedence, with pandas' reading of `&` and `|` as `and`
/// and `or`.
///
/// One function a level of binding: `expression` (or, and, not, comparison, arithmetic), `unary`, `power`, `postfix`,
/// `primary`.
struct ExpressionParser {
    let lexer: Lexer
    let tokens: [Token]
    private(set) var index = 0
    private var nesting = 0
    private var operations = 0

    /// Limits of a text, so that no text can exhaust the stack.
    private static let maximumNesting = 100
    private static let maximumOperations = 1_000

    static func parse(_ text: String) throws(SwiftwaterError) -> Expression {
        var parser = try ExpressionParser(text)
        guard parser.token.kind != .end else {
            throw SwiftwaterError(.usage, "the expression is empty", at: .init(column: 1), hint: "for example 'a > 0'")
        }
        let expression = try parser.expression(.or)
        guard parser.token.kind == .end else { throw parser.unexpectedToken() }
        return expression
    }

    private init(_ text: String) throws(SwiftwaterError) {
        var lexer = Lexer(Array(text.utf8))
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        self.lexer = lexer
        self.tokens = tokens
    }

    /// How tightly operators bind, loosest first.
    enum Precedence: Int, Comparable {
        case or = 1
        case and, not, comparison, exclusiveOr, sum, product, unary, power, postfix, primary
        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
        var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .primary }
    }

    // MARK: Tokens

    var token: Token { tokens[index] }

    func token(after distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    func isAt(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

    func isAt(name: String) -> Bool { token.kind == .name(name) }

    mutating func take(_ symbol: String) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: String, _ why: String) throws(SwiftwaterError) {
        guard take(symbol) else {
            throw failure("expected '\(symbol)' \(why) but found \(described(token))", at: token)
        }
    }

    func described(_ token: Token) -> String {
        if token.kind == .end { return "the end" }
        return "'\(String(decoding: lexer.text[token.range], as: UTF8.self))'"
    }

    func failure(_ message: String, at token: Token, hint: String? = nil) -> SwiftwaterError {
        lexer.failure(message, at: token.range.lowerBound, hint: hint)
    }

    /// The error for a token that nothing can start with or continue with, with a hint for other languages' habits.
    func unexpectedToken() -> SwiftwaterError {
        let hint: String? =
            switch token.kind {
            case .symbol("&&"): "write 'and'"
            case .symbol("||"): "write 'or'"
            case .symbol("!"): "write 'not'"
            case .symbol("<>"): "write '!='"
            case .symbol("="): "write '==' to compare"
            case .name("is"): "write 'x.isna()' or 'x.notna()' to find missing values"
            case .name("if"), .name("else"): "write 'where(condition, a, b)'"
            case .name, .quotedName, .integer, .float, .string:
                index > 0
                    ? "is an operator missing before it, or are backquotes around a column name with spaces?" : nil
            case .end: "the text stops in the middle"
            default: nil
            }
        return failure("unexpected \(described(token))", at: token, hint: hint)
    }

    /// Counts an operation against the limit.
    mutating func made(_ expression: Expression) throws(SwiftwaterError) -> Expression {
        operations += 1
        guard operations <= Self.maximumOperations else {
            throw failure(
                "the expression has more than \(Self.maximumOperations) operations", at: token,
                hint: "compare with many values by 'in [...]', or split the expression over several columns")
        }
        return expression
    }

    // MARK: Operators

    mutating func expression(_ minimum: Precedence) throws(SwiftwaterError) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else {
            throw failure("the expression is nested more than \(Self.maximumNesting) deep", at: token)
        }
        var left: Expression
        if isAt(name: "not") {
            guard minimum <= .not else {
                throw failure(
                    "'not' binds less tightly than the operator before it", at: token, hint: "write '(not …)'")
            }
            advance()
            left = try made(.unary(.not, try expression(.not)))
        } else {
            left = try unary()
        }
        while let (operation, precedence) = binaryOperator(), precedence >= minimum {
            if precedence == .comparison {
                left = try comparisons(left)
            } else {
                advance()
                left = try made(.binary(operation, left, try expression(precedence.tighter)))
            }
        }
        return left
    }

    private func binaryOperator() -> (Expression.BinaryOperator, Precedence)? {
        switch token.kind {
        case .name("or"), .symbol("|"): (.or, .or)
        case .name("and"), .symbol("&"): (.and, .and)
        case .symbol("^"): (.exclusiveOr, .exclusiveOr)
        case .symbol("+"): (.add, .sum)
        case .symbol("-"): (.subtract, .sum)
        case .symbol("*"): (.multiply, .product)
        case .symbol("/"): (.divide, .product)
        case .symbol("//"): (.floorDivide, .product)
        case .symbol("%"): (.modulo, .product)
        case .name("in"): (.equal, .comparison)
        case .name("not") where token(after: 1).kind == .name("in"): (.equal, .comparison)
        default: comparisonOperator().map { ($0, .comparison) }
        }
    }

    private func comparisonOperator() -> Expression.BinaryOperator? {
        guard case .symbol(let symbol) = token.kind else { return nil }
        switch symbol {
        case "==": return .equal
        case "!=": return .notEqual
        case "<": return .less
        case "<=": return .lessOrEqual
        case ">": return .greater
        case ">=": return .greaterOrEqual
        default: return nil
        }
    }

    /// `a < b`, `a < b <= c` (which is `a < b and b <= c`), `a in [...]`, `a == [...]`.
    private mutating func comparisons(_ first: Expression) throws(SwiftwaterError) -> Expression {
        var left = first
        var all: Expression?
        while true {
            let one: Expression
            var right = left
            if isAt(name: "in") || (isAt(name: "not") && token(after: 1).kind == .name("in")) {
                let negated = isAt(name: "not")
                if negated { advance() }
                advance()
                one = try made(.isIn(left, try membershipList(), negated: negated))
            } else if let operation = comparisonOperator() {
                advance()
                let equality = operation == .equal || operation == .notEqual
                if equality, isAt("[") || isTuple {
                    one = try made(.isIn(left, try membershipList(), negated: operation == .notEqual))
                } else {
                    right = try expression(.exclusiveOr)
                    one = try made(comparison(operation, left, right))
                }
            } else {
                return all ?? left
            }
            all = try all.map { before throws(SwiftwaterError) in try made(.binary(.and, before, one)) } ?? one
            left = right
        }
    }

    private func comparison(
        _ operation: Expression.BinaryOperator, _ left: Expression, _ right: Expression
    ) -> Expression {
        switch (operation, left, right) {
        case (.equal, .literal(.list(let items)), _), (.notEqual, .literal(.list(let items)), _):
            .isIn(right, items.map { .literal($0) }, negated: operation == .notEqual)
        case (.equal, _, .literal(.list(let items))), (.notEqual, _, .literal(.list(let items))):
            .isIn(left, items.map { .literal($0) }, negated: operation == .notEqual)
        default: .binary(operation, left, right)
        }
    }

    /// What stands to the right of `in`.
    private mutating func membershipList() throws(SwiftwaterError) -> [Expression] {
        if isTuple || isAt("[") {
            return try elements()
        }
        if case .parameter(let name) = token.kind {
            advance()
            return [.parameter(name)]
        }
        throw failure(
            "'in' needs a list and found \(described(token))", at: token,
            hint: "write a list, [1, 2], or 'name.str.contains(text)' to search in text")
    }

    /// Whether a parenthesis opens a tuple: a comma stands directly inside, or nothing.
    private var isTuple: Bool {
        guard isAt("(") else { return false }
        var depth = 0
        for (offset, token) in tokens[index...].enumerated() {
            switch token.kind {
            case .symbol("("), .symbol("["), .symbol("{"): depth += 1
            case .symbol(")"), .symbol("]"), .symbol("}"):
                depth -= 1
                if depth == 0 { return offset == 1 }
            case .symbol(",") where depth == 1: return true
            default: break
            }
        }
        return false
    }

    /// The elements of a list or a tuple, a trailing comma allowed.
    mutating func elements() throws(SwiftwaterError) -> [Expression] {
        let close = isAt("[") ? "]" : ")"
        advance()
        var items: [Expression] = []
        while !isAt(close) {
            items.append(try expression(.or))
            guard take(",") else { break }
        }
        try expect(close, "after the list")
        return items
    }

    private mutating func unary() throws(SwiftwaterError) -> Expression {
        if let literal = negativeLiteral() { return literal }
        let operation: Expression.UnaryOperator
        switch token.kind {
        case .symbol("-"): operation = .negate
        case .symbol("+"): operation = .plus
        case .symbol("~"): operation = .not
        default: return try power()
        }
        advance()
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else {
            throw failure("the expression is nested more than \(Self.maximumNesting) deep", at: token)
        }
        return try made(.unary(operation, try unary()))
    }

    /// A minus sign directly before a number that is not a base (`-2 ** 2` is `-(2 ** 2)`) makes a negative literal.
    private mutating func negativeLiteral() -> Expression? {
        guard isAt("-") else { return nil }
        let following = token(after: 2).kind
        if following == .symbol("**") || following == .symbol(".") { return nil }
        let literal: Expression
        switch token(after: 1).kind {
        case .integer(let magnitude):
            guard magnitude <= 1 << 63 else { return nil }
            literal = .literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude)))
        case .float(let value): literal = .literal(.float(-value))
        case .name("inf"), .name("Inf"): literal = .literal(.float(-.infinity))
        default: return nil
        }
        advance()
        advance()
        return literal
    }

    private mutating func power() throws(SwiftwaterError) -> Expression {
        let base = try postfix()
        guard take("**") else { return base }
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else {
            throw failure("the expression is nested more than \(Self.maximumNesting) deep", at: token)
        }
        return try made(.binary(.power, base, try unary()))
    }

    // MARK: Values

    mutating func primary() throws(SwiftwaterError) -> Expression {
        let start = token
        switch start.kind {
        case .quotedName(let name):
            advance()
            return .column(name)
        case .parameter(let name):
            advance()
            return .parameter(name)
        case .integer(let value):
            advance()
            return .literal(value <= UInt64(Int64.max) ? .int(Int64(value)) : .uint(value))
        case .float(let value):
            advance()
            return .literal(.float(value))
        case .string(let value):
            advance()
            return .literal(.string(value))
        case .bytes(let value):
            advance()
            return .literal(.binary(value))
        case .symbol("("):
            if isTuple { return try literalList() }
            advance()
            let inner = try expression(.or)
            try expect(")", "to close the parenthesis")
            return inner
        case .symbol("["): return try literalList()
        case .symbol("{"): return try literalStructure()
        case .name(let name): return try named(name)
        default: throw unexpectedToken()
        }
    }

    private mutating func literalList() throws(SwiftwaterError) -> Expression {
        let start = token
        var values: [Scalar] = []
        for element in try elements() {
            guard case .literal(let value) = element else {
                throw failure("a list here can hold only literals", at: start)
            }
            values.append(value)
        }
        return .literal(.list(values))
    }

    /// `{'a': 1}`: a structure.
    private mutating func literalStructure() throws(SwiftwaterError) -> Expression {
        let start = token
        advance()
        var members: [Scalar.Member] = []
        while !isAt("}") {
            guard case .literal(.string(let name)) = try primary() else {
                throw failure("a structure's names are strings", at: start, hint: "for example {'a': 1}")
            }
            try expect(":", "after a name")
            guard case .literal(let value) = try expression(.or) else {
                throw failure("a structure can hold only literals", at: start)
            }
            members.append(Scalar.Member(name, value))
            guard take(",") else { break }
        }
        try expect("}", "after the structure")
        return .literal(.structure(members))
    }

    /// Names that are literals; columns of these names need backquotes.
    static let namedLiterals: [String: Scalar] = [
        "True": .bool(true), "true": .bool(true), "False": .bool(false), "false": .bool(false), "None": .null,
        "null": .null, "NA": .null, "NaT": .null, "nan": .float(.nan), "NaN": .float(.nan), "inf": .float(.infinity),
        "Inf": .float(.infinity),
    ]

    /// Words that cannot be bare columns.
    static let reservedWords: Set<String> = Set(namedLiterals.keys).union(
        ["and", "or", "not", "in", "is", "if", "else", "lambda", "pd", "np"])

    private mutating func named(_ name: String) throws(SwiftwaterError) -> Expression {
        let start = token
        // `pd.NA`, `np.nan`, `np.log(x)`: the module says nothing here.
        if name == "pd" || name == "np", token(after: 1).kind == .symbol("."),
            case .name(let member) = token(after: 2).kind,
            Self.namedLiterals[member] != nil || isFunctionName(member)
        {
            advance()
            advance()
            return try named(member)
        }
        if let literal = Self.namedLiterals[name] {
            advance()
            return .literal(literal)
        }
        if ["and", "or", "not", "in", "is", "if", "else", "lambda"].contains(name) { throw unexpectedToken() }
        advance()
        guard isAt("(") else { return .column(name) }
        return try functionCall(name, at: start)
    }
}
