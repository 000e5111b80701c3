import Columnar

/// Functions and accessor methods: their operands' types and constant arguments.
extension Binder {
    func call(
        _ function: Expression.Function, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let operand = arguments[0]
        switch function {
        case .isna, .notna: return MissingTestNode(operand: operand, wanted: function == .isna)
        case .abs, .round, .floor, .ceil, .sqrt, .exp, .log, .log10, .trunc, .sign, .cbrt, .expm1, .log1p, .log2, .sin,
            .cos, .tan, .arcsin, .arccos, .arctan, .sinh, .cosh, .tanh, .isfinite, .isinf:
            return try number(function, operand, arguments, path)
        case .minimum, .maximum, .arctan2, .hypot: return try pair(function, operand, arguments[1], path)
        case .map: return try mapping(operand, arguments, path)
        case .searchsorted: return try search(among: arguments, operand, path)
        case .toDatetime, .toTimedelta, .toNumeric: return try parse(function, operand, arguments, path)
        case .clip: return try clip(operand, arguments[1], arguments[2], path)
        case .where: return try choice(arguments, path)
        case .fillna:
            guard let type = TypeRules.common(operand, arguments[1]) else {
                throw failure("'fillna' cannot fill \(operand.type) with \(arguments[1].type)", path)
            }
            let filled = try converted(operand, to: type, path + [0])
            return FillNode(operand: filled, value: try converted(arguments[1], to: type, path + [1]), type: type)
        case .lower, .upper, .length, .contains, .startsWith, .endsWith, .strip, .leftStrip, .rightStrip, .slice, .get,
            .replace:
            return try text(function, operand, arguments, path)
        case .title, .capitalize, .swapCase, .zeroFill, .pad, .center, .leftJustify, .rightJustify, .removePrefix,
            .removeSuffix, .repeated, .count, .find, .rightFind, .match, .fullMatch, .extract, .split, .rightSplit,
            .join, .isAlphabetic, .isAlphanumeric, .isDigit, .isDecimal, .isNumeric, .isSpace, .isLower, .isUpper,
            .isTitle:
            return try moreText(function, operand, arguments, path)
        case .days, .seconds, .microseconds, .nanoseconds:
            return try durationPart(function, operand, path)
        case .localized, .inZone: return try zoned(function, operand, arguments[1], path)
        case .year, .month, .day, .hour, .minute, .second, .dayOfWeek, .dayOfYear, .quarter, .date, .floorTo,
            .totalSeconds, .ceilTo, .roundTo, .normalize, .microsecond, .nanosecond, .daysInMonth, .isoWeek, .isoYear,
            .isMonthStart, .isMonthEnd, .isQuarterStart, .isQuarterEnd, .isYearStart, .isYearEnd, .isLeapYear, .dayName,
            .monthName, .formatted:
            return try time(function, operand, arguments, path)
        }
    }

    // MARK: Numbers

    private func number(
        _ function: Expression.Function, _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        if type == .null { return operand }
        guard type.isNumeric || (function == .abs && type.isDuration) else {
            throw failure("'\(function.rawValue)' needs a number and got \(type)", path)
        }
        let float: DataType = type == .float32 ? .float32 : .float64
        switch function {
        case .abs: return NumberFunctionNode(.absolute, operand, type)
        case .floor: return type.isFloat ? NumberFunctionNode(.floor, operand, type) : operand
        case .ceil: return type.isFloat ? NumberFunctionNode(.ceil, operand, type) : operand
        case .sqrt: return NumberFunctionNode(.squareRoot, operand, float)
        case .exp: return NumberFunctionNode(.exponential, operand, float)
        case .log: return NumberFunctionNode(.logarithm, operand, float)
        case .log10: return NumberFunctionNode(.logarithm10, operand, float)
        case .trunc: return type.isFloat ? NumberFunctionNode(.truncate, operand, type) : operand
        case .sign: return NumberFunctionNode(.sign, operand, type)
        case .isfinite, .isinf: return FinitenessNode(operand: operand, wantsFinite: function == .isfinite)
        case .cbrt, .expm1, .log1p, .log2, .sin, .cos, .tan, .arcsin, .arccos, .arctan, .sinh, .cosh, .tanh:
            return NumberFunctionNode(.library(function), operand, float)
        default:
            guard let decimals = try constant(arguments[1], "'decimals'", path + [1]).integer else {
                throw failure("'decimals' must be an integer", path + [1])
            }
            let places = Int(max(-400, min(400, decimals)))
            return NumberFunctionNode(.round(places), operand, type)
        }
    }

