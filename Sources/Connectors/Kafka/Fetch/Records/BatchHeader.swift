import Formats

/// The first bytes of a record batch: what it holds and how.
package struct BatchHeader: Equatable, Sendable {
    /// Bytes before the records.
    package static let byteCount = 61
    /// Bytes before those that a batch's length counts.
    static let lengthEnd = 12
    static let checkedFrom = 21

    package var baseOffset: Int64
    /// Bytes of the whole batch.
    package var size: Int
    package var checksum: UInt32
    package var attributes: Int16
    package var lastOffset: Int64
    package var baseTime: Int64
    package var maximumTime: Int64
    package var producer: Int64
    package var recordCount: Int32

    package var codec: Int { Int(attributes & 7) }
    /// All records have the time at which the broker took the batch.
    package var hasLogTime: Bool { attributes & 8 != 0 }
    package var isTransactional: Bool { attributes & 16 != 0 }
    /// It holds no events but the end of a transaction.
    package var isControl: Bool { attributes & 32 != 0 }

    package enum Found: Equatable, Sendable {
        case batch(BatchHeader)
        /// The bytes end within it; so many would be needed for the whole batch, as far as that can be told.
        case partial(Int)
        /// A message set of a format before 2.
        case old
        case broken(String)
    }

    package static func find(_ bytes: UnsafeRawBufferPointer) -> Found {
        var reader = WireReader(bytes)
        let baseOffset: Int64 = reader.integer()
        let length = Int(reader.integer(Int32.self))
        if reader.isBroken { return .partial(byteCount) }
        guard bytes.count > 16 else { return .partial(max(byteCount, lengthEnd + length)) }
        let format = bytes[16]
        if format < 2 { return .old }
        guard format == 2 else { return .broken("it has format \(format)") }
        guard length >= byteCount - lengthEnd, baseOffset >= 0 else { return .broken("its length is \(length)") }
        let size = lengthEnd + length
        guard bytes.count >= size else { return .partial(size) }
        _ = reader.integer(Int32.self)
        _ = reader.integer(Int8.self)
        let checksum: UInt32 = reader.integer()
        let attributes: Int16 = reader.integer()
        let lastDelta = Int64(reader.integer(Int32.self))
        let (lastOffset, isOver) = baseOffset.addingReportingOverflow(lastDelta)
        guard lastDelta >= 0, !isOver, lastOffset < .max else { return .broken("its last offset is before its first") }
        let baseTime: Int64 = reader.integer()
        let maximumTime: Int64 = reader.integer()
        let producer: Int64 = reader.integer()
        _ = reader.integer(Int16.self)
        _ = reader.integer(Int32.self)
        let count: Int32 = reader.integer()
        guard count >= 0 else { return .broken("it holds \(count) records") }
        return .batch(
            BatchHeader(
                baseOffset: baseOffset, size: size, checksum: checksum, attributes: attributes, lastOffset: lastOffset,
                baseTime: baseTime, maximumTime: maximumTime, producer: producer, recordCount: count))
    }
}

/// What a partition's part of an answer holds, by its batches' headers alone: enough to ask for what follows.
package struct RecordSetOutline: Equatable, Sendable {
    /// Behind the last whole batch; nil when there is none.
    package private(set) var next: Int64?
    /// Bytes of the whole batches.
    package private(set) var byteCount = 0
    /// How many bytes the first batch needs, where not even it came whole.
    package private(set) var missing: Int?
    package private(set) var hasOldFormat = false

    package init(_ bytes: UnsafeRawBufferPointer) {
        while byteCount < bytes.count {
            switch BatchHeader.find(UnsafeRawBufferPointer(rebasing: bytes[byteCount...])) {
            case .batch(let header):
                byteCount += header.size
                next = max(next ?? 0, header.lastOffset + 1)
            case .partial(let size):
                if byteCount == 0 { missing = size }
                return
            case .old:
                hasOldFormat = true
                return
            case .broken:
                // Who reads the records meets it, and says so.
                byteCount = bytes.count
                next = next ?? 0
                return
            }
        }
    }
}
