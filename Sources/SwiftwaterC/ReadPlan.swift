import Columnar
import Query

/// A plan and its options, read from their texts.
///
/// The last ones are kept: a session runs the same few plans again and again, and reading one takes longer than running
/// it over a few rows.
final class ReadPlan: Sendable {
    let plan: Plan
    let options: RunOptions
    let reuse = PlanReuse()

    private init(plan: Plan, options: RunOptions) {
        self.plan = plan
        self.options = options
    }

    private struct Texts: Hashable {
        var plan: String
        var options: String?
    }

    private static let kept = Locked<[Texts: ReadPlan]>([:])
    private static let capacity = 256
    /// Bytes of a text that is kept at most.
    private static let largestText = 1 << 14

    static func of(
        _ plan: UnsafePointer<CChar>, _ options: UnsafePointer<CChar>?
    ) throws(SwiftwaterError) -> ReadPlan {
        let texts = Texts(plan: String(cString: plan), options: options.map { String(cString: $0) })
        if let known = kept.withLock({ $0[texts] }) { return known }
        var read = RunOptions()
        if let options {
            read = try JSONNodeDecoder.decode(OptionsForm.self, from: try JSONParser.parse(options)).options
        }
        let made = ReadPlan(
            plan: try JSONNodeDecoder.decode(Plan.self, from: try JSONParser.parse(plan)), options: read)
        guard texts.plan.utf8.count + (texts.options?.utf8.count ?? 0) <= largestText else { return made }
        kept.withLock { kept in
            if kept.count >= capacity { kept.removeAll(keepingCapacity: true) }
            kept[texts] = made
        }
        return made
    }
}
