package import Columnar
package import Formats

/// Opens a plan's sources.
package protocol SourceOpener: Sendable {
    func open(_ source: Source) throws(SwiftwaterError) -> any OpenSource
}

/// A source whose columns are known, ready to be scanned.
package protocol OpenSource: Sendable {
    /// All columns.
    var schema: Schema { get }
    /// Only samples of the rows said what the columns are.
    var isSampled: Bool { get }
    /// The rows with the columns that are asked for. Rows that the bounds exclude may be left out.
    func scan(_ request: LogicalPlan.Scan) throws(SwiftwaterError) -> any MorselSource
    /// The source with the schema that fits the whole input, where the schema was inferred from samples; nil otherwise.
    func widened() throws(SwiftwaterError) -> (any OpenSource)?
}

extension OpenSource {
    package var isSampled: Bool { false }
    package func widened() throws(SwiftwaterError) -> (any OpenSource)? { nil }
}

/// A table in memory as a source.
struct OpenTable: OpenSource {
    let table: Table
    let morselRows: Int

    var schema: Schema { table.schema }

    func scan(_ request: LogicalPlan.Scan) throws(SwiftwaterError) -> any MorselSource {
        try TableSource(
            schema: table.schema, batches: table.batches, columns: request.columns,
            morselRows: min(morselRows, request.morselRows ?? morselRows))
    }
}

/// Files by their formats, and the tables that a run is given.
package struct StandardSources: SourceOpener {
    private let tables: [String: Table]
    private let morselRows: Int

    package init(tables: [String: Table] = [:], morselRows: Int = 16_384) {
        self.tables = tables
        self.morselRows = morselRows
    }

    package func open(_ source: Source) throws(SwiftwaterError) -> any OpenSource {
        switch source.location {
        case .memory(let schema):
            guard let table = tables[source.name] else {
                throw SwiftwaterError(
                    .usage, "no table was given for the source '\(source.name)'", hint: "give it when the plan runs")
            }
            guard table.schema == schema else {
                throw SwiftwaterError(
                    .usage, "the table for the source '\(source.name)' has other columns than the plan says")
            }
            return OpenTable(table: table, morselRows: morselRows)
        case .files(let patterns):
            let paths = try InputFiles.expand(patterns)
            switch try source.requiredFormat(paths) {
            case .jsonLines: return try OpenJSONLines(source, paths: paths)
            case .parquet: return try OpenParquet(paths: paths)
            case .csv: return try OpenCSV(source, paths: paths)
            }
        }
    }
}
