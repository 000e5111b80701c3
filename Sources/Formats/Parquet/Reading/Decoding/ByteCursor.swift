import Columnar

/// A place in bytes of a Parquet file that nobody trusts: every step is checked against the end.
struct ByteCursor {
    private(set) var next: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, count: Int) {
        next = start
        end = start + count
    }

    /// Bytes left.
    var count: Int { end - next }

    mutating func byte() throws(SwiftwaterError) -> UInt8 {
        guard next < end else { throw .corruptParquet("its bytes end in the middle of a value") }
        defer { next += 1 }
        return next.pointee
    }

    /// An unsigned LEB128 number.
    mutating func varint() throws(SwiftwaterError) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || (shift == 63 && byte <= 1) else {
                throw .corruptParquet("a variable-length number is longer than 64 bits")
            }
            result |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return result }
            shift += 7
        }
    }

    /// An unsigned LEB128 number that counts something: at most 2³¹ − 1.
    mutating func count(of what: String) throws(SwiftwaterError) -> Int {
        let value = try varint()
        guard value <= UInt64(Int32.max) else { throw .corruptParquet("\(what) is \(value)") }
        return Int(value)
    }

    /// A zigzag LEB128 number.
    mutating func zigzag() throws(SwiftwaterError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
    }

    /// A little-endian 32-bit length.
    mutating func length() throws(SwiftwaterError) -> Int {
        let bytes = try take(4)
        return Int(UnsafeRawPointer(bytes.next).loadUnaligned(as: UInt32.self).littleEndian)
    }

    /// The next `byteCount` bytes.
    mutating func take(_ byteCount: Int) throws(SwiftwaterError) -> ByteCursor {
        guard byteCount >= 0, byteCount <= count else {
            throw .corruptParquet("\(byteCount) bytes are announced where \(count) are left")
        }
        defer { next += byteCount }
        return ByteCursor(next, count: byteCount)
    }

    /// Passes over bytes that the caller has checked to be there.
    mutating func advance(uncheckedBy byteCount: Int) { next += byteCount }
}

extension SwiftwaterError {
    /// A page's or footer's bytes that make no sense; the reader adds the column and the file.
    static func corruptParquet(_ message: String) -> SwiftwaterError { SwiftwaterError(.data, message) }
}
