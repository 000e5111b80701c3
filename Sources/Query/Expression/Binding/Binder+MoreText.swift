import Columnar

/// Further methods of `.str` and `.dt`.
extension Binder {
    func moreText(
        _ function: Expression.Function, _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        if case .list(let element) = type, function == .join {
            return try list(function, operand, element, arguments, path)
        }
        guard type == .string || type == .null else {
            throw failure(
                "'.\(function.rawValue)' needs text and got \(type)", path, hint: "convert it with .astype('string')")
        }
        func count(_ index: Int) throws(SwiftwaterError) -> Int {
            let what = "'\(function.parameters[index - 1].name)'"
            guard let value = try position(arguments[index], what, path + [index]) else {
                throw failure("\(what) must be an integer", path + [index])
            }
            return min(value, 1 << 20)
        }
        func text(_ index: Int) throws(SwiftwaterError) -> String {
            let what = "'\(function.parameters[index - 1].name)'"
            guard case .string(let value) = try constant(arguments[index], what, path + [index]) else {
                throw failure("\(what) must be text", path + [index])
            }
            return value
        }
        func pad(_ left: Bool, _ right: Bool, _ index: Int) throws(SwiftwaterError) -> any Node {
            let fill = Array(try text(index).unicodeScalars)
            guard fill.count == 1 else { throw failure("'fillchar' is one character", path + [index]) }
            return TextNode(operand, TextForm(form: .pad(try count(1), left: left, right: right, fill[0])))
        }
        switch function {
        case .title: return TextNode(operand, TextForm(form: .title))
        case .capitalize: return TextNode(operand, TextForm(form: .capitalize))
        case .swapCase: return TextNode(operand, TextForm(form: .swapCase))
        case .zeroFill: return TextNode(operand, TextForm(form: .zeroFill(try count(1))))
        case .center: return try pad(true, true, 2)
        case .leftJustify: return try pad(false, true, 2)
        case .rightJustify: return try pad(true, false, 2)
        case .pad:
            switch try text(2) {
            case "left": return try pad(true, false, 3)
            case "right": return try pad(false, true, 3)
            case "both": return try pad(true, true, 3)
            default: throw failure("'side' is 'left', 'right' or 'both'", path + [2])
            }
        case .removePrefix: return TextNode(operand, TextForm(form: .removePrefix(Array(try text(1).utf8))))
        case .removeSuffix: return TextNode(operand, TextForm(form: .removeSuffix(Array(try text(1).utf8))))
        case .repeated: return TextNode(operand, TextForm(form: .repeated(try count(1))))
        case .count:
            let part = try text(1)
            if RegexTest.isRegex(part) {
                return TextNode(operand, RegexCount(pattern: try pattern(part, path + [1])))
            }
            return TextNode(operand, TextSearch(search: .count, part: Array(part.utf8)))
        case .find, .rightFind:
            let start = try position(arguments[2], "'start'", path + [2])
            let stop = try position(arguments[3], "'end'", path + [3])
            return TextNode(
                operand,
                TextSearch(
                    search: function == .find ? .first(start: start, stop: stop) : .last(start: start, stop: stop),
                    part: Array(try text(1).utf8)))
        case .match, .fullMatch:
            guard case .bool(let matchesCase) = try constant(arguments[2], "'case'", path + [2]) else {
                throw failure("'case' is True or False", path + [2])
            }
            do {
                let test = try RegexTest(
                    try text(1), ignoresCase: !matchesCase, function == .match ? .start : .whole)
                return try filled(TextNode(operand, test), arguments[3], path + [3])
            } catch {
                throw failure(error.message, path + [1], hint: error.hint)
            }
        case .extract:
            let mapping = RegexMapping.Mapping.extract(try count(2))
            return TextNode(operand, RegexMapping(pattern: try pattern(try text(1), path + [1]), mapping: mapping))
        case .split, .rightSplit:
            var separator: [UInt8]?
            if case .string(let given) = try constant(arguments[1], "'pat'", path + [1]), !given.isEmpty {
                guard given.count == 1 || !RegexTest.isRegex(given) else {
                    throw failure(
                        "'.\(function.rawValue)' does not take regular expressions", path + [1],
                        hint: "replace them by one character first, with .str.replace(…, regex=True)")
                }
                separator = Array(given.utf8)
            }
            return TextNode(
                operand, TextSplit(separator: separator, limit: try count(2), fromRight: function == .rightSplit))
        case .join:
            throw failure("'.str.join' needs lists and got \(type)", path)
        default: return TextNode(operand, TextKind(kind: function))
        }
    }

