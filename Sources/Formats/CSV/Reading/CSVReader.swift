import CSwiftwater
import Columnar
import Synchronization

/// Reads blocks of rows into batches for one worker.
final class CSVReader: MorselReader {
    private let source: CSVSource
    private let parser: CSVRowParser
    private let block: InputBlock
    private var cursor = RowBlocks.Cursor()
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
        block = InputBlock(capacity: source.blockBytes + 8192)
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
        lines = block.startsFile ? source.files[block.file].head.lines : 0
        rows = 0
        if block.rows.isEmpty, block.overlong == nil { return }
        parser.begin(rows: expectedRows)
        var p = UnsafePointer(block.base) + block.rows.lowerBound
        let end = UnsafePointer(block.base) + block.rows.upperBound
        let isASCII = sw_survey(p, Int64(end - p), 0) & UInt32(sw_has_non_ascii) == 0
        parser.isValidUTF8 = isASCII || UTF8Check.isValid(p, end - p)
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
        if let row = block.overlong { takeOverlong(row) }
        expectedRows = max(rows + rows / 8, 64)
    }

    /// Notes the row at `start`, which is none. Returns the start of the next one.
    private func takeBadLine(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(SwiftwaterError) -> UnsafePointer<UInt8> {
        if let failure = parser.failure, failure.widens, parser.isWhole(start, end) {
            throw SwiftwaterError(.schemaWidened, failure.reason)
        }
        let failure = parser.failure ?? ("the row cannot be read", start, false)
        let base = UnsafePointer(block.base)
        var state = RowScan.State.outside
        let feed = source.blocks.scan.rowEnd(
            base, from: start - base, to: end - base, limit: end - base, &state, isRowStart: true)
        let next = feed.map { base + $0 + 1 } ?? end
        let text = UnsafeBufferPointer(start: start, count: next - start - 1)
        if feed == nil, let opening = source.blocks.scan.opening(base, from: start - base, to: end - base - 1),
            text[(opening - (start - base))...].contains(0x0A)
        {
            // All rows up to the end of the file would be lost with this one, whatever the policy.
            takeFatal(
                start - base, at: opening, "a quoted field is not closed before the end of the file",
                CSVFailure.closeHint)
            return end
        }
        let place = place(start, failure.place, text.count)
        var kept: [UInt8] = []
        if source.collector.keepsText {
            kept = Array(text)
            if kept.last == 0x0D { kept.removeLast() }
        }
        badLines.append(
            BadLine(
                file: source.files[block.file].input.name, line: place.line, column: place.column,
                reason: failure.reason, text: kept, sequence: block.index))
        lines += text.count { $0 == 0x0A } + 1
        parser.reset(row: rows)
        // Nothing after the first bad line counts.
        if source.collector.policy == .fail { isAtEnd = true }
        return next
    }

    /// The line and the byte in it of a place in the row at `start`, which may be some lines down in a quoted field.
    private func place(
        _ start: UnsafePointer<UInt8>, _ place: UnsafePointer<UInt8>, _ count: Int
    ) -> (line: Int, column: Int) {
        let before = UnsafeBufferPointer(start: start, count: min(place - start, count))
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return (lines + 1 + before.count { $0 == 0x0A }, before.count - lineStart + 1)
    }

    /// Notes the row that exceeds the limit of bytes.
    private func takeOverlong(_ row: Range<Int>) {
        let opening = source.blocks.scan.opening(block.base, from: row.lowerBound, to: row.upperBound)
        let (reason, hint) = CSVFailure.tooLong(source.maximumLineBytes, isQuoted: opening != nil)
        takeFatal(row.lowerBound, at: opening ?? row.lowerBound, reason, hint)
    }

    /// Ends the run, whatever the policy for bad lines, for a row behind which no other can be found.
    private func takeFatal(_ row: Int, at place: Int, _ reason: String, _ hint: String) {
        let base = UnsafePointer(block.base)
        let (line, column) = self.place(base + row, base + place, place - row)
        badLines.append(
            BadLine(
                file: source.files[block.file].input.name, line: line, column: column, reason: reason,
                sequence: block.index, fatalHint: hint))
        isAtEnd = true
    }
}
