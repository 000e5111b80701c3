package import Columnar

/// Writes batches as a stream of Arrow's IPC format (Arrow Columnar Format 1.5, "IPC Streaming Format").
///
/// Dictionaries are written as their values, so that every batch stands by itself. Nothing is compressed.
package struct ArrowStreamEncoder {
    package static let contentType = "application/vnd.apache.arrow.stream"

    private let schema: Schema

    package init(schema: Schema) { self.schema = schema }

    /// What a stream begins with.
    package var start: [UInt8] { ArrowSchemaMessage.framed(schema) }

    /// What a stream ends with.
    package var end: [UInt8] { [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] }

    /// The whole stream of these batches, which have this encoder's schema.
    package func encode(_ batches: [Batch]) -> [UInt8] {
        var bytes = start
        bytes.reserveCapacity(batches.reduce(1024) { $0 + $1.byteCount + 1024 })
        for batch in batches where batch.count > 0 { encode(batch, to: &bytes) }
        return bytes + end
    }

    /// Appends a record batch.
    package func encode(_ batch: Batch, to bytes: inout [UInt8]) {
        var body = RecordBatchBody()
        for column in batch.columns { body.add(column) }
        let (nodes, buffers) = (body.nodes, body.buffers)
        // RecordBatch: header type 3.
        bytes += ArrowSchemaMessage.framed(header: 3, bodyByteCount: body.byteCount) { builder in
            builder.table([
                (0, .int64(Int64(batch.count))), (1, .reference { $0.vector(pairs: nodes) }),
                (2, .reference { $0.vector(pairs: buffers) }),
            ])
        }
        body.write(to: &bytes)
    }
}

/// The columns of a record batch, depth first: what describes them, and their bytes.
private struct RecordBatchBody {
    /// Length and missing values of each column.
    private(set) var nodes: [(Int64, Int64)] = []
    /// Offset and length of each buffer.
    private(set) var buffers: [(Int64, Int64)] = []
    private(set) var byteCount = 0
    private var pieces: [Piece] = []

    private enum Piece {
        case bytes(UnsafeRawBufferPointer, owner: Column)
        case array([Int32])
    }

    mutating func add(_ column: Column) {
        let column = column.decoded()
        nodes.append((Int64(column.count), Int64(column.nullCount)))
        if case .null = column.storage { return }
        if let validity = column.validity {
            add(validity, column)
        } else {
            add(UnsafeRawBufferPointer(start: nil, count: 0), column)
        }
        switch column.storage {
        case .null, .dictionary: break
        case .bits(let bits): add(bits, column)
        case .fixed(let values):
            let count = column.count * (column.type.byteWidth ?? 0)
            add(UnsafeRawBufferPointer(start: values.base, count: count), column)
        case .variable(_, let bytes):
            let range = addOffsets(column, column.variable.offsets)
            add(UnsafeRawBufferPointer(start: bytes.base + range.lowerBound, count: range.count), column)
        case .list(_, let elements):
            let range = addOffsets(column, column.list.offsets)
            add(elements.slice(range))
        case .structure(let members): for member in members { add(member) }
        }
    }

    private mutating func add(_ bitmap: Bitmap, _ column: Column) {
        add(UnsafeRawBufferPointer(start: bitmap.buffer.base, count: (column.count + 7) / 8), column)
    }

    /// Offsets that begin at 0, and what they are of.
    private mutating func addOffsets(_ column: Column, _ offsets: UnsafePointer<Int32>) -> Range<Int> {
        guard column.count > 0 else {
            add([0])
            return 0..<0
        }
        let first = offsets[0]
        let last = Int(offsets[column.count])
        if first == 0 {
            add(UnsafeRawBufferPointer(start: offsets, count: (column.count + 1) * 4), column)
        } else {
            add((0...column.count).map { offsets[$0] - first })
        }
        return Int(first)..<last
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer, _ owner: Column) {
        buffers.append((Int64(byteCount), Int64(bytes.count)))
        pieces.append(.bytes(bytes, owner: owner))
        byteCount += (bytes.count + 7) & ~7
    }

    private mutating func add(_ offsets: [Int32]) {
        buffers.append((Int64(byteCount), Int64(offsets.count * 4)))
        pieces.append(.array(offsets))
        byteCount += (offsets.count * 4 + 7) & ~7
    }

    /// Appends the bytes, each buffer padded to eight.
    func write(to bytes: inout [UInt8]) {
        for piece in pieces {
            let count: Int
            switch piece {
            case .bytes(let source, let owner):
                withExtendedLifetime(owner) { bytes.append(contentsOf: source) }
                count = source.count
            case .array(let numbers):
                numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
                count = numbers.count * 4
            }
            for _ in 0..<(((count + 7) & ~7) - count) { bytes.append(0) }
        }
    }
}
