/// The memory that lines are made in: bounds are checked once a row, not once a byte.
struct LineBuffer: ~Copyable {
    let base: UnsafeMutablePointer<UInt8>
    let capacity: Int
    private(set) var count = 0

    /// - Parameter capacity: bytes of whole rows with the room for one more.
    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    mutating func removeAll() { count = 0 }

    /// Stops the program before a row could be written past the end, which only a wrong `capacity` could cause.
    @inline(__always)
    func requireRoom(_ byteCount: Int) { precondition(capacity - count >= byteCount, "line buffer too small") }

    @inline(__always)
    mutating func append(_ text: Text) {
        (base + count).update(from: text.base, count: text.count)
        count += text.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }

    /// An integer in decimal.
    @inline(__always)
    mutating func append(integer: UInt64) {
        var digits: UInt64 = 1
        var power: UInt64 = 10
        while digits < 20, integer >= power {
            digits += 1
            let (next, overflow) = power.multipliedReportingOverflow(by: 10)
            if overflow { break }
            power = next
        }
        append(digits: integer, count: Int(digits))
    }

    /// `scaled` ten-thousand-millionths as a decimal number without trailing zeros, but with one digit after the point.
    @inline(__always)
    mutating func append(scaled: UInt64) {
        let whole = scaled / 10_000_000_000
        append(integer: whole)
        append(UInt8(ascii: "."))
        let fraction = scaled - whole * 10_000_000_000
        append(digits: fraction, count: 10)
        // Never removes the first digit after the point.
        let first = count - 9
        while count > first, base[count - 1] == UInt8(ascii: "0") { count -= 1 }
    }

    /// Exactly `digitCount` digits, with leading zeros.
    @inline(__always)
    private mutating func append(digits value: UInt64, count digitCount: Int) {
        var rest = value
        var at = count + digitCount
        while at >= count + 2 {
            let quotient = rest / 100
            let pair = UInt8(truncatingIfNeeded: rest - quotient * 100)
            rest = quotient
            at -= 2
            let tens = pair / 10
            base[at] = UInt8(ascii: "0") + tens
            base[at + 1] = UInt8(ascii: "0") + (pair - tens * 10)
        }
        if at > count { base[at - 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest) }
        count += digitCount
    }
}

/// Fixed bytes that many lines repeat; never freed, as they live as long as the process.
struct Text: @unchecked Sendable {
    let base: UnsafePointer<UInt8>
    let count: Int

    init(_ text: String) {
        let bytes = Array(text.utf8)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        for (index, byte) in bytes.enumerated() { copy[index] = byte }
        base = UnsafePointer(copy)
        count = bytes.count
    }
}
