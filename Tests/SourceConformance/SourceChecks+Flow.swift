import Columnar
import Formats
import Glibc
import Streams

/// Checks of when something comes, and of how much.
extension SourceChecks {
    func backPressure() throws {
        guard traits.backlogBytes > 0 else { return }
        let reader = try reader()
        try harness.write(events(0..<1))
        try reader.read(1)
        let line = 4096
        var number = 1
        // What else runs in this process may take memory meanwhile, but hardly three times in a row.
        for attempt in 1...3 {
            let before = Self.residentBytes
            let end = number + traits.backlogBytes / line
            while number < end {
                let batch = (number..<(number + 256)).map { number in
                    Array("{\"n\":\(number),\"pad\":\"\(String(repeating: "y", count: line))\"}".utf8)
                }
                try harness.write(batch)
                number += 256
            }
            usleep(1_000_000)
            let grown = Self.residentBytes - before
            if grown < traits.memoryLimit { break }
            guard attempt < 3 else {
                throw ConformanceFailure("\(traits.backlogBytes) bytes that nobody polls took \(grown) bytes of memory")
            }
        }
        // All of it comes, in small polls; the reader checks their sizes.
        let deadline = ContinuousClock.now + traits.patience * 2
        var count = 1
        while count < number, ContinuousClock.now < deadline {
            let result = try reader.source.poll(PollRequest(maximumBytes: 1 << 20))
            let bytes = result.blocks.reduce(0) { $0 + $1.byteCount }
            guard bytes <= 1 << 20 + traits.slackBytes else {
                throw ConformanceFailure("a poll for 1 MiB brought \(bytes) bytes")
            }
            for block in result.blocks {
                count += block.messages?.count ?? LineFeeds.count(in: block.bytes.mutable(UInt8.self), block.byteCount)
            }
        }
        guard count == number else {
            throw ConformanceFailure("\(count) of \(number) events came out of the backlog")
        }
    }

    func reconnect() throws {
        guard traits.canBeCut else { return }
        let written = events(0..<600)
        let reader = try reader()
        try harness.write(Array(written[0..<200]))
        try reader.read(200)
        for round in 1...2 {
            try harness.cut()
            for _ in 0..<5 { try reader.poll(PollRequest(timeout: .milliseconds(100))) }
            try harness.restore()
            try harness.write(Array(written[(round * 200)..<(round * 200 + 200)]))
            try reader.read(round * 200 + 200)
        }
        try reader.expectNothing()
        try expect(reader.events, are: written)
    }

    func drain() throws {
        if traits.ends { try harness.finish() }
        let empty = try reader()
        try empty.drain()
        guard empty.events.isEmpty else { throw ConformanceFailure("an empty source brought events") }
        empty.close()
        guard traits.isReplayable else { return }
        let written = events(0..<2000)
        try harness.write(written)
        let full = try reader()
        try full.drain(PollRequest(maximumBytes: 5000))
        guard full.events.count == 2000 else {
            throw ConformanceFailure("it says that it is drained after \(full.events.count) of 2000 events")
        }
        try expect(full.events, are: written)
        full.close()
        // Everything has been read: there is nothing to drain.
        let again = try reader(at: full.positions)
        try again.drain()
        guard again.events.isEmpty else { throw ConformanceFailure("events came again") }
    }

    func wake() throws {
        let reader = try reader()
        try harness.write(events(0..<1))
        try reader.read(1)
        let source = reader.source
        // Also a wake that comes before the poll counts, or it would be lost between two of them.
        for delay in [0, 200_000] {
            if delay == 0 {
                source.wake()
            } else {
                EngineThreads.detach {
                    usleep(UInt32(delay))
                    source.wake()
                }
            }
            let start = ContinuousClock.now
            try reader.poll(PollRequest(timeout: .seconds(20)))
            let took = ContinuousClock.now - start
            guard took < traits.wakeLimit + .microseconds(delay) else {
                throw ConformanceFailure("a poll returned \(took) after it began; it was woken after \(delay) µs")
            }
        }
    }

