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
    private static func numbers<T: BinaryFloatingPoint & SIMDScalar & BitwiseCopyable>(
        _ values: UnsafeBufferPointer<T>
    ) -> Bitmap? {
        guard let from = values.baseAddress, mayHaveNaN(from, values.count) else { return nil }
        var builder = BitmapBuilder(capacity: values.count)
        for row in 0..<values.count { builder.append(from[row] == from[row]) }
        return builder.countOfZeros == 0 ? nil : builder.finish()
    }

    /// False when no value is NaN. A sum of zero times each value runs on vectors; an infinity makes it NaN too.
    private static func mayHaveNaN<T: BinaryFloatingPoint & SIMDScalar & BitwiseCopyable>(
        _ from: UnsafePointer<T>, _ count: Int
    ) -> Bool {
        var sum = SIMD8<T>()
        let raw = UnsafeRawPointer(from)
        let whole = count & ~7
        var row = 0
        while row < whole {
            let block = raw.loadUnaligned(fromByteOffset: row &* MemoryLayout<T>.stride, as: SIMD8<T>.self)
            sum += block * T(0)
            row &+= 8
        }
        var rest = sum.sum()
        while row < count {
            rest += from[row] * T(0)
            row &+= 1
        }
        return rest != rest
    }
}
