import Columnar
import Synchronization

/// Reads blocks of rows into batches for one worker.
final class CSVReader: MorselReader {
    private let source: CSVSource
    private let parser: CSVRowParser
    private let block: CSVBlock
    private var cursor = CSVBlocks.Cursor()
    /// The file that the parser's fields belong to.
    private var file: Int?
    private var badLines: [BadLine] = []
    private var lines = 0
    private var rows = 0
    /// Rows to make room for: as many as the last block had.
    private var expectedRows = 64
    private var isAtEnd = false
    private(set) var currentSequence: Int?

    init(source: CSVSource) {
        self.source = source
        block = CSVBlock(capacity: source.blockBytes + 8192)
        parser = CSVRowParser(schema: source.schema, dialect: source.dialect, isInferred: source.isInferred)
    }

    func next() throws(SwiftwaterError) -> Morsel? {
        while !isAtEnd {
            guard !source.collector.hasFailed, try source.blocks.next(block, &cursor) else { break }
            currentSequence = block.index
            try parseBlock()
            try source.collector.report(
                sequence: block.index, startsFile: block.startsFile, lines: lines, badLines: badLines)
            badLines.removeAll(keepingCapacity: true)
            if rows > 0, !isAtEnd {
                source.rowCount.add(rows, ordering: .relaxed)
                let columns = parser.finish(rows: rows)
                return Morsel(
                    sequence: block.index, batch: Batch(schema: source.schema, columns: columns, count: rows))
            }
        }
        isAtEnd = true
        return nil
    }

    private func parseBlock() throws(SwiftwaterError) {
        if file != block.file {
            parser.use(fields: source.fields(ofFile: block.file))
            file = block.file
        }
        lines = block.startsFile ? source.blocks.files[block.file].head.lines : 0
        rows = 0
        if block.rows.isEmpty { return }
        parser.begin(rows: expectedRows)
        var p = UnsafePointer(block.base) + block.rows.lowerBound
        let end = UnsafePointer(block.base) + block.rows.upperBound
        parser.isValidUTF8 = block.isASCII || UTF8Check.isValid(p, end - p)
        while p < end {
            let progress = try parser.parse(p, end, firstRow: rows)
            rows += progress.rows
            lines += progress.lines
            p = progress.position
            if p < end {
                p = try takeBadLine(p, end)
                if isAtEnd { return }
            }
        }
        expectedRows = max(rows + rows / 8, 64)
    }

    /// Notes the row at `start`, which is none. Returns the start of the next one.
    private func takeBadLine(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(SwiftwaterError) -> UnsafePointer<UInt8> {
        let failure = parser.failure ?? ("the row cannot be read", start, false)
        if failure.widens { throw SwiftwaterError(.schemaWidened, failure.reason) }
        let base = UnsafePointer(block.base)
        var state = QuoteScan.State.outside
        let feed = source.blocks.scan.rowEnd(
            base, from: start - base, to: end - base, limit: end - base, &state, isRowStart: true)
        let next = feed.map { base + $0 + 1 } ?? end
        let text = UnsafeBufferPointer(start: start, count: next - start - 1)
        // The line and the byte in it where the row went wrong, which may be some lines down in a quoted field.
        let before = UnsafeBufferPointer(start: start, count: min(failure.place - start, text.count))
        let down = before.count { $0 == 0x0A }
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        var kept: [UInt8] = []
        if source.collector.keepsText {
            kept = Array(text)
            if kept.last == 0x0D { kept.removeLast() }
        }
        badLines.append(
            BadLine(
                file: source.blocks.files[block.file].input.name, line: lines + 1 + down,
                column: before.count - lineStart + 1, reason: failure.reason, text: kept, sequence: block.index))
        lines += text.count { $0 == 0x0A } + 1
        parser.reset(row: rows)
        // Nothing after the first bad line counts.
        if source.collector.policy == .fail { isAtEnd = true }
        return next
    }
}
