import Columnar

/// A CSV file whose beginning has been read: its columns' names and where its rows begin.
struct CSVFile: Sendable {
    let input: InputFile
    let head: CSVHead
    /// The open stream of a file that cannot be opened again.
    let pipe: ResumedStream?

    init(_ input: InputFile, dialect: CSVDialect, maximumRowBytes: Int) throws(SwiftwaterError) {
        self.input = input
        let stream = try input.stream()
        var reader = HeadReader(stream: stream, dialect: dialect, maximumRowBytes: maximumRowBytes, file: input.name)
        head = try reader.read()
        pipe = try input.size() == nil ? ResumedStream(stream, after: reader.bytes.dropFirst(head.byteCount)) : nil
    }

    var rows: RowFile { RowFile(input: input, origin: head.byteCount, opened: pipe) }
}

/// What stands before a CSV file's rows.
struct CSVHead: Sendable, Hashable {
    /// The columns' names; with no header `column0`, `column1`, …; empty for a file without a row.
    var names: [String] = []
    /// Bytes (after decompression) before the first row: a byte order mark, blank lines, the header.
    var byteCount = 0
    /// Line breaks in them.
    var lines = 0
}

/// Reads a file's first row.
private struct HeadReader {
    let stream: any ByteStream
    let dialect: CSVDialect
    let maximumRowBytes: Int
    let file: String
    /// What has been read of the stream.
    var bytes: [UInt8] = []
    private var isAtEnd = false
    /// Where the row begins, and the quote that opened the field that is being read.
    private var rowStart = 0
    private var opening: Int?

    init(stream: any ByteStream, dialect: CSVDialect, maximumRowBytes: Int, file: String) {
        self.stream = stream
        self.dialect = dialect
        self.maximumRowBytes = maximumRowBytes
        self.file = file
    }

    mutating func read() throws(SwiftwaterError) -> CSVHead {
        var head = CSVHead()
        if try byte(2) != nil, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { head.byteCount = 3 }
        if bytes.count >= 2, (bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF) {
            throw SwiftwaterError(
                .data, "the file is UTF-16", at: SwiftwaterError.Location(file: file), hint: "convert it to UTF-8")
        }
        // Blank lines before the first row.
        while let next = try byte(head.byteCount) {
            if next == 0x0A {
                head.byteCount += 1
            } else if next == 0x0D, try byte(head.byteCount + 1) == 0x0A {
                head.byteCount += 2
            } else {
                break
            }
            head.lines += 1
        }
        let (fields, end) = try row(head.byteCount)
        guard !fields.isEmpty else { return head }
        if dialect.header {
            head.lines += bytes[head.byteCount..<end].count { $0 == 0x0A }
            head.byteCount = end
            head.names = try names(fields, line: head.lines)
        } else {
            head.names = fields.indices.map { "column\($0)" }
        }
        return head
    }

    /// The byte at `index` of the stream, or nil behind its end.
    private mutating func byte(_ index: Int) throws(SwiftwaterError) -> UInt8? {
        while index >= bytes.count, !isAtEnd {
            guard index <= maximumRowBytes + 1024 else {
                let (reason, hint) = CSVFailure.tooLong(maximumRowBytes, isQuoted: opening != nil)
                throw SwiftwaterError(.data, reason, at: location(opening ?? rowStart), hint: hint)
            }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
            defer { buffer.deallocate() }
            guard let base = buffer.baseAddress else { return nil }
            let n = try stream.read(into: base, byteCount: buffer.count)
            if n == 0 { isAtEnd = true }
            bytes.append(contentsOf: buffer.prefix(n))
        }
        return index < bytes.count ? bytes[index] : nil
    }

    /// The fields of the row at `start`, and where the next one begins; none at the end of the file.
    private mutating func row(_ start: Int) throws(SwiftwaterError) -> (fields: [[UInt8]], end: Int) {
        guard try byte(start) != nil else { return ([], start) }
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var index = start
        rowStart = start
        var isFieldStart = true
        while let next = try byte(index) {
            index += 1
            if opening != nil {
                if next != dialect.quote {
                    field.append(next)
                } else if try byte(index) == dialect.quote {
                    field.append(next)
                    index += 1
                } else {
                    opening = nil
                }
            } else if isFieldStart, next == dialect.quote {
                opening = index - 1
                isFieldStart = false
            } else if next == dialect.delimiter {
                fields.append(field)
                field = []
                isFieldStart = true
            } else if next == 0x0A {
                fields.append(field)
                return (fields, index)
            } else {
                if next == 0x0D, try byte(index) == 0x0A { continue }
                field.append(next)
                isFieldStart = false
            }
        }
        if let opening {
            throw SwiftwaterError(
                .data, "a quoted field of the \(dialect.header ? "header" : "first row") is not closed",
                at: location(opening), hint: CSVFailure.closeHint)
        }
        fields.append(field)
        return (fields, index)
    }

    private func location(_ index: Int) -> SwiftwaterError.Location {
        let before = bytes[..<min(index, bytes.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return SwiftwaterError.Location(
            file: file, line: before.count { $0 == 0x0A } + 1, column: before.count - lineStart + 1)
    }

    /// Names as pandas makes them distinct: `Unnamed: 2` for an empty one, `a.1` for the second `a`.
    private func names(_ fields: [[UInt8]], line: Int) throws(SwiftwaterError) -> [String] {
        var used = Set<String>()
        var names: [String] = []
        let given = fields.map { String(decoding: $0, as: UTF8.self) }
        for (index, name) in given.enumerated() {
            guard name.utf8.elementsEqual(fields[index]) else {
                throw SwiftwaterError(
                    .data, "the name of column \(index + 1) is not UTF-8",
                    at: SwiftwaterError.Location(file: file, line: max(line, 1)), hint: "convert the file to UTF-8")
            }
            let base = name.isEmpty ? "Unnamed: \(index)" : name
            var unique = base
            var number = 0
            while used.contains(unique) || (number > 0 && given.contains(unique)) {
                number += 1
                unique = "\(base).\(number)"
            }
            used.insert(unique)
            names.append(unique)
        }
        return names
    }
}
