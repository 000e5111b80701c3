import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The smallest, largest, first or last value of each group for columns of byte strings, and the first or last
/// one for nested columns, whose values are kept in the form of `OrderedBytes`.
final class BytesAccumulator: Accumulator {
    private struct Slot: BitwiseCopyable {
        /// `none` for a group without a value.
        var position = RowPosition.none
        var start = 0
        var length = 0
    }

    private let function: Aggregation.Function
    private let type: DataType
    private var slots = BufferBuilder<Slot>(capacity: 16)
    private var bytes = BufferBuilder<UInt8>(capacity: 256)
    /// Bytes of values that were replaced.
    private var garbage = 0

    init(_ function: Aggregation.Function, type: DataType) {
        self.function = function
        self.type = type.logical
    }

    private var isNested: Bool { type != .string && type != .binary }

    var byteCount: Int { slots.capacity * MemoryLayout<Slot>.stride + bytes.capacity }

    func grow(to count: Int) {
        if count > slots.count { slots.append(repeating: Slot(), count: count - slots.count) }
    }

    func update(_ column: Column, _ groups: UnsafePointer<Int32>, position: Int64) throws(SwiftwaterError) {
        if isNested {
            let rows = OrderedBytes([column], count: column.count)
            withExtendedLifetime(rows) {
                for row in 0..<column.count { offer(rows[row], Int(groups[row]), position + Int64(row)) }
            }
        } else if let view = BytesView(column) {
            withExtendedLifetime(column) {
                for row in 0..<column.count { offer(view[row], Int(groups[row]), position + Int64(row)) }
            }
        }
        if garbage > 1 << 16, garbage > bytes.count / 2 { compact() }
    }

    @inline(__always)
    private func offer(_ value: UnsafeBufferPointer<UInt8>, _ group: Int, _ position: Int64) {
        let slot = slots.pointer[group]
        if slot.position >= 0 {
            let wins: Bool =
                switch function {
                case .first: position < slot.position
                case .last: position > slot.position
                case .min: order(value, slot) < 0
                default: order(value, slot) > 0
                }
            if !wins { return }
        }
        store(value, group, position)
    }

    @inline(never)
    private func store(_ value: UnsafeBufferPointer<UInt8>, _ group: Int, _ position: Int64) {
        let old = slots.pointer[group]
        // The place of the old value is used again when the new one fits.
        if old.length >= value.count {
            if let from = value.baseAddress { (bytes.pointer + old.start).update(from: from, count: value.count) }
            slots.pointer[group] = Slot(position: position, start: old.start, length: value.count)
            garbage += old.length - value.count
        } else {
            slots.pointer[group] = Slot(position: position, start: bytes.count, length: value.count)
            bytes.append(contentsOf: value)
            garbage += old.length
        }
    }

    private func order(_ value: UnsafeBufferPointer<UInt8>, _ slot: Slot) -> Int {
        let shared = min(value.count, slot.length)
        if shared > 0, let from = value.baseAddress {
            let result = memcmp(from, bytes.pointer + slot.start, shared)
            if result != 0 { return Int(result) }
        }
        return value.count - slot.length
    }

    private func compact() {
        var kept = BufferBuilder<UInt8>(capacity: bytes.count - garbage + 256)
        for group in 0..<slots.count {
            let slot = slots.pointer[group]
            slots.pointer[group].start = kept.count
            kept.append(contentsOf: UnsafeBufferPointer(start: bytes.pointer + slot.start, count: slot.length))
        }
        bytes = kept
        garbage = 0
    }

    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        guard let other = other as? BytesAccumulator, other.type == type, other.function == function else {
            throw .foreignState
        }
        for (group, target) in mapping.enumerated() where target >= 0 {
            let slot = other.slots.pointer[group]
            if slot.position < 0 { continue }
            let value = UnsafeBufferPointer(
                start: UnsafePointer(other.bytes.pointer) + slot.start, count: slot.length)
            offer(value, Int(target), slot.position)
        }
    }

    func result(
        _: AggregateCall, type _: DataType, counts _: UnsafePointer<Int64>, order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column {
        var builder = ColumnBuilder(type, capacity: order.count)
        for group in order {
            let slot = slots.pointer[Int(group)]
            let value = UnsafeBufferPointer(start: UnsafePointer(bytes.pointer) + slot.start, count: slot.length)
            if slot.position < 0 {
                builder.appendNull()
            } else if isNested {
                var at = 0
                try builder.append(OrderedBytesDecoder.scalar(value, &at, type))
            } else {
                try builder.append(bytes: UnsafeRawBufferPointer(value))
            }
        }
        return builder.finish()
    }

    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] {
        let positions = Buffer(byteCount: count * 8)
        var values = ColumnBuilder(.binary, capacity: count)
        for group in 0..<count {
            let slot = slots.pointer[group]
            positions.mutable(Int64.self)[group] = slot.position
            try values.append(
                bytes: UnsafeRawBufferPointer(start: bytes.pointer + slot.start, count: slot.length))
        }
        return [Column(type: .int64, count: count, storage: .fixed(positions)), values.finish()]
    }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        grow(to: count)
        let positions = try columns.next(.int64)
        let values = try columns.next(.binary)
        guard let view = BytesView(values) else { throw .foreignSnapshot }
        withExtendedLifetime(values) {
            for (group, position) in positions.values(as: Int64.self).enumerated() where position >= 0 {
                store(view[group], group, position)
            }
        }
    }
}
