import Columnar

/// The stable form of the steps that need all rows in order, and of those that make rows of rows.
extension Step {
    init(ordered name: StepName, from decoder: any Decoder) throws {
        let what = "'\(name.rawValue)'"
        func arguments(_ known: String...) throws -> KeyedDecodingContainer<TextKey> {
            try PlanDecoding.mapping(decoder, of: what, known: known)
        }
        switch name {
        case .rowNumber:
            if let name = try? decoder.singleValueContainer().decode(String.self) {
                self = .rowNumber(name: name, start: 0)
                return
            }
            let map = try arguments("name", "start")
            self = .rowNumber(
                name: try map.required(String.self, "name", in: what), start: try map.value(Int64.self, "start") ?? 0)
        case .tail:
            if let n = try? decoder.singleValueContainer().decode(Int.self) {
                self = .tail(n)
            } else {
                self = .tail(try arguments("n").required(Int.self, "n", in: what))
            }
        case .slice:
            let map = try arguments("start", "stop", "step")
            self = .slice(
                start: try map.value(Int.self, "start"), stop: try map.value(Int.self, "stop"),
                step: try map.value(Int.self, "step") ?? 1)
        case .window:
            let map = try arguments("by", "columns", "sort", "dropna")
            self = .window(
                by: try map.value(OneOrMore<String>.self, "by")?.values ?? [],
                columns: try map.required(OneOrMore<WindowColumn>.self, "columns", in: what).values,
                options: GroupOptions(
                    sort: try map.value(Bool.self, "sort") ?? true,
                    dropMissing: try map.value(Bool.self, "dropna") ?? true))
        case .explode: self = .explode(try OneOrMore<String>(from: decoder).values)
        case .melt:
            let map = try arguments("id", "value", "variableName", "valueName")
            self = .melt(
                id: try map.value(OneOrMore<String>.self, "id")?.values ?? [],
                value: try map.value(OneOrMore<String>.self, "value")?.values,
                variableName: try map.value(String.self, "variableName") ?? "variable",
                valueName: try map.value(String.self, "valueName") ?? "value")
        default:
            let map = try arguments("n", "fraction", "seed", "replace")
            let n = try map.value(Int.self, "n")
            let fraction = try map.value(Double.self, "fraction")
            guard (n == nil) != (fraction == nil) else {
                throw PlanDecoding.error(decoder.codingPath, "\(what) needs either 'n' or 'fraction'")
            }
            self = .sample(
                Sampling(
                    fraction.map { .fraction($0) } ?? .rows(n ?? 0), seed: try map.value(UInt64.self, "seed") ?? 0,
                    replace: try map.value(Bool.self, "replace") ?? false))
        }
    }

    func encodeOrdered(into map: inout KeyedEncodingContainer<TextKey>, forKey key: TextKey) throws {
        if case .tail(let n) = self { return try map.encode(n, forKey: key) }
        if case .explode(let columns) = self { return try map.encode(columns, forKey: key) }
        var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
        switch self {
        case .rowNumber(let name, let start):
            try arguments.put(name, "name")
            if start != 0 { try arguments.put(start, "start") }
        case .slice(let start, let stop, let step):
            try arguments.put(start, "start")
            try arguments.put(stop, "stop")
            if step != 1 { try arguments.put(step, "step") }
        case .window(let by, let columns, let options):
            if !by.isEmpty { try arguments.put(by, "by") }
            try arguments.put(columns, "columns")
            if !options.sort { try arguments.put(false, "sort") }
            if !options.dropMissing { try arguments.put(false, "dropna") }
        case .melt(let id, let value, let variableName, let valueName):
            if !id.isEmpty { try arguments.put(id, "id") }
            try arguments.put(value, "value")
            if variableName != "variable" { try arguments.put(variableName, "variableName") }
            if valueName != "value" { try arguments.put(valueName, "valueName") }
        case .sample(let sampling):
            switch sampling.size {
            case .rows(let n): try arguments.put(n, "n")
            case .fraction(let share): try arguments.put(share, "fraction")
            }
            if sampling.seed != 0 { try arguments.put(sampling.seed, "seed") }
            if sampling.replace { try arguments.put(true, "replace") }
        default: break
        }
    }
}