    private func clip(
        _ operand: any Node, _ lower: any Node, _ upper: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        var type = operand.type.logical
        if type == .null { return operand }
        for (index, bound) in [lower, upper].enumerated() where bound.type != .null {
            let sofar: any Node = index == 0 || type == operand.type.logical ? operand : MissingNode(type: type)
            guard let common = TypeRules.common(sofar, bound), common.isNumeric || common.isTemporal else {
                throw failure("'clip' cannot bound \(operand.type) by \(bound.type)", path)
            }
            type = common
        }
        guard let lane = LaneKind(type), type.isNumeric || type.isTemporal else {
            throw failure("'clip' needs numbers or times and got \(operand.type)", path)
        }
        let (a, b) = (lower.type == .null ? nil : lower, upper.type == .null ? nil : upper)
        return ClipNode(
            operand: try converted(operand, to: type, path + [0]),
            lower: try a.map { node throws(SwiftwaterError) in try converted(node, to: type, path + [1]) },
            upper: try b.map { node throws(SwiftwaterError) in try converted(node, to: type, path + [2]) },
            lane: lane, type: type)
    }

    private func choice(_ arguments: [any Node], _ path: [Int]) throws(SwiftwaterError) -> any Node {
        let condition = arguments[0].type.logical
        guard condition == .bool || condition == .null else {
            throw failure("the condition of 'where' must be a bool and is \(condition)", path + [0])
        }
        guard let type = TypeRules.common(arguments[1], arguments[2]) else {
            throw failure(
                "'where' cannot choose between \(arguments[1].type) and \(arguments[2].type)", path,
                hint: "convert one of them with .astype(…)")
        }
        return ChoiceNode(
            condition: arguments[0], first: try converted(arguments[1], to: type, path + [1]),
            second: try converted(arguments[2], to: type, path + [2]), type: type)
    }

    // MARK: Text

    private func text(
        _ function: Expression.Function, _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        if case .list(let element) = type, function == .get || function == .length {
            return try list(function, operand, element, arguments, path)
        }
        guard type == .string || type == .null else {
            throw failure(
                "'.\(function.rawValue)' needs text and got \(type)", path, hint: "convert it with .astype('string')")
        }
        switch function {
        case .lower: return TextNode(operand, TextMapping(mapping: .lower))
        case .upper: return TextNode(operand, TextMapping(mapping: .upper))
        case .length: return TextNode(operand, TextLength())
        case .contains: return try search(operand, arguments, path)
        case .startsWith, .endsWith:
            let affixes = try strings(arguments[1], "'pat'", path + [1])
            let test = TextTest(test: function == .startsWith ? .starts(affixes) : .ends(affixes))
            return try filled(TextNode(operand, test), arguments[2], path + [2])
        case .strip, .leftStrip, .rightStrip:
            let characters = try constant(arguments[1], "'to_strip'", path + [1])
            let set: Set<Unicode.Scalar>?
            switch characters {
            case .null: set = nil
            case .string(let text): set = Set(text.unicodeScalars)
            default: throw failure("'to_strip' must be text", path + [1])
            }
            let mapping = TextMapping.Mapping.strip(
                left: function != .rightStrip, right: function != .leftStrip, set)
            return TextNode(operand, TextMapping(mapping: mapping))
        case .slice:
            let start = try position(arguments[1], "'start'", path + [1])
            let stop = try position(arguments[2], "'stop'", path + [2])
            return TextNode(operand, TextMapping(mapping: .slice(start: start, stop: stop)))
        case .get:
            guard let index = try position(arguments[1], "the position", path + [1]) else {
                throw failure("the position must be an integer", path + [1])
            }
            return TextNode(operand, TextMapping(mapping: .get(index)))
        default:
            guard case .string(let part) = try constant(arguments[1], "'pat'", path + [1]),
                case .string(let other) = try constant(arguments[2], "'repl'", path + [2])
            else { throw failure("'.str.replace' needs two texts", path) }
            let limit = try position(arguments[3], "'n'", path + [3]) ?? -1
            if try constant(arguments[4], "'regex'", path + [4]) == .bool(true) {
                let mapping = RegexMapping.Mapping.replace(RegexMapping.pieces(other), limit: limit == 0 ? -1 : limit)
                return TextNode(operand, RegexMapping(pattern: try pattern(part, path + [1]), mapping: mapping))
            }
            return TextNode(
                operand, TextMapping(mapping: .replace(Array(part.utf8), Array(other.utf8), limit: limit)))
        }
    }

