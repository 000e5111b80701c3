package import Columnar
package import Formats

/// Comparisons of a column with a literal that all frames of a scan begin with go to the reader as well, which may
/// leave out whole row groups by their statistics. The filters stay: a reader need not leave out every row.
package struct BoundScans: OptimizerRule {
    package let name = "bound scans"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        for index in plan.scans.indices where plan.scans[index].source.skipsByBounds {
            let name = plan.scans[index].name
            guard !plan.isOutput(name), !plan.isJoined(name) else { continue }
            var common: [Expression]?
            for frame in plan.consumers(of: name) {
                guard frame.from.count == 1, case .filter(let predicate)? = frame.steps.first else {
                    common = []
                    break
                }
                let bounds = predicate.conjuncts.filter(Self.isBound)
                common = common.map { $0.filter(bounds.contains) } ?? bounds
            }
            plan.scans[index].bounds = common ?? []
        }
        return plan
    }

    private static func isBound(_ expression: Expression) -> Bool {
        guard case .binary(let operation, .column, .literal(let value)) = expression, !value.isNull else {
            return false
        }
        return operation.isComparison && operation != .notEqual
    }
}

extension Source {
    /// The format that is read: as given, or by the first file's extension.
    package var effectiveFormat: FileFormat? {
        if let format { return format }
        guard case .files(let paths) = location, let path = paths.first else { return nil }
        return FileFormat(path: path)
    }

    /// Whether the format has statistics to skip rows by.
    fileprivate var skipsByBounds: Bool { effectiveFormat == .parquet }
}
