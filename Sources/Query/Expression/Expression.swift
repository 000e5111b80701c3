public import Columnar

/// A value computed for each row from its columns: the tree behind pandas' `query` and `eval` text.
///
/// Its text form (`description`, `init(_:)`) is one grammar for YAML, Swift and Python, and its Codable form.
public indirect enum Expression: Hashable, Sendable {
    case column(String)
    case literal(Scalar)
    /// `@name`: a value given when the plan runs.
    case parameter(String)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `value in [...]`; `not in` is its negation.
    case isIn(Expression, [Expression], negated: Bool)
    /// A function or accessor method of its arguments: `x.abs()`, `name.str.lower()` (the receiver comes first;
    /// `where` takes the condition first). Keyword arguments are in their parameter's place
    /// (see `Function.parameters`), and trailing ones that equal their default are left out.
    case call(Function, [Expression])
    case cast(Expression, DataType)

    public enum UnaryOperator: String, Hashable, Sendable, CaseIterable {
        case negate = "-"
        case plus = "+"
        case not = "not"
    }

    public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        /// True division: always a float.
        case divide = "/"
        /// Rounds towards minus infinity.
        case floorDivide = "//"
        /// The remainder of floor division: the divisor's sign.
        case modulo = "%"
        case power = "**"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case and = "and"
        case or = "or"
        case exclusiveOr = "^"
    }

    /// What `call` can name, by its text: plain functions, then `.str` and `.dt` methods.
    public enum Function: String, Hashable, Sendable, CaseIterable {
        case isna, notna, abs, round, clip, `where`, fillna
        case floor, ceil, sqrt, exp, log, log10
        case lower = "str.lower"
        case upper = "str.upper"
        case length = "str.len"
        case contains = "str.contains"
        case startsWith = "str.startswith"
        case endsWith = "str.endswith"
        case strip = "str.strip"
        case leftStrip = "str.lstrip"
        case rightStrip = "str.rstrip"
        case slice = "str.slice"
        /// The character at a position: `name.str[0]`.
        case get = "str.get"
        case replace = "str.replace"
        case year = "dt.year"
        case month = "dt.month"
        case day = "dt.day"
        case hour = "dt.hour"
        case minute = "dt.minute"
        case second = "dt.second"
        case dayOfWeek = "dt.dayofweek"
        case dayOfYear = "dt.dayofyear"
        case quarter = "dt.quarter"
        case date = "dt.date"
        case floorTo = "dt.floor"
        /// A duration in seconds, as a float.
        case totalSeconds = "dt.total_seconds"
    }
}

/// An expression and the name of the column that it makes.
public struct NamedExpression: Hashable, Sendable {
    public var name: String
    public var expression: Expression

    public init(_ name: String, _ expression: Expression) {
        self.name = name
        self.expression = expression
    }
}