    private func search(
        _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        guard case .string(let pattern) = try constant(arguments[1], "'pat'", path + [1]) else {
            throw failure("'pat' must be text", path + [1])
        }
        guard case .bool(let matchesCase) = try constant(arguments[2], "'case'", path + [2]),
            case .bool(let regex) = try constant(arguments[4], "'regex'", path + [4])
        else { throw failure("'case' and 'regex' are True or False", path) }
        let node: any Node
        if regex, RegexTest.isRegex(pattern) {
            do { node = TextNode(operand, try RegexTest(pattern, ignoresCase: !matchesCase)) } catch {
                throw failure(error.message, path + [1], hint: error.hint)
            }
        } else if matchesCase {
            node = TextNode(operand, TextTest(test: .contains(Array(pattern.utf8))))
        } else {
            let lowered = TextNode(operand, TextMapping(mapping: .lower))
            node = TextNode(lowered, TextTest(test: .contains(Array(pattern.lowercased().utf8))))
        }
        return try filled(node, arguments[3], path + [3])
    }

    /// `na=`: what stands where the text is missing.
    func filled(_ node: any Node, _ na: any Node, _ path: [Int]) throws(SwiftwaterError) -> any Node {
        switch try constant(na, "'na'", path) {
        case .null: return node
        case .bool(let value):
            return FillNode(operand: node, value: ConstantNode(.bool(value)), type: .bool)
        default: throw failure("'na' is True, False or None", path)
        }
    }

    func position(_ node: any Node, _ what: String, _ path: [Int]) throws(SwiftwaterError) -> Int? {
        switch try constant(node, what, path) {
        case .null: return nil
        case let value:
            guard let integer = value.integer else { throw failure("\(what) must be an integer", path) }
            return Int(max(-1 << 40, min(1 << 40, integer)))
        }
    }

    /// One text or a list of them.
    private func strings(_ node: any Node, _ what: String, _ path: [Int]) throws(SwiftwaterError) -> [[UInt8]] {
        let value = try constant(node, what, path)
        let items: [Scalar] = if case .list(let list) = value { list } else { [value] }
        var result: [[UInt8]] = []
        for item in items {
            guard case .string(let text) = item else { throw failure("\(what) must be text", path) }
            result.append(Array(text.utf8))
        }
        return result
    }

    // MARK: Times

    private func time(
        _ function: Expression.Function, _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        if function == .totalSeconds {
            guard case .duration(let unit) = type else {
                throw failure("'.dt.total_seconds' needs a duration and got \(type)", path)
            }
            let divisor = ConstantNode(.float(Double(unit.perSecond)))
            return ArithmeticNode(operation: .divide, left: operand, right: divisor, lane: .float, type: .float64)
        }
        let perDay: Int64
        var rules = TimeZoneRules.utc
        switch type {
        case .date: perDay = 1
        case .timestamp(let unit, let zone):
            perDay = 86_400 * unit.perSecond
            do { rules = try TimeZoneRules(named: zone ?? "UTC") } catch {
                throw failure(error.message, path, hint: error.hint)
            }
        case .null: return MissingNode(type: Self.timeResult(function))
        default:
            throw failure(
                "'.\(function.rawValue)' needs a timestamp or a date and got \(type)", path,
                hint: "convert it with .astype('timestamp[ms]')")
        }
        switch function {
        case .floorTo: return try floor(.down, operand, type, perDay, rules, arguments[1], path)
        case .ceilTo: return try floor(.up, operand, type, perDay, rules, arguments[1], path)
        case .roundTo: return try floor(.nearest, operand, type, perDay, rules, arguments[1], path)
        case .normalize:
            return try floor(.down, operand, type, perDay, rules, ConstantNode(.string("1D")), path)
        case .isMonthStart, .isMonthEnd, .isQuarterStart, .isQuarterEnd, .isYearStart, .isYearEnd, .isLeapYear:
            return TimeFlagNode(flag: function, operand: operand, perDay: perDay, zone: rules)
        case .dayName, .monthName, .formatted:
            return try formatted(function, operand, perDay, rules, arguments, path)
        default: break
        }
        let field: TimeFieldNode.Field =
            switch function {
            case .year: .year
            case .month: .month
            case .day: .day
            case .hour: .hour
            case .minute: .minute
            case .second: .second
            case .dayOfWeek: .dayOfWeek
            case .dayOfYear: .dayOfYear
            case .quarter: .quarter
            case .microsecond: .microsecond
            case .nanosecond: .nanosecond
            case .daysInMonth: .daysInMonth
            case .isoWeek: .isoWeek
            case .isoYear: .isoYear
            default: .date
            }
        return TimeFieldNode(field: field, operand: operand, perDay: perDay, zone: rules)
    }