    func latency() throws {
        let reader = try reader()
        try harness.write(events(0..<1))
        try reader.read(1)
        // A poll with nothing there waits as long as it was asked to.
        let idle = ContinuousClock.now
        try reader.poll(PollRequest(timeout: .milliseconds(200)))
        let waited = ContinuousClock.now - idle
        guard waited > .milliseconds(100), waited < .seconds(2) else {
            throw ConformanceFailure("a poll for 200 ms without events took \(waited)")
        }
        var best = Duration.seconds(1000)
        for round in 1...5 {
            let written = Locked<(ContinuousClock.Instant, (any Error)?)?>(nil)
            let carrier = Carrier(harness: harness, event: events(round..<(round + 1))[0])
            EngineThreads.detach {
                usleep(100_000)
                let start = ContinuousClock.now
                var failure: (any Error)?
                do { try carrier.harness.write([carrier.event]) } catch { failure = error }
                let problem = failure
                written.withLock { $0 = (start, problem) }
            }
            try reader.read(round + 1, PollRequest(timeout: .seconds(5)))
            let end = ContinuousClock.now
            while written.withLock({ $0 == nil }) { usleep(1000) }
            if let (start, failure) = written.withLock({ $0 }) {
                if let failure { throw failure }
                best = min(best, end - start)
            }
        }
        guard best < traits.latencyLimit else {
            throw ConformanceFailure("the quickest of five events took \(best) from its writing to the poll's return")
        }
    }

    /// Takes a harness to the thread that writes; the one that polls leaves it alone meanwhile.
    private struct Carrier: @unchecked Sendable {
        let harness: any SourceHarness
        let event: [UInt8]
    }

    func lag() throws {
        let reader = try reader()
        try harness.write(events(0..<2000))
        let deadline = ContinuousClock.now + traits.patience
        while reader.events.isEmpty, ContinuousClock.now < deadline {
            try reader.poll(PollRequest(maximumBytes: 500, maximumMessages: 5))
        }
        guard traits.isReplayable else { return }
        var seen: Int64 = 0
        while seen == 0, ContinuousClock.now < deadline, reader.events.count < 1500 {
            seen = reader.source.lag.values.reduce(0, +)
            if seen == 0 { try reader.poll(PollRequest(maximumBytes: 500, maximumMessages: 5)) }
        }
        guard seen > 0 else { throw ConformanceFailure("no lag is known while events wait") }
        try reader.read(2000)
        var rest: Int64 = -1
        repeat {
            try reader.poll(PollRequest(timeout: .milliseconds(100)))
            rest = reader.source.lag.values.reduce(0, +)
        } while rest != 0 && ContinuousClock.now < deadline
        guard rest == 0 else { throw ConformanceFailure("a lag of \(rest) is left when everything has come") }
    }

    func shutdown() throws {
        try harness.write(events(0..<5000, padding: 500))
        // The first may open what stays: libraries, caches.
        for round in 0..<4 {
            let descriptors = openFiles()
            let threads = Self.entries("/proc/self/task").count
            let reader = try reader()
            try reader.read(1, PollRequest(maximumBytes: 500, maximumMessages: 5))
            let start = ContinuousClock.now
            reader.close()
            let took = ContinuousClock.now - start
            guard took < traits.closeLimit else { throw ConformanceFailure("closing took \(took)") }
            if !traits.isReplayable { return }
            if round == 0 { continue }
            // Other tests of the process open files meanwhile: what leaks is there each time.
            usleep(100_000)
            let (files, tasks) = (openFiles(), Self.entries("/proc/self/task").count)
            if files <= descriptors + traits.keptDescriptors, tasks <= threads + traits.keptDescriptors { return }
            if round == 3 {
                throw ConformanceFailure(
                    "closing leaves \(files - descriptors) open files and \(tasks - threads) threads")
            }
        }
    }

    func end() throws {
        guard traits.ends else { return }
        let written = events(0..<100)
        try harness.write(written)
        try harness.finish()
        let reader = try reader()
        let deadline = ContinuousClock.now + traits.patience
        while !reader.isEnded, ContinuousClock.now < deadline { try reader.poll() }
        guard reader.isEnded, reader.isDrained else { throw ConformanceFailure("it does not say that it has ended") }
        try expect(reader.events, are: written)
    }

    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let numbers = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return (numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Files that the process has open: those in the harness's folder where it has one.
    private func openFiles() -> Int {
        let open = Self.entries("/proc/self/fd")
        guard let folder = traits.folder else { return open.count }
        return open.count(where: { Self.target("/proc/self/fd/\($0)").hasPrefix(folder) })
    }

    private static func target(_ link: String) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &bytes, bytes.count)
        return String(decoding: bytes[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func entries(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }
}
