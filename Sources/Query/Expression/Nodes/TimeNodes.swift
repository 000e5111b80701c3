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
        let values: Buffer =
            switch field {
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

/// `.dt.floor`: the last multiple of a duration before, in local time.
struct TimeFloorNode: Node {
    let operand: any Node
    /// In counts of the operand's unit.
    let step: Int64
    let perSecond: Int64
    let zone: TimeZoneRules
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let lane = try operand.intLane(batch)
        let (step, perSecond) = (step, perSecond)
        let values: Buffer
        if zone.fixedOffset == 0 {
            values = mapUnary(lane, count: batch.count) { CivilTime.floorDivide($0, step) &* step }
        } else {
            let zone = self.zone
            var cursor = TimeZoneRules.Cursor(zone)
            values = mapUnary(lane, count: batch.count) { (value: Int64) in
                let offset = cursor.offset(at: CivilTime.floorDivide(value, perSecond))
                let local = CivilTime.floorDivide(value &+ offset &* perSecond, step) &* step
                let floor = local &- offset &* perSecond
                // Where the clock was changed since, the offset of then counts.
                let then = zone.offset(at: CivilTime.floorDivide(floor, perSecond))
                return local &- then &* perSecond
            }
        }
        return Column(type: type, count: batch.count, validity: lane.validity, storage: .fixed(values))
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
