import Columnar

/// Writes an expression as text that reads back as the same tree, with the fewest parentheses that allows.
struct ExpressionPrinter {
    typealias Precedence = ExpressionParser.Precedence

    private(set) var text = ""
    /// The node whose place in the text is wanted, as child indices from the root.
    private let target: [Int]?
    /// Bytes of the text before the wanted node.
    private(set) var offset: Int?
    private(set) var targetText = ""

    init(target: [Int]? = nil) { self.target = target }

    mutating func print(_ expression: Expression) { print(expression, .or, path: []) }

    /// How tightly an expression's text holds together.
    private func precedence(_ expression: Expression) -> Precedence {
        switch expression {
        case .column, .parameter: .primary
        case .literal(let value): ScalarPrinter.isNegative(value) ? .unary : .primary
        case .unary(.not, _): .not
        case .unary: .unary
        case .binary(let operation, _, _): Self.precedence(operation)
        case .isIn: .comparison
        case .call(let function, _): function.form == .function ? .primary : .postfix
        case .cast: .postfix
        }
    }

    private static func precedence(_ operation: Expression.BinaryOperator) -> Precedence {
        switch operation {
        case .or: .or
        case .and: .and
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
        case .exclusiveOr: .exclusiveOr
        case .add, .subtract: .sum
        case .multiply, .divide, .floorDivide, .modulo: .product
        case .power: .power
        }
    }

    private mutating func print(_ expression: Expression, _ minimum: Precedence, path: [Int], apart: Bool = false) {
        let parenthesized = apart || precedence(expression) < minimum
        if parenthesized { text += "(" }
        let start = text.utf8.count
        if path == target { offset = start }
        switch expression {
        case .column(let name): text += Self.columnText(name)
        case .parameter(let name): text += "@" + name
        case .literal(let value): ScalarPrinter.print(value, into: &text)
        case .unary(.not, let operand):
            text += "not "
            print(operand, .not, path: path + [0])
        case .unary(let operation, let operand):
            text += operation.rawValue
            print(operand, .unary, path: path + [0], apart: operation == .negate && Self.isPositiveNumber(operand))
        case .binary(let operation, let left, let right):
            let own = Self.precedence(operation)
            switch own {
            case .power:
                print(left, .postfix, path: path + [0])
                text += " ** "
                print(right, .unary, path: path + [1])
            case .comparison:
                print(left, .exclusiveOr, path: path + [0])
                text += " \(operation.rawValue) "
                print(right, .exclusiveOr, path: path + [1])
            default:
                print(left, own, path: path + [0])
                text += " \(operation.rawValue) "
                print(right, own.tighter, path: path + [1])
            }
        case .isIn(let value, let items, let negated):
            print(value, .exclusiveOr, path: path + [0])
            text += negated ? " not in [" : " in ["
            list(items, firstChild: 1, path: path)
            text += "]"
        case .call(let function, let arguments): call(function, arguments, path: path)
        case .cast(let value, let type):
            receiver(value, path: path + [0])
            text += ".astype("
            ScalarPrinter.print(.string(type.description), into: &text)
            text += ")"
        }
        if path == target { targetText = String(decoding: Array(text.utf8)[start...], as: UTF8.self) }
        if parenthesized { text += ")" }
    }

    private static func isPositiveNumber(_ expression: Expression) -> Bool {
        guard case .literal(let value) = expression else { return false }
        switch value {
        case .int, .uint, .float: return !ScalarPrinter.isNegative(value)
        default: return false
        }
    }

    /// What a method is called on; a number takes parentheses, lest its point be read as a fraction's.
    private mutating func receiver(_ value: Expression, path: [Int]) {
        print(value, .postfix, path: path, apart: Self.isPositiveNumber(value))
    }

    private mutating func list(_ items: [Expression], firstChild: Int, path: [Int]) {
        for (index, item) in items.enumerated() {
            if index > 0 { text += ", " }
            print(item, .or, path: path + [firstChild + index])
        }
    }

