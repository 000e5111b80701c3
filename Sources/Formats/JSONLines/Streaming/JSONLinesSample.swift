package import Columnar

/// Finds the schema of events from the first of them, by the rules of files' inference.
///
/// A stream's schema does not change while it is served: a later value that does not fit its column makes its line a
/// bad one, whose reason says so, and keys that the first events did not have are left out.
package enum JSONLinesSample {
    /// The schema of the lines in `blocks`; no columns where none of them is an object.
    package static func schema(of blocks: [JSONLinesBlocks.Block]) -> Schema {
        let root = JSONType()
        root.addObject()
        let scanner = JSONTypeScanner()
        for block in blocks where block.byteCount > 0 {
            let input = InputBlock(capacity: block.byteCount + 1)
            input.base.update(from: block.bytes.mutable(UInt8.self), count: block.byteCount)
            input.base[block.byteCount] = 0x0A
            input.rows = 0..<(block.byteCount + 1)
            if let starts = block.starts { unfold(input, starts) }
            scanner.scan(input, into: root)
        }
        return Schema(root.fields)
    }

    /// Turns arrays into lines, in place.
    private static func unfold(_ input: InputBlock, _ starts: [Int32]) {
        for message in starts.indices.dropLast() {
            let first = Int(starts[message])
            let count = Int(starts[message + 1]) - first
            let bytes = UnsafeBufferPointer(start: UnsafePointer(input.base) + first, count: count)
            guard JSONArrayStream.begins(bytes.prefix(64)) else { continue }
            let stream = JSONArrayStream(RewrittenInPlace(count), name: "")
            // Bad arrays are reported when they are parsed.
            _ = try? stream.read(into: input.base + first, byteCount: count)
        }
    }

    /// Bytes that are there already.
    private final class RewrittenInPlace: ByteStream, @unchecked Sendable {
        private(set) var consumedBytes = 0
        private let count: Int
        init(_ count: Int) { self.count = count }

        func read(into _: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
            let n = min(byteCount, count - consumedBytes)
            consumedBytes += n
            return n
        }
    }
}
