import Columnar
import Synchronization

/// Reads blocks of lines into batches for one worker.
final class JSONLinesReader: MorselReader {
    private let source: JSONLinesSource
    private let parser: ObjectParser
    private let context = JSONContext()
    private let block: InputBlock
    private var cursor = RowBlocks.Cursor()

    /// The block's next line; equal to its end when a new block is due.
    private var position = 0
    /// Batches that the block has given.
    private var part = 0
    private var linesInBlock = 0
    private var badLines: [BadLine] = []
    /// Rows to make room for: a block's, as the last one had them.
    private var expectedRows = 0
    private var isAtEnd = false

    /// Rows a batch has at most.
    private static let maximumRows = 1 << 16

    init(source: JSONLinesSource) {
        self.source = source
        let bytes = min(source.blockBytes, source.blocks.totalBytes ?? source.blockBytes)
        block = InputBlock(capacity: source.blocks.isInMemory ? 0 : bytes + 8192)
        parser = ObjectParser(
            schema: source.fullSchema, wanted: source.schema.names, capacity: 64, context: context, depth: 0)
        parser.refusesNewKeys = source.refusesNewKeys
    }

    var currentSequence: Int? { block.index << 16 | max(part - 1, 0) }

    func next() throws(SwiftwaterError) -> Morsel? {
        while !isAtEnd {
            if position == block.rows.upperBound {
                guard try takeBlock() else { break }
            }
            let sequence = block.index << 16 | part
            part += 1
            let rows = try parseRows()
            if position == block.rows.upperBound { try report() }
            if rows > 0 {
                source.rowCount.add(rows, ordering: .relaxed)
                let columns = parser.finishColumns(rows: rows)
                return Morsel(
                    sequence: sequence, batch: Batch(schema: source.schema, columns: columns, count: rows))
            }
        }
        return nil
    }

    private func takeBlock() throws(SwiftwaterError) -> Bool {
        guard !source.collector.hasFailed, try source.blocks.next(block, &cursor) else {
            isAtEnd = true
            return false
        }
        position = block.rows.lowerBound
        part = 0
        linesInBlock = 0
        badLines.removeAll(keepingCapacity: true)
        if block.startsFile, !block.rows.isEmpty, block.base[position] == 0xEF, block.base[position + 1] == 0xBB,
            block.base[position + 2] == 0xBF
        {
            // A byte order mark is no part of the first line.
            position += 3
        }
        if expectedRows == 0 {
            expectedRows = LineFeeds.count(in: block.base + position, block.rows.upperBound - position)
        }
        return true
    }

    /// Parses lines from `position` on until the block or the batch is full. Returns the rows.
    private func parseRows() throws(SwiftwaterError) -> Int {
        let limit = min(max(expectedRows, 64), Self.maximumRows)
        parser.begin(rows: limit)
        let end = UnsafePointer(block.base) + block.rows.upperBound
        var p = UnsafePointer(block.base) + position
        var rows = 0
        var lines = 0
        var start = p
        while p < end, rows < limit {
            start = p
            if p.pointee != UInt8(ascii: "{") {
                p = JSONText.skipSpaces(p)
                if p.pointee == 0x0A {
                    p += 1
                    lines += 1
                    continue
                }
            }
            if var after = parser.parseObject(p, row: rows) {
                if after.pointee != 0x0A { after = JSONText.skipSpaces(after) }
                if after.pointee == 0x0A {
                    p = after + 1
                    rows += 1
                    lines += 1
                    continue
                }
                _ = context.fail(at: after, .trailingText)
            }
            lines += 1
            p = try takeBadLine(start, end, line: linesInBlock + lines, row: rows)
            if source.collector.policy == .fail {
                // Nothing after the first bad line counts.
                linesInBlock += lines
                position = block.rows.upperBound
                isAtEnd = true
                return 0
            }
        }
        linesInBlock += lines
        position = p - UnsafePointer(block.base)
        // Room for a block with somewhat shorter lines; a fuller one gives several batches.
        if position == block.rows.upperBound, part == 1 { expectedRows = rows + rows / 8 + 64 }
        return rows
    }

    /// Notes the line at `start`, which is not a row. Returns the start of the next line.
    private func takeBadLine(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, line: Int, row: Int
    ) throws(SwiftwaterError) -> UnsafePointer<UInt8> {
        let failure = context.failure ?? .expectedObject
        if source.isInferred, failure.mayWiden {
            throw SwiftwaterError(.schemaWidened, failure.reason)
        }
        var next = start
        while next < end, next.pointee != 0x0A { next += 1 }
        let column = context.failurePosition.map { $0 - start + 1 }
        var text: [UInt8] = []
        if source.collector.keepsText {
            text = Array(UnsafeBufferPointer(start: start, count: next - start))
            if text.last == 0x0D { text.removeLast() }
        }
        badLines.append(
            BadLine(
                file: file.input.name, line: line, column: file.isArray ? nil : column,
                reason: file.isArray ? "\(failure.reason) (lines are the array's elements)" : failure.reason,
                text: text, sequence: block.index))
        context.clear()
        parser.reset(fromRow: row)
        return next + 1
    }

    private var file: RowFile { source.files[block.file] }

    private func report() throws(SwiftwaterError) {
        if block.overlong != nil, !isAtEnd {
            badLines.append(
                BadLine(
                    file: file.input.name, line: linesInBlock + 1, column: nil,
                    reason: "a line has more than \(source.maximumLineBytes) bytes", sequence: block.index,
                    fatalHint: "raise maximumLineBytes, or check that the file has line breaks"))
            isAtEnd = true
        }
        try source.collector.report(
            sequence: block.index, startsFile: block.startsFile, lines: linesInBlock, badLines: badLines)
        badLines.removeAll(keepingCapacity: true)
    }
}
