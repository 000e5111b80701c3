import Columnar
public import Query

/// Rows that are described, not yet read: where they come from and what happens to them.
///
/// A data frame is lazy. Operations named by a participle (`filtering`, `grouped`, `sorted`) and `prefix` describe
/// another frame and cost nothing; rows are read when they are asked for, by `collect`, `first`, `largest`, `count`
/// and the `write` methods, in one pass over the input and in little memory.
///
///     let events = try DataFrame(jsonLines: "ops.ndjson")
///     let byCompany = events.grouped(by: "company").aggregated(.min("latency"), .max("latency"))
///     try await byCompany.writeParquet("by_company.parquet")
///     print(try await events.largest(10, by: "cpu_utilization"))
public struct DataFrame: Sendable {
    /// Where the rows come from. Two frames with the same origin are read in one pass.
    let origin: Origin
    /// What happens to them.
    let operations: [Operation]
    /// The same for copies of one frame, so that several uses of it are computed once.
    let identity = Identity()

    enum Origin: Sendable {
        case source(SourceOrigin)
        /// The rows of several frames, one after the other.
        indirect case frames([DataFrame])
    }

    enum SourceOrigin: Hashable, Sendable {
        case files(Source)
        case memory(TableReference)
    }

    enum Operation: Sendable {
        case step(Step)
        /// A join with another frame, whose name the plan gives.
        indirect case join(Step.Join, DataFrame)
    }

    final class Identity: Sendable {}

    /// A table by its identity, so that frames made from one table are known to be.
    final class TableReference: Hashable, Sendable {
        let table: Table
        init(_ table: Table) { self.table = table }

        static func == (a: TableReference, b: TableReference) -> Bool { a === b }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }

    init(origin: Origin, operations: [Operation] = []) {
        self.origin = origin
        self.operations = operations
    }

    init(source: SourceOrigin) { self.init(origin: .source(source)) }

    /// The frame after one more operation.
    func then(_ operation: Operation) -> DataFrame { DataFrame(origin: origin, operations: operations + [operation]) }

    /// The frame after one more step.
    func then(_ step: Step) -> DataFrame { then(.step(step)) }

    /// The frame after one more step, of the kinds that a function file has. A join needs `joined(with:on:how:)`.
    public func applying(_ step: Step) -> DataFrame { then(step) }
}

extension DataFrame: CustomStringConvertible {
    /// The source and the steps, not the rows: those are read when they are asked for.
    public var description: String {
        let source =
            switch origin {
            case .source(.files(let source)):
                if case .files(let paths) = source.location { paths.joined(separator: ", ") } else { "" }
            case .source(.memory(let reference)): "a table of \(reference.table.count) rows"
            case .frames(let frames): "\(frames.count) frames, one after the other"
            }
        let steps = operations.map { operation in
            switch operation {
            case .step(let step): step.description
            case .join(let join, _): join.description
            }
        }
        return (["DataFrame of \(source)"] + steps).joined(separator: "\n  ")
    }
}
