/// Types as the Arrow C data interface's format strings.
extension DataType {
    /// The format string; a dictionary's is that of its codes.
    package var arrowFormat: String {
        switch self {
        case .null: "n"
        case .bool: "b"
        case .int8: "c"
        case .uint8: "C"
        case .int16: "s"
        case .uint16: "S"
        case .int32, .dictionary: "i"
        case .uint32: "I"
        case .int64: "l"
        case .uint64: "L"
        case .float32: "f"
        case .float64: "g"
        case .string: "u"
        case .binary: "z"
        case .date: "tdD"
        case .timestamp(let unit, let zone): "ts\(unit.arrowLetter):\(zone ?? "")"
        case .duration(let unit): "tD\(unit.arrowLetter)"
        case .list: "+l"
        case .structure: "+s"
        }
    }

    /// The type of a format string without children; nil when there is none for it.
    package init?(arrowFormat format: String) {
        switch format {
        case "n": self = .null
        case "b": self = .bool
        case "c": self = .int8
        case "C": self = .uint8
        case "s": self = .int16
        case "S": self = .uint16
        case "i": self = .int32
        case "I": self = .uint32
        case "l": self = .int64
        case "L": self = .uint64
        case "f", "e": self = .float32
        case "g": self = .float64
        case "u", "U", "vu": self = .string
        case "z", "Z", "vz": self = .binary
        case "tdD": self = .date
        case "tdm": self = .timestamp(.millisecond, zone: nil)
        default:
            let text = Array(format)
            if text.count >= 4, format.hasPrefix("ts"), text[3] == ":", let unit = TimeUnit(arrowLetter: text[2]) {
                let zone = String(text[4...])
                self = .timestamp(unit, zone: zone.isEmpty ? nil : zone)
            } else if text.count == 3, format.hasPrefix("tD"), let unit = TimeUnit(arrowLetter: text[2]) {
                self = .duration(unit)
            } else if format.hasPrefix("w:") {
                self = .binary
            } else {
                return nil
            }
        }
    }
}

extension TimeUnit {
    fileprivate var arrowLetter: Character {
        switch self {
        case .second: "s"
        case .millisecond: "m"
        case .microsecond: "u"
        case .nanosecond: "n"
        }
    }

    fileprivate init?(arrowLetter: Character) {
        guard let unit = Self.allCases.first(where: { $0.arrowLetter == arrowLetter }) else { return nil }
        self = unit
    }
}
