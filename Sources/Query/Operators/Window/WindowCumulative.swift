import Columnar

/// Running sums, products, minima and maxima within groups. A missing value stays missing and is passed over.
enum WindowCumulative {
    static func column(
        _ function: WindowColumn.Cumulative, _ values: Column, _ starts: [Int], _ type: DataType
    ) -> Column {
        let count = values.count
        guard let wide = WideValues(values) else { return Column.missing(type, count: count) }
        let presence = values.presence
        let words: Buffer =
            switch wide.kind {
            case .float:
                switch function {
                case .sum: sums(wide.words(as: Double.self), presence, starts, count)
                case .product: running(wide.words(as: Double.self), presence, starts, count) { $0 * $1 }
                case .min: running(wide.words(as: Double.self), presence, starts, count) { $1 < $0 ? $1 : $0 }
                case .max: running(wide.words(as: Double.self), presence, starts, count) { $1 > $0 ? $1 : $0 }
                }
            case .signed: integers(function, wide.words(as: Int64.self), presence, starts, count)
            case .unsigned: integers(function, wide.words(as: UInt64.self), presence, starts, count)
            }
        return withExtendedLifetime((wide, values)) {
            Column(words: words, count: count, type: type, validity: presence)
        }
    }

    private static func integers<T: FixedWidthInteger & BitwiseCopyable>(
        _ function: WindowColumn.Cumulative, _ values: UnsafePointer<T>, _ presence: Bitmap?, _ starts: [Int],
        _ count: Int
    ) -> Buffer {
        switch function {
        case .sum: running(values, presence, starts, count) { $0 &+ $1 }
        case .product: running(values, presence, starts, count) { $0 &* $1 }
        case .min: running(values, presence, starts, count) { min($0, $1) }
        case .max: running(values, presence, starts, count) { max($0, $1) }
        }
    }

    @inline(__always)
    private static func running<T: BitwiseCopyable>(
        _ values: UnsafePointer<T>, _ presence: Bitmap?, _ starts: [Int], _ count: Int, _ combine: (T, T) -> T
    ) -> Buffer {
        let words = Buffer(byteCount: count * 8)
        let to = words.mutable(T.self)
        for group in 0..<(starts.count - 1) {
            let (start, end) = (starts[group], starts[group + 1])
            var current: T?
            for row in start..<end {
                // What stands where a value is missing is never shown.
                to[row] = values[row]
                if let presence, !presence[row] { continue }
                let next = current.map { combine($0, values[row]) } ?? values[row]
                to[row] = next
                current = next
            }
        }
        return words
    }

    /// Sums with Neumaier's correction, so that the last is as exact as the first.
    private static func sums(
        _ values: UnsafePointer<Double>, _ presence: Bitmap?, _ starts: [Int], _ count: Int
    ) -> Buffer {
        let words = Buffer(byteCount: count * 8)
        let to = words.mutable(Double.self)
        for group in 0..<(starts.count - 1) {
            var sum = 0.0
            var correction = 0.0
            for row in starts[group]..<starts[group + 1] {
                to[row] = 0
                if let presence, !presence[row] { continue }
                let value = values[row]
                let next = sum + value
                correction +=
                    sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
                sum = next
                to[row] = sum.isFinite && correction.isFinite ? sum + correction : sum
            }
        }
        return words
    }
}
