import Columnar

/// `+` and `-` of dates, timestamps and durations: both sides as counts of the result's unit.
struct TimeArithmeticNode: Node {
    let left: any Node
    let right: any Node
    let subtracts: Bool
    /// What each side is multiplied by to count the result's unit.
    let factors: (left: Int64, right: Int64)
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let (a, b) = (try left.intLane(batch), try right.intLane(batch))
        let count = batch.count
        let validity = both(a.validity, b.validity)
        let (x, y) = (factors.left, factors.right)
        let subtracts = self.subtracts
        let values = mapBinary(a, b, count: count) { (p: Int64, q: Int64) in
            subtracts ? (p &* x) &- (q &* y) : (p &* x) &+ (q &* y)
        }
        let overflowed = testBinary(a, b, count: count) { p, q in
            let (left, one) = p.multipliedReportingOverflow(by: x)
            let (right, two) = q.multipliedReportingOverflow(by: y)
            let three =
                subtracts
                ? left.subtractingReportingOverflow(right).overflow : left.addingReportingOverflow(right).overflow
            return one || two || three
        }
        if (both(overflowed, validity) ?? overflowed).countOfOnes > 0 {
            throw SwiftwaterError(
                .data, "a result is outside the range of \(type)",
                hint: "convert to a coarser unit with .astype(…) first")
        }
        return Column(type: type, count: count, validity: validity, storage: .fixed(values))
    }
}

/// `.dt.year` and the like.
struct TimeFieldNode: Node {
    enum Field: Sendable {
        case year, month, day, hour, minute, second, dayOfWeek, dayOfYear, quarter, date
        case microsecond, nanosecond, daysInMonth, isoWeek, isoYear
    }

    let field: Field
    let operand: any Node
    /// Counts of the operand's unit in a day.
    let perDay: Int64
    /// What a local time is ahead of the stored one.
    let zone: TimeZoneRules
    var type: DataType { field == .date ? .date : .int32 }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let stored = try operand.intLane(batch)
        let count = batch.count
        let perDay = self.perDay
        let lane = perDay == 1 ? stored : zone.local(stored, perSecond: perDay / 86_400, count: count)
        @inline(__always)
        func each(_ field: (_ days: Int64, _ seconds: Int64) -> Int64) -> Buffer {
            let perSecond = max(1, perDay / 86_400)
            return mapUnary(lane, count: count) { local in
                let days = CivilTime.floorDivide(local, perDay)
                return Int32(truncatingIfNeeded: field(days, (local &- days &* perDay) / perSecond))
            }
        }
        /// Of the nanoseconds after the last whole second.
        @inline(__always)
        func fraction(_ field: (Int64) -> Int64) -> Buffer {
            let perSecond = perDay / 86_400
            return mapUnary(lane, count: count) { (local: Int64) -> Int32 in
                guard perSecond > 0 else { return 0 }
                let rest = local &- CivilTime.floorDivide(local, perSecond) &* perSecond
                return Int32(truncatingIfNeeded: field(rest &* (1_000_000_000 / perSecond)))
            }
        }
        let values: Buffer =
            switch field {
            case .microsecond: fraction { $0 / 1_000 }
            case .nanosecond: fraction { $0 % 1_000 }
            case .daysInMonth:
                each { days, _ in
                    let (year, month, _) = CivilTime.date(days: days)
                    return CivilTime.daysInMonth(month, year: year)
                }
            case .isoWeek: each { days, _ in CivilTime.isoWeek(days: days).week }
            case .isoYear: each { days, _ in CivilTime.isoWeek(days: days).year }
            case .year: each { days, _ in CivilTime.date(days: days).year }
            case .month: each { days, _ in CivilTime.date(days: days).month }
            case .day: each { days, _ in CivilTime.date(days: days).day }
            case .hour: each { _, seconds in seconds / 3_600 }
            case .minute: each { _, seconds in seconds / 60 % 60 }
            case .second: each { _, seconds in seconds % 60 }
            // 1970-01-01 was a Thursday; Monday is 0.
            case .dayOfWeek: each { days, _ in days &+ 3 &- CivilTime.floorDivide(days &+ 3, 7) &* 7 }
            case .dayOfYear:
                each { days, _ in
                    days &- CivilTime.days(year: CivilTime.date(days: days).year, month: 1, day: 1) &+ 1
                }
            case .quarter: each { days, _ in (CivilTime.date(days: days).month + 2) / 3 }
            case .date: each { days, _ in days }
            }
        return Column(type: type, count: count, validity: lane.validity, storage: .fixed(values))
    }
}

