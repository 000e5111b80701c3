package import Columnar
import Formats

extension Plan {
    /// Runs the plan on the engine's threads. Cancelling the task ends the run within about one morsel.
    ///
    /// Outputs appear under their names only when the whole run has succeeded.
    package func run(_ options: RunOptions = RunOptions()) async throws -> RunReport {
        let plan = self
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                EngineThreads.detach {
                    continuation.resume(with: Result { try PlanRun(plan, options).run() })
                }
            }
        } onCancel: {
            options.cancellation.cancel()
        }
    }

    /// Starts the plan on the engine's threads and returns at once. `ended` is called once, on one of these threads.
    package func start(
        _ options: RunOptions, ended: @escaping @Sendable (Result<RunReport, SwiftwaterError>) -> Void
    ) {
        let plan = self
        EngineThreads.detach {
            ended(Result { () throws(SwiftwaterError) in try PlanRun(plan, options).run() })
        }
    }

    /// Runs the plan on the engine's threads and waits for it; not for Swift's cooperative pool.
    package func runAndWait(_ options: RunOptions = RunOptions()) throws(SwiftwaterError) -> RunReport {
        let plan = self
        let outcome = Outcome()
        EngineThreads.wait {
            let result = Result { () throws(SwiftwaterError) in try PlanRun(plan, options).run() }
            outcome.result.withLock { $0 = result }
        }
        return try outcome.result.withLock { $0 }.get()
    }

    /// Runs the plan on the calling thread, and on others only where its options give it more than one: for small plans
    /// (`threadsIfSmall`).
    package func runHere(_ options: RunOptions) throws(SwiftwaterError) -> RunReport {
        try PlanRun(self, options).run()
    }

    private final class Outcome: Sendable {
        let result = Locked<Result<RunReport, SwiftwaterError>>(.failure(.runCancelled))
    }
}

/// One run of a plan.
final class PlanRun {
    private let plan: Plan
    private let options: RunOptions
    private let progress: RunProgress
    private let opener: any SourceOpener
    private let threads: Int
    private let memoryLimit: Int?
    private let start = ContinuousClock.now
    private var open: [String: any OpenSource] = [:]
    /// Sources all of whose columns an attempt read.
    private var readWhole: Set<String> = []

    init(_ plan: Plan, _ options: RunOptions) {
        self.plan = plan
        self.options = options
        progress = options.progress ?? RunProgress()
        opener = options.sources ?? StandardSources(tables: options.tables, morselRows: options.morselRows)
        threads = max(1, options.threads ?? EngineThreads.hardwareCount)
        memoryLimit = options.memoryLimit ?? MemoryLimit.standard
    }

    func run() throws(SwiftwaterError) -> RunReport {
        progress.start()
        _ = try plan.orderedFrames()
        let used = plan.usedSources
        for source in plan.sources where used.contains(source.name) { open[source.name] = try opener.open(source) }
        while true {
            do {
                return try attempt()
            } catch {
                // A value did not fit the inferred schema, or a step names a column that no sample had. The states and
                // the partial outputs of the attempt are gone with it.
                let mayWiden = error.kind == .schemaWidened || error.kind == .usage
                guard mayWiden, try widenSources() else {
                    throw error.kind == .schemaWidened
                        ? SwiftwaterError(.data, "\(error.message); the input changed while it was read") : error
                }
                progress.start()
            }
        }
    }

    /// Infers the schemas of all sources from their whole input; false when there is nothing left to infer.
    private func widenSources() throws(SwiftwaterError) -> Bool {
        var widened = false
        for (name, source) in open {
            guard let wider = try source.widened() else { continue }
            if readWhole.contains(name) { try checkSettled(name, source.schema, wider.schema) }
            open[name] = wider
            widened = true
        }
        return widened
    }

    /// Throws where columns that were settled are not all there are.
    private func checkSettled(_ name: String, _ known: Schema, _ all: Schema) throws(SwiftwaterError) {
        guard let source = plan.sources.first(where: { $0.name == name }), source.inference == .settled,
            case .files(let files) = source.location
        else { return }
        let new = all.fields.filter { known[$0.name] == nil }.map { "'\($0.name)'" }
        guard !new.isEmpty else { return }
        let isOne = new.count == 1
        let keys = new.prefix(5).joined(separator: ", ") + (new.count > 5 ? ", …" : "")
        throw SwiftwaterError(
            .data,
            "\(isOne ? "the key" : "\(new.count) keys,") \(keys)\(isOne ? " is" : ", are") in none of the lines that were "
                + "looked at for the columns", at: .init(file: files.first),
            hint: "let all lines say what the columns are (infer: 'all'), or give the columns (schema)")
    }

    // MARK: An attempt

