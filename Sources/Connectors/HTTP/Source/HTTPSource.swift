package import Columnar
import Formats
package import Streams

/// Events that came by POST: what the spool holds, in the order in which it was accepted.
///
/// One partition, `spool`, whose positions are byte offsets of the spool's log; each body is a message.
package final class HTTPSource: StreamSource, @unchecked Sendable {
    package let name: String
    /// Where the server hands bodies in.
    package let ingest: HTTPIngest
    private let folder: String
    private let keyLimit: Int
    private let segmentByteCount: Int
    private let memoryLimit: Int
    private let partition: SourcePartition
    /// Set once by `open`; `wake` and `lag` may come from other threads before that.
    private let opened = Locked<Spool?>(nil)
    /// Where reading goes on.
    private let position = Locked<Int64>(0)
    /// What was there at `open`, for `availableNow`.
    private var endAtOpen: Int64 = 0
    private var hasAssigned = false

    /// - Parameter folder: the spool's, created where it is missing.
    package init(
        name: String, folder: String, limits: HTTPIngest.Limits = .init(), keyLimit: Int = 100_000,
        segmentByteCount: Int = 64 << 20, memoryLimit: Int = 16 << 20
    ) {
        self.name = name
        self.folder = folder
        self.keyLimit = keyLimit
        self.segmentByteCount = segmentByteCount
        self.memoryLimit = memoryLimit
        ingest = HTTPIngest(limits: limits)
        partition = SourcePartition(source: name, id: "spool")
    }

    package var isReplayable: Bool { true }

    package func open(at positions: Positions) throws(SwiftwaterError) {
        let spool = try Spool(
            folder, keyLimit: keyLimit, segmentByteCount: segmentByteCount, memoryLimit: memoryLimit)
        var start = spool.start
        if let given = positions[partition] {
            if spool.start == spool.end { spool.begin(at: given) }
            guard given >= spool.start, given <= spool.end else {
                throw SwiftwaterError(
                    .data,
                    "the checkpoint goes on at position \(given), and the spool has \(spool.start) to \(spool.end)",
                    at: .init(file: folder),
                    hint: "bring the spool back that belongs to the checkpoint, or use --reset")
            }
            start = given
        }
        position.withLock { $0 = start }
        endAtOpen = spool.end
        spool.resume(at: start)
        opened.withLock { $0 = spool }
        ingest.start(spool)
    }

    package func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        guard let spool = opened.withLock({ $0 }) else { return PollResult(isEnded: true) }
        let start = position.withLock { $0 }
        let limit = request.until.map { $0[partition] ?? 0 } ?? .max
        let reading = spool.read(
            start, maximumBytes: request.maximumBytes, maximumRecords: request.maximumMessages, before: limit,
            timeout: request.timeout)
        var blocks: [EventBlock] = []
        switch reading {
        case .none: break
        case .gone(let first):
            throw SwiftwaterError(
                .data, "the spool begins at position \(first), and position \(start) is asked for",
                at: .init(file: folder), hint: "use --reset to go on with what is there")
        case .recent(let bodies): blocks = SpoolBlocks.blocks(bodies, partition)
        case .file(let file, let offset, let byteCount):
            blocks = try SpoolBlocks.read(
                file, offset, byteCount, at: start, partition, maximumBytes: request.maximumBytes,
                maximumRecords: request.maximumMessages)
        }
        let end = blocks.last?.positions.upperBound ?? start
        position.withLock { $0 = end }
        let assigned: Positions = hasAssigned ? [:] : [partition: start]
        hasAssigned = true
        return PollResult(blocks: blocks, isDrained: end >= endAtOpen, assigned: assigned)
    }

    package func acknowledge(_ positions: Positions) throws(SwiftwaterError) {
        guard let position = positions[partition], let spool = opened.withLock({ $0 }) else { return }
        try spool.acknowledge(position)
    }

    /// Takes no further bodies; what was accepted can still be polled. For any thread.
    package func refuse() { ingest.refuse() }

    package func wake() { opened.withLock { $0 }?.wake() }

    package var lag: [SourcePartition: Int64] {
        guard let spool = opened.withLock({ $0 }) else { return [:] }
        return [partition: spool.bytes(from: position.withLock { $0 })]
    }

    package var wantsAcknowledgement: Bool { spooledBytes > ingest.limits.spoolBytes / 2 }

    /// Bytes on the disk that are not acknowledged.
    package var spooledBytes: Int { opened.withLock { $0 }?.waitingBytes ?? 0 }

    package func close() {
        guard opened.withLock({ $0 }) != nil else { return }
        ingest.stop()
        opened.withLock { $0 = nil }
    }
}
