import CZlib
import Columnar

/// Writes one leaf's pages of the row group in progress, compressed, into memory.
final class ColumnChunkWriter {
    let leaf: ParquetLayout.Leaf
    private let options: ParquetWriterOptions
    private let compressor: BlockCompressor
    private let leafEncoder: LeafEncoder
    private let encoder: any ValueEncoder
    private let scratch: PageScratch

    // The page in progress.
    private var entries = 0
    private let repetition = ByteBuffer()
    /// Levels of the first entries; those after it have a value.
    private let definition = ByteBuffer()

    // The chunk in progress.
    private let pages = ByteBuffer()
    private var chunkEntries = 0
    private var valueCount = 0
    private var uncompressedBytes = 0
    private var pageEncodings: [Parquet.Encoding: Int32] = [:]

    init(
        _ leaf: ParquetLayout.Leaf, _ options: ParquetWriterOptions, _ compressor: BlockCompressor,
        _ scratch: PageScratch
    ) {
        self.leaf = leaf
        self.options = options
        self.compressor = compressor
        self.scratch = scratch
        leafEncoder = LeafEncoder(leaf, options, scratch)
        encoder = leafEncoder.encoder
    }

    /// Bytes that the chunk takes in memory, about.
    var byteCount: Int { pages.count + encoder.pageByteCount }

    // MARK: Rows

    func append(_ rows: LeafRows) throws(SwiftwaterError) {
        let definitions = rows.definition?.mutable(UInt8.self)
        let repetitions = rows.repetition?.mutable(UInt8.self)
        let step = max(8, min(16_384, options.pageBytes / 8))
        var entry = 0
        var value = 0
        while entry < rows.entryCount {
            var size = min(step, rows.entryCount - entry, max(1, options.pageValues - entries))
            var slice = measure(entry, size, rows.entryCount, definitions, repetitions)
            while size > 1, encoder.byteCount(of: rows.values, value..<(value + slice.values)) > options.pageBytes {
                size /= 2
                slice = measure(entry, size, rows.entryCount, definitions, repetitions)
            }
            try append(rows, entry, slice, value)
            entry += slice.entries
            value += slice.values
            if entries >= options.pageValues || encoder.needsNewPage || encoder.pageByteCount >= options.pageBytes {
                try finishPage()
            }
        }
    }

    private struct Slice {
        var entries: Int
        var values: Int
    }

    /// The slice of `size` entries from `entry`, extended to the end of its last row.
    private func measure(
        _ entry: Int, _ size: Int, _ count: Int, _ definition: UnsafeMutablePointer<UInt8>?,
        _ repetition: UnsafeMutablePointer<UInt8>?
    ) -> Slice {
        var end = entry + size
        if let repetition {
            while end < count, repetition[end] != 0 { end += 1 }
        }
        var values = end - entry
        if let definition {
            let maximum = leaf.maximumDefinition
            values = 0
            for index in entry..<end { values += definition[index] == maximum ? 1 : 0 }
        }
        return Slice(entries: end - entry, values: values)
    }

    private func append(
        _ rows: LeafRows, _ entry: Int, _ slice: Slice, _ value: Int
    ) throws(SwiftwaterError) {
        if let levels = rows.repetition {
            repetition.append(UnsafeRawBufferPointer(start: levels.base + entry, count: slice.entries))
        }
        if let levels = rows.definition {
            fillDefinition()
            definition.append(UnsafeRawBufferPointer(start: levels.base + entry, count: slice.entries))
        }
        entries += slice.entries
        valueCount += slice.values
        try leafEncoder.append(rows.values, value..<(value + slice.values))
    }

    /// Writes out the levels of the entries that all have a value.
    private func fillDefinition() {
        let missing = entries - definition.count
        guard missing > 0 else { return }
        definition.reserve(missing).initializeMemory(
            as: UInt8.self, repeating: leaf.maximumDefinition, count: missing)
        definition.advance(missing)
    }

    // MARK: Pages

    private func finishPage() throws(SwiftwaterError) {
        guard entries > 0 else { return }
        let (body, levels) = (scratch.body, scratch.levels)
        body.removeAll()
        if leaf.maximumRepetition > 0 {
            encodeLevels(repetition, maximum: leaf.maximumRepetition)
        }
        if definition.count == 0 {
            levels.removeAll()
            HybridEncoder.run(
                UInt64(leaf.maximumDefinition), entries,
                bitWidth: HybridEncoder.bitWidth(Int(leaf.maximumDefinition)), to: levels)
            body.append(littleEndian: UInt32(levels.count))
            body.append(levels.bytes)
        } else {
            fillDefinition()
            encodeLevels(definition, maximum: leaf.maximumDefinition)
        }
        let encoding = try leafEncoder.finishPage(to: body, compressor)
        var header = Parquet.PageHeader()
        header.type = .data
        var data = Parquet.DataPageHeader()
        data.valueCount = Int32(truncatingIfNeeded: entries)
        data.encoding = encoding
        header.data = data
        try write(&header, body.bytes, to: pages)
        pageEncodings[encoding, default: 0] += 1
        chunkEntries += entries
        entries = 0
        repetition.removeAll()
        definition.removeAll()
    }

