public import Columnar
import Query

/// Asking for rows: each of these reads the input once.
extension DataFrame {
    /// All rows, in memory.
    public func collect(_ settings: RunSettings = RunSettings()) async throws -> Table {
        try await Self.collect([self], settings)[0]
    }

    /// All rows of several frames, in memory; frames over the same files are read in one pass.
    public static func collect(_ frames: [DataFrame], _ settings: RunSettings = RunSettings()) async throws -> [Table] {
        var plan = FramePlan()
        let names = frames.map { plan.add($0, to: .memory) }
        let report = try await plan.run(settings)
        return try names.map { name in
            guard let table = report.tables[name] else { throw SwiftwaterError(.unsupported, "the run kept no rows") }
            return table
        }
    }

    /// All rows of two frames, in memory, in one pass where they are over the same files.
    public static func collect(_ a: DataFrame, _ b: DataFrame) async throws -> (Table, Table) {
        let tables = try await collect([a, b])
        return (tables[0], tables[1])
    }

    /// All rows of three frames, in memory, in one pass where they are over the same files.
    public static func collect(
        _ a: DataFrame, _ b: DataFrame, _ c: DataFrame
    ) async throws -> (Table, Table, Table) {
        let tables = try await collect([a, b, c])
        return (tables[0], tables[1], tables[2])
    }

    /// The first `count` rows.
    public func first(_ count: Int) async throws -> Table { try await prefix(count).collect() }

    /// The `count` rows with the largest values in `columns`, largest first; of equal rows the first.
    public func largest(_ count: Int, by columns: String...) async throws -> Table {
        try await then(.nlargest(n: count, by: columns)).collect()
    }

    /// The `count` rows with the smallest values in `columns`, smallest first; of equal rows the first.
    public func smallest(_ count: Int, by columns: String...) async throws -> Table {
        try await then(.nsmallest(n: count, by: columns)).collect()
    }

    /// The number of rows.
    public func count() async throws -> Int {
        let table = try await aggregated(.size(as: "size")).collect()
        guard case .int(let count) = try table.combined()["size"]?.scalar(at: 0) else { return 0 }
        return Int(count)
    }

    /// The columns and their types. Files without a given schema are read for it as far as inference needs.
    public func schema() throws(SwiftwaterError) -> Schema {
        var plan = FramePlan()
        let name = plan.add(self, to: .memory)
        let schemas = try plan.schemas()
        return schemas[name] ?? Schema([])
    }

    /// The plan as it is written and as it runs, as text.
    public func explained() throws(SwiftwaterError) -> String {
        var plan = FramePlan()
        plan.add(self, to: .memory)
        return try plan.plan.explained(plan.options(RunSettings()))
    }
}
