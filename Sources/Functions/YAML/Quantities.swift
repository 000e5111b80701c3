/// Numbers of bytes as people write them: `64MiB`, `500MB`, `1.5G`, `1048576`.
package enum ByteCount {
    /// A bare letter means the binary unit, as for other tools' memory limits. Nil for what is no number of bytes.
    package static func parse(_ text: String) -> Int? {
        let text = text.lowercased().filter { $0 != " " }
        let number = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(number), let unit = units[String(text.dropFirst(number.count))],
            value * unit < 0x1p62
        else { return nil }
        return Int(value * unit)
    }

    private static let units: [String: Double] = [
        "": 1, "b": 1, "k": 0x1p10, "kb": 1e3, "kib": 0x1p10, "m": 0x1p20, "mb": 1e6, "mib": 0x1p20, "g": 0x1p30,
        "gb": 1e9, "gib": 0x1p30, "t": 0x1p40, "tb": 1e12, "tib": 0x1p40,
    ]
}

extension Duration {
    /// A span of time with its unit, as pandas and Prometheus write it: `500ms`, `10s`, `5min`, `1.5h`, `1d`. Nil
    /// for what is none.
    package init?(text: String) {
        let text = text.filter { $0 != " " }
        let number = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(number), let unit = Self.units[String(text.dropFirst(number.count)).lowercased()],
            value * unit < 1e9
        else { return nil }
        self = .nanoseconds(Int64((value * unit * 1e9).rounded()))
    }

    /// Seconds a unit.
    private static let units: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400,
    ]
}
