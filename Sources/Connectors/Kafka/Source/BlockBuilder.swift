import CKafka
import Columnar
import Streams

/// When the records of a batch were made, in milliseconds since 1970.
struct RecordTime {
    var base: Int64
    /// All have this one time; else theirs are counted from it.
    var isCommon: Bool
}

/// Fills one partition's blocks, message after message, in memory that is used again.
final class BlockBuilder {
    let partition: TopicPartition
    let source: SourcePartition
    private let topic: DictionaryValues
    private let wanted: [KafkaSourceOptions.MetadataColumn]
    private let functions: UnsafePointer<kafka_functions>?

    private var buffer: Buffer?
    private var byteCount = 0
    private var count = 0
    private var starts: UnsafeMutablePointer<Int32>
    private var offsets: UnsafeMutablePointer<Int64>
    private var capacity = 512
    private var columns: MessageColumns?

    /// - Parameter functions: the library, where the messages are the library's.
    init(
        _ partition: TopicPartition, source: String, columns: [KafkaSourceOptions.MetadataColumn],
        functions: UnsafePointer<kafka_functions>?
    ) {
        self.partition = partition
        self.source = SourcePartition(source: source, id: partition.description)
        self.functions = functions
        wanted = columns
        var names = ColumnBuilder(.string, capacity: 1)
        // A topic's name fits a column of text.
        _ = Result { () throws(SwiftwaterError) in try names.append(.string(partition.topic)) }
        topic = DictionaryValues(column: names.finish())
        starts = .allocate(capacity: capacity)
        offsets = .allocate(capacity: capacity)
    }

