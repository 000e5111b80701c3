import CSwiftwater

/// An array that came from elsewhere, released with its last buffer.
final class ForeignArray {
    let array: UnsafeMutablePointer<ArrowArray>

    init(moving source: UnsafeMutablePointer<ArrowArray>) {
        array = .allocate(capacity: 1)
        array.initialize(to: source.pointee)
        source.pointee.release = nil
    }

    deinit {
        array.pointee.release?(array)
        array.deallocate()
    }
}

/// One foreign array's buffers as ours, from its first row.
struct ForeignBuffers {
    let array: ArrowArray
    let owner: ForeignArray
    let name: String
    let first: Int
    let count: Int

    private func pointer(_ index: Int) throws(SwiftwaterError) -> UnsafeMutableRawPointer {
        guard index < Int(array.n_buffers), let pointer = array.buffers?[index] else {
            throw SwiftwaterError(.usage, "the Arrow array of column '\(name)' lacks a buffer")
        }
        return UnsafeMutableRawPointer(mutating: pointer)
    }

    func fixed(_ index: Int, width: Int) throws(SwiftwaterError) -> Buffer {
        if count == 0 { return Buffer(byteCount: 0) }
        return Buffer(viewing: try pointer(index) + first * width, byteCount: count * width, owner: owner)
    }

    func bits(_ index: Int) throws(SwiftwaterError) -> Bitmap {
        if count == 0 { return Bitmap(repeating: false, count: 0) }
        let bytes = (first + count + 7) / 8
        return Bitmap(buffer: Buffer(viewing: try pointer(index), byteCount: bytes, owner: owner), count: first + count)
            .slice(first..<(first + count))
    }

    func validity() throws(SwiftwaterError) -> Bitmap? {
        guard array.null_count != 0, array.n_buffers > 0, array.buffers?[0] != nil else { return nil }
        return try bits(0)
    }

    /// `count + 1` 32-bit offsets, and where the last one ends.
    func offsets(isLarge: Bool) throws(SwiftwaterError) -> (Buffer, Int) {
        if count == 0 { return (Buffer.zeroed(byteCount: 4), 0) }
        let base = try pointer(1)
        if !isLarge {
            let view = Buffer(viewing: base + first * 4, byteCount: (count + 1) * 4, owner: owner)
            return (view, Int(view.elements(of: Int32.self)[count]))
        }
        let narrow = Buffer(byteCount: (count + 1) * 4)
        let wide = (base + first * 8).assumingMemoryBound(to: Int64.self)
        for index in 0...count {
            guard let offset = Int32(exactly: wide[index]) else {
                throw SwiftwaterError(
                    .unsupported, "column '\(name)' has more than 2 GiB in one batch", hint: "use smaller batches")
            }
            narrow.mutable(Int32.self)[index] = offset
        }
        return (narrow, Int(wide[count]))
    }

    /// Strings or bytes by their format: `u`, `z`, large, fixed-size or views.
    func strings(format: String) throws(SwiftwaterError) -> (Buffer, Buffer) {
        if format.hasPrefix("v") { return try views() }
        if format.hasPrefix("w:") { return try fixedSize(Int(format.dropFirst(2)) ?? 0) }
        let (offsets, end) = try offsets(isLarge: format == "U" || format == "Z")
        if end == 0 { return (offsets, Buffer(byteCount: 0)) }
        return (offsets, Buffer(viewing: try pointer(2), byteCount: end, owner: owner))
    }

    private func fixedSize(_ width: Int) throws(SwiftwaterError) -> (Buffer, Buffer) {
        (try steps(width: width), try fixed(1, width: width))
    }

    /// Offsets of values that all have `width` bytes or elements.
    func steps(width: Int) throws(SwiftwaterError) -> Buffer {
        guard width >= 0, !(count.multipliedReportingOverflow(by: width).overflow), count * width <= Int(Int32.max)
        else { throw SwiftwaterError(.unsupported, "column '\(name)' has more than 2 GiB in one batch") }
        let offsets = Buffer(byteCount: (count + 1) * 4)
        for index in 0...count { offsets.mutable(Int32.self)[index] = Int32(index * width) }
        return offsets
    }

    /// 16-bit floats as 32-bit ones.
    func halves() throws(SwiftwaterError) -> Buffer {
        let wide = Buffer(byteCount: count * 4)
        if count == 0 { return wide }
        let bits = (try pointer(1) + first * 2).assumingMemoryBound(to: UInt16.self)
        let values = wide.mutable(Float.self)
        for index in 0..<count { values[index] = Self.float(half: bits[index]) }
        return wide
    }

