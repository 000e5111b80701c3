import Columnar
import Formats
import Synchronization

/// Runs one stage on the engine's threads: each worker takes morsels from a reader of its own and pushes them through
/// the tree into its own states; then the states are merged and finished.
///
/// Several sources are read one after the other: the sequences of each follow those of the one before.
final class StageRunner: Sendable {
    private let stage: Stage
    private let threads: Int
    private let control: StageControl
    private let memory: MemoryLimit
    private let release: OrderedRelease?
    private let numberings: [RowNumbering]
    /// The workers by number; each works on one thread at a time.
    private let workers = Locked<[Int: Worker]>([:])
    /// The highest sequence taken so far.
    private let lastSequence: Atomic<Int>

    private struct Worker: @unchecked Sendable {
        var worker: StageWorker
    }

    /// - Parameters:
    ///   - pendingLimit: bytes that may wait for their turn to be written.
    ///   - firstSequence: what the sequences of the first source are counted from.
    init(
        _ stage: Stage, threads: Int, memoryLimit: Int?, cancellation: CancellationFlag, pendingLimit: Int = 32 << 20,
        firstSequence: Int = 0
    ) {
        self.stage = stage
        lastSequence = Atomic(firstSequence - 1)
        self.threads = threads
        control = StageControl(cancellation: cancellation)
        memory = MemoryLimit(limit: memoryLimit, operators: stage.operators, workers: threads)
        release =
            stage.sinks.isEmpty
            ? nil : OrderedRelease(sinks: stage.sinks, workers: threads, pendingLimit: pendingLimit)
        numberings = stage.parts.flatMap(\.transforms.numberings) + stage.root.numberings
    }

    func run() throws(SwiftwaterError) -> StageResult {
        let workers = try read()
        return StageResult(
            results: try numbered(try finish(workers.map(\.states)), stage.resultNumbers),
            collected: try numbered(collected(workers), stage.collectedNumbers),
            endedEarly: control.isCompletedEarly)
    }

    /// The same with the operators' states merged but not finished.
    func runUnfinished() throws(SwiftwaterError) -> UnfinishedStage {
        let workers = try read()
        var late: [Int: LateRows] = [:]
        for (index, rows) in workers.flatMap(\.late) {
            late[index, default: LateRows()].count += rows.count
            late[index, default: LateRows()].batches += rows.batches
        }
        var states: [any OperatorState] = []
        for index in stage.operators.indices {
            states.append(try Self.merged(workers.map { $0.states[index] }, control.cancellation, memory))
        }
        return UnfinishedStage(
            states: states, collected: collected(workers), late: late,
            lastSequence: lastSequence.load(ordering: .relaxed))
    }

    /// Reads all parts to their ends; the workers with what they have then.
    private func read() throws(SwiftwaterError) -> [StageWorker] {
        for part in stage.parts {
            let base = lastSequence.load(ordering: .relaxed) + 1
            let count = min(threads, part.threads)
            release?.begin(workers: count)
            for numbering in numberings { numbering.begin(workers: count) }
            EngineThreads.run(
                count, body: { [self] in work($0, part, base) },
                refused: { [self] number in
                    try? release?.retire(worker: number)
                    for numbering in numberings { numbering.retire(worker: number) }
                })
            if let error = control.error { throw error }
            if control.isCompletedEarly { break }
        }
        return workers.withLock { held in
            defer { held = [:] }
            return held.sorted { $0.key < $1.key }.map(\.value)
        }.map(\.worker)
    }

    private func collected(_ workers: [StageWorker]) -> [[Batch]] {
        (0..<stage.collectorCount).map { collector in
            workers.flatMap { $0.collected[collector] }.sorted { $0.sequence < $1.sequence }.map(\.batch)
        }
    }

    // MARK: A worker

    private func worker(_ number: Int) -> StageWorker {
        workers.withLock { workers in
            if let known = workers[number] { return known }
            let made = Worker(worker: StageWorker(stage: stage))
            workers[number] = made
            return made
        }.worker
    }

    /// - Parameter base: what the source's sequences are counted from.
    private func work(_ number: Int, _ part: StagePart, _ base: Int) {
        let worker = worker(number)
        do {
            let reader = try part.source.makeReader()
            do {
                while !control.shouldStop, try step(worker, reader, number, part, base) {}
            } catch {
                throw PlacedError(
                    error: error, sequence: reader.currentSequence.map { $0 + base } ?? worker.processing)
            }
        } catch let placed as PlacedError {
            let hasPlace = placed.error.kind == .data || placed.error.kind == .schemaWidened
            fail(placed.error, sequence: hasPlace ? placed.sequence : nil)
        } catch {
            fail(error as? SwiftwaterError ?? .runCancelled, sequence: nil)
        }
        if control.shouldStop { stopWaiting() }
        for numbering in numberings { numbering.retire(worker: number) }
        do throws(SwiftwaterError) {
            try release?.retire(worker: number)
        } catch {
            fail(error, sequence: nil)
        }
    }

