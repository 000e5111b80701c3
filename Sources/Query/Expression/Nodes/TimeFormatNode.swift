import Columnar

/// `strftime`, `day_name`, `month_name`: times as text in a pattern's form.
struct TimeFormatNode: Node {
    let operand: any Node
    let pattern: DatePattern
    /// Counts of the operand's unit in a day.
    let perDay: Int64
    let zone: TimeZoneRules
    /// What `%Z` writes.
    let zoneName: String
    var type: DataType { .string }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let stored = try operand.intLane(batch)
        let perSecond = max(1, perDay / 86_400)
        let lane = perDay == 1 ? stored : zone.local(stored, perSecond: perSecond, count: batch.count)
        var builder = ColumnBuilder(.string, capacity: batch.count)
        var text = BufferBuilder<UInt8>(capacity: 64)
        for row in 0..<batch.count {
            if let validity = lane.validity, !validity[row] {
                builder.appendNull()
                continue
            }
            let local = lane.pointer?[row] ?? lane.constant
            let moment = stored.pointer?[row] ?? stored.constant
            text.count = 0
            write(local, offset: perDay == 1 ? 0 : (local &- moment) / perSecond, perSecond, &text)
            try builder.append(bytes: UnsafeRawBufferPointer(start: text.pointer, count: text.count))
        }
        return withExtendedLifetime((stored.owner, lane.owner)) { builder.finish() }
    }

    private func write(_ local: Int64, offset: Int64, _ perSecond: Int64, _ out: inout BufferBuilder<UInt8>) {
        let days = CivilTime.floorDivide(local, perDay)
        let rest = local &- days &* perDay
        let seconds = perDay == 1 ? 0 : rest / perSecond
        let nanoseconds = perDay == 1 ? 0 : rest % perSecond &* (1_000_000_000 / perSecond)
        let (year, month, day) = CivilTime.date(days: days)
        let weekday = Int(days &+ 3 &- CivilTime.floorDivide(days &+ 3, 7) &* 7)
        func put(_ text: String) { for byte in text.utf8 { out.append(byte) } }
        func number(_ value: Int64, _ width: Int) { put(TimeText.padded(value, width)) }
        for item in pattern.items {
            switch item {
            case .byte(let byte): out.append(byte)
            case .space: out.append(0x20)
            case .directive(let letter):
                switch Character(Unicode.Scalar(letter)) {
                case "Y": number(year, 4)
                case "y": number((year % 100 + 100) % 100, 2)
                case "m": number(month, 2)
                case "d": number(day, 2)
                case "j": number(days - CivilTime.days(year: year, month: 1, day: 1) + 1, 3)
                case "H": number(seconds / 3_600, 2)
                case "I": number((seconds / 3_600 + 11) % 12 + 1, 2)
                case "M": number(seconds / 60 % 60, 2)
                case "S": number(seconds % 60, 2)
                case "f": number(nanoseconds / 1_000, 6)
                case "p": put(seconds < 43_200 ? "AM" : "PM")
                case "b": put(String(DatePattern.months[Int(month) - 1].prefix(3)))
                case "B": put(DatePattern.months[Int(month) - 1])
                case "a": put(String(DatePattern.weekdays[weekday].prefix(3)))
                case "A": put(DatePattern.weekdays[weekday])
                case "z":
                    guard !zoneName.isEmpty else { break }
                    put(offset < 0 ? "-" : "+")
                    number(abs(offset) / 3_600, 2)
                    number(abs(offset) / 60 % 60, 2)
                default: put(zoneName)
                }
            }
        }
    }
}
