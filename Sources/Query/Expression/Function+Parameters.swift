package import Columnar

/// What each function takes after its first argument: the one table that the parser, the printer and the binder share.
extension Expression.Function {
    package struct Parameter: Sendable {
        package var name: String
        /// Nil for a parameter that must be given.
        package var defaultValue: Scalar?
        /// pandas has other parameters between this one and the first: by name only, so that nobody mistakes them.
        package var keywordOnly: Bool

        init(_ name: String, _ defaultValue: Scalar? = nil, keywordOnly: Bool = false) {
            self.name = name
            self.defaultValue = defaultValue
            self.keywordOnly = keywordOnly
        }
    }

    /// The parameters after the receiver.
    package var parameters: [Parameter] {
        switch self {
        case .round: [Parameter("decimals", .int(0))]
        case .clip: [Parameter("lower", .null), Parameter("upper", .null)]
        case .where: [Parameter("x"), Parameter("other", .null)]
        case .fillna: [Parameter("value")]
        case .contains:
            [
                Parameter("pat"), Parameter("case", .bool(true), keywordOnly: true),
                Parameter("na", .null, keywordOnly: true), Parameter("regex", .bool(true), keywordOnly: true),
            ]
        case .startsWith, .endsWith: [Parameter("pat"), Parameter("na", .null, keywordOnly: true)]
        case .strip, .leftStrip, .rightStrip: [Parameter("to_strip", .null)]
        case .slice: [Parameter("start", .null), Parameter("stop", .null)]
        case .get: [Parameter("i")]
        case .replace:
            [
                Parameter("pat"), Parameter("repl"), Parameter("n", .int(-1), keywordOnly: true),
                Parameter("regex", .bool(false), keywordOnly: true),
            ]
        case .floorTo, .ceilTo, .roundTo: [Parameter("freq")]
        case .minimum, .maximum, .arctan2, .hypot: [Parameter("other")]
        case .map: [Parameter("keys"), Parameter("values")]
        case .searchsorted: [Parameter("bounds"), Parameter("side", .string("left"))]
        case .toDatetime:
            [
                Parameter("errors", .string("raise")), Parameter("utc", .bool(false), keywordOnly: true),
                Parameter("format", .null, keywordOnly: true),
                Parameter("unit", .null, keywordOnly: true),
            ]
        case .toTimedelta: [Parameter("unit", .null), Parameter("errors", .string("raise"))]
        case .toNumeric: [Parameter("errors", .string("raise"))]
        case .zeroFill: [Parameter("width")]
        case .pad: [Parameter("width"), Parameter("side", .string("left")), Parameter("fillchar", .string(" "))]
        case .center, .leftJustify, .rightJustify: [Parameter("width"), Parameter("fillchar", .string(" "))]
        case .removePrefix: [Parameter("prefix")]
        case .removeSuffix: [Parameter("suffix")]
        case .repeated: [Parameter("repeats")]
        case .count: [Parameter("pat")]
        case .find, .rightFind: [Parameter("sub"), Parameter("start", .int(0)), Parameter("end", .null)]
        case .match, .fullMatch:
            [Parameter("pat"), Parameter("case", .bool(true)), Parameter("na", .null, keywordOnly: true)]
        case .extract: [Parameter("pat"), Parameter("group", .int(1))]
        case .split, .rightSplit: [Parameter("pat", .null), Parameter("n", .int(-1))]
        case .join: [Parameter("sep")]
        case .formatted: [Parameter("date_format")]
        case .localized, .inZone: [Parameter("tz")]
        default: []
        }
    }

    /// How the function is written.
    package enum Form { case function, method, property }

    package var form: Form {
        switch self {
        case .floor, .ceil, .sqrt, .exp, .log, .log10, .where, .trunc, .sign, .cbrt, .expm1, .log1p, .log2, .sin, .cos,
            .tan, .arcsin, .arccos, .arctan, .sinh, .cosh, .tanh, .isfinite, .isinf, .minimum, .maximum, .arctan2,
            .hypot, .toDatetime, .toTimedelta, .toNumeric, .searchsorted:
            .function
        case .microsecond, .nanosecond, .daysInMonth, .isoWeek, .isoYear, .isMonthStart, .isMonthEnd, .isQuarterStart,
            .isQuarterEnd, .isYearStart, .isYearEnd, .isLeapYear, .days, .seconds, .microseconds, .nanoseconds:
            .property
        case .year, .month, .day, .hour, .minute, .second, .dayOfWeek, .dayOfYear, .quarter, .date: .property
        default: .method
        }
    }

    /// Other names that pandas has for the same.
    package static let synonyms: [String: Expression.Function] = [
        "isnull": .isna, "notnull": .notna, "dt.weekday": .dayOfWeek, "dt.day_of_week": .dayOfWeek,
        "dt.day_of_year": .dayOfYear, "dt.daysinmonth": .daysInMonth,
    ]

    /// The function with this name (`str.lower`, `abs`), by pandas' other names too.
    package init?(named name: String) {
        if let function = Self(rawValue: name) ?? Self.synonyms[name] { self = function } else { return nil }
    }
}