    /// Runs all stages with the schemas that are known now.
    private func attempt() throws(SwiftwaterError) -> RunReport {
        let physical = try physicalPlan(open.mapValues(\.schema))
        var files: [Int: any FileSink] = [:]
        for (index, planned) in physical.outputs.enumerated() {
            guard case .file(let path, _, let writeOptions) = planned.output.to else { continue }
            files[index] = try options.outputOpener.open(
                path: path, format: try planned.output.writtenFormat(), options: writeOptions,
                schema: planned.schema)
        }
        var slots = ResultSlots(physical)
        var tables: [String: Table] = [:]
        var scans: [any MorselSource] = []
        for stage in physical.stages {
            for check in stage.checks { try check.run(slots[check.slot], options.cancellation) }
            let opened = try StageOpener(
                sources: open, slots: slots, morselRows: options.morselRows, memoryLimit: memoryLimit, threads: threads,
                cancellation: options.cancellation
            ).open(stage)
            guard !opened.parts.isEmpty else { continue }
            // What nothing reads after this stage is not held here while it runs.
            slots.release(stage)
            for (scan, _) in opened.scans where scan.columns.count == open[scan.name]?.schema.count {
                readWhole.insert(scan.name)
            }
            progress.open(opened.scans.map(\.opened))
            defer { progress.close() }
            let result = try run(stage, opened, files)
            for (scan, opened) in opened.scans where !result.endedEarly || scan.source.onError == .deadLetter {
                // Bad lines behind the rows that were needed fail nothing.
                scans.append(opened)
            }
            for (batches, (_, slot)) in zip(result.results, stage.operators) { slots[slot] = batches }
            for (batches, index) in zip(result.collected, stage.collected) {
                let planned = physical.outputs[index]
                tables[planned.output.from] = Table(schema: planned.schema, batches: batches)
            }
        }
        return try commit(files.sorted { $0.key < $1.key }.map(\.value), scans, tables)
    }

    /// The plan as it runs over sources with these columns.
    private func physicalPlan(_ schemas: [String: Schema]) throws(SwiftwaterError) -> PhysicalPlan {
        if let known = options.reuse?.physical(for: schemas) { return known }
        let optimized: LogicalPlan
        if let known = options.reuse?.logical(for: schemas) {
            optimized = known
        } else {
            optimized = try options.optimizer.optimize(
                try LogicalPlan(plan.keeping(sources: open.keys), schemas: schemas, parameters: options.parameters))
        }
        let physical = try PhysicalPlanner.plan(optimized, factory: options.stepFactory)
        options.reuse?.keep(optimized, physical, for: schemas)
        return physical
    }

    private func run(
        _ stage: PlannedStage, _ opened: StageOpener.Opened, _ files: [Int: any FileSink]
    ) throws(SwiftwaterError) -> StageResult {
        let threads = opened.parts.reduce(1) { max($0, $1.threads) }
        let operators = stage.operators.map(\.operator)
        let later =
            threads > 1
            ? NumberingLater(opened.root, operators: operators, collectorCount: stage.collected.count) : nil
        let stage = Stage(
            parts: opened.parts, root: later?.root ?? opened.root, operators: operators,
            collectorCount: stage.collected.count, sinks: stage.written.compactMap { files[$0] },
            resultNumbers: later?.results ?? [], collectedNumbers: later?.collected ?? [])
        let runner = StageRunner(
            stage, threads: threads, memoryLimit: memoryLimit, cancellation: options.cancellation,
            pendingLimit: options.pendingLimit)
        return try runner.run()
    }

    /// Makes the outputs visible: all are complete on the disk before the first gets its name.
    private func commit(
        _ files: [any FileSink], _ scans: [any MorselSource], _ tables: [String: Table]
    ) throws(SwiftwaterError) -> RunReport {
        for file in files { try file.finish() }
        if options.cancellation.isCancelled { throw .runCancelled }
        for scan in scans { try scan.finish() }
        var written: [WrittenFile] = []
        for file in files { written.append(try file.commit()) }
        let done = progress.snapshot
        let elapsed = start.duration(to: .now).components
        return RunReport(
            rows: done.rows, bytes: done.bytes, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18,
            badRows: done.badRows, outputs: written, tables: tables)
    }
}

extension Plan {
    /// The sources that some output needs.
    var usedSources: Set<String> {
        var used = Set(outputs.map(\.from))
        var grown = true
        while grown {
            grown = false
            for frame in frames where used.contains(frame.name) {
                for name in frame.dependencies where used.insert(name).inserted { grown = true }
            }
        }
        return used.intersection(sources.map(\.name))
    }

    /// The plan without the sources, and the frames made from them, that are not in `names`.
    func keeping(sources names: some Collection<String>) -> Plan {
        var plan = self
        plan.sources.removeAll { !names.contains($0.name) }
        var kept = Set(plan.sources.map(\.name))
        var grown = true
        while grown {
            grown = false
            for frame in frames where frame.dependencies.allSatisfy(kept.contains) {
                if kept.insert(frame.name).inserted { grown = true }
            }
        }
        plan.frames.removeAll { !kept.contains($0.name) }
        return plan
    }
}
