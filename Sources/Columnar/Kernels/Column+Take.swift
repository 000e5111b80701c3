extension Column {
    /// The rows at `indices`, in that order; an index of -1 gives a missing value.
    public func taking(_ indices: UnsafeBufferPointer<Int32>) -> Column {
        let n = indices.count
        let (bitmap, nulls) = takenValidity(indices)
        let taken: Storage
        switch storage {
        case .null: taken = .null
        case .bits(let bits):
            taken = .bits(Bitmap(count: n) { indices[$0] >= 0 && bits[Int(indices[$0])] })
        case .fixed(let buffer):
            switch type.byteWidth ?? 8 {
            case 1: taken = .fixed(Self.gather(buffer, indices, as: UInt8.self))
            case 2: taken = .fixed(Self.gather(buffer, indices, as: UInt16.self))
            case 4: taken = .fixed(Self.gather(buffer, indices, as: UInt32.self))
            default: taken = .fixed(Self.gather(buffer, indices, as: UInt64.self))
            }
        case .dictionary(let codes, let values):
            taken = .dictionary(codes: Self.gather(codes, indices, as: Int32.self), values: values)
        case .variable(let offsets, let bytes):
            let (newOffsets, total) = Self.takenOffsets(offsets, indices)
            let result = Buffer(byteCount: total)
            let from = offsets.mutable(Int32.self)
            let to = newOffsets.mutable(Int32.self)
            for (row, index) in indices.enumerated() where index >= 0 {
                let start = Int(from[Int(index)])
                (result.base + Int(to[row])).copyMemory(
                    from: bytes.base + start, byteCount: Int(from[Int(index) + 1]) - start)
            }
            taken = .variable(offsets: newOffsets, bytes: result)
        case .list(let offsets, let elements):
            let (newOffsets, total) = Self.takenOffsets(offsets, indices)
            let from = offsets.mutable(Int32.self)
            var inner = BufferBuilder<Int32>(capacity: total)
            for index in indices where index >= 0 {
                for element in from[Int(index)]..<from[Int(index) + 1] { inner.append(element) }
            }
            let picked = elements.taking(UnsafeBufferPointer(start: inner.pointer, count: inner.count))
            taken = .list(offsets: newOffsets, elements: picked)
        case .structure(let members):
            taken = .structure(members.map { $0.taking(indices) })
        }
        return Column(type: type, count: n, validity: bitmap, nullCount: nulls, storage: taken)
    }

    private func takenValidity(_ indices: UnsafeBufferPointer<Int32>) -> (Bitmap?, Int) {
        guard validity != nil || type == .null || indices.contains(-1) else { return (nil, 0) }
        let taken: Bitmap
        if let validity {
            taken = Bitmap(count: indices.count) { indices[$0] >= 0 && validity[Int(indices[$0])] }
        } else {
            let hasValues = type != .null
            taken = Bitmap(count: indices.count) { hasValues && indices[$0] >= 0 }
        }
        return (taken, indices.count - taken.countOfOnes)
    }

    private static func gather<T: FixedWidthInteger & BitwiseCopyable>(
        _ buffer: Buffer, _ indices: UnsafeBufferPointer<Int32>, as _: T.Type
    ) -> Buffer {
        let result = Buffer(byteCount: indices.count * MemoryLayout<T>.stride)
        let from = buffer.mutable(T.self)
        let to = result.mutable(T.self)
        for (row, index) in indices.enumerated() { to[row] = index >= 0 ? from[Int(index)] : 0 }
        return result
    }

    private static func takenOffsets(_ offsets: Buffer, _ indices: UnsafeBufferPointer<Int32>) -> (Buffer, Int) {
        let result = Buffer(byteCount: (indices.count + 1) * 4)
        let from = offsets.mutable(Int32.self)
        let to = result.mutable(Int32.self)
        var total: Int32 = 0
        to[0] = 0
        for (row, index) in indices.enumerated() {
            if index >= 0 { total += from[Int(index) + 1] - from[Int(index)] }
            to[row + 1] = total
        }
        return (result, Int(total))
    }

    /// The rows whose bit is set.
    public func filtered(by selection: Bitmap) -> Column {
        let indices = selection.indices
        return indices.withUnsafeBufferPointer { taking($0) }
    }
}

extension Bitmap {
    /// The bits that `test` gives for each position.
    @inline(__always)
    fileprivate init(count: Int, _ test: (Int) -> Bool) {
        let buffer = Buffer(byteCount: (count + 7) / 8)
        let bytes = buffer.mutable(UInt8.self)
        for byte in 0..<(count / 8) {
            var bits: UInt8 = 0
            for bit in 0..<8 where test(byte &* 8 &+ bit) { bits |= 1 << UInt8(bit) }
            bytes[byte] = bits
        }
        if count & 7 != 0 {
            var bits: UInt8 = 0
            for bit in 0..<(count & 7) where test(count & ~7 | bit) { bits |= 1 << UInt8(bit) }
            bytes[count >> 3] = bits
        }
        self.init(buffer: buffer, count: count)
    }

    /// The positions of the set bits, ascending.
    public var indices: [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(count)
        for index in 0..<((count + 63) / 64) {
            var bits = word(index)
            while bits != 0 {
                result.append(Int32(index * 64 + bits.trailingZeroBitCount))
                bits &= bits &- 1
            }
        }
        return result
    }
}

extension Batch {
    /// The rows at `indices`, in that order; an index of -1 gives a row of missing values.
    public func taking(_ indices: UnsafeBufferPointer<Int32>) -> Batch {
        Batch(schema: schema, columns: columns.map { $0.taking(indices) }, count: indices.count)
    }

    public func taking(_ indices: [Int32]) -> Batch { indices.withUnsafeBufferPointer { taking($0) } }

    /// The rows whose bit is set.
    public func filtered(by selection: Bitmap) -> Batch {
        let ones = selection.countOfOnes
        if ones == count { return self }
        return taking(selection.indices)
    }
}
