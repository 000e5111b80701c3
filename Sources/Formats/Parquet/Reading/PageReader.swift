import CZlib
import Columnar

/// A page's header and its bytes, which are valid until the next page is read.
struct Page {
    let header: Parquet.PageHeader
    /// Decompressed, with the levels.
    let bytes: ByteCursor
    /// Where the page starts in the file.
    let offset: Int
}

/// Walks over the pages of one column chunk: checks, decompresses, or passes over them.
struct PageReader {
    /// More than any writer puts into a page; what is larger is damage.
    private static let maximumHeaderSize = 1 << 24
    private static let maximumPageSize = 1 << 30

    enum Event {
        case page(Page)
        /// A data page of as many rows was passed over.
        case skipped(Int)
        case end
    }

    private var reader: ParquetInputReader
    private let codec: Parquet.Codec
    private let decompressor: PageDecompressor
    private var offset: Int
    /// Where data must have ended.
    private let limit: Int
    /// Values, missing ones included, that are still to come.
    private var valuesLeft: Int64
    private var decompressed: Buffer?

    /// - Parameter dataEnd: where the file's footer starts.
    init(
        _ input: ParquetInput, _ chunk: Parquet.ColumnMetadata, dataEnd: Int, decompressor: PageDecompressor
    ) throws(SwiftwaterError) {
        var start = chunk.dataPageOffset
        // Some writers give 0 where there is no dictionary.
        if let dictionary = chunk.dictionaryPageOffset, dictionary > 0, dictionary < start { start = dictionary }
        guard start >= 4, start <= Int64(dataEnd) else {
            throw .corruptParquet("its pages start at byte \(start), outside the file's data")
        }
        let length = min(max(chunk.totalCompressedSize, 0), Int64(dataEnd) - start)
        reader = ParquetInputReader(input, readAhead: max(min(Int(length), 1 << 18), 64))
        codec = chunk.codec
        try decompressor.check(codec)
        self.decompressor = decompressor
        offset = Int(start)
        limit = dataEnd
        valuesLeft = chunk.valueCount
    }

    /// Whether data pages should follow.
    var isAtEnd: Bool { valuesLeft <= 0 }

    /// The next page with data or a dictionary.
    ///
    /// A data page with at most `skippable` rows is passed over if `isFlat`, that is, if values are rows.
    mutating func next(skippable: Int, isFlat: Bool) throws(SwiftwaterError) -> Event {
        while valuesLeft > 0 {
            let (header, headerSize) = try readHeader()
            let start = offset
            let size = Int(header.compressedSize)
            guard size >= 0, header.uncompressedSize >= 0, size <= limit - offset - headerSize else {
                throw .corruptParquet("the page at byte \(start) has \(size) bytes, past the end of the data")
            }
            offset += headerSize + size
            switch header.type {
            case .index: continue
            case .dictionary: break
            case .data, .dataV2:
                guard let count = header.data?.valueCount ?? header.dataV2?.valueCount, count >= 0 else {
                    throw .corruptParquet("the page at byte \(start) does not say how many values it has")
                }
                valuesLeft -= Int64(count)
                if count == 0 { continue }
                // Only where values are rows: what old writers say of rows in pages of lists is wrong.
                if isFlat, Int(count) <= skippable { return .skipped(Int(count)) }
            }
            let bytes = try reader.bytes((offset - size)..<offset)
            try check(bytes, size, header, start)
            return .page(Page(header: header, bytes: try decompress(bytes, size, header), offset: start))
        }
        return .end
    }

    private mutating func readHeader() throws(SwiftwaterError) -> (Parquet.PageHeader, size: Int) {
        var window = min(1024, limit - offset)
        while true {
            let bytes = try reader.bytes(offset..<(offset + window))
            var thrift = ThriftReader(UnsafeRawBufferPointer(start: bytes, count: window))
            do throws(SwiftwaterError) {
                let header = try thrift.structure(Parquet.PageHeader.self)
                return (header, thrift.position)
            } catch {
                // Perhaps the header, with its statistics, is longer.
                let larger = min(window * 8, limit - offset, Self.maximumHeaderSize)
                guard error.kind == .data, larger > window else {
                    throw SwiftwaterError(
                        error.kind, "the page header at byte \(offset): \(error.message)", hint: error.hint)
                }
                window = larger
            }
        }
    }

    private func check(
        _ bytes: UnsafePointer<UInt8>, _ size: Int, _ header: Parquet.PageHeader, _ start: Int
    ) throws(SwiftwaterError) {
        guard let crc = header.crc else { return }
        let actual = UInt32(truncatingIfNeeded: crc32_z(0, bytes, size))
        guard actual == UInt32(bitPattern: crc) else {
            throw .corruptParquet("the checksum of the page at byte \(start) is wrong")
        }
    }

    private mutating func decompress(
        _ bytes: UnsafePointer<UInt8>, _ size: Int, _ header: Parquet.PageHeader
    ) throws(SwiftwaterError) -> ByteCursor {
        // The levels of a version 2 page are not compressed.
        var plain = 0
        if let v2 = header.dataV2 {
            let levels = Int(v2.repetitionLevelsByteLength) + Int(v2.definitionLevelsByteLength)
            guard v2.repetitionLevelsByteLength >= 0, v2.definitionLevelsByteLength >= 0, levels <= size else {
                throw .corruptParquet("the levels of a page exceed it")
            }
            plain = levels
            if v2.isCompressed == false { return ByteCursor(bytes, count: size) }
        }
        if codec == .uncompressed { return ByteCursor(bytes, count: size) }
        let total = Int(header.uncompressedSize)
        guard total >= plain, total <= Self.maximumPageSize else {
            throw .corruptParquet("a page says that it has \(total) bytes when decompressed")
        }
        try decompressor.checkDeclaredSize(total - plain, compressed: size - plain, codec)
        let target: Buffer
        if let decompressed, decompressed.byteCount >= total {
            target = decompressed
        } else {
            target = Buffer(byteCount: max(total, min(total * 5 / 4, 1 << 20)))
            decompressed = target
        }
        target.base.copyMemory(from: bytes, byteCount: plain)
        if total > plain {
            try decompressor.decompress(
                UnsafeRawBufferPointer(start: bytes + plain, count: size - plain), codec,
                into: UnsafeMutableRawBufferPointer(start: target.base + plain, count: total - plain))
        }
        return ByteCursor(UnsafePointer(target.mutable(UInt8.self)), count: total)
    }
}