    private func floor(
        _ mode: TimeFloorNode.Mode, _ operand: any Node, _ type: DataType, _ perDay: Int64, _ rules: TimeZoneRules,
        _ frequency: any Node,
        _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let step: Int64
        switch try constant(frequency, "'freq'", path + [1]) {
        case .string(let text):
            guard let (value, unit) = TimeText.duration(text), value > 0 else {
                throw failure("'\(text)' is no frequency", path + [1], hint: "for example '5min', '1h' or '1D'")
            }
            step = value.multipliedReportingOverflow(by: unit.nanoseconds).partialValue
        case .duration(let value, let unit) where value > 0:
            step = value.multipliedReportingOverflow(by: unit.nanoseconds).partialValue
        default: throw failure("'freq' must be a positive duration", path + [1], hint: "for example '5min'")
        }
        let own = Self.dayNanoseconds / perDay
        if own % step == 0 { return operand }
        guard step % own == 0 else {
            throw failure("the frequency is no multiple of the unit of \(type)", path + [1])
        }
        return TimeFloorNode(
            mode: mode, operand: operand, step: step / own, perSecond: max(1, perDay / 86_400), zone: rules, type: type)
    }

    /// `+` and `-` of times, and durations times and over numbers and durations.
    func timeArithmetic(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ right: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let (a, b) = (left.type.logical, right.type.logical)
        let subtracts = operation == .subtract
        if operation == .add || subtracts {
            switch (a, b) {
            // A quoted duration or time takes the other side's kind.
            case (_, .string) where right is ConstantNode:
                return try timeArithmetic(operation, left, try quoted(right, beside: a, subtracts, path), path)
            case (.string, _) where left is ConstantNode:
                return try timeArithmetic(operation, try quoted(left, beside: b, false, path), right, path)
            case (.timestamp(let unit, let zone), .timestamp(let other, let otherZone)) where subtracts:
                guard (zone == nil) == (otherZone == nil) else { break }
                return sum(left, unit, right, other, subtracts) { .duration($0) }
            case (.timestamp(let unit, let zone), .duration(let other)):
                return sum(left, unit, right, other, subtracts) { .timestamp($0, zone: zone) }
            case (.duration(let unit), .timestamp(let other, let zone)) where !subtracts:
                return sum(left, unit, right, other, subtracts) { .timestamp($0, zone: zone) }
            case (.duration(let unit), .duration(let other)):
                return sum(left, unit, right, other, subtracts) { .duration($0) }
            case (.date, .date) where subtracts: return sum(left, nil, right, nil, subtracts) { .duration($0) }
            case (.date, .timestamp(let other, nil)) where subtracts:
                return sum(left, nil, right, other, subtracts) { .duration($0) }
            case (.timestamp(let unit, nil), .date) where subtracts:
                return sum(left, unit, right, nil, subtracts) { .duration($0) }
            case (.date, .duration(let other)):
                return sum(left, nil, right, other, subtracts) { .timestamp($0, zone: nil) }
            case (.duration(let unit), .date) where !subtracts:
                return sum(left, unit, right, nil, subtracts) { .timestamp($0, zone: nil) }
            default: break
            }
        }
        switch (operation, a, b) {
        case (.multiply, .duration, _) where b.isInteger, (.floorDivide, .duration, _) where b.isInteger:
            return ArithmeticNode(operation: operation, left: left, right: right, lane: .int, type: a)
        case (.multiply, _, .duration) where a.isInteger:
            return ArithmeticNode(operation: operation, left: left, right: right, lane: .int, type: b)
        case (_, .duration(let unit), .duration(let other)) where [.divide, .floorDivide, .modulo].contains(operation):
            let common = DataType.duration(.finer(unit, other))
            let (x, y) = (try converted(left, to: common, path + [0]), try converted(right, to: common, path + [1]))
            let type: DataType = operation == .divide ? .float64 : operation == .modulo ? common : .int64
            return ArithmeticNode(
                operation: operation, left: x, right: y, lane: operation == .divide ? .float : .int, type: type)
        default:
            let hint: String? =
                a.isTemporal && b.isNumeric || a.isNumeric && b.isTemporal
                ? "write a number of time units as Timedelta(5, unit='ms')" : nil
            throw failure("'\(operation.rawValue)' cannot combine \(a) and \(b)", path, hint: hint)
        }
    }

