package import Columnar

/// Sources that read the same files in the same way are read once.
package struct MergeScans: OptimizerRule {
    package let name = "merge scans"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        var kept: [LogicalPlan.Scan] = []
        var renamed: [String: String] = [:]
        for scan in plan.scans {
            // A table in memory, given or asked for, is known by its name alone.
            let isKept = plan.outputs.contains { $0.from == scan.name && $0.to == .memory }
            if !isKept, case .files = scan.source.location, let same = kept.first(where: { Self.agree($0, scan) }) {
                renamed[scan.name] = same.name
            } else {
                kept.append(scan)
            }
        }
        plan.scans = kept
        for index in plan.frames.indices {
            plan.frames[index].from = plan.frames[index].from.map { renamed[$0] ?? $0 }
            plan.frames[index].steps = plan.frames[index].steps.map { step in
                guard var join = step.join, let name = renamed[join.with] else { return step }
                join.with = name
                return .join(join)
            }
        }
        for index in plan.outputs.indices {
            plan.outputs[index].from = renamed[plan.outputs[index].from] ?? plan.outputs[index].from
        }
        return plan
    }

    private static func agree(_ a: LogicalPlan.Scan, _ b: LogicalPlan.Scan) -> Bool {
        var b = b
        b.source.name = a.source.name
        return a == b
    }
}
