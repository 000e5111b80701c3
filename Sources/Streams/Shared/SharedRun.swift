package import Columnar
import Formats
package import Query

/// A function that several processes serve together over one checkpoint: each partition is a run by itself, in the
/// process to which the group gave it.
///
/// A partition's position, states and files belong to it and go with it: the next owner claims its log
/// (`PartitionClaim`), takes back what is there and goes on. So nothing depends on when an earlier owner notices
/// that it is one no longer.
package final class SharedRun: ServedRun, @unchecked Sendable {
    package struct Setup: Sendable {
        package var name: String
        package var plan: Plan
        package var members: [any GroupMember]
        /// Ends when all that was there has been taken.
        package var availableNow: Bool
        package var notice: @Sendable (StreamNotice) -> Void
        /// Makes the run of a partition from its source.
        package var makeRun: @Sendable (SourcePartition, any StreamSource) throws(SwiftwaterError) -> StreamRun

        package init(
            name: String, plan: Plan, members: [any GroupMember], availableNow: Bool = false,
            notice: @escaping @Sendable (StreamNotice) -> Void = { _ in },
            makeRun: @escaping @Sendable (SourcePartition, any StreamSource) throws(SwiftwaterError) -> StreamRun
        ) {
            self.name = name
            self.plan = plan
            self.members = members
            self.availableNow = availableNow
            self.notice = notice
            self.makeRun = makeRun
        }
    }

    private let setup: Setup
    private let hub = Monitor()
    // Guarded by the hub.
    private var hasStarted = false
    private var isStopping = false
    private var servedPhase = ServedPhase.starting
    private var result: Result<Void, SwiftwaterError>?
    private var tasks: [SourcePartition: Task] = [:]
    /// What runs that have ended had counted.
    private var past = (counters: StreamCounters(), latency: LatencyHistogram())
    private var lastProgress: StreamProgress?

    private struct Task {
        var life: PartitionTask
        var member: any GroupMember
        var run: StreamRun?
    }

    /// How long the group is listened to before the runs are looked after again.
    private static let turn = Duration.milliseconds(50)

    package init(_ setup: Setup) { self.setup = setup }

    package func start() {
        hub.lock()
        let isFirst = !hasStarted
        hasStarted = true
        hub.unlock()
        guard isFirst else { return }
        EngineThreads.detach {
            let result = Result { () throws(SwiftwaterError) in try self.serve() }
            self.hub.lock()
            self.servedPhase = .ended
            self.result = result
            self.hub.wakeAll()
            self.hub.unlock()
        }
    }

    package func stop() {
        hub.lock()
        isStopping = true
        if servedPhase == .running { servedPhase = .stopping }
        hub.wakeAll()
        hub.unlock()
    }

    package func wait() throws(SwiftwaterError) {
        hub.lock()
        while result == nil { hub.wait() }
        let result = self.result
        hub.unlock()
        try result?.get()
    }

    // MARK: The loop

    private func serve() throws(SwiftwaterError) {
        let served = Result { () throws(SwiftwaterError) in
            for member in setup.members { try member.join() }
            try serveGroup()
        }
        // Partitions are left whole: a failure elsewhere is no reason to do without their last epoch.
        let partitions = locked { Array($0.keys) }
        revoke(partitions)
        var left = partitions
        while !left.isEmpty {
            left = locked { Array($0.keys) }
            try? reap()
            hub.lock()
            if !tasks.isEmpty { hub.wait(for: .milliseconds(10)) }
            hub.unlock()
        }
        for member in setup.members { member.close() }
        try served.get()
    }

    private func serveGroup() throws(SwiftwaterError) {
        var settled: Set<String> = []
        while !hasToStop {
            for member in setup.members {
                let news = try member.poll(timeout: Self.turn)
                if news.isSettled { settled.insert(member.name) }
                revoke(news.revoked)
                tell("takes", news.assigned)
                hub.lock()
                for partition in news.assigned where tasks[partition] == nil {
                    tasks[partition] = Task(life: PartitionTask(now: Clock.steady), member: member)
                }
                hub.unlock()
            }
            try reap()
            try begin()
            let isSettled = settled.count == setup.members.count
            hub.lock()
            let isReady = tasks.values.allSatisfy { $0.life.state != .running || $0.run?.isReady == true }
            if isSettled, isReady, servedPhase == .starting { servedPhase = .running }
            let isOver = setup.availableNow && isSettled && tasks.values.allSatisfy { $0.life.state == .done }
            hub.unlock()
            if isOver { return }
        }
    }

    private func tell(_ verb: String, _ partitions: [SourcePartition]) {
        guard !partitions.isEmpty else { return }
        let names = partitions.sorted().map(\.description).joined(separator: ", ")
        setup.notice(StreamNotice(.info, "this process \(verb) \(names)"))
    }

    private var hasToStop: Bool {
        hub.lock()
        defer { hub.unlock() }
        return isStopping
    }

    private func locked<T>(_ body: (inout [SourcePartition: Task]) -> T) -> T {
        hub.lock()
        defer { hub.unlock() }
        return body(&tasks)
    }

    /// Lets the runs of partitions end that the group wants back.
    private func revoke(_ partitions: [SourcePartition]) {
        for partition in partitions {
            let run = locked { tasks -> StreamRun? in
                tasks[partition]?.life.revoked() == true ? tasks[partition]?.run : nil
            }
            run?.stop()
        }
    }

    /// Starts what is due.
    private func begin() throws(SwiftwaterError) {
        let now = Clock.steady
        for (partition, task) in locked({ tasks in tasks.filter { $0.value.life.isDue(now) } }) {
            let run = try setup.makeRun(partition, task.member.source(of: partition))
            locked { tasks in
                tasks[partition]?.run = run
                tasks[partition]?.life.started()
            }
            run.start()
        }
    }

    /// Looks after runs that have ended.
    private func reap() throws(SwiftwaterError) {
        let ended = locked { tasks in tasks.filter { $0.value.run?.hasEnded ?? ($0.value.life.state == .leaving) } }
        var failure: SwiftwaterError?
        for (partition, task) in ended {
            var end = PartitionTask.End.done
            if let run = task.run { end = self.end(of: run, partition) }
            let hasCommitted = (task.run?.counters.epochs ?? 0) > 0
            let decision = locked { tasks -> PartitionTask.Decision in
                tasks[partition]?.run = nil
                return tasks[partition]?.life.ended(end, hasCommitted: hasCommitted, now: Clock.steady) ?? .nothing
            }
            if let run = task.run { keepCounts(of: run) }
            switch decision {
            case .nothing: break
            case .giveUp(let error): failure = failure ?? error
            case .release:
                if case .failed(let error) = end {
                    setup.notice(StreamNotice(.error, "\(partition) was given up after an error: \(error)"))
                }
                locked { $0[partition] = nil }
                tell("leaves", [partition])
                try task.member.released([partition])
            }
        }
        if let failure { throw failure }
    }

    private func end(of run: StreamRun, _ partition: SourcePartition) -> PartitionTask.End {
        let result = Result { () throws(SwiftwaterError) in try run.wait() }
        if run.isFenced {
            setup.notice(
                StreamNotice(
                    .warning, "another process has \(partition) now: what was not committed here is done there"))
            return .fenced
        }
        switch result {
        case .success: return .done
        case .failure(let error): return error.kind == .cancelled ? .done : .failed(error)
        }
    }

    private func keepCounts(of run: StreamRun) {
        hub.lock()
        past.counters += run.counters
        past.latency.merge(run.latency)
        if let progress = run.progress { lastProgress = progress }
        hub.unlock()
    }

    // MARK: Seeing it

    package var name: String { setup.name }
    package var frames: [String] { setup.plan.outputs.map(\.from) }

    package var phase: ServedPhase {
        hub.lock()
        defer { hub.unlock() }
        return servedPhase
    }

    private var runs: [StreamRun] { locked { tasks in tasks.sorted { $0.key < $1.key }.compactMap(\.value.run) } }

    package var progress: StreamProgress? {
        let known = runs.compactMap(\.progress) + (locked { _ in lastProgress }.map { [$0] } ?? [])
        return known.max { $0.timestamp < $1.timestamp }
    }

    package var counters: StreamCounters {
        var sum = locked { _ in past.counters }
        for run in runs { sum += run.counters }
        return sum
    }

    package var latency: LatencyHistogram {
        var sum = locked { _ in past.latency }
        for run in runs { sum.merge(run.latency) }
        return sum
    }

    package var lag: [SourcePartition: Int64] { runs.reduce(into: [:]) { $0.merge($1.lag) { $1 } } }

    package var sourceCounters: [String: [String: Int64]] {
        runs.reduce(into: [:]) { sums, run in
            for (source, own) in run.sourceCounters { sums[source, default: [:]].merge(own, uniquingKeysWith: +) }
        }
    }

    /// Those of the partitions that this process has; their groups have no rows elsewhere.
    package func currentRows(of frame: String) throws(SwiftwaterError) -> Table {
        guard frames.contains(frame) else { throw .noFrame(frame, among: frames) }
        var table: Table?
        for run in runs where run.isReady {
            let own = try run.currentRows(of: frame)
            table = Table(schema: own.schema, batches: (table?.batches ?? []) + own.batches)
        }
        guard let table else {
            throw SwiftwaterError(
                .io, "this process has no partition yet", hint: "ask again, or ask another process of the function")
        }
        return table
    }
}
