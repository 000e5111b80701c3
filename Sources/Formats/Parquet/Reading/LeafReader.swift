import Columnar

/// A leaf's values in a range of rows, with the levels from which structures and lists are assembled.
struct LeafValues {
    let leaf: ParquetLeaf
    let column: Column
    /// Of each entry; empty where they are not needed.
    let definitions: BufferBuilder<UInt8>
    let repetitions: BufferBuilder<UInt8>
}

/// Reads one column chunk from its first row to its last, a range of rows at a time.
final class LeafReader {
    /// Entries of nested columns in one batch; what exceeds it is no batch but an attack.
    private static let maximumEntries = 1 << 27

    let leaf: ParquetLeaf
    private let input: ParquetInput
    private let scratch: ReadingScratch
    private var pages: PageReader
    private var dictionary: PageDictionary?

    // The data page being read.
    private var entriesLeft = 0
    private var definitionLevels = LevelDecoder()
    private var repetitionLevels = LevelDecoder()
    private var values = PageValues.nothing

    // Entries of a repeated leaf whose levels were read and whose values were not.
    private let block: LevelBlock?

    // What the range being read becomes; nil while rows are passed over.
    private var sink: ColumnSink?
    private var definitions = BufferBuilder<UInt8>(capacity: 1)
    private var repetitions = BufferBuilder<UInt8>(capacity: 1)

    init(
        _ leaf: ParquetLeaf, _ chunk: Parquet.ColumnMetadata, in input: ParquetInput, dataEnd: Int,
        decompressor: PageDecompressor, scratch: ReadingScratch
    ) throws(SwiftwaterError) {
        self.leaf = leaf
        self.input = input
        self.scratch = scratch
        block = leaf.isFlat ? nil : LevelBlock()
        do throws(SwiftwaterError) {
            pages = try PageReader(input, chunk, dataEnd: dataEnd, decompressor: decompressor)
        } catch {
            throw error.inColumn(leaf.name, of: input.name)
        }
    }

    /// The next `rows` rows.
    func read(rows: Int) throws(SwiftwaterError) -> LeafValues {
        sink = ColumnSink(leaf, capacity: rows, scratch: scratch)
        definitions = BufferBuilder(capacity: leaf.keepsLevels ? rows : 1)
        repetitions = BufferBuilder(capacity: leaf.isFlat ? 1 : rows)
        do throws(SwiftwaterError) {
            try advance(rows)
            guard let sink = sink.take() else { throw PageValues.tooFew }
            return LeafValues(
                leaf: leaf, column: try sink.finish(), definitions: definitions, repetitions: repetitions)
        } catch {
            throw error.inColumn(leaf.name, of: input.name)
        }
    }

    /// Passes over the next `rows` rows.
    func skip(rows: Int) throws(SwiftwaterError) {
        guard rows > 0 else { return }
        sink = nil
        do throws(SwiftwaterError) {
            try advance(rows)
        } catch {
            throw error.inColumn(leaf.name, of: input.name)
        }
    }

    /// Checks that no rows follow those that were read.
    func expectEnd() throws(SwiftwaterError) {
        guard pages.isAtEnd, entriesLeft == 0, block?.isEmpty ?? true else {
            throw SwiftwaterError.corruptParquet("it has more values than its row group has rows")
                .inColumn(leaf.name, of: input.name)
        }
    }

    private func advance(_ rows: Int) throws(SwiftwaterError) {
        if leaf.isFlat { try advanceFlat(rows) } else { try advanceRepeated(rows) }
    }

    // MARK: Pages

    /// Makes the next data page the current one. Returns rows passed over instead, or nil at the end.
    private func nextPage(skippable: Int) throws(SwiftwaterError) -> Int? {
        while true {
            switch try pages.next(skippable: sink == nil ? skippable : 0, isFlat: leaf.isFlat) {
            case .end: return nil
            case .skipped(let rows): return rows
            case .page(let page):
                if page.header.type == .dictionary {
                    dictionary = try PageDictionary(page, of: leaf)
                    continue
                }
                try start(page)
                return 0
            }
        }
    }

    private func start(_ page: Page) throws(SwiftwaterError) {
        var cursor = page.bytes
        let encoding: Parquet.Encoding
        if let header = page.header.dataV2 {
            entriesLeft = Int(header.valueCount)
            encoding = header.encoding
            let repetitionBytes = try cursor.take(Int(header.repetitionLevelsByteLength))
            let definitionBytes = try cursor.take(Int(header.definitionLevelsByteLength))
            repetitionLevels = try LevelDecoder(repetitionBytes, maximum: leaf.maximumRepetition)
            definitionLevels = try LevelDecoder(definitionBytes, maximum: leaf.maximumDefinition)
        } else if let header = page.header.data {
            entriesLeft = Int(header.valueCount)
            encoding = header.encoding
            repetitionLevels = try LevelDecoder(
                &cursor, header.repetitionLevelEncoding, maximum: leaf.maximumRepetition, count: entriesLeft)
            definitionLevels = try LevelDecoder(
                &cursor, header.definitionLevelEncoding, maximum: leaf.maximumDefinition, count: entriesLeft)
        } else {
            throw .corruptParquet("the page at byte \(page.offset) has no data header")
        }
        values = try PageValues(cursor, encoding, of: leaf)
    }

