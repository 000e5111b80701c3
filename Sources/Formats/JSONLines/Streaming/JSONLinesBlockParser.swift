import Columnar

/// Parses messages in memory into batches; keeps what it learned from one morsel to the next. For one thread at a time.
final class JSONLinesBlockParser {
    private let parsers: JSONLinesParsers
    private let parser: ObjectParser
    private let context = JSONContext()
    /// Which column of the parser or of the metadata each column of the result is.
    private let columns: [Origin]
    private let wantsMessages: Bool
    /// An array's elements, or a message on several lines, as lines.
    private var scratch = InputBlock(capacity: 4096)

    private enum Origin {
        case payload(Int)
        case metadata(Int)
    }

    private var rows = 0
    /// Rows that the parser has room for.
    private var room = 0
    /// The message of each row, in the current block.
    private var rowMessages: [Int32] = []
    private var badLines: [BadEventLine] = []

    init(_ parsers: JSONLinesParsers) {
        self.parsers = parsers
        var wanted: [String] = []
        var columns: [Origin] = []
        for name in parsers.outputSchema.names {
            if parsers.payload[name] != nil {
                columns.append(.payload(wanted.count))
                wanted.append(name)
            } else {
                columns.append(.metadata(parsers.metadata.index(of: name) ?? 0))
            }
        }
        self.columns = columns
        wantsMessages = wanted.count < columns.count
        parser = ObjectParser(schema: parsers.payload, wanted: wanted, capacity: 64, context: context, depth: 0)
    }

    func parse(
        _ segments: [JSONLinesBlocks.Segment], of blocks: [JSONLinesBlocks.Block], morsel: Int
    ) throws(SwiftwaterError) -> ParsedMorsel {
        badLines = []
        rows = 0
        room = segments.reduce(0) { room, segment in
            let base = UnsafePointer(blocks[segment.block].bytes.mutable(UInt8.self))
            return room + LineFeeds.count(in: base + segment.range.lowerBound, segment.range.count)
        }
        parser.begin(rows: max(room, 1))
        var parts: [(block: Int, messages: [Int32])] = []
        for segment in segments {
            rowMessages.removeAll(keepingCapacity: true)
            parse(segment, blocks[segment.block])
            if wantsMessages { parts.append((segment.block, rowMessages)) }
        }
        let batch = Batch(
            schema: parsers.outputSchema, columns: try finish(parts, blocks), count: rows)
        return ParsedMorsel(morsel: morsel, batch: batch, badLines: badLines)
    }

    private func finish(
        _ parts: [(block: Int, messages: [Int32])], _ blocks: [JSONLinesBlocks.Block]
    ) throws(SwiftwaterError) -> [Column] {
        let payload = parser.finishColumns(rows: rows)
        var result: [Column] = []
        for origin in columns {
            switch origin {
            case .payload(let index): result.append(payload[index])
            case .metadata(let index):
                let field = parsers.metadata[index]
                var pieces: [Column] = []
                for part in parts {
                    let given = blocks[part.block].metadata?[field.name]
                    let column = given.flatMap { $0.type.logical == field.type.logical ? $0 : nil }
                    if let column {
                        pieces.append(part.messages.withUnsafeBufferPointer { column.taking($0) })
                    } else {
                        // Another source's events don't have the column.
                        var missing = ColumnBuilder(field.type, capacity: part.messages.count)
                        for _ in part.messages { missing.appendNull() }
                        pieces.append(missing.finish())
                    }
                }
                result.append(
                    pieces.count == 1 ? pieces[0] : try Column.concatenate(pieces, type: field.type))
            }
        }
        return result
    }

    private func parse(_ segment: JSONLinesBlocks.Segment, _ block: JSONLinesBlocks.Block) {
        let base = UnsafePointer(block.bytes.mutable(UInt8.self))
        let end = base + segment.range.upperBound
        var p = base + segment.range.lowerBound
        let mayBeTooLong = segment.range.count > parsers.maximumLineBytes
        var message = wantsMessages ? block.message(at: segment.range.lowerBound) ?? 0 : 0
        while p < end {
            let start = p
            if p.pointee != UInt8(ascii: "{") {
                p = JSONText.skipSpaces(p)
                if p.pointee == 0x0A {
                    p += 1
                    continue
                }
            }
            if wantsMessages, let starts = block.starts {
                while message + 2 < starts.count, Int(starts[message + 1]) <= start - base { message += 1 }
            }
            if !mayBeTooLong || isShort(start, end) {
                if var after = parser.parseObject(p, row: rows) {
                    if after.pointee != 0x0A { after = JSONText.skipSpaces(after) }
                    if after.pointee == 0x0A, after < end {
                        p = after + 1
                        accept(message)
                        continue
                    }
                    _ = context.fail(at: after, .trailingText)
                }
            } else {
                p = takeBadLine(
                    start, end, base, segment, block, "a line has more than \(parsers.maximumLineBytes) bytes")
                continue
            }
            p = takeFailure(start, end, base, segment, block, message)
        }
    }

    private func accept(_ message: Int) {
        rows += 1
        if wantsMessages { rowMessages.append(Int32(truncatingIfNeeded: message)) }
    }

    private func isShort(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        let count = min(end - start, parsers.maximumLineBytes + 1)
        return LineFeeds.first(in: start, 0..<count) != nil
    }

