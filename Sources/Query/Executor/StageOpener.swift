import Columnar
import Formats

/// Gets a planned stage ready to run: opens its sources and builds the tables of its joins.
struct StageOpener {
    let sources: [String: any OpenSource]
    let slots: ResultSlots
    let morselRows: Int
    let memoryLimit: Int?
    let threads: Int
    let cancellation: CancellationFlag

    struct Opened {
        var parts: [StagePart] = []
        var root = StageNode()
        /// The parts that read files or given tables.
        var scans: [(scan: LogicalPlan.Scan, opened: any MorselSource)] = []
    }

    func open(_ stage: PlannedStage) throws(SwiftwaterError) -> Opened {
        var opened = Opened()
        opened.root = try node(stage.root)
        let fanOut = Self.fanOut(opened.root)
        for part in stage.parts {
            let transforms = try self.transforms(part.transforms)
            let rows = max(1, morselRows / min(morselRows, fanOut * Self.fanOut(transforms)))
            switch part.input {
            case .scan(var scan):
                guard let source = sources[scan.name] else { continue }
                scan.morselRows = rows
                let reading = try source.scan(scan)
                opened.scans.append((scan, reading))
                // A small table in memory is not worth a second thread.
                let useful = (reading as? TableSource).map { min(threads, max(1, $0.morselCount)) } ?? threads
                opened.parts.append(StagePart(source: reading, transforms: transforms, threads: useful))
            case .result(let slot, let schema, _):
                let source = try TableSource(schema: schema, batches: slots[slot], morselRows: rows)
                opened.parts.append(
                    StagePart(
                        source: source, transforms: transforms, threads: min(threads, max(1, source.morselCount))))
            case .parts: break
            }
        }
        return opened
    }

    private func node(_ planned: PlannedNode) throws(SwiftwaterError) -> StageNode {
        var node = StageNode(transforms: try transforms(planned.transforms), terminals: planned.terminals)
        for child in planned.children { node.children.append(try self.node(child)) }
        return node
    }

    private func transforms(_ planned: [PlannedTransform]) throws(SwiftwaterError) -> [any Transform] {
        var transforms: [any Transform] = []
        for transform in planned {
            switch transform {
            case .transform(let transform): transforms.append(transform)
            case .join(let shape, let slot, let schema):
                if cancellation.isCancelled { throw .runCancelled }
                let table = try shape.table(slots[slot], schema: schema)
                let limit = MemoryLimit(limit: memoryLimit, label: shape.label, byteCount: table.byteCount)
                try limit.check()
                transforms.append(JoinProbe(shape: shape, table: table, memoryLimit: memoryLimit))
            }
        }
        return transforms
    }

    /// Rows that joins make of one, on average: morsels are the smaller for it.
    private static func fanOut(_ transforms: [any Transform]) -> Int {
        transforms.reduce(1) { product, transform in
            guard let join = transform as? JoinProbe else { return product }
            return min(1 << 20, product * join.meanRows)
        }
    }

    private static func fanOut(_ node: StageNode) -> Int {
        let below = node.children.reduce(1) { max($0, fanOut($1)) }
        return min(1 << 20, fanOut(node.transforms) * below)
    }
}

/// The results that stages leave for later ones, each kept until the last has read it.
struct ResultSlots {
    private var batches: [[Batch]]
    private var uses: [Int]

    init(_ plan: PhysicalPlan) {
        batches = Array(repeating: [], count: plan.slotCount)
        uses = Array(repeating: 0, count: plan.slotCount)
        for slot in plan.stages.flatMap(\.slots) { uses[slot] += 1 }
    }

    subscript(_ slot: Int) -> [Batch] {
        get { batches[slot] }
        set { batches[slot] = newValue }
    }

    /// Drops what the stage was the last to read.
    mutating func release(_ stage: PlannedStage) {
        for slot in stage.slots {
            uses[slot] -= 1
            if uses[slot] == 0 { batches[slot] = [] }
        }
    }
}

extension UniquenessCheck {
    /// Throws where two rows of `batches` have the same key.
    func run(_ batches: [Batch]) throws(SwiftwaterError) {
        let keys = columns.map { JoinKey.same(schema[$0].type.logical) }
        let narrow = batches.map { $0.selecting(columns) }
        let whole = try Batch.concatenate(narrow, schema: Schema(columns.map { schema[$0] }))
        let rows = Batch(schema: Schema([]), columns: [], count: whole.count)
        if try !JoinTable(whole.columns, keys: keys, rows: rows).isUnique { throw uniqueness.error }
    }
}