    private func quoted(
        _ node: any Node, beside type: DataType, _ subtracts: Bool, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        guard let constant = node as? ConstantNode, case .string(let text) = constant.value else { return node }
        if let (value, unit) = TimeText.duration(text) { return ConstantNode(.duration(value, unit)) }
        if case .timestamp(_, let zone) = type, let value = ScalarText.timestamp(text, zone: zone) {
            return ConstantNode(value)
        }
        throw failure("'\(text)' is no duration", path, hint: "write it as '5min', '1h' or '1 days'")
    }

    /// Both sides counted in the finer unit; nil is a date's day.
    private func sum(
        _ left: any Node, _ unit: TimeUnit?, _ right: any Node, _ other: TimeUnit?, _ subtracts: Bool,
        _ type: (TimeUnit) -> DataType
    ) -> any Node {
        let finer = TimeUnit.finer(unit ?? .second, other ?? .second)
        func factor(_ unit: TimeUnit?) -> Int64 { (unit?.nanoseconds ?? Self.dayNanoseconds) / finer.nanoseconds }
        return TimeArithmeticNode(
            left: left, right: right, subtracts: subtracts, factors: (factor(unit), factor(other)), type: type(finer))
    }

    // MARK: Membership

    func membership(_ operand: any Node, _ items: [Scalar], _ path: [Int]) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        let containsMissing = items.contains(.null)
        let present = items.filter { !$0.isNull }
        if type == .null {
            return FillNode(
                operand: MissingNode(type: .bool), value: ConstantNode(.bool(containsMissing)), type: .bool)
        }
        func mismatch(_ item: Scalar) -> SwiftwaterError {
            failure("'in' cannot look for \(Expression.literal(item)) in \(type)", path)
        }
        switch type {
        case .string, .binary:
            var strings: [[UInt8]] = []
            for item in present {
                switch (type, item) {
                case (.string, .string(let text)): strings.append(Array(text.utf8))
                case (.binary, .binary(let bytes)): strings.append(bytes)
                default: throw mismatch(item)
                }
            }
            let found = TextNode(operand, TextTest(test: .member(ByteStringSet(strings))))
            return FillNode(operand: found, value: ConstantNode(.bool(containsMissing)), type: .bool)
        case .float32, .float64:
            var values: [Double] = []
            for item in present {
                guard let value = item.laneFloat else { throw mismatch(item) }
                if case .float = item, type == .float32 {
                    values.append(Double(Float(value)))
                } else {
                    values.append(value)
                }
            }
            let numbers = values.filter { !$0.isNaN }
            return MembershipNode(
                operand: operand, values: .floats(numbers, hasNaN: numbers.count < values.count),
                containsMissing: containsMissing)
        default: break
        }
        guard let lane = LaneKind(type) else { throw failure("'in' cannot look into \(type)", path) }
        // Each element as what it would be compared with: an integer, or nothing that is ever equal.
        var ints: [Int64] = []
        var uints: [UInt64] = []
        for item in present {
            guard let node = try comparison(.equal, operand, ConstantNode(item), path) as? ComparisonNode else {
                continue
            }
            switch node.right {
            case .int(let value): ints.append(value)
            case .uint(let value): uints.append(value)
            default: break
            }
        }
        return MembershipNode(
            operand: operand, values: lane == .uint ? .uints(uints) : .ints(ints),
            containsMissing: containsMissing)
    }
}
