import Columnar

/// Finds the types of CSV columns, from samples or from all rows.
///
/// Rows that are bad whatever the schema are passed over; the reader reports them.
enum CSVSchemaInference {
    /// Bytes sampled at the start of a file, and at each further place in it.
    private static let startBytes = 512 << 10
    private static let placeBytes = 16 << 10
    private static let places = 16
    /// Files that are sampled: the first ones, the last one and some between them.
    private static let sampledFiles = 16

    /// The columns' names: the first file's; a file with other ones is an error.
    private static func names(_ files: [CSVFile]) throws(SwiftwaterError) -> [String] {
        guard let first = files.first(where: { !$0.head.names.isEmpty }) else { return [] }
        for file in files where !file.head.names.isEmpty {
            let known = Set(first.head.names)
            for name in file.head.names where !known.contains(name) {
                throw SwiftwaterError(
                    .data, "the column '\(name)' is not in '\(first.input.name)', which is read together with it",
                    at: SwiftwaterError.Location(file: file.input.name),
                    hint: "give a schema, or read them by themselves")
            }
        }
        return first.head.names
    }

    private static func schema(_ names: [String], _ types: [CSVTypes]) -> Schema {
        Schema(zip(names, types).map { Field($0, $1.type) })
    }

    /// The schema of samples: the start and places spread over the rest of up to 16 files.
    static func sample(_ files: [CSVFile], options: CSVSource.Options) throws(SwiftwaterError) -> Schema {
        let names = try names(files)
        var types = [CSVTypes](repeating: [], count: names.count)
        let scanner = CSVTypeScanner(names: names, dialect: options.dialect)
        let step = max(1, (files.count + sampledFiles - 1) / sampledFiles)
        for index in files.indices where index % step == 0 || index == files.count - 1 {
            scanner.use(files[index])
            try sample(files[index], options, scanner, &types)
        }
        return schema(names, types)
    }

    private static func sample(
        _ file: CSVFile, _ options: CSVSource.Options, _ scanner: CSVTypeScanner, _ types: inout [CSVTypes]
    ) throws(SwiftwaterError) {
        let blocks = try RowBlocks(
            [file.rows], scan: options.dialect.scan, blockBytes: startBytes,
            maximumRowBytes: options.maximumLineBytes)
        let block = InputBlock(capacity: startBytes + 8192)
        var cursor = RowBlocks.Cursor()
        guard try blocks.next(block, &cursor) else { return }
        scanner.scan(block, &types)
        guard file.input.compression == nil, let size = try file.input.size(), size > startBytes else { return }
        let descriptor = try file.input.open()
        for place in 1...places {
            let middle = startBytes + (size - startBytes) / places * place
            let from = max(startBytes, min(middle, size) - placeBytes)
            block.reserve(placeBytes + 1)
            let count = try descriptor.read(into: block.base, byteCount: min(placeBytes, size - from), at: from)
            // Where there are quotes, nobody knows which line breaks end rows.
            if let quote = options.dialect.quote, RowScan.first(block.base, quote, quote, 0, count) != nil {
                continue
            }
            guard let start = LineFeeds.first(in: block.base, 0..<count),
                let end = LineFeeds.last(in: block.base, 0..<count), end > start
            else { continue }
            block.rows = (start + 1)..<(end + 1)
            scanner.scan(block, &types)
        }
    }

    /// The schema of all rows.
    static func whole(_ files: [CSVFile], options: CSVSource.Options) throws(SwiftwaterError) -> Schema {
        let names = try names(files)
        let blocks = try RowBlocks(
            files.map(\.rows), scan: options.dialect.scan, blockBytes: options.blockBytes,
            maximumRowBytes: options.maximumLineBytes)
        let parts = try EngineThreads.map(count: EngineThreads.hardwareCount) {
            () throws(SwiftwaterError) -> [CSVTypes] in
            let scanner = CSVTypeScanner(names: names, dialect: options.dialect)
            let block = InputBlock(capacity: options.blockBytes + 8192)
            var cursor = RowBlocks.Cursor()
            var types = [CSVTypes](repeating: [], count: names.count)
            var file: Int?
            while try blocks.next(block, &cursor) {
                if file != block.file { scanner.use(files[block.file]) }
                file = block.file
                scanner.scan(block, &types)
                // The reader reports the row behind which no other can be found.
                if block.overlong != nil { break }
            }
            return types
        }
        var types = [CSVTypes](repeating: [], count: names.count)
        for part in parts { for (index, kinds) in part.enumerated() { types[index].formUnion(kinds) } }
        return schema(names, types)
    }
}

/// Finds the kinds of values in the columns of blocks.
final class CSVTypeScanner {
    private let names: [String]
    private let parser: CSVRowParser
    /// The column of each field of the current file.
    private var columns: [Int] = []
    private var row: [CSVTypes] = []
    private let scan: RowScan

    init(names: [String], dialect: CSVDialect) {
        self.names = names
        parser = CSVRowParser(schema: Schema([]), dialect: dialect, isInferred: true)
        scan = dialect.scan
    }

    /// Takes the order of a file's columns.
    func use(_ file: CSVFile) {
        columns = file.head.names.compactMap { names.firstIndex(of: $0) }
        row = [CSVTypes](repeating: [], count: columns.count)
    }

    /// Adds the kinds of the block's rows to `types`.
    func scan(_ block: InputBlock, _ types: inout [CSVTypes]) {
        let base = UnsafePointer(block.base)
        var p = base + block.rows.lowerBound
        let end = base + block.rows.upperBound
        while p < end {
            if p.pointee == 0x0A || (p.pointee == 0x0D && p[1] == 0x0A) {
                p += p.pointee == 0x0A ? 1 : 2
                continue
            }
            if let next = scanRow(p, end) {
                for (index, column) in columns.enumerated() { types[column].formUnion(row[index]) }
                p = next
            } else {
                var state = RowScan.State.outside
                let feed = scan.rowEnd(
                    base, from: p - base, to: end - base, limit: end - base, &state, isRowStart: true)
                p = feed.map { base + $0 + 1 } ?? end
            }
        }
    }

    /// Finds the kinds of one row; nil when it is a bad line.
    private func scanRow(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var p = start
        for index in columns.indices {
            guard let field = parser.field(p, end) else { return nil }
            row[index] = kinds(field)
            let isLast = index == columns.count - 1
            if field.end.pointee == parser.delimiter {
                if isLast { return nil }
                p = field.end + 1
            } else {
                if !isLast { return nil }
                return field.end + (field.end.pointee == 0x0A ? 1 : 2)
            }
        }
        return nil
    }

    private func kinds(_ field: CSVRowParser.Field) -> CSVTypes {
        if field.isQuoted, field.count == 0 { return .quotedWord }
        if parser.missing.contains(field.start, field.count) { return field.isQuoted ? .quotedWord : [] }
        return CSVTypes.of(field.start, field.count)
    }
}