    func pattern(_ text: String, _ path: [Int]) throws(SwiftwaterError) -> RegexPattern {
        do { return try RegexPattern(text) } catch { throw failure(error.message, path, hint: error.hint) }
    }

    func list(
        _ function: Expression.Function, _ operand: any Node, _ element: DataType, _ arguments: [any Node],
        _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        switch function {
        case .length: return ListNode(operand: operand, function: .length, type: .int64)
        case .get:
            guard let place = try position(arguments[1], "the position", path + [1]) else {
                throw failure("the position must be an integer", path + [1])
            }
            return ListNode(operand: operand, function: .get(place), type: element.logical)
        default:
            guard element.logical == .string, case .string(let separator) = try constant(arguments[1], "'sep'", path)
            else { throw failure("'.str.join' needs lists of text and a text between them", path) }
            return ListNode(operand: operand, function: .join(Array(separator.utf8)), type: .string)
        }
    }

    // MARK: Times

    /// The type of a function of times.
    static func timeResult(_ function: Expression.Function) -> DataType {
        switch function {
        case .date: .date
        case .isMonthStart, .isMonthEnd, .isQuarterStart, .isQuarterEnd, .isYearStart, .isYearEnd, .isLeapYear: .bool
        case .dayName, .monthName, .formatted: .string
        case .floorTo, .ceilTo, .roundTo, .normalize: .null
        default: .int32
        }
    }

    func formatted(
        _ function: Expression.Function, _ operand: any Node, _ perDay: Int64, _ rules: TimeZoneRules,
        _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        var text = function == .dayName ? "%A" : "%B"
        if function == .formatted {
            guard case .string(let given) = try constant(arguments[1], "'date_format'", path + [1]) else {
                throw failure("'date_format' must be text", path + [1], hint: "for example '%Y-%m-%d'")
            }
            text = given
        }
        let pattern: DatePattern
        do { pattern = try DatePattern(text) } catch { throw failure(error.message, path + [1], hint: error.hint) }
        var zoneName = ""
        if case .timestamp(_, let zone?) = operand.type.logical { zoneName = zone }
        return TimeFormatNode(
            operand: operand, pattern: pattern, perDay: perDay, zone: rules, zoneName: zoneName)
    }

    func durationPart(
        _ function: Expression.Function, _ operand: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        switch operand.type.logical {
        case .duration(let unit):
            return DurationPartNode(part: function, operand: operand, perSecond: unit.perSecond)
        case .null: return MissingNode(type: function == .days ? .int64 : .int32)
        default: throw failure("'.\(function.rawValue)' needs a duration and got \(operand.type)", path)
        }
    }

    func zoned(
        _ function: Expression.Function, _ operand: any Node, _ zone: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let name: String?
        switch try constant(zone, "'tz'", path + [1]) {
        case .null: name = nil
        case .string(let text): name = text
        default: throw failure("'tz' is a zone's name or None", path + [1])
        }
        guard case .timestamp(let unit, let own) = operand.type.logical else {
            throw failure("'.\(function.rawValue)' needs a timestamp and got \(operand.type)", path)
        }
        let rules: TimeZoneRules
        do { rules = try TimeZoneRules(named: name ?? own) } catch {
            throw failure(error.message, path + [1], hint: error.hint)
        }
        let result = DataType.timestamp(unit, zone: name)
        if function == .inZone {
            guard own != nil else {
                throw failure("times without a zone cannot be converted to one", path, hint: "use tz_localize")
            }
            return RetypeNode(operand: operand, type: result)
        }
        guard own == nil || name == nil else {
            throw failure("the times have the zone \(own ?? "") already", path, hint: "use tz_convert")
        }
        if own == nil, name == nil { return operand }
        return LocalTimeNode(
            operand: operand, zone: rules, toLocal: name == nil, perSecond: unit.perSecond, type: result)
    }
}
