import Columnar

/// Functions of two numbers, look-ups, and conversions of text.
extension Binder {
    func pair(
        _ function: Expression.Function, _ left: any Node, _ right: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let isExtreme = function == .minimum || function == .maximum
        guard let common = TypeRules.common(left, right),
            common.isNumeric || common == .null
                || (isExtreme && (common.isTemporal || common == .bool))
        else {
            throw failure("'\(function.rawValue)' cannot combine \(left.type) and \(right.type)", path)
        }
        if common == .null { return MissingNode(type: isExtreme ? .null : .float64) }
        let type: DataType = isExtreme ? common : common == .float32 ? .float32 : .float64
        let lane = isExtreme ? LaneKind(type) ?? .float : .float
        let (a, b) =
            isExtreme
            ? (try converted(left, to: type, path + [0]), try converted(right, to: type, path + [1])) : (left, right)
        if type == .bool {
            let node = PairFunctionNode(function: function, left: a, right: b, lane: .int, type: .int64)
            return CastNode(operand: node, type: .bool)
        }
        return PairFunctionNode(function: function, left: a, right: b, lane: lane, type: type)
    }

    func search(
        among arguments: [any Node], _ operand: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        guard operand.type.logical.isNumeric || operand.type.logical == .null else {
            throw failure("'searchsorted' needs a number and got \(operand.type)", path)
        }
        var bounds: [Double] = []
        for item in try list(arguments[1], "'bounds'", path + [1]) {
            guard let bound = item.laneFloat, bounds.last.map({ $0 <= bound }) ?? !bound.isNaN else {
                throw failure("'bounds' must be ascending numbers", path + [1])
            }
            bounds.append(bound)
        }
        let side = try constant(arguments[2], "'side'", path + [2])
        guard side == .string("left") || side == .string("right") else {
            throw failure("'side' is 'left' or 'right'", path + [2])
        }
        if operand.type.logical == .null { return MissingNode(type: .int64) }
        return SearchNode(operand: operand, bounds: bounds, fromRight: side == .string("right"))
    }

    private func list(_ node: any Node, _ what: String, _ path: [Int]) throws(SwiftwaterError) -> [Scalar] {
        guard case .list(let items) = try constant(node, what, path) else {
            throw failure("\(what) must be a list", path)
        }
        return items
    }

    func mapping(
        _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let keys = try list(arguments[1], "'keys'", path + [1])
        let values = try list(arguments[2], "'values'", path + [2])
        guard keys.count == values.count else {
            throw failure("'map' has \(keys.count) keys and \(values.count) values", path)
        }
        var common = DataType.null
        for value in values where !value.isNull {
            guard let type = TypeRules.common(common, value.naturalType) else {
                throw failure("the values of 'map' are \(common) and \(value.naturalType)", path + [2])
            }
            common = type
        }
        var coerced: [Scalar] = []
        for value in values { coerced.append(value.coerced(to: common) ?? .null) }
        let column = try Column(common, coerced)
        let missingPlace = Int32(keys.firstIndex { $0.isNull || $0.laneFloat?.isNaN == true } ?? -1)
        let type = operand.type.logical
        func node(_ operand: any Node, _ keys: MapNode.Keys, _ places: [Int]) -> any Node {
            let rows = places.map { Int32($0) }
            // Places of keys that this type cannot have are left out of the table.
            let values = rows.withUnsafeBufferPointer { column.taking($0) }
            let missing = missingPlace < 0 ? -1 : Int32(places.firstIndex(of: Int(missingPlace)) ?? -1)
            return MapNode(operand: operand, keys: keys, values: values, missingPlace: missing, type: common)
        }
        let all = Array(keys.indices)
        if type == .string || type == .null {
            var texts: [[UInt8]] = []
            var places: [Int32] = []
            var seen: Set<String> = []
            for (index, key) in keys.enumerated() {
                guard case .string(let text) = key, seen.insert(text).inserted else { continue }
                texts.append(Array(text.utf8))
                places.append(Int32(index))
            }
            let lookup = TextNode(operand, TextPlaces(set: ByteStringSet(texts), places: places))
            return node(lookup, .places, all)
        }
        guard let lane = LaneKind(type) else { throw failure("'map' cannot look up \(type)", path) }
        var words: [UInt64] = []
        var places: [Int] = []
        for (index, key) in keys.enumerated() {
            if lane == .float {
                guard let value = key.laneFloat, !value.isNaN else { continue }
                words.append(value.word)
            } else {
                guard !key.isNull, let value = key.coerced(to: type)?.laneInteger else { continue }
                words.append(UInt64(bitPattern: value))
            }
            places.append(index)
        }
        if missingPlace >= 0 { places.append(Int(missingPlace)) }
        let table = WordTable(words)
        return node(operand, lane == .float ? .floats(table) : lane == .uint ? .uints(table) : .ints(table), places)
    }

