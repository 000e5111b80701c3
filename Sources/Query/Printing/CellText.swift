import Columnar

/// Values as the cells of a printed table.
enum CellText {
    /// What stands for a missing value, as pandas prints it.
    static let missing = "<NA>"

    /// One value's text on one line. A float is in shortest form.
    static func text(_ value: Scalar) -> String {
        switch value {
        case .null: missing
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): oneLine(value)
        case .binary(let bytes): "0x" + bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        case .date(let days): TimeText.date(days: Int64(days))
        case .timestamp(let value, let unit, let zone):
            // The stored time is UTC's where there is a zone.
            TimeText.timestamp(value, unit, separator: " ") + (zone == nil ? "" : "Z")
        case .duration(let value, let unit): duration(value, unit)
        case .list(let elements): "[" + elements.map(nested).joined(separator: ", ") + "]"
        case .structure(let members):
            "{" + members.map { "\(oneLine($0.name)): \(nested($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    /// A value within a list or a structure: strings are quoted.
    private static func nested(_ value: Scalar) -> String {
        if case .string(let text) = value { return "\"\(oneLine(text))\"" }
        return text(value)
    }

    /// The text with control characters escaped.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Control characters, and the marks that turn the direction of the text after them.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// `1 days 02:03:04.500`, as pandas has it.
    private static func duration(_ value: Int64, _ unit: TimeUnit) -> String {
        let days = CivilTime.floorDivide(value, unit.perSecond &* 86_400)
        let rest = value &- days &* unit.perSecond &* 86_400
        return "\(days) days " + TimeText.timestamp(rest, unit, separator: " ").dropFirst("1970-01-01 ".count)
    }

    // MARK: Floats

    /// The floats of one column with the same number of decimals, so that their points stand in one line:
    /// as many as the most precise value needs, but at most six.
    ///
    /// Values that fixed decimals cannot show (very large, or very small and not 0) stay in shortest form.
    static func floats(_ values: [Double?]) -> [String] {
        let wanted = values.compactMap { $0.flatMap(decimals) }.max() ?? 1
        return values.map { value in
            guard let value else { return missing }
            return decimals(value) == nil ? "\(value)" : fixed(value, decimals: wanted)
        }
    }

    private static let mostDecimals = 6

    /// How many decimals show the value, at most six; nil where they cannot.
    private static func decimals(_ value: Double) -> Int? {
        guard value.magnitude < 1e9, value == 0 || value.magnitude >= 1e-4 else { return nil }
        var power = 10.0
        for decimals in 1..<mostDecimals {
            let scaled = value.magnitude * power
            if (scaled - scaled.rounded()).magnitude < 1e-9 * max(1, scaled) * 1e-3 { return decimals }
            power *= 10
        }
        return mostDecimals
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        var power: UInt64 = 1
        for _ in 0..<decimals { power *= 10 }
        let scaled = UInt64((value.magnitude * Double(power)).rounded())
        let fraction = String(scaled % power)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(value < 0 && scaled > 0 ? "-" : "")\(scaled / power).\(zeros)\(fraction)"
    }
}
