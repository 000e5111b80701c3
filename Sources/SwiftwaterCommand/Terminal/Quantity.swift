/// Numbers as people read them.
enum Quantity {
    /// `1.22 GB`, `273 bytes`: decimal units, three digits.
    static func bytes(_ count: Int) -> String {
        guard count >= 1_000 else { return count == 1 ? "1 byte" : "\(count) bytes" }
        var value = Double(count)
        var unit = ""
        for next in ["kB", "MB", "GB", "TB", "PB"] where value >= 999.5 || unit.isEmpty {
            value /= 1_000
            unit = next
        }
        return "\(threeDigits(value)) \(unit)"
    }

    /// `3712 MB/s`, so that fast rates compare at a glance; slow ones in smaller units.
    static func rate(_ bytes: Int, seconds: Double) -> String {
        let rate = Double(bytes) / max(seconds, 1e-9)
        return rate < 1e6
            ? "\(Self.bytes(Int(rate)))/s" : "\(rate < 1e7 ? threeDigits(rate / 1e6) : "\(Int(rate / 1e6))") MB/s"
    }

    /// `4,464,000`.
    static func count(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return count < 0 ? "-\(text)" : text
    }

    /// `0.32 s`, `12.4 s`, `3 min 20 s`.
    static func seconds(_ seconds: Double) -> String {
        if seconds < 99.95 { return "\(threeDigits(seconds)) s" }
        let whole = Int(seconds.rounded())
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// About three significant digits, never an exponent: `1.22`, `12.4`, `312`.
    private static func threeDigits(_ value: Double) -> String {
        let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        let power = [1, 10, 100][decimals]
        let scaled = Int((value * Double(power)).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let fraction = String(scaled % power)
        return "\(scaled / power).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }
}