/// `.dt.is_month_start` and the like.
struct TimeFlagNode: Node {
    let flag: Expression.Function
    let operand: any Node
    let perDay: Int64
    let zone: TimeZoneRules
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let stored = try operand.intLane(batch)
        let count = batch.count
        let (flag, perDay) = (flag, perDay)
        let lane = perDay == 1 ? stored : zone.local(stored, perSecond: perDay / 86_400, count: count)
        let bits = testBinary(lane, lane, count: count) { local, _ in
            let (year, month, day) = CivilTime.date(days: CivilTime.floorDivide(local, perDay))
            let isLast = day == CivilTime.daysInMonth(month, year: year)
            return switch flag {
            case .isMonthStart: day == 1
            case .isMonthEnd: isLast
            case .isQuarterStart: day == 1 && month % 3 == 1
            case .isQuarterEnd: isLast && month % 3 == 0
            case .isYearStart: day == 1 && month == 1
            case .isYearEnd: isLast && month == 12
            default: CivilTime.isLeap(year)
            }
        }
        return Column(type: .bool, count: count, validity: lane.validity, storage: .bits(bits))
    }
}

/// `.dt.days` and the like: the parts of a duration, of which all but the days are never negative.
struct DurationPartNode: Node {
    let part: Expression.Function
    let operand: any Node
    let perSecond: Int64
    var type: DataType { part == .days ? .int64 : .int32 }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let lane = try operand.intLane(batch)
        let (part, perSecond) = (part, perSecond)
        let values = mapUnary(lane, count: batch.count) { (value: Int64) -> Int64 in
            let seconds = CivilTime.floorDivide(value, perSecond)
            let nanoseconds = (value &- seconds &* perSecond) &* (1_000_000_000 / perSecond)
            let days = CivilTime.floorDivide(seconds, 86_400)
            return switch part {
            case .days: days
            case .seconds: seconds &- days &* 86_400
            case .microseconds: nanoseconds / 1_000
            default: nanoseconds % 1_000
            }
        }
        return Column(integers: values, type: type, count: batch.count, validity: lane.validity)
    }
}

/// `.dt.floor`, `.dt.ceil` and `.dt.round`: the multiple of a duration before, after or next, in local time.
struct TimeFloorNode: Node {
    enum Mode: Sendable { case down, up, nearest }

    var mode = Mode.down
    let operand: any Node
    /// In counts of the operand's unit.
    let step: Int64
    let perSecond: Int64
    let zone: TimeZoneRules
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let lane = try operand.intLane(batch)
        let (mode, step, perSecond) = (mode, step, perSecond)
        let values: Buffer
        if zone.fixedOffset == 0 {
            values = mapUnary(lane, count: batch.count) { mode.multiple(of: step, $0) }
        } else {
            let zone = self.zone
            var cursor = TimeZoneRules.Cursor(zone)
            values = mapUnary(lane, count: batch.count) { (value: Int64) in
                let offset = cursor.offset(at: CivilTime.floorDivide(value, perSecond))
                let local = mode.multiple(of: step, value &+ offset &* perSecond)
                let floor = local &- offset &* perSecond
                // Where the clock was changed since, the offset of then counts.
                let then = zone.offset(at: CivilTime.floorDivide(floor, perSecond))
                return local &- then &* perSecond
            }
        }
        return Column(type: type, count: batch.count, validity: lane.validity, storage: .fixed(values))
    }
}

extension TimeFloorNode.Mode {
    @inline(__always)
    fileprivate func multiple(of step: Int64, _ value: Int64) -> Int64 {
        let below = CivilTime.floorDivide(value, step)
        let rest = value &- below &* step
        switch self {
        case .down: return below &* step
        case .up: return (rest == 0 ? below : below &+ 1) &* step
        case .nearest:
            // Halves to even, as pandas has it.
            let isUp = rest > step &- rest || (rest == step &- rest && below & 1 == 1)
            return (isUp ? below &+ 1 : below) &* step
        }
    }
}

extension TimeZoneRules {
    /// Local times of stored ones, in their unit.
    func local(_ lane: Lane<Int64>, perSecond: Int64, count: Int) -> Lane<Int64> {
        if let fixedOffset {
            if fixedOffset == 0 { return lane }
            let shift = fixedOffset &* perSecond
            return Lane(mapUnary(lane, count: count) { $0 &+ shift }, validity: lane.validity, zero: 0)
        }
        var cursor = Cursor(self)
        let local = mapUnary(lane, count: count) { (value: Int64) in
            value &+ cursor.offset(at: CivilTime.floorDivide(value, perSecond)) &* perSecond
        }
        return Lane(local, validity: lane.validity, zero: 0)
    }
}