    /// Handles the line at `start`, which is no object: the beginning of an array or of an object on several lines, or a
    /// bad line. Returns where to go on.
    private func takeFailure(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>,
        _ segment: JSONLinesBlocks.Segment, _ block: JSONLinesBlocks.Block, _ message: Int
    ) -> UnsafePointer<UInt8> {
        let failure = context.failure ?? .expectedObject
        let column = context.failurePosition.map { $0 - start + 1 }
        context.clear()
        parser.reset(fromRow: rows)
        let lineEnd = Self.lineEnd(start, end)
        var messageEnd = lineEnd
        if let starts = block.starts, let number = block.message(at: start - base) {
            guard Int(starts[number]) == start - base else {
                return note(start, lineEnd, base, segment, block, column, failure.reason + note(failure))
            }
            messageEnd = base + min(Int(starts[number + 1]), segment.range.upperBound) - 1
        }
        let bytes = UnsafeBufferPointer(start: start, count: messageEnd - start)
        if JSONArrayStream.begins(bytes.prefix(64)) {
            return takeArray(bytes, base, segment, block, message)
        }
        if messageEnd > lineEnd, takeSpread(bytes, message) { return messageEnd + 1 }
        return note(start, lineEnd, base, segment, block, column, failure.reason + note(failure))
    }

    private func note(_ failure: JSONFailure) -> String { failure.mayWiden ? parsers.mismatchNote : "" }

    private static func lineEnd(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        LineFeeds.first(in: start, 0..<(end - start)).map { start + $0 } ?? end
    }

    private func takeBadLine(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>,
        _ segment: JSONLinesBlocks.Segment, _ block: JSONLinesBlocks.Block, _ reason: String
    ) -> UnsafePointer<UInt8> {
        note(start, Self.lineEnd(start, end), base, segment, block, nil, reason)
    }

    /// Notes the bad line and returns the start of the next one.
    private func note(
        _ start: UnsafePointer<UInt8>, _ lineEnd: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>,
        _ segment: JSONLinesBlocks.Segment, _ block: JSONLinesBlocks.Block, _ column: Int?, _ reason: String
    ) -> UnsafePointer<UInt8> {
        var text = Array(UnsafeBufferPointer(start: start, count: lineEnd - start))
        if text.last == 0x0D { text.removeLast() }
        let message = block.message(at: start - base)
        let offset = message.flatMap { number in block.starts.map { Int($0[number]) } } ?? start - base
        badLines.append(
            BadEventLine(
                block: segment.block, offset: offset, message: message, column: column, reason: reason, text: text))
        return lineEnd + 1
    }

    // MARK: Messages that are more than lines

    /// An object whose text has line breaks between its values.
    private func takeSpread(_ bytes: UnsafeBufferPointer<UInt8>, _ message: Int) -> Bool {
        guard let from = bytes.baseAddress else { return false }
        scratch.reserve(bytes.count + 1)
        scratch.base.update(from: from, count: bytes.count)
        scratch.base[bytes.count] = 0x0A
        for index in 0..<bytes.count where scratch.base[index] == 0x0A { scratch.base[index] = 0x20 }
        if let after = parser.parseObject(JSONText.skipSpaces(scratch.base), row: rows),
            JSONText.skipSpaces(after) == UnsafePointer(scratch.base) + bytes.count
        {
            accept(message)
            return true
        }
        context.clear()
        parser.reset(fromRow: rows)
        return false
    }

    /// Parses the elements of the array that a message is. Returns where the next message begins.
    private func takeArray(
        _ bytes: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>, _ segment: JSONLinesBlocks.Segment,
        _ block: JSONLinesBlocks.Block, _ message: Int
    ) -> UnsafePointer<UInt8> {
        guard let start = bytes.baseAddress else { return base + segment.range.upperBound }
        let messageEnd = start + bytes.count
        scratch.reserve(bytes.count + 1)
        let stream = JSONArrayStream(MemoryBytes(bytes), name: "")
        var count = 0
        do throws(SwiftwaterError) {
            while true {
                let n = try stream.read(into: scratch.base + count, byteCount: bytes.count + 1 - count)
                if n == 0 { break }
                count += n
            }
        } catch {
            return note(start, messageEnd, base, segment, block, nil, error.message)
        }
        scratch.base[count] = 0x0A
        let end = UnsafePointer(scratch.base) + count + 1
        room += LineFeeds.count(in: scratch.base, count + 1)
        parser.ensure(row: room)
        var p = UnsafePointer(scratch.base)
        var element = 0
        while p < end {
            let lineStart = p
            p = JSONText.skipSpaces(p)
            if p.pointee == 0x0A {
                p += 1
                continue
            }
            element += 1
            if let after = parser.parseObject(p, row: rows) {
                let rest = JSONText.skipSpaces(after)
                if rest.pointee == 0x0A {
                    p = rest + 1
                    accept(message)
                    continue
                }
                _ = context.fail(at: after, .trailingText)
            }
            let failure = context.failure ?? .expectedObject
            context.clear()
            parser.reset(fromRow: rows)
            let lineEnd = Self.lineEnd(p, end)
            _ = note(
                start, start, base, segment, block, nil,
                "element \(element) of the array: \(failure.reason)\(note(failure))")
            badLines[badLines.count - 1].text = Array(UnsafeBufferPointer(start: lineStart, count: lineEnd - lineStart))
            p = lineEnd + 1
        }
        return messageEnd + 1
    }
}

/// Bytes in memory as a stream.
private final class MemoryBytes: ByteStream, @unchecked Sendable {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var consumedBytes = 0

    /// - Parameter bytes: outlive this object.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        let count = min(byteCount, bytes.count - consumedBytes)
        if count > 0, let from = bytes.baseAddress { base.copyMemory(from: from + consumedBytes, byteCount: count) }
        consumedBytes += count
        return count
    }
}
