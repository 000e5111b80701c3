import Columnar

/// Results of 64-bit kernels as columns of the result's type.
extension Column {
    /// Integers wrapped to `type` (bits of `uint64` stand in `Int64` too).
    init(integers: Buffer, type: DataType, count: Int, validity: Bitmap?) {
        let lane = Lane<Int64>(integers, validity: nil, zero: 0)
        let storage: Buffer =
            switch type {
            case .int8, .uint8: mapUnary(lane, count: count) { Int8(truncatingIfNeeded: $0) }
            case .int16, .uint16: mapUnary(lane, count: count) { Int16(truncatingIfNeeded: $0) }
            case .int32, .uint32, .date: mapUnary(lane, count: count) { Int32(truncatingIfNeeded: $0) }
            default: integers
            }
        self.init(type: type, count: count, validity: validity, storage: .fixed(storage))
    }

    /// Floats rounded to `type`. For one operation on widened values that is the same as computing in `Float`:
    /// 53 bits are more than twice 24 and two.
    init(floats: Buffer, type: DataType, count: Int, validity: Bitmap?) {
        guard type == .float32 else {
            self.init(type: .float64, count: count, validity: validity, storage: .fixed(floats))
            return
        }
        let narrow = mapUnary(Lane<Double>(floats, validity: nil, zero: 0), count: count) { Float($0) }
        self.init(type: .float32, count: count, validity: validity, storage: .fixed(narrow))
    }
}
