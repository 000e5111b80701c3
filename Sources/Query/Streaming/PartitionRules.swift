package import Columnar

/// Whether what a plan remembers lies within the partitions of its stream, so that each can be served by itself.
///
/// That is so where every operator that remembers rows keeps those apart that are in different partitions: its keys
/// contain the columns by which the stream is partitioned.
package struct PartitionRules {
    private let stream: String
    private let columns: [String]
    private var frames: [String: Frame] = [:]

    private struct Frame {
        /// Under which names each of the partitions' columns is known; nil: not made of the stream.
        var keys: [EventTimeNames]?
        /// The first step that puts rows of different partitions together, and its frame.
        var crossing: (step: Step, frame: String)?
    }

    /// Throws a `usage` error for the first of the frames `wanted` that crosses partitions.
    ///
    /// - Parameter columns: equal values of these always come in the same partition.
    package static func check(
        _ plan: Plan, stream: String, partitionedBy columns: [String], wanted: [String]
    ) throws(SwiftwaterError) {
        var rules = PartitionRules(stream: stream, columns: columns)
        for frame in try plan.orderedFrames() { rules.look(at: frame) }
        for name in wanted {
            guard let (step, frame) = rules.frames[name]?.crossing else { continue }
            throw SwiftwaterError(
                .usage,
                "'\(step.name.rawValue)' in frame '\(frame)' puts rows of different partitions together, "
                    + "and of several processes each has only some of the partitions",
                hint: columns.isEmpty
                    ? "name under events.partitionedBy the columns by whose values the topic is partitioned"
                    : "let its keys contain \(columns.joined(separator: ", ")), by which the stream is partitioned, "
                        + "repartition it, use mode 'batch', or serve the function without 'checkpoint.shared'")
        }
    }

    private init(stream: String, columns: [String]) {
        self.stream = stream
        self.columns = columns
        frames[stream] = Frame(keys: columns.map { EventTimeNames($0) })
    }

    private mutating func look(at plan: Plan.Frame) {
        var frame = Frame()
        for input in plan.from.compactMap({ frames[$0] }) where input.keys != nil || input.crossing != nil {
            frame.crossing = frame.crossing ?? input.crossing
            guard let keys = input.keys else { continue }
            if frame.keys == nil { frame.keys = keys }
            for index in keys.indices { frame.keys?[index].keep(keys[index]) }
        }
        for step in plan.steps { pass(step, plan.name, &frame) }
        frames[plan.name] = frame
    }

    private func pass(_ step: Step, _ name: String, _ frame: inout Frame) {
        guard var keys = frame.keys, frame.crossing == nil else { return }
        defer { frame.keys = keys }
        func meets(_ names: [String]) -> Bool {
            !keys.isEmpty && keys.allSatisfy { key in names.contains { key.contains($0) } }
        }
        switch step {
        case .filter, .dropna, .select, .drop, .rename, .assign:
            for index in keys.indices { keys[index].pass(step) }
        // What was different may be equal afterwards.
        case .fillna(let fillings):
            let all = fillings.contains { $0.column == nil }
            for index in keys.indices {
                keys[index].forget(all ? Array(keys[index].names) : fillings.compactMap(\.column))
            }
        case .astype(let fields): for index in keys.indices { keys[index].forget(fields.map(\.name)) }
        case .explode(let columns): for index in keys.indices { keys[index].forget(columns) }
        case .join(let join):
            guard let other = frames[join.with], let right = other.keys else { break }
            let isLocal =
                !keys.isEmpty
                && zip(keys, right).allSatisfy { left, right in
                    zip(join.leftOn, join.rightOn).contains { left.contains($0) && right.contains($1) }
                }
            frame.crossing = other.crossing ?? (isLocal ? nil : (step, name))
        case .groupby(let by, _, _):
            guard meets(by) else {
                frame.crossing = (step, name)
                return
            }
            for index in keys.indices { keys[index].keep(by) }
        case .valueCounts(let columns, let normalize, _, _):
            guard meets(columns), !normalize else {
                frame.crossing = (step, name)
                return
            }
            for index in keys.indices { keys[index].keep(columns) }
        case .dropDuplicates(let subset, _, _):
            let compared = subset ?? keys.flatMap { Array($0.names) }
            if !meets(compared) { frame.crossing = (step, name) }
        case .window(let by, _, _): if !meets(by) { frame.crossing = (step, name) }
        case .nlargest, .nsmallest, .sortValues, .head, .rowNumber, .tail, .slice, .melt, .sample:
            frame.crossing = (step, name)
        }
    }
}