    deinit {
        starts.deallocate()
        offsets.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    /// What a copy brought.
    struct Copied {
        enum Stop { case goesOn, blockIsFull, pollIsFull }
        /// Index behind the last message that was dealt with.
        var end: Int
        var stop = Stop.goesOn
        var bytes = 0
        var messages = 0
        /// The offset behind the last message that was dealt with.
        var next: Int64
        var tombstones: Int64 = 0
    }

    /// Copies messages of this partition from `first` on.
    ///
    /// - Parameters:
    ///   - from: offsets below it are left out.
    ///   - until: the first offset that is not wanted.
    ///   - room: bytes that the poll may still take; one message goes beyond it when nothing was taken yet.
    func copy(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>, first: Int, count total: Int,
        from: Int64, until: Int64, room: Int, memory: inout BlockMemory
    ) throws(SwiftwaterError) -> Copied {
        guard let message = messages[first] else {
            return Copied(end: first + 1, next: from)
        }
        let needed = message.pointee.payload_count + 1
        guard needed < Int(Int32.max) - Buffer.padding else {
            throw SwiftwaterError(.data, "a message of \(partition) has \(needed - 1) bytes, too many for a block")
        }
        if count == capacity { grow() }
        let target = buffer ?? memory.take(atLeast: needed)
        buffer = target
        if target.byteCount - byteCount < needed {
            return Copied(end: first, stop: .blockIsFull, next: from)
        }
        let end = min(target.byteCount, byteCount + max(room, needed))
        var run = kafka_run(
            bytes: target.mutable(UInt8.self), byte_capacity: end, byte_count: byteCount, starts: starts,
            offsets: offsets, capacity: capacity, count: count, from: from, until: until, next: from, tombstones: 0)
        var reason: Int32 = 0
        let stop = kafka_copy_run(messages, first, total, &run, &reason)
        if !wanted.isEmpty { try collect(messages, first, stop, from: from) }
        var copied = Copied(
            end: stop, bytes: run.byte_count - byteCount, messages: run.count - count, next: run.next,
            tombstones: run.tombstones)
        // Where only the places for messages were used up, the next call has more of them.
        if reason == Int32(KAFKA_RUN_FULL) && run.count < capacity {
            copied.stop = end == target.byteCount ? .blockIsFull : .pollIsFull
        }
        byteCount = run.byte_count
        count = run.count
        return copied
    }

    private func collect(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>, _ first: Int, _ end: Int, from: Int64
    ) throws(SwiftwaterError) {
        var columns = self.columns ?? MessageColumns(wanted, functions)
        self.columns = nil
        if columns.needsMessages {
            for index in first..<end {
                guard let message = messages[index], message.pointee.payload != nil, message.pointee.offset >= from
                else { continue }
                try columns.append(message)
            }
        }
        self.columns = columns
    }

    /// What a copy of a batch's records brought.
    struct CopiedRecords {
        enum Stop { case batchIsRead, untilIsReached, blockIsFull, pollIsFull }
        var stop = Stop.batchIsRead
        var bytes = 0
        var messages = 0
        /// The offset behind the last record that was dealt with.
        var next: Int64
        var tombstones: Int64 = 0
        /// Why nothing follows.
        var fault: SwiftwaterError?
    }

    /// Copies records of a batch of this partition, from where it was left.
    ///
    /// - Parameters:
    ///   - time: the time of all the batch's records, or what theirs are counted from.
    ///   - from: offsets below it are left out.
    ///   - until: the first offset that is not wanted.
    ///   - room: bytes that the poll may still take.
    ///   - messageRoom: messages that it may still take, at least 1.
    ///   - mustTake: one message goes beyond the room.
    func copy(
        _ records: inout kafka_records, time: RecordTime, from: Int64, until: Int64, room: Int, messageRoom: Int,
        mustTake: Bool, memory: inout BlockMemory
    ) -> CopiedRecords {
        // A record takes seven bytes at least, whatever number of them the batch claims.
        let possible = min(Int(records.remaining), (records.count - records.position) / 7 + 1)
        let most = min(messageRoom, possible)
        while capacity < count + most { grow() }
        var wantedBytes = max(room, 1)
        var copied = CopiedRecords(next: from)
        while true {
            let target = buffer ?? memory.take(atLeast: records.needed)
            buffer = target
            let end = min(target.byteCount, byteCount + wantedBytes)
            var run = kafka_run(
                bytes: target.mutable(UInt8.self), byte_capacity: end, byte_count: byteCount, starts: starts,
                offsets: offsets, capacity: count + most, count: count, from: from, until: until, next: from,
                tombstones: 0)
            let reason: Int32
            if needsRecords {
                let details = UnsafeMutablePointer<kafka_record>.allocate(capacity: most)
                defer { details.deallocate() }
                reason = kafka_copy_records(&records, &run, details)
                let collected = Result { () throws(SwiftwaterError) in
                    try collect(UnsafeBufferPointer(start: details, count: run.count - count), time)
                }
                if case .failure(let error) = collected { copied.fault = error }
            } else {
                reason = kafka_copy_records(&records, &run, nil)
                if columns == nil && !wanted.isEmpty { columns = MessageColumns(wanted, functions) }
            }
            copied.bytes += run.byte_count - byteCount
            copied.messages += run.count - count
            copied.next = run.next
            copied.tombstones += run.tombstones
            let isFilled = run.count - count == most
            byteCount = run.byte_count
            count = run.count
            if copied.fault != nil { return copied }
            switch reason {
            case Int32(KAFKA_RECORDS_ALL): return copied
            case Int32(KAFKA_RECORDS_UNTIL):
                copied.stop = .untilIsReached
                return copied
            case Int32(KAFKA_RECORDS_FULL): break
            default:
                copied.fault = KafkaFailure.unreadable(partition, copied.next, "a record is damaged")
                return copied
            }
            guard records.needed < Int(Int32.max) - Buffer.padding else {
                copied.fault = SwiftwaterError(
                    .data, "a message of \(partition) has \(records.needed - 1) bytes, too many for a block")
                return copied
            }
            if !isFilled && target.byteCount - byteCount < records.needed {
                copied.stop = .blockIsFull
                if count > 0 { return copied }
                // Not even one fits: the block gets memory of the right size.
                buffer = nil
                wantedBytes = max(wantedBytes, mustTake ? records.needed : 0)
                if wantedBytes >= records.needed { continue }
            } else if !isFilled && mustTake && copied.messages == 0 {
                wantedBytes = records.needed
                continue
            }
            copied.stop = .pollIsFull
            return copied
        }
    }

    private var needsRecords: Bool {
        wanted.contains(.key) || wanted.contains(.timestamp) || wanted.contains(.headers)
    }

    private func collect(
        _ records: UnsafeBufferPointer<kafka_record>, _ time: RecordTime
    ) throws(SwiftwaterError) {
        var columns = self.columns ?? MessageColumns(wanted, functions)
        self.columns = nil
        for record in records {
            try columns.append(record, time: time.isCommon ? time.base : time.base &+ record.time_delta)
        }
        self.columns = columns
    }

    private func grow() {
        let larger = capacity * 2
        let grownStarts = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
        let grownOffsets = UnsafeMutablePointer<Int64>.allocate(capacity: larger)
        grownStarts.update(from: starts, count: count)
        grownOffsets.update(from: offsets, count: count)
        starts.deallocate()
        offsets.deallocate()
        starts = grownStarts
        offsets = grownOffsets
        capacity = larger
    }

    /// The block of what was copied, or nil when there is nothing. Its range begins at `first` and ends at `next`.
    func finish(from first: Int64, upTo next: Int64, arrival: Int64) -> EventBlock? {
        guard count > 0, let filled = buffer else {
            buffer = nil
            return nil
        }
        // A small block would hold on to a large buffer for as long as anybody looks at it.
        let bytes =
            byteCount * 4 < filled.byteCount
            ? Buffer(copying: UnsafeRawBufferPointer(start: filled.base, count: byteCount)) : filled
        let positions = Array(UnsafeBufferPointer(start: offsets, count: count))
        var ends = [Int32]()
        ends.reserveCapacity(count + 1)
        ends.append(contentsOf: UnsafeBufferPointer(start: starts, count: count))
        ends.append(Int32(byteCount))
        let metadata = columns.take()?.finish(partition: partition, topic: topic, offsets: positions)
        let block = EventBlock(
            partition: source, positions: first..<max(next, first), bytes: bytes, byteCount: byteCount,
            messages: .init(starts: ends, positions: positions, metadata: metadata), arrival: arrival)
        buffer = nil
        byteCount = 0
        count = 0
        return block
    }
}