    private mutating func call(_ function: Expression.Function, _ arguments: [Expression], path: [Int]) {
        guard let first = arguments.first else {
            text += "\(function.rawValue)()"
            return
        }
        if function == .get, arguments.count == 2 {
            receiver(first, path: path + [0])
            text += ".str["
            print(arguments[1], .or, path: path + [1])
            text += "]"
            return
        }
        switch function.form {
        case .function:
            text += function.rawValue + "("
            // Without its name, a literal would be read as the time that it spells.
            if case .literal = first, function == .toDatetime || function == .toTimedelta { text += "arg=" }
            print(first, .or, path: path + [0])
            rest(function, arguments, path: path, separated: true)
            text += ")"
        case .method:
            receiver(first, path: path + [0])
            text += ".\(function.rawValue)("
            rest(function, arguments, path: path, separated: false)
            text += ")"
        case .property:
            receiver(first, path: path + [0])
            text += ".\(function.rawValue)"
        }
    }

    /// The arguments after the first: in order while each is given, then by name.
    private mutating func rest(
        _ function: Expression.Function, _ arguments: [Expression], path: [Int], separated: Bool
    ) {
        var separated = separated
        var byName = false
        for (index, argument) in arguments.enumerated().dropFirst() {
            let parameter = function.parameters.indices.contains(index - 1) ? function.parameters[index - 1] : nil
            if let standard = parameter?.defaultValue, argument == .literal(standard) {
                byName = true
                continue
            }
            if separated { text += ", " }
            separated = true
            if let parameter, byName || parameter.keywordOnly { text += parameter.name + "=" }
            print(argument, .or, path: path + [index])
        }
    }

    static func columnText(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let plain =
            bytes.first.map(Lexer.isNameStart) == true
            && bytes.allSatisfy { Lexer.isNameStart($0) || Lexer.isDigit($0) }
        if plain, !ExpressionParser.reservedWords.contains(name) { return name }
        return "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}

/// Writes a literal.
enum ScalarPrinter {
    /// Whether a number starts with a minus sign.
    static func isNegative(_ value: Scalar) -> Bool {
        switch value {
        case .int(let number): number < 0
        case .float(let number): number.sign == .minus && !number.isNaN
        default: false
        }
    }

    static func print(_ value: Scalar, into text: inout String) {
        switch value {
        case .null: text += "None"
        case .bool(let flag): text += flag ? "True" : "False"
        case .int(let number): text += "\(number)"
        case .uint(let number): text += "\(number)"
        case .float(let number): text += number.isNaN ? "nan" : "\(number)"
        case .string(let string): quote(string.unicodeScalars, prefix: "", into: &text)
        case .binary(let bytes): quote(bytes.map { Unicode.Scalar($0) }, prefix: "b", into: &text)
        case .date(let days):
            // Text has four digits for the year.
            text +=
                (-719_162...2_932_896).contains(days) ? "date('\(TimeText.date(days: Int64(days)))')" : "date(\(days))"
        case .timestamp(let count, let unit, let zone):
            let seconds = CivilTime.floorDivide(count, unit.perSecond)
            if (-62_135_596_800..<253_402_300_800).contains(seconds) {
                text += "Timestamp('\(TimeText.timestamp(count, unit))\(zone == nil ? "" : "Z")'"
            } else {
                text += "Timestamp(\(count), unit='\(unit.rawValue)'"
            }
            if let zone, zone != "UTC" || text.hasSuffix("'\(unit.rawValue)'") {
                text += ", tz="
                quote(zone.unicodeScalars, prefix: "", into: &text)
            }
            text += ")"
        case .duration(let count, let unit): text += "Timedelta(\(count), unit='\(unit.rawValue)')"
        case .list(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += ", " }
                print(item, into: &text)
            }
            text += "]"
        case .structure(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += ", " }
                quote(member.name.unicodeScalars, prefix: "", into: &text)
                text += ": "
                print(member.value, into: &text)
            }
            text += "}"
        }
    }

    private static func quote(_ scalars: some Sequence<Unicode.Scalar>, prefix: String, into text: inout String) {
        let scalars = Array(scalars)
        let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
        text += prefix
        text.unicodeScalars.append(quote)
        for scalar in scalars {
            switch scalar {
            case quote, "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F || (scalar.value > 0x7F && prefix == "b"):
                let digits = String(scalar.value, radix: 16)
                text += "\\x" + (digits.count == 1 ? "0" : "") + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text.unicodeScalars.append(quote)
    }
}