    private func encodeLevels(_ source: ByteBuffer, maximum: UInt8) {
        let (body, levels) = (scratch.body, scratch.levels)
        levels.removeAll()
        HybridEncoder.encode(
            UnsafePointer(source.base.assumingMemoryBound(to: UInt8.self)), source.count,
            bitWidth: HybridEncoder.bitWidth(Int(maximum)), to: levels)
        body.append(littleEndian: UInt32(levels.count))
        body.append(levels.bytes)
    }

    /// Compresses `bytes` and appends them to `target` after their header.
    private func write(
        _ header: inout Parquet.PageHeader, _ bytes: UnsafeRawBufferPointer, to target: ByteBuffer
    ) throws(SwiftwaterError) {
        guard bytes.count <= Int(Int32.max) / 2 else {
            throw SwiftwaterError(
                .data, "a row of column '\(leaf.name)' is larger than the 1 GiB that a Parquet page holds",
                hint: "drop the column or cut its values")
        }
        var payload = bytes
        if compressor.codec != .none {
            scratch.compressed.removeAll()
            try compressor.compress(bytes, to: scratch.compressed)
            payload = scratch.compressed.bytes
        }
        header.uncompressedSize = Int32(bytes.count)
        header.compressedSize = Int32(payload.count)
        if options.writesChecksums {
            let crc = withBytes(payload) { crc32_z(0, $0.assumingMemoryBound(to: UInt8.self), payload.count) }
            header.crc = Int32(truncatingIfNeeded: crc)
        }
        let encoded = ThriftWriter.encode(header)
        uncompressedBytes += encoded.count + bytes.count
        target.append(encoded)
        target.append(payload)
    }

    // MARK: The chunk

    /// Writes the chunk at `offset` of the file and begins the next one.
    func finish(to file: OutputFile, at offset: Int) throws(SwiftwaterError) -> Parquet.ColumnChunk {
        try finishPage()
        var metadata = Parquet.ColumnMetadata()
        metadata.type = leaf.physicalType
        metadata.path = leaf.path
        metadata.codec = Parquet.Codec(compressor.codec)
        metadata.valueCount = Int64(chunkEntries)
        var encodings: Set<Parquet.Encoding> = [.rle]
        var statistics: [Parquet.PageEncodingStatistics] = []

        let body = scratch.body
        body.removeAll()
        var dictionaryByteCount = 0
        if let count = encoder.finishDictionary(to: body) {
            let page = ByteBuffer()
            var header = Parquet.PageHeader()
            header.type = .dictionary
            var dictionary = Parquet.DictionaryPageHeader()
            dictionary.valueCount = Int32(truncatingIfNeeded: count)
            dictionary.encoding = .plain
            header.dictionary = dictionary
            try write(&header, body.bytes, to: page)
            try file.write(page.bytes)
            dictionaryByteCount = page.count
            metadata.dictionaryPageOffset = Int64(offset)
            encodings.insert(.plain)
            statistics.append(Self.pages(.dictionary, .plain, 1))
        }
        try file.write(pages.bytes)
        for (encoding, count) in pageEncodings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            encodings.insert(encoding)
            statistics.append(Self.pages(.data, encoding, count))
        }
        metadata.dataPageOffset = Int64(offset + dictionaryByteCount)
        metadata.encodings = encodings.sorted { $0.rawValue < $1.rawValue }
        metadata.encodingStatistics = statistics
        metadata.totalCompressedSize = Int64(dictionaryByteCount + pages.count)
        metadata.totalUncompressedSize = Int64(uncompressedBytes)
        metadata.statistics = finishStatistics()
        pages.removeAll()
        chunkEntries = 0
        valueCount = 0
        uncompressedBytes = 0
        pageEncodings.removeAll()
        var chunk = Parquet.ColumnChunk()
        chunk.metadata = metadata
        return chunk
    }

    private func finishStatistics() -> Parquet.Statistics {
        let bounds = leafEncoder.finishChunk()
        var statistics = Parquet.Statistics()
        statistics.nullCount = Int64(chunkEntries - valueCount)
        if leaf.type != .null {
            statistics.minValue = bounds.minimum
            statistics.maxValue = bounds.maximum
            statistics.isMinValueExact = bounds.minimum.map { _ in bounds.isMinimumExact }
            statistics.isMaxValueExact = bounds.maximum.map { _ in bounds.isMaximumExact }
        }
        return statistics
    }

    private static func pages(
        _ type: Parquet.PageType, _ encoding: Parquet.Encoding, _ count: Int32
    ) -> Parquet.PageEncodingStatistics {
        var statistics = Parquet.PageEncodingStatistics()
        statistics.pageType = type
        statistics.encoding = encoding
        statistics.count = count
        return statistics
    }
}