    // MARK: Conversions

    func parse(
        _ function: Expression.Function, _ operand: any Node, _ arguments: [any Node], _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let names = function.parameters.map(\.name)
        func argument(_ name: String) throws(SwiftwaterError) -> Scalar {
            guard let place = names.firstIndex(of: name) else { return .null }
            return try constant(arguments[place + 1], "'\(name)'", path + [place + 1])
        }
        let errors = try argument("errors")
        guard errors == .string("raise") || errors == .string("coerce") else {
            throw failure("'errors' is 'raise' or 'coerce'", path)
        }
        let type = operand.type.logical
        if type == .string {
            let parser: any TextFunction
            var hint = "errors='coerce' makes such values missing"
            switch function {
            case .toDatetime:
                var pattern: DatePattern?
                if case .string(let format) = try argument("format"), format != "ISO8601", format != "mixed" {
                    do { pattern = try DatePattern(format) } catch {
                        throw failure(error.message, path, hint: error.hint)
                    }
                }
                let isUTC = try argument("utc") == .bool(true)
                parser = TextTimestamp(pattern: pattern, isUTC: isUTC)
                if !isUTC { hint += ", utc=True reads offsets, and format='%d.%m.%Y' other forms" }
            case .toTimedelta: parser = TextDuration()
            default: parser = TextNumber()
            }
            let parsed = TextNode(operand, parser)
            if errors == .string("coerce") { return parsed }
            return StrictParseNode(operand: operand, parsed: parsed, hint: hint)
        }
        return try number(function, operand, try argument("unit"), try argument("utc") == .bool(true), path)
    }

    /// Counts of a unit, or times already, as times.
    private func number(
        _ function: Expression.Function, _ operand: any Node, _ unit: Scalar, _ isUTC: Bool, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        var known = TimeUnit.nanosecond
        var factor: Int64 = 1
        if case .string(let name) = unit {
            if let unit = TimeUnit(rawValue: name) {
                known = unit
            } else if let (nanoseconds, unit) = TimeText.durationUnit(name) {
                known = unit
                factor = nanoseconds / unit.nanoseconds
            } else {
                throw failure("unknown time unit '\(name)'", path, hint: "use s, ms, us, ns, min, h or D")
            }
        }
        let target: DataType = function == .toDatetime ? .timestamp(known, zone: isUTC ? "UTC" : nil) : .duration(known)
        switch (function, type) {
        case (.toNumeric, _) where type.isNumeric || type == .bool: return operand
        case (.toNumeric, .null): return MissingNode(type: .float64)
        case (_, .null): return MissingNode(type: target)
        case (.toDatetime, .date), (.toDatetime, .timestamp(_, nil)):
            let unit: TimeUnit = if case .timestamp(let own, _) = type { own } else { .microsecond }
            return CastNode(operand: operand, type: .timestamp(unit, zone: isUTC ? "UTC" : nil))
        case (.toDatetime, .timestamp), (.toTimedelta, .duration): return operand
        case (.toDatetime, _) where type.isInteger, (.toTimedelta, _) where type.isInteger:
            let scaled: any Node =
                factor == 1
                ? CastNode(operand: operand, type: .int64)
                : ArithmeticNode(
                    operation: .multiply, left: CastNode(operand: operand, type: .int64),
                    right: ConstantNode(.int(factor)), lane: .int, type: .int64)
            return RetypeNode(operand: scaled, type: target)
        case (.toDatetime, _) where type.isFloat, (.toTimedelta, _) where type.isFloat:
            // A fraction of a unit counts in nanoseconds.
            let nanoseconds = Double(known.nanoseconds) * Double(factor)
            let scaled = NumberFunctionNode(
                .round(0),
                ArithmeticNode(
                    operation: .multiply, left: operand, right: ConstantNode(.float(nanoseconds)), lane: .float,
                    type: .float64), .float64)
            let result: DataType =
                function == .toDatetime ? .timestamp(.nanosecond, zone: isUTC ? "UTC" : nil) : .duration(.nanosecond)
            return RetypeNode(operand: CastNode(operand: scaled, type: .int64), type: result)
        default: throw failure("'\(function.rawValue)' cannot convert \(type)", path)
        }
    }
}
