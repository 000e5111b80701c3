import Columnar

/// The value that a row's first key must beat to be among the best.
struct TopKBar {
    private enum Value {
        case float(Double)
        case signed(Int64)
        case unsigned(UInt64)
        case bytes([UInt8])
    }

    private let value: Value
    private let largest: Bool

    /// The value of `row`; nil when it is missing, so that any value beats it, or has no order by itself.
    init?(_ column: Column, row: Int, largest: Bool) {
        self.largest = largest
        let one = column.slice(row..<row + 1).decoded()
        guard one.presence == nil else { return nil }
        if let wide = WideValues(one) {
            switch wide.kind {
            case .float: value = .float(wide.words(as: Double.self)[0])
            case .signed: value = .signed(wide.words(as: Int64.self)[0])
            case .unsigned: value = .unsigned(wide.words(as: UInt64.self)[0])
            }
            withExtendedLifetime(one) {}
        } else if let view = BytesView(one) {
            value = .bytes(Array(view[0]))
            withExtendedLifetime(one) {}
        } else {
            return nil
        }
    }

    /// The rows of `column` that beat the value, or equal it where `orEqual` is set. Missing values never do.
    func passing(_ column: Column, orEqual: Bool) -> [Int32] {
        var rows: [Int32]
        switch value {
        case .bytes(let bar):
            guard let view = BytesView(column) else { return [] }
            rows = []
            for row in 0..<column.count where !column.isNull(row) {
                let order = Self.order(view[row], bar)
                if order == 0 ? orEqual : (order > 0) == largest { rows.append(Int32(row)) }
            }
            return rows
        case .float(let bar):
            if column.type == .float64 {
                rows = scan(column.values(as: Double.self), bar, orEqual)
            } else {
                rows = scan(column, bar, orEqual)
            }
        case .signed(let bar):
            switch column.type {
            case .int64, .timestamp, .duration: rows = scan(column.values(as: Int64.self), bar, orEqual)
            default: rows = scan(column, bar, orEqual)
            }
        case .unsigned(let bar): rows = scan(column, bar, orEqual)
        }
        if column.nullCount > 0 { rows.removeAll { column.isNull(Int($0)) } }
        return rows
    }

    private func scan<T: Comparable & BitwiseCopyable>(_ column: Column, _ bar: T, _ orEqual: Bool) -> [Int32] {
        guard let wide = WideValues(column) else { return [] }
        return withExtendedLifetime((wide, column)) {
            scan(UnsafeBufferPointer(start: wide.words(as: T.self), count: column.count), bar, orEqual)
        }
    }

    private func scan<T: Comparable & BitwiseCopyable>(
        _ values: UnsafeBufferPointer<T>, _ bar: T, _ orEqual: Bool
    ) -> [Int32] {
        switch (largest, orEqual) {
        case (true, false): Self.rows(values) { $0 > bar }
        case (true, true): Self.rows(values) { $0 >= bar }
        case (false, false): Self.rows(values) { $0 < bar }
        case (false, true): Self.rows(values) { $0 <= bar }
        }
    }

    /// Blocks of 16 rows are tested at once: nearly all have none.
    @inline(__always)
    private static func rows<T: BitwiseCopyable>(
        _ values: UnsafeBufferPointer<T>, _ passes: (T) -> Bool
    ) -> [Int32] {
        var rows: [Int32] = []
        guard let from = values.baseAddress else { return rows }
        var start = 0
        while start < values.count {
            let end = min(start + 16, values.count)
            var found: UInt8 = 0
            for row in start..<end { found |= passes(from[row]) ? 1 : 0 }
            if found != 0 {
                for row in start..<end where passes(from[row]) { rows.append(Int32(row)) }
            }
            start = end
        }
        return rows
    }

    private static func order(_ value: UnsafeBufferPointer<UInt8>, _ bar: [UInt8]) -> Int {
        for index in 0..<min(value.count, bar.count) where value[index] != bar[index] {
            return Int(value[index]) - Int(bar[index])
        }
        return value.count - bar.count
    }
}