    private struct PlacedError: Error {
        var error: SwiftwaterError
        var sequence: Int?
    }

    /// The outputs get nothing more, whichever error it will be in the end.
    private func fail(_ error: SwiftwaterError, sequence: Int?) {
        control.fail(error, sequence: sequence)
        release?.stop()
    }

    private func stopWaiting() {
        release?.stop()
        for numbering in numberings { numbering.stop() }
    }

    /// Takes and processes one morsel; false at the end. Nothing of the batch outlives the call unless an operator or
    /// a sink holds it, so that the reader can use its buffers again.
    @inline(never)
    private func step(
        _ worker: StageWorker, _ reader: any MorselReader, _ number: Int, _ part: StagePart, _ base: Int
    ) throws(SwiftwaterError) -> Bool {
        worker.processing = nil
        guard let morsel = try reader.next() else { return false }
        let sequence = morsel.sequence + base
        lastSequence.max(sequence, ordering: .relaxed)
        guard control.needs(sequence) else { return false }
        worker.processing = sequence
        let origin = MorselOrigin(worker: number, sequence: sequence)
        begin(origin)
        try worker.push(morsel.batch, at: origin, through: part.transforms, into: stage.root)
        for numbering in numberings { numbering.end(origin) }
        if let release {
            try release.submit(worker: number, sequence: sequence, worker.parts)
            worker.parts.removeAll(keepingCapacity: true)
        } else if stage.collectorCount == 0, !stage.readsToEnd, worker.isComplete {
            control.complete(after: sequence)
        }
        worker.morsels += 1
        if worker.morsels & 3 == 0 { try memory.check(worker: number, states: worker.states) }
        if worker.morsels & 63 == 0 { try memory.checkMachine() }
        return true
    }

    /// Tells those who wait for the morsels before theirs that this worker brings none of them any more.
    private func begin(_ origin: MorselOrigin) {
        guard !numberings.isEmpty else { return }
        for numbering in numberings { numbering.begin(origin) }
        release?.raise(worker: origin.worker, to: origin.sequence)
    }

    // MARK: After the scan

    /// Merges each operator's states and finishes them; several operators in parallel.
    private func finish(_ locals: [[any OperatorState]]) throws(SwiftwaterError) -> [[Batch]] {
        let count = stage.operators.count
        guard count > 0 else { return [] }
        struct States: @unchecked Sendable { var perWorker: [[any OperatorState]] }
        let states = States(perWorker: locals)
        let outcomes = Locked<[Int: Result<[Batch], SwiftwaterError>]>([:])
        let next = Atomic<Int>(0)
        let cancellation = control.cancellation
        let memory = memory
        let finishers = min(threads, count)
        let share = max(1, threads / finishers)
        EngineThreads.run(finishers) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let outcome = Result { () throws(SwiftwaterError) -> [Batch] in
                    try Self.merged(states.perWorker.map { $0[index] }, cancellation, memory).finish(threads: share)
                }
                outcomes.withLock { $0[index] = outcome }
            }
        }
        let all = outcomes.withLock { $0 }
        var results: [[Batch]] = []
        for index in 0..<count { results.append(try all[index]?.get() ?? []) }
        return results
    }

    /// Results with numbers in place of positions.
    private func numbered(
        _ results: [[Batch]], _ columns: [ProvisionalColumns]
    ) throws(SwiftwaterError) -> [[Batch]] {
        var results = results
        for (index, columns) in columns.enumerated() where index < results.count {
            results[index] = try columns.resolve(results[index], threads: threads)
        }
        return results
    }

    private static func merged(
        _ states: [any OperatorState], _ cancellation: CancellationFlag, _ memory: MemoryLimit
    ) throws(SwiftwaterError) -> any OperatorState {
        guard let merged = states.first else { throw .runCancelled }
        for state in states.dropFirst() {
            if cancellation.isCancelled { throw .runCancelled }
            try merged.merge(state)
            try memory.check()
        }
        if cancellation.isCancelled { throw .runCancelled }
        return merged
    }
}
