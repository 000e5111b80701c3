import ArgumentParser

/// A number of bytes as people write it: `2GiB`, `500MB`, `1.5G`, `1048576`.
struct ByteSize: Hashable, ExpressibleByArgument {
    var bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let text = argument.lowercased().filter { $0 != " " }
        let number = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(number), value > 0, let unit = Self.units[String(text.dropFirst(number.count))],
            value * unit < 0x1p62
        else { return nil }
        bytes = Int(value * unit)
    }

    /// A bare letter means the binary unit, as for other tools' memory limits.
    private static let units: [String: Double] = [
        "": 1, "b": 1, "k": 0x1p10, "kb": 1e3, "kib": 0x1p10, "m": 0x1p20, "mb": 1e6, "mib": 0x1p20, "g": 0x1p30,
        "gb": 1e9, "gib": 0x1p30, "t": 0x1p40, "tb": 1e12, "tib": 0x1p40,
    ]
}
