import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Aggregations of the rows around each row: pandas' `rolling` and `expanding`.
///
/// A frame moves over a group: rows enter at its end and leave at its start, so that each row costs the same
/// whatever the frame's size. Infinities count as missing, as in pandas.
enum WindowRolling {
    static func column(
        _ frame: WindowColumn.Frame, _ function: Aggregation.Function, _ options: Aggregation.Options,
        _ column: Column, _ starts: [Int]
    ) -> Column {
        let count = column.count
        let values = function == .count ? presences(column) : numbers(column)
        let words = Buffer(byteCount: count * 8)
        let to = words.mutable(Double.self)
        var validity = BitmapBuilder(capacity: count)
        let minimum = frame.minimumPeriods ?? frame.rows ?? 1
        let from = UnsafePointer(values.mutable(Double.self))
        for group in 0..<(starts.count - 1) {
            let rows = starts[group]..<starts[group + 1]
            let bounds = Bounds(frame, rows)
            func move(_ state: some RollingState) {
                WindowRolling.move(state, from, bounds, max(minimum, 0), to, &validity)
            }
            switch function {
            case .count: move(RollingCount())
            case .sum: move(RollingSum(isMean: false))
            case .mean: move(RollingSum(isMean: true))
            case .min: move(RollingExtreme(from, largest: false))
            case .max: move(RollingExtreme(from, largest: true))
            case .median: move(RollingQuantile(q: 0.5, .linear))
            case .quantile: move(RollingQuantile(q: options.q, options.interpolation))
            case .variance, .standardDeviation, .standardError:
                move(RollingVariance(function, ddof: Double(options.ddof), from))
            default: validity.append(repeating: false, count: rows.count)
            }
        }
        let known = validity.countOfZeros == 0 ? nil : validity.finish()
        return withExtendedLifetime(values) {
            Column(type: .float64, count: count, validity: known, storage: .fixed(words))
        }
    }

    /// The rows of each row's frame in one group; both ends only grow.
    struct Bounds {
        let rows: Range<Int>
        private let size: Int
        private let offset: Int

        init(_ frame: WindowColumn.Frame, _ rows: Range<Int>) {
            self.rows = rows
            size = frame.rows ?? .max / 2
            offset = frame.isCentered && frame.rows != nil ? (size - 1) / 2 : 0
        }

        func frame(of row: Int) -> Range<Int> {
            let end = min(row + offset + 1, rows.upperBound)
            let start = max(row + offset + 1 - size, rows.lowerBound)
            return min(start, end)..<end
        }
    }

    /// The values as doubles, NaN where they are missing or infinite.
    private static func numbers(_ column: Column) -> Buffer {
        let result = Buffer(byteCount: column.count * 8)
        let to = result.mutable(Double.self)
        let presence = column.presence
        if let wide = WideValues(column)?.asDoubles(count: column.count) {
            withExtendedLifetime(wide) {
                let from = wide.words(as: Double.self)
                for row in 0..<column.count { to[row] = from[row].isFinite ? from[row] : .nan }
            }
        } else {
            to.update(repeating: .nan, count: column.count)
        }
        if let presence { for row in 0..<column.count where !presence[row] { to[row] = .nan } }
        return result
    }

    /// 1 for each value and 0 where there is none: what is counted are rows.
    private static func presences(_ column: Column) -> Buffer {
        let result = Buffer(byteCount: column.count * 8)
        let to = result.mutable(Double.self)
        let presence = column.presence
        for row in 0..<column.count { to[row] = presence.map { $0[row] } ?? true ? 1 : 0 }
        return result
    }

    /// Not inlined, so that there is a version for each state.
    @inline(never)
    private static func move<State: RollingState>(
        _ state: State, _ values: UnsafePointer<Double>, _ bounds: Bounds, _ minimum: Int,
        _ to: UnsafeMutablePointer<Double>, _ validity: inout BitmapBuilder
    ) {
        var state = state
        var current = bounds.rows.lowerBound..<bounds.rows.lowerBound
        for row in bounds.rows {
            let frame = bounds.frame(of: row)
            for leaving in current.lowerBound..<min(frame.lowerBound, current.upperBound)
            where !values[leaving].isNaN { state.remove(values[leaving], at: leaving) }
            for entering in max(current.upperBound, frame.lowerBound)..<max(frame.upperBound, current.upperBound)
            where !values[entering].isNaN { state.add(values[entering], at: entering) }
            current = frame
            if state.count >= minimum, let result = state.result {
                to[row] = result
                validity.append(true)
            } else {
                to[row] = 0
                validity.append(false)
            }
        }
    }
}
