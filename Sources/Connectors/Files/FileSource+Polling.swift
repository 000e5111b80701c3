package import Columnar
import Formats
package import Streams

/// Handing out lines.
extension FileSource {
    /// Open files that are kept between polls.
    private static var maximumOpenFiles: Int { 256 }

    package func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        if let until = request.until { return try replay(request, until) }
        let deadline = ContinuousClock.now + request.timeout
        var result = PollResult()
        while true {
            try look()
            try fill(&result, request)
            takeChanges(into: &result)
            result.isDrained = initial.isEmpty && lost.isEmpty
            if !result.blocks.isEmpty || !result.assigned.isEmpty || !result.revoked.isEmpty { return result }
            let now = ContinuousClock.now
            guard now < deadline else { return result }
            let isWoken = watch.wait(min(deadline, nextLook(now)) - now)
            if isWoken { return result }
        }
    }

    private func takeChanges(into result: inout PollResult) {
        if !lost.isEmpty {
            // Replays are over: nothing behind these positions is asked for any more.
            revoked += lost.keys.sorted()
            lost = [:]
        }
        for (partition, position) in assigned {
            // A replay may have gone on since, and the first lines may be in this very result.
            let first = result.blocks.first { $0.partition == partition }?.positions.lowerBound
            result.assigned[partition] = first ?? files[partition]?.position ?? position
        }
        result.revoked += revoked
        assigned = [:]
        revoked = []
    }

    private func fill(_ result: inout PollResult, _ request: PollRequest) throws(SwiftwaterError) {
        var bytes = request.maximumBytes
        var lines = request.maximumMessages
        while bytes > 0, lines > 0, queueStart < queue.count {
            let file = queue[queueStart]
            if files[file.partition] !== file {
                leaveQueue(file)
                continue
            }
            let limits = LineReading.Limits(
                end: file.stretchEnd, bytes: bytes, lines: lines, isFinal: isFinal(file))
            do throws(SwiftwaterError) {
                guard let (read, count) = try next(file, limits) else { continue }
                var block = read
                block.lineCount = count
                result.blocks.append(block)
                bytes -= block.byteCount
                lines -= count
                file.position = block.positions.upperBound
                noteLag(file)
                if file.position >= file.stretchEnd { endStretch(file) }
            } catch {
                // What has been read goes first; the error comes again.
                if !result.blocks.isEmpty { return }
                leaveQueue(file)
                initial.remove(file.partition)
                if options.failOnDataLoss { throw error }
            }
        }
    }

    /// The file's next block; nil when its turn is over.
    private func next(
        _ file: FollowedFile, _ limits: LineReading.Limits
    ) throws(SwiftwaterError) -> (EventBlock, Int)? {
        if let compression = file.compression {
            do throws(SwiftwaterError) {
                if let block = try reading.nextDecompressed(file, compression, limits) { return block }
                file.readSize = file.size
            } catch {
                guard file.decompressed?.isCutOff == true else {
                    // It is not tried again before it changes.
                    file.readSize = file.size
                    file.close()
                    throw error
                }
                file.readSize = file.size
                file.retryAt = .now + .seconds(1)
            }
            file.close()
            endStretch(file)
            return nil
        }
        keepOpen(file)
        switch try reading.next(file, limits) {
        case .block(let block, let lines): return (block, lines)
        case .unfinished:
            file.unfinishedSize = limits.end
            endStretch(file)
            return nil
        case .truncated:
            refresh(file)
            if file.size >= limits.end { return nil }
            leaveQueue(file)
            try restart(file)
            return nil
        }
    }

    /// A file's turn is over: what has come meanwhile waits behind the others.
    private func endStretch(_ file: FollowedFile) {
        leaveQueue(file)
        initial.remove(file.partition)
        refresh(file)
        noteLag(file)
        if file.compression == nil, file.size < file.position { return markStale() }
        enqueue(file)
        if file.unread > 0 || file.missingSince != nil { pending[file.partition] = file }
    }

    private func leaveQueue(_ file: FollowedFile) {
        file.isQueued = false
        queueStart += 1
        if queueStart > 1024 || queueStart == queue.count {
            queue.removeFirst(queueStart)
            queueStart = 0
        }
    }

    /// Whether a last line without a line feed is whole, because nobody writes on.
    func isFinal(_ file: FollowedFile) -> Bool {
        if let missing = file.missingSince, ContinuousClock.now - missing > options.closeAfter { return true }
        guard let finishAfter = options.finishAfter else { return false }
        return nanosecondsNow() - file.modified > finishAfter.nanoseconds
    }

    /// Closes the files that were read longest ago where many are open.
    private func keepOpen(_ file: FollowedFile) {
        guard file.plain == nil else { return }
        openOrder.append(file)
        guard openOrder.count > Self.maximumOpenFiles else { return }
        openOrder.removeAll { $0.plain == nil && $0 !== file }
        while openOrder.count > Self.maximumOpenFiles / 2,
            let index = openOrder.firstIndex(where: { $0 !== file && $0.missingSince == nil })
        {
            openOrder.remove(at: index).close()
        }
    }

    // MARK: Replays

    /// What lies before `until`, of its partitions only.
    private func replay(_ request: PollRequest, _ until: Positions) throws(SwiftwaterError) -> PollResult {
        var result = PollResult()
        var bytes = request.maximumBytes
        var lines = request.maximumMessages
        for (partition, end) in until.sorted(by: { $0.key < $1.key }) where partition.source == name {
            guard let file = files[partition] else {
                if let from = lost[partition] { try replayLost(partition, from, end, &result) }
                continue
            }
            while file.position < end, bytes > 0, lines > 0 {
                let limits = LineReading.Limits(end: end, bytes: bytes, lines: lines, isFinal: true)
                var next: (EventBlock, lines: Int)?
                if let compression = file.compression {
                    next = try reading.nextDecompressed(file, compression, limits)
                } else {
                    keepOpen(file)
                    if case .block(let block, let count) = try reading.next(file, limits) { next = (block, count) }
                }
                guard let (block, count) = next else {
                    try replayLost(partition, file.position, end, &result)
                    file.position = end
                    break
                }
                result.blocks.append(block)
                bytes -= block.byteCount
                lines -= count
                file.position = block.positions.upperBound
            }
            noteLag(file)
        }
        return result
    }

    /// Lines that were read before a crash and are not there any more.
    private func replayLost(
        _ partition: SourcePartition, _ from: Int64, _ end: Int64, _ result: inout PollResult
    ) throws(SwiftwaterError) {
        guard end > from else { return }
        if options.failOnDataLoss {
            let called = path(of: partition).map { "'\($0)'" } ?? "a file of '\(options.paths.joined(separator: ", "))'"
            throw SwiftwaterError(
                .data,
                "\(called) was removed or truncated before its lines were committed: bytes \(from) to \(end) of "
                    + "\(partition) are lost",
                hint: "put the file back, or set failOnDataLoss: false to go on without them")
        }
        result.blocks.append(
            EventBlock(partition: partition, positions: from..<end, bytes: Buffer(byteCount: 0), byteCount: 0))
        if lost[partition] != nil { lost[partition] = end }
    }
}
