import CSwiftwater
import Columnar

/// Whether each of `count` strings is UTF-8.
///
/// It is so when all their bytes together are and no string starts inside a character.
func areUTF8(offsets: UnsafePointer<Int32>, bytes: UnsafePointer<UInt8>, count: Int) -> Bool {
    guard count > 0 else { return true }
    let first = Int(offsets[0])
    let total = Int(offsets[count]) - first
    let start = bytes + first
    let plain = asciiPrefix(start, count: total)
    if plain == total { return true }
    guard isUTF8(start + plain, count: total - plain) else { return false }
    for index in 1..<count {
        let place = Int(offsets[index])
        if place < first + total, bytes[place] & 0xC0 == 0x80 { return false }
    }
    return true
}

/// Bytes before the first that is not ASCII.
private func asciiPrefix(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int {
    var index = 0
    while index + 16 <= count {
        let mask = sw_non_ascii(bytes + index)
        if mask != 0 { return index + mask.trailingZeroBitCount }
        index += 16
    }
    while index < count, bytes[index] < 0x80 { index += 1 }
    return index
}

/// Whether the bytes are UTF-8 by table 3-7 of the Unicode standard.
private func isUTF8(_ bytes: UnsafePointer<UInt8>, count: Int) -> Bool {
    var index = 0
    while index < count {
        let lead = bytes[index]
        if lead < 0x80 {
            index += asciiPrefix(bytes + index, count: count - index)
            continue
        }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { second = 0xA0...0xBF } else if lead == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { second = 0x90...0xBF } else if lead == 0xF4 { second = 0x80...0x8F }
        default: return false
        }
        guard count - index >= length, second.contains(bytes[index + 1]) else { return false }
        for place in 2..<max(length, 2) where bytes[index + place] & 0xC0 != 0x80 { return false }
        index += length
    }
    return true
}
