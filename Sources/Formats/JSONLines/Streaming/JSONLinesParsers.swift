package import Columnar

/// Parsers that outlive scans: what they learned of the events (the order of keys, strings that repeat) stays for the
/// next micro-batch. A worker takes one and gives it back.
package final class JSONLinesParsers: Sendable {
    /// The payload's columns, all of them.
    package let payload: Schema
    /// Columns that come beside a payload.
    package let metadata: Schema
    /// The columns of the batches: `columns`, of the payload and of the metadata, in this order.
    package let outputSchema: Schema
    /// What a value that does not fit is told besides: where its column's type comes from.
    let mismatchNote: String
    let maximumLineBytes: Int
    private let idle = Locked<Idle>(Idle())

    private struct Idle: @unchecked Sendable {
        var parsers: [JSONLinesBlockParser] = []
    }

    /// - Parameters:
    ///   - columns: the columns to make; all of the payload's and the metadata's when nil.
    ///   - isInferred: the schema comes from the first events; messages about values that don't fit say so.
    package init(
        payload: Schema, metadata: Schema = Schema([]), columns: [String]? = nil, isInferred: Bool = false,
        maximumLineBytes: Int = 64 << 20
    ) throws(SwiftwaterError) {
        self.payload = payload
        self.metadata = metadata
        let all = Schema(payload.fields + metadata.fields.filter { payload[$0.name] == nil })
        var fields: [Field] = []
        for name in columns ?? all.names { fields.append(all[try all.requireIndex(of: name)]) }
        outputSchema = Schema(fields)
        mismatchNote = isInferred ? " (its type was inferred from the first events: give a schema)" : ""
        self.maximumLineBytes = maximumLineBytes
    }

    func take() -> JSONLinesBlockParser {
        idle.withLock { $0.parsers.popLast() } ?? JSONLinesBlockParser(self)
    }

    func giveBack(_ parser: JSONLinesBlockParser) {
        idle.withLock { $0.parsers.append(parser) }
    }
}
