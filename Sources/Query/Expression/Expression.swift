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
        case trunc, sign, cbrt, expm1, log1p, log2
        case sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh
        case isfinite, isinf
        /// The smaller (larger) of two values; missing where one is.
        case minimum, maximum
        case arctan2, hypot
        /// The value of a list at the place where another list has this one; missing where it has not.
        case map
        /// How many of ascending bounds lie before a value: the number of its bin.
        case searchsorted
        /// Text or counts as timestamps.
        case toDatetime = "to_datetime"
        case toTimedelta = "to_timedelta"
        case toNumeric = "to_numeric"
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
        case title = "str.title"
        case capitalize = "str.capitalize"
        case swapCase = "str.swapcase"
        case zeroFill = "str.zfill"
        case pad = "str.pad"
        case center = "str.center"
        case leftJustify = "str.ljust"
        case rightJustify = "str.rjust"
        case removePrefix = "str.removeprefix"
        case removeSuffix = "str.removesuffix"
        case repeated = "str.repeat"
        case count = "str.count"
        case find = "str.find"
        case rightFind = "str.rfind"
        case match = "str.match"
        case fullMatch = "str.fullmatch"
        case extract = "str.extract"
        case split = "str.split"
        case rightSplit = "str.rsplit"
        case join = "str.join"
        case isAlphabetic = "str.isalpha"
        case isAlphanumeric = "str.isalnum"
        case isDigit = "str.isdigit"
        case isDecimal = "str.isdecimal"
        case isNumeric = "str.isnumeric"
        case isSpace = "str.isspace"
        case isLower = "str.islower"
        case isUpper = "str.isupper"
        case isTitle = "str.istitle"
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
        case ceilTo = "dt.ceil"
        case roundTo = "dt.round"
        case normalize = "dt.normalize"
        case microsecond = "dt.microsecond"
        case nanosecond = "dt.nanosecond"
        case daysInMonth = "dt.days_in_month"
        /// The week of the year, and the year that it belongs to, by ISO 8601.
        case isoWeek = "dt.isoweek"
        case isoYear = "dt.isoyear"
        case isMonthStart = "dt.is_month_start"
        case isMonthEnd = "dt.is_month_end"
        case isQuarterStart = "dt.is_quarter_start"
        case isQuarterEnd = "dt.is_quarter_end"
        case isYearStart = "dt.is_year_start"
        case isYearEnd = "dt.is_year_end"
        case isLeapYear = "dt.is_leap_year"
        case dayName = "dt.day_name"
        case monthName = "dt.month_name"
        case formatted = "dt.strftime"
        case localized = "dt.tz_localize"
        case inZone = "dt.tz_convert"
        /// A duration's parts.
        case days = "dt.days"
        case seconds = "dt.seconds"
        case microseconds = "dt.microseconds"
        case nanoseconds = "dt.nanoseconds"
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
