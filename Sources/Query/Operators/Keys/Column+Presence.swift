import Columnar

extension Column {
    /// Set where there is a value that is not NaN, pandas' missing float; nil where every row has one.
    var presence: Bitmap? {
        if type == .null { return count == 0 ? nil : Bitmap(repeating: false, count: count) }
        let numbers: Bitmap? =
            switch type {
            case .float64: Self.numbers(values(as: Double.self))
            case .float32: Self.numbers(values(as: Float.self))
            case .dictionary(let inner) where inner.isFloat: decoded().presence
            default: nil
            }
        guard let numbers else { return validity }
        return validity.map { $0 & numbers } ?? numbers
    }

    /// Set where a value is not NaN; nil where none is.
    private static func numbers<T: BinaryFloatingPoint>(_ values: UnsafeBufferPointer<T>) -> Bitmap? {
        guard let from = values.baseAddress else { return nil }
        // Without an early exit, so that it runs on vectors.
        var found: UInt8 = 0
        for row in 0..<values.count { found |= from[row] != from[row] ? 1 : 0 }
        if found == 0 { return nil }
        var builder = BitmapBuilder(capacity: values.count)
        for row in 0..<values.count { builder.append(from[row] == from[row]) }
        return builder.finish()
    }
}
