/// Writes requests in Kafka's wire types.
package struct WireWriter {
    /// The request so far; its first four bytes are its size.
    private var bytes: [UInt8] = [0, 0, 0, 0]
    private let isFlexible: Bool

    /// Begins a request.
    ///
    /// - Parameter isFlexible: whether numbers of elements are of variable length and structures end with tagged fields.
    package init(_ api: KafkaAPI, version: Int16, correlation: Int32, isFlexible: Bool = false) {
        self.isFlexible = isFlexible
        bytes.reserveCapacity(512)
        integer(api.rawValue)
        integer(version)
        integer(correlation)
        // The client's name has its old form in every version.
        let name = "swiftwater".utf8
        integer(Int16(name.count))
        bytes += name
        tags()
    }

    package mutating func integer<T: FixedWidthInteger>(_ value: T) {
        for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    package mutating func unsigned(_ value: Int) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    package mutating func count(_ value: Int) {
        if isFlexible { unsigned(value + 1) } else { integer(Int32(clamping: value)) }
    }

    package mutating func text(_ value: String) {
        let utf8 = value.utf8
        if isFlexible { unsigned(utf8.count + 1) } else { integer(Int16(clamping: utf8.count)) }
        bytes += utf8
    }

    /// No tagged fields.
    package mutating func tags() { if isFlexible { bytes.append(0) } }

    package consuming func finish() -> [UInt8] {
        var finished = bytes
        let size = UInt32(finished.count - 4)
        for place in 0..<4 { finished[place] = UInt8(truncatingIfNeeded: size >> (24 - 8 * place)) }
        return finished
    }
}
