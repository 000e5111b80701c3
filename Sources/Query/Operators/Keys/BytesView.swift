import Columnar

/// Reads the byte strings of a `string` or `binary` column by row, dictionary encoded or not.
///
/// Valid while the column is alive; a row without a value must not be read.
struct BytesView {
    let offsets: UnsafePointer<Int32>
    let bytes: UnsafePointer<UInt8>
    let codes: UnsafePointer<Int32>?

    /// Nil when the column's values are not byte strings.
    init?(_ column: Column) {
        switch column.storage {
        case .variable:
            (offsets, bytes) = column.variable
            codes = nil
        case .dictionary(let codes, let values):
            guard case .variable = values.column.storage else { return nil }
            (offsets, bytes) = values.column.variable
            self.codes = UnsafePointer(codes.mutable(Int32.self))
        default: return nil
        }
    }

    @inline(__always)
    subscript(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let index = codes.map { Int($0[row]) } ?? row
        let start = Int(offsets[index])
        return UnsafeBufferPointer(start: bytes + start, count: Int(offsets[index &+ 1]) &- start)
    }
}