    // MARK: Rows that are entries

    private func advanceFlat(_ rows: Int) throws(SwiftwaterError) {
        var left = rows
        let maximum = leaf.maximumDefinition
        while left > 0 {
            if entriesLeft == 0 {
                guard let skipped = try nextPage(skippable: left) else {
                    throw .corruptParquet("it has fewer values than its row group has rows")
                }
                left -= skipped
                continue
            }
            var n = min(left, entriesLeft, ReadingScratch.blockSize)
            if let run = try definitionLevels.takeRun(atMost: n) {
                n = run.count
                let levels = scratch.levels
                if run.level == maximum {
                    keep(definition: run.level, n)
                    try append(slots: n, present: n, levels: nil)
                } else {
                    levels.update(repeating: run.level, count: n)
                    keep(definition: run.level, n)
                    try append(slots: n, present: 0, levels: UnsafePointer(levels))
                }
            } else {
                let levels = scratch.levels
                try definitionLevels.read(into: levels, count: n)
                if leaf.keepsLevels, sink != nil {
                    definitions.append(contentsOf: UnsafeBufferPointer(start: levels, count: n))
                }
                let present = Self.count(of: maximum, in: UnsafePointer(levels), n)
                try append(slots: n, present: present, levels: UnsafePointer(levels))
            }
            entriesLeft -= n
            left -= n
        }
    }

    private func keep(definition level: UInt8, _ count: Int) {
        if leaf.keepsLevels, sink != nil { definitions.append(repeating: level, count: count) }
    }

    private func append(slots: Int, present: Int, levels: UnsafePointer<UInt8>?) throws(SwiftwaterError) {
        if sink == nil {
            try values.skip(present, width: ColumnSink.storedWidth(of: leaf), scratch: scratch)
        } else {
            try sink?.append(
                slots: slots, present: present, levels: levels, from: &values, dictionary: dictionary)
        }
    }

    private static func count(of level: UInt8, in levels: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var result = 0
        for index in 0..<count { result &+= levels[index] == level ? 1 : 0 }
        return result
    }

    // MARK: Rows of several entries

    private func advanceRepeated(_ rows: Int) throws(SwiftwaterError) {
        guard let block else { return }
        var started = 0
        while true {
            if block.isEmpty {
                if entriesLeft == 0 {
                    guard let skipped = try nextPage(skippable: rows - started) else {
                        if started == rows { return }
                        throw .corruptParquet("it has fewer rows than its row group")
                    }
                    started += skipped
                    continue
                }
                // When all rows have begun, look only for the end of the last one.
                let n = min(entriesLeft, ReadingScratch.blockSize)
                try repetitionLevels.read(into: block.repetitions, count: n)
                try definitionLevels.read(into: block.definitions, count: n)
                block.fill(n)
                entriesLeft -= n
            }
            let first = block.position
            guard started > 0 || block.repetitions[first] == 0 else {
                throw .corruptParquet("a row starts with the repetition level \(block.repetitions[first])")
            }
            var end = first
            while end < block.count {
                if block.repetitions[end] == 0 {
                    if started == rows { break }
                    started += 1
                }
                end += 1
            }
            if end > first { try consume(block, first..<end) }
            if end < block.count { return }
        }
    }

    /// Appends, or passes over, the entries of `range`.
    private func consume(_ block: LevelBlock, _ range: Range<Int>) throws(SwiftwaterError) {
        let levels = block.definitions + range.lowerBound
        let n = range.count
        block.position = range.upperBound
        if sink != nil {
            guard repetitions.count + n <= Self.maximumEntries else {
                throw .corruptParquet("a batch of its rows has more than \(Self.maximumEntries) elements")
            }
            definitions.append(contentsOf: UnsafeBufferPointer(start: levels, count: n))
            repetitions.append(contentsOf: UnsafeBufferPointer(start: block.repetitions + range.lowerBound, count: n))
        }
        let maximum = leaf.maximumDefinition
        let present = Self.count(of: maximum, in: UnsafePointer(levels), n)
        if present == n { return try append(slots: n, present: n, levels: nil) }
        // Entries of lists that are missing or empty have no place among the elements.
        let slots = scratch.levels
        var count = 0
        let least = leaf.slotDefinition
        for index in 0..<n {
            slots[count] = levels[index]
            count += levels[index] >= least ? 1 : 0
        }
        try append(slots: count, present: present, levels: UnsafePointer(slots))
    }
}

/// Levels of entries that were read ahead to find where a row ends.
private final class LevelBlock {
    let definitions = UnsafeMutablePointer<UInt8>.allocate(capacity: ReadingScratch.blockSize)
    let repetitions = UnsafeMutablePointer<UInt8>.allocate(capacity: ReadingScratch.blockSize)
    private(set) var count = 0
    /// The first entry that was not consumed.
    var position = 0

    deinit {
        definitions.deallocate()
        repetitions.deallocate()
    }

    var isEmpty: Bool { position == count }

    func fill(_ count: Int) {
        self.count = count
        position = 0
    }
}

extension SwiftwaterError {
    /// The same error with the column and the file that it is about.
    func inColumn(_ column: String, of file: String) -> SwiftwaterError {
        var error = self
        error.message = "column '\(column)': \(message)"
        if error.location == nil { error.location = Location(file: file) }
        return error
    }
}
