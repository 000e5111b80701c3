import CKafka
import Columnar
import Formats

/// Why a batch cannot be read, and from which offset on.
package struct RecordFault: Error, Equatable {
    package var offset: Int64
    package var reason: String
}

/// Goes through a partition's part of an answer, batch by batch; it can stop between any two records.
struct RecordSetCursor {
    enum Step: Equatable {
        /// The next batch's records lie ready in `records`.
        case records
        /// A batch without events for us, up to `next`.
        case passed
        case end
    }

    /// Whole batches.
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var aborted: AbortedTransactions
    private let isCommittedOnly: Bool
    var records = kafka_records(
        bytes: nil, count: 0, position: 0, remaining: 0, base_offset: 0, last_offset: 0, needed: 0)
    private(set) var header: BatchHeader?
    /// Behind the batch that is being read.
    private(set) var next: Int64 = 0

    init(_ bytes: UnsafeRawBufferPointer, aborted: [AbortedTransaction], isCommittedOnly: Bool) {
        self.bytes = bytes
        self.aborted = AbortedTransactions(aborted)
        self.isCommittedOnly = isCommittedOnly
    }

    /// Opens the next batch.
    ///
    /// - Parameters:
    ///   - from: events below it are not wanted.
    ///   - decompressor: keeps the plain records until the next call.
    mutating func step(
        from: Int64, _ decompressor: BatchDecompressor
    ) -> Result<Step, RecordFault> {
        guard position < bytes.count else { return .success(.end) }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        let header: BatchHeader
        switch BatchHeader.find(rest) {
        case .batch(let found): header = found
        case .partial: return .success(.end)
        case .old: return .failure(RecordFault(offset: from, reason: "its format is before 2"))
        case .broken(let reason): return .failure(RecordFault(offset: from, reason: reason))
        }
        next = header.lastOffset + 1
        self.header = header
        // What cannot be read is not passed either, however often it is tried.
        let result = open(header, rest, from, decompressor)
        if case .success = result { position += header.size }
        return result
    }

    private mutating func open(
        _ header: BatchHeader, _ rest: UnsafeRawBufferPointer, _ from: Int64, _ decompressor: BatchDecompressor
    ) -> Result<Step, RecordFault> {
        if next <= from && !header.isControl { return .success(.passed) }
        let batch = UnsafeRawBufferPointer(rebasing: rest[..<header.size])
        let checked = UnsafeRawBufferPointer(rebasing: batch[BatchHeader.checkedFrom...])
        guard let base = checked.baseAddress, kafka_crc32c(base, checked.count) == header.checksum else {
            return .failure(RecordFault(offset: header.baseOffset, reason: "its checksum is wrong"))
        }
        var plain = UnsafeRawBufferPointer(rebasing: batch[BatchHeader.byteCount...])
        if isCommittedOnly {
            if header.isControl {
                if Self.isAbort(plain) { aborted.end(header.producer) }
                return .success(.passed)
            }
            if aborted.hides(header) { return .success(.passed) }
        }
        if header.isControl || header.recordCount == 0 { return .success(.passed) }
        if header.codec != 0 {
            let result = decompressor.plain(plain, codec: header.codec)
            switch result {
            case .success(let bytes): plain = bytes
            case .failure(let reason):
                return .failure(RecordFault(offset: header.baseOffset, reason: reason.description))
            }
        }
        guard let start = plain.baseAddress else {
            return .failure(RecordFault(offset: header.baseOffset, reason: "it has no records"))
        }
        records = kafka_records(
            bytes: start.assumingMemoryBound(to: UInt8.self), count: plain.count, position: 0,
            remaining: header.recordCount, base_offset: header.baseOffset, last_offset: header.lastOffset, needed: 0)
        return .success(.records)
    }

    /// Whether a control batch's record says that a transaction was aborted.
    private static func isAbort(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        func varint() -> Int64? {
            guard at < bytes.count, let base = bytes.baseAddress else { return nil }
            var value: Int64 = 0
            let size = kafka_read_varint(base.assumingMemoryBound(to: UInt8.self) + at, bytes.count - at, &value)
            at += size
            return size == 0 ? nil : value
        }
        guard varint() != nil else { return false }
        at += 1
        guard varint() != nil, varint() != nil, let keyCount = varint(), keyCount >= 4, at + 4 <= bytes.count else {
            return false
        }
        return bytes[at + 2] == 0 && bytes[at + 3] == 0
    }
}
