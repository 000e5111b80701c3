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
        let fanOut = FanOut(opened.root)
        for part in stage.parts {
            let transforms = try self.transforms(part.transforms)
            var ownFanOut = FanOut(transforms)
            ownFanOut.multiply((fanOut.mean, fanOut.most))
            let rows = rows(ownFanOut)
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

    func node(_ planned: PlannedNode) throws(SwiftwaterError) -> StageNode {
        var node = StageNode(transforms: try transforms(planned.transforms), terminals: planned.terminals)
        for child in planned.children { node.children.append(try self.node(child)) }
        return node
    }

    func transforms(_ planned: [PlannedTransform]) throws(SwiftwaterError) -> [any Transform] {
        var transforms: [any Transform] = []
        for transform in planned {
            switch transform {
            case .transform(let transform): transforms.append(transform)
            case .join(let shape, let slot, let schema):
                if cancellation.isCancelled { throw .runCancelled }
                let table = try shape.table(slots[slot], schema: schema, cancellation: cancellation)
                let limit = MemoryLimit(limit: memoryLimit, label: shape.label, byteCount: table.byteCount)
                try limit.check()
                transforms.append(JoinProbe(shape: shape, table: table, memoryLimit: memoryLimit))
            }
        }
        return transforms
    }

    /// Rows of a morsel from memory: fewer where joins make many of each.
    private func rows(_ fanOut: FanOut) -> Int {
        max(1, min(morselRows / fanOut.mean, RowPosition.batchRows / fanOut.most))
    }

    /// Rows that joins make of one.
    private struct FanOut {
        var mean = 1
        var most = 1
        private static let limit = 1 << 30

        init(_ transforms: [any Transform]) {
            for join in transforms.compactMap({ $0 as? JoinProbe }) { multiply(join.fanOut) }
        }

        init(_ node: StageNode) {
            self.init(node.transforms)
            let below = node.children.map { FanOut($0) }
            multiply((below.map(\.mean).max() ?? 1, below.map(\.most).max() ?? 1))
        }

        mutating func multiply(_ other: (mean: Int, most: Int)) {
            mean = min(Self.limit, mean * other.mean)
            most = min(Self.limit, most * other.most)
        }
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
    func run(_ batches: [Batch], _ cancellation: CancellationFlag) throws(SwiftwaterError) {
        let keys = columns.map { JoinKey.same(schema[$0].type.logical) }
        let rows = Batch(schema: Schema([]), columns: [], count: batches.reduce(0) { $0 + $1.count })
        let table = try JoinTable(
            batches.map { $0.selecting(columns) }, keys: keys, rows: rows, cancellation: cancellation)
        if !table.isUnique { throw uniqueness.error }
    }
}
