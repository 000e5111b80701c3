import Columnar

/// Values of rows that stand before or after in the group: `shift`, `diff`, `ffill`, `bfill`.
///
/// Columns hold the groups' values side by side; `starts` has where each group begins, and the end.
enum WindowShift {
    static func shifted(
        _ values: Column, _ starts: [Int], by n: Int, _ fill: Scalar, _ type: DataType
    ) throws(SwiftwaterError) -> Column {
        guard !fill.isNull, let value = fill.coerced(to: type) else {
            return places(values.count, starts, by: n, outside: -1).withUnsafeBufferPointer { values.taking($0) }
        }
        let both = try Column.concatenate([values.decoded(), try Column(type, [value])], type: type)
        return places(values.count, starts, by: n, outside: Int32(values.count)).withUnsafeBufferPointer {
            both.taking($0)
        }
    }

    private static func places(_ count: Int, _ starts: [Int], by n: Int, outside: Int32) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: count) { places, filled in
            for group in 0..<(starts.count - 1) {
                let (start, end) = (starts[group], starts[group + 1])
                // Rows that have one in the group so many before.
                let reach = min(n.magnitude, UInt(end - start))
                let inside = n >= 0 ? start + Int(reach)..<end : start..<end - Int(reach)
                for row in start..<end { places[row] = outside }
                for row in inside { places[row] = Int32(row - n) }
            }
            filled = count
        }
    }

    static func difference(_ values: Column, _ starts: [Int], by n: Int, _ type: DataType) -> Column {
        let count = values.count
        guard let wide = WideValues(values) else { return Column.missing(type, count: count) }
        let presence = values.presence
        var validity = BitmapBuilder(capacity: count)
        let places = places(count, starts, by: n, outside: -1)
        for row in 0..<count {
            let other = Int(places[row])
            validity.append(other >= 0 && (presence.map { $0[row] && $0[other] } ?? true))
        }
        // Seconds in the unit of a difference, where that is not the values' own: a date is a day.
        let scale: Int64 = values.type.logical == .date ? 86_400 : 1
        let words = Buffer(byteCount: count * 8)
        if type.isFloat {
            let doubles = wide.asDoubles(count: count)
            let to = words.mutable(Double.self)
            withExtendedLifetime(doubles) {
                let from = doubles.words(as: Double.self)
                for row in 0..<count { to[row] = places[row] < 0 ? 0 : from[row] - from[Int(places[row])] }
            }
        } else if type == .bool {
            let from = wide.words(as: Int64.self)
            let to = words.mutable(Int64.self)
            for row in 0..<count { to[row] = places[row] < 0 ? 0 : from[row] ^ from[Int(places[row])] }
        } else {
            let from = wide.words(as: Int64.self)
            let to = words.mutable(Int64.self)
            for row in 0..<count { to[row] = places[row] < 0 ? 0 : (from[row] &- from[Int(places[row])]) &* scale }
        }
        let known = validity.countOfZeros == 0 ? nil : validity.finish()
        return withExtendedLifetime((wide, values)) {
            Column(words: words, count: count, type: type, validity: known)
        }
    }

    static func filled(_ values: Column, _ starts: [Int], forward: Bool, _ limit: Int?) -> Column {
        guard let presence = values.presence else { return values }
        let limit = limit ?? .max
        let places = [Int32](unsafeUninitializedCapacity: values.count) { places, filled in
            for group in 0..<(starts.count - 1) {
                let (start, end) = (starts[group], starts[group + 1])
                var last: Int32 = -1
                var distance = 0
                for step in 0..<(end - start) {
                    let row = forward ? start + step : end - 1 - step
                    if presence[row] {
                        last = Int32(row)
                        distance = 0
                    } else {
                        distance += 1
                    }
                    places[row] = distance <= limit ? last : -1
                }
            }
            filled = values.count
        }
        return places.withUnsafeBufferPointer { values.taking($0) }
    }
}
