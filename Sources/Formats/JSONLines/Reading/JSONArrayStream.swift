import CSwiftwater
import Columnar

/// The elements of one top-level array as lines: `[{…}, {…}]` becomes `{…}` and `{…}`, each on a line of its own.
///
/// Commas between elements become line breaks and line breaks become spaces, so that everything else (types,
/// validation, bad lines) is as for JSON Lines; the number of a line is that of the element. Bytes are changed in
/// place and in order; readers parse beside each other.
final class JSONArrayStream: ByteStream, @unchecked Sendable {
    private let stream: any ByteStream
    private let name: String
    private var place = Place.before
    /// Open braces and brackets of the element.
    private var depth = 0

    private enum Place {
        /// Before the array.
        case before
        /// After its opening bracket, where it may end, or after a comma, where it may not.
        case first, next
        case element
        /// In a string of an element, and there after a backslash.
        case string, escape
        case after
    }

    init(_ stream: any ByteStream, name: String) {
        self.stream = stream
        self.name = name
    }

    var consumedBytes: Int { stream.consumedBytes }

    /// Whether text that begins so is an array of objects: no line of JSON Lines does.
    static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var significant = bytes.lazy.filter { !isSpace($0) && !mark.contains($0) }.makeIterator()
        guard significant.next() == UInt8(ascii: "[") else { return false }
        let next = significant.next()
        return next == nil || next == UInt8(ascii: "{") || next == UInt8(ascii: "]")
    }

    func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        let count = try stream.read(into: base, byteCount: byteCount)
        if count == 0, place != .after {
            throw failure("the array is not closed", hint: "the file may be cut off")
        }
        try rewrite(base.assumingMemoryBound(to: UInt8.self), count)
        return count
    }

    /// Rewrites a whole array in memory.
    static func rewrite(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, name: String) throws(SwiftwaterError) {
        let array = JSONArrayStream(NoStream(), name: name)
        try array.rewrite(bytes, count)
        guard array.place == .after else { throw array.failure("the array is not closed") }
    }

    /// What stands for the stream of an array that is in memory.
    private final class NoStream: ByteStream {
        var consumedBytes: Int { 0 }
        func read(into base: UnsafeMutableRawPointer, byteCount: Int) -> Int { 0 }
    }

    private func rewrite(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) throws(SwiftwaterError) {
        var index = 0
        var place = place
        while index < count {
            let byte = bytes[index]
            switch place {
            case .string:
                // Sixteen bytes at once where the memory allows it.
                if index + 16 <= count {
                    let mask = sw_equal_any3(bytes + index, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A)
                    if mask == 0 {
                        index += 16
                        continue
                    }
                    index += mask.trailingZeroBitCount
                }
                switch bytes[index] {
                case UInt8(ascii: "\""): place = .element
                case UInt8(ascii: "\\"): place = .escape
                // No string may hold it; the parser says so of another control character, too.
                case 0x0A: bytes[index] = 0x0B
                default: break
                }
            case .escape:
                if byte == 0x0A { bytes[index] = 0x0B }
                place = .string
            case .element: place = inElement(bytes + index)
            case .first, .next:
                if Self.isSpace(byte) {
                    bytes[index] = 0x20
                } else if byte == UInt8(ascii: "]"), place == .first {
                    bytes[index] = 0x20
                    place = .after
                } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ",") {
                    throw failure("an element of the array is missing before '\(Character(UnicodeScalar(byte)))'")
                } else {
                    place = inElement(bytes + index)
                }
            case .before:
                if byte == UInt8(ascii: "[") { place = .first }
                bytes[index] = 0x20
            case .after:
                guard Self.isSpace(byte) else { throw failure("there is text after the array") }
                bytes[index] = 0x20
            }
            index += 1
        }
        self.place = place
    }

    /// Takes a byte of an element outside strings.
    @inline(__always)
    private func inElement(_ byte: UnsafeMutablePointer<UInt8>) -> Place {
        switch byte.pointee {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "]") where depth == 0:
            byte.pointee = 0x0A
            return .after
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(depth - 1, 0)
        case UInt8(ascii: ",") where depth == 0:
            byte.pointee = 0x0A
            return .next
        case 0x0A, 0x0D: byte.pointee = 0x20
        default: break
        }
        return .element
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private func failure(_ message: String, hint: String? = nil) -> SwiftwaterError {
        SwiftwaterError(.data, message, at: SwiftwaterError.Location(file: name), hint: hint)
    }
}

extension RowFile {
    /// Bytes that tell an array from lines.
    private static let peekBytes = 4096

    /// A file of JSON Lines, or of one array where its name does not promise lines.
    static func jsonLines(_ input: InputFile) throws(SwiftwaterError) -> RowFile {
        var file = RowFile(input: input)
        if FileName(input.path).promisesLines { return file }
        let stream = try input.stream()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: peekBytes, alignment: 64)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return file }
        // A pipe may give little at a time; two significant characters decide.
        var count = 0
        while count < peekBytes {
            let n = try stream.read(into: base + count, byteCount: peekBytes - count)
            count += n
            if n == 0 || buffer[..<count].contains(where: { $0 > 0x20 && $0 != UInt8(ascii: "[") }) { break }
        }
        file.isArray = JSONArrayStream.begins(buffer[..<count])
        if try input.size() == nil {
            let resumed = ResumedStream(stream, after: Array(buffer[..<count])[...])
            file.opened = file.isArray ? JSONArrayStream(resumed, name: input.name) : resumed
        }
        return file
    }
}
