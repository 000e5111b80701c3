import Columnar

/// Dates, timestamps and durations to each other and to counts.
extension Cast {
    static func time(_ column: Column, _ type: DataType) throws(SwiftwaterError) -> Column {
        let from = nanoseconds(column.type)
        let to = nanoseconds(type)
        let lane = column.intLane()
        let count = column.count
        let values: Buffer
        if from == 0 || to == 0 || from == to {
            // To or from a plain number: the count itself.
            values = mapUnary(lane, count: count) { $0 }
        } else if from > to {
            let factor = from / to
            let bad = testBinary(lane, Lane(constant: factor), count: count) { value, factor in
                value.multipliedReportingOverflow(by: factor).overflow
            }
            try check(bad, column, type, hint: "choose a coarser unit")
            values = mapUnary(lane, count: count) { $0 &* factor }
        } else {
            let factor = to / from
            values = mapUnary(lane, count: count) { CivilTime.floorDivide($0, factor) }
        }
        if type.byteWidth == 4 {
            let wide = Lane<Int64>(values, validity: nil, zero: 0)
            let bad = testBinary(wide, wide, count: count) { value, _ in Int32(exactly: value) == nil }
            try check(bad, column, type)
        }
        return Column(integers: values, type: type, count: count, validity: column.validity)
    }

    /// Nanoseconds in one count of the type; 0 for a plain number.
    private static func nanoseconds(_ type: DataType) -> Int64 {
        switch type {
        case .date: 86_400_000_000_000
        case .timestamp(let unit, _), .duration(let unit): unit.nanoseconds
        default: 0
        }
    }
}