    /// IEEE 754's binary16; `Float16` is not there on every platform.
    private static func float(half: UInt16) -> Float {
        let sign: Float = half & 0x8000 == 0 ? 1 : -1
        let exponent = Int(half >> 10 & 0x1F)
        let fraction = Float(half & 0x3FF) / 1024
        switch exponent {
        case 0: return sign * fraction * 0x1p-14
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }

    /// List views, which may overlap and be in any order: offsets of lists one after the other, the elements' numbers
    /// in this order, and the end of the elements that are used.
    func listViews(
        isLarge: Bool, validity: Bitmap?
    ) throws(SwiftwaterError) -> (offsets: Buffer, elements: Buffer, end: Int) {
        var offsets = BufferBuilder<Int32>(capacity: count + 1)
        var elements = BufferBuilder<Int32>(capacity: count)
        offsets.append(0)
        var end = 0
        for row in 0..<count {
            if validity?[row] ?? true {
                let start = try size(1, row, isLarge)
                let length = try size(2, row, isLarge)
                guard elements.count + length <= Int(Int32.max), start + length <= Int(Int32.max) else {
                    throw SwiftwaterError(.unsupported, "column '\(name)' has more than 2^31 elements in one batch")
                }
                for element in start..<(start + length) { elements.append(Int32(element)) }
                end = max(end, start + length)
            }
            offsets.append(Int32(elements.count))
        }
        return (offsets.finish(), elements.finish(), end)
    }

    private func size(_ buffer: Int, _ row: Int, _ isLarge: Bool) throws(SwiftwaterError) -> Int {
        let base = try pointer(buffer)
        let value =
            isLarge
            ? Int(base.assumingMemoryBound(to: Int64.self)[first + row])
            : Int(base.assumingMemoryBound(to: Int32.self)[first + row])
        guard value >= 0, value <= Int(UInt32.max) else {
            throw SwiftwaterError(.data, "column '\(name)' has a list of size or offset \(value)")
        }
        return value
    }

    /// String views: 16 bytes each, with the text inside or in one of the buffers from 2 on.
    private func views() throws(SwiftwaterError) -> (Buffer, Buffer) {
        var offsets = BufferBuilder<Int32>(capacity: count + 1)
        var bytes = BufferBuilder<UInt8>(capacity: count * 16)
        offsets.append(0)
        let valid = try validity()
        for row in 0..<count {
            if valid?[row] ?? true {
                let view = try pointer(1) + (first + row) * 16
                let length = Int(view.loadUnaligned(as: Int32.self))
                var text = view + 4
                if length > 12 {
                    let buffer = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
                    text = try pointer(2 + buffer) + Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
                }
                guard bytes.count + length <= Int(Int32.max) else {
                    throw SwiftwaterError(.unsupported, "column '\(name)' has more than 2 GiB in one batch")
                }
                bytes.append(
                    contentsOf: UnsafeBufferPointer(start: text.assumingMemoryBound(to: UInt8.self), count: length))
            }
            offsets.append(Int32(bytes.count))
        }
        return (offsets.finish(), bytes.finish())
    }

    /// A dictionary's codes as 32 bits, each below `limit` where there is a value, 0 elsewhere.
    func codes(format: String, validity: Bitmap?, limit: Int) throws(SwiftwaterError) -> Buffer {
        let codes = Buffer(byteCount: count * 4)
        let target = codes.mutable(Int32.self)
        for row in 0..<count {
            guard validity?[row] ?? true else {
                target[row] = 0
                continue
            }
            let code = try code(format, row: first + row)
            guard code >= 0, code < limit, let narrow = Int32(exactly: code) else {
                throw SwiftwaterError(.data, "column '\(name)' has a dictionary code \(code) of \(limit) values")
            }
            target[row] = narrow
        }
        return codes
    }

    private func code(_ format: String, row: Int) throws(SwiftwaterError) -> Int {
        let base = try pointer(1)
        switch format {
        case "c": return Int(base.assumingMemoryBound(to: Int8.self)[row])
        case "C": return Int(base.assumingMemoryBound(to: UInt8.self)[row])
        case "s": return Int(base.assumingMemoryBound(to: Int16.self)[row])
        case "S": return Int(base.assumingMemoryBound(to: UInt16.self)[row])
        case "i": return Int(base.assumingMemoryBound(to: Int32.self)[row])
        case "I": return Int(base.assumingMemoryBound(to: UInt32.self)[row])
        case "l": return Int(base.assumingMemoryBound(to: Int64.self)[row])
        case "L": return Int(truncatingIfNeeded: base.assumingMemoryBound(to: UInt64.self)[row])
        default: throw SwiftwaterError(.unsupported, "column '\(name)' has dictionary codes of type '\(format)'")
        }
    }
}
