import Columnar
import Formats
import Query
import Synchronization

/// Small operators, sources and sinks to test the executor with, independent of the engine's own.

/// Keeps the rows whose integer column is at or above a bound.
struct AtLeast: Transform {
    let column: String
    let bound: Int64
    let outputSchema: Schema
    var label: String { "filter \(column) >= \(bound)" }

    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        guard let column = batch[column] else { throw SwiftwaterError(.usage, "no column '\(column)'") }
        let values = column.values(as: Int64.self)
        return batch.filtered(by: Bitmap(values.map { $0 >= bound }))
    }
}

/// Fails on a value, as a conversion would.
struct FailOn: Transform {
    let column: String
    let values: Set<Int64>
    let outputSchema: Schema
    var label: String { "fail" }

    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        for value in batch[column]?.values(as: Int64.self) ?? .init(start: nil, count: 0) where values.contains(value) {
            throw SwiftwaterError(.data, "cannot convert \(value)")
        }
        return batch
    }
}

/// The sum of an integer column and the number of rows.
final class SumOperator: Operator {
    let column: String
    let extraBytes: Int
    let outputSchema = Schema([Field("sum", .int64), Field("rows", .int64)])
    var label: String { "sum \(column)" }

    init(_ column: String, extraBytes: Int = 0) {
        self.column = column
        self.extraBytes = extraBytes
    }

    func makeState() -> any OperatorState { State(self) }

    private final class State: OperatorState {
        let operation: SumOperator
        var sum: Int64 = 0
        var rows: Int64 = 0
        var last = -1

        init(_ operation: SumOperator) { self.operation = operation }

        func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
            precondition(sequence > last, "sequences must ascend within one state")
            last = sequence
            for value in batch[operation.column]?.values(as: Int64.self) ?? .init(start: nil, count: 0) { sum += value }
            rows += Int64(batch.count)
        }

        func merge(_ other: any OperatorState) throws(SwiftwaterError) {
            guard let other = other as? State else { return }
            sum += other.sum
            rows += other.rows
        }

        func snapshot() throws(SwiftwaterError) -> [Batch] { [] }
        func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {}

        func finish() throws(SwiftwaterError) -> [Batch] {
            [
                Batch(
                    schema: operation.outputSchema,
                    columns: [try Column(.int64, [.int(sum)]), try Column(.int64, [.int(rows)])])
            ]
        }

        var byteCount: Int { 16 + operation.extraBytes * Int(rows) }
    }
}

/// The first rows in the order of the input.
final class FirstRows: Operator {
    let n: Int
    let outputSchema: Schema
    var label: String { "head \(n)" }

    init(_ n: Int, _ schema: Schema) {
        self.n = n
        outputSchema = schema
    }

    func makeState() -> any OperatorState { State(self) }

    private final class State: OperatorState {
        let operation: FirstRows
        var parts: [(sequence: Int, batch: Batch)] = []
        var rows: Int { parts.reduce(0) { $0 + $1.batch.count } }

        init(_ operation: FirstRows) { self.operation = operation }

        func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
            let missing = operation.n - rows
            if missing > 0 { parts.append((sequence, batch.taking(Array(0..<Int32(min(missing, batch.count)))))) }
        }

        func merge(_ other: any OperatorState) throws(SwiftwaterError) {
            if let other = other as? State { parts += other.parts }
        }

        func snapshot() throws(SwiftwaterError) -> [Batch] { [] }
        func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {}

        func finish() throws(SwiftwaterError) -> [Batch] {
            var result: [Batch] = []
            var left = operation.n
            for (_, batch) in parts.sorted(by: { $0.sequence < $1.sequence }) where left > 0 {
                let part = batch.taking(Array(0..<Int32(min(left, batch.count))))
                left -= part.count
                result.append(part)
            }
            return result
        }

        var byteCount: Int { 0 }
        var isComplete: Bool { rows >= operation.n }
    }
}

/// Carries out a few steps with the operators above.
struct TestSteps: StepFactory {
    var extraBytes = 0

    func make(_ step: Step, input: Schema) throws(SwiftwaterError) -> StepImplementation {
        switch step {
        case .filter(.binary(.greaterOrEqual, .column(let column), .literal(.int(let bound)))):
            return .transform(AtLeast(column: column, bound: bound, outputSchema: input))
        case .filter(.isIn(.column(let column), let items, negated: true)):
            let values = items.compactMap { item -> Int64? in
                if case .literal(.int(let value)) = item { value } else { nil }
            }
            return .transform(FailOn(column: column, values: Set(values), outputSchema: input))
        case .groupby(_, let aggregations, _):
            return .operator(SumOperator(aggregations.first?.column ?? "", extraBytes: extraBytes))
        case .head(let n): return .operator(FirstRows(n, input))
        default: throw SwiftwaterError(.unsupported, "\(step)")
        }
    }
}

/// Rows of ascending integers `value`, made as they are read; counts what was read.
final class CountingSource: SourceOpener, OpenSource, MorselSource {
    let schema = Schema([Field("value", .int64)])
    let morsels: Int
    let rowsPerMorsel: Int
    /// Morsels in which the reader itself fails.
    let broken: Set<Int>
    let delayMicroseconds: UInt32
    let scans = Atomic<Int>(0)
    let taken = Atomic<Int>(0)
    private let next = Atomic<Int>(0)

    init(morsels: Int, rowsPerMorsel: Int = 100, broken: Set<Int> = [], delayMicroseconds: UInt32 = 0) {
        self.morsels = morsels
        self.rowsPerMorsel = rowsPerMorsel
        self.broken = broken
        self.delayMicroseconds = delayMicroseconds
    }

    func open(_ source: Source) throws(SwiftwaterError) -> any OpenSource { self }

    func scan(_ request: LogicalPlan.Scan) throws(SwiftwaterError) -> any MorselSource {
        scans.add(1, ordering: .relaxed)
        next.store(0, ordering: .relaxed)
        return self
    }

    var progress: ScanProgress { ScanProgress(rows: taken.load(ordering: .relaxed) * rowsPerMorsel) }

    func makeReader() throws(SwiftwaterError) -> any MorselReader { Reader(self) }

    private final class Reader: MorselReader {
        let source: CountingSource
        var currentSequence: Int?

        init(_ source: CountingSource) { self.source = source }

        func next() throws(SwiftwaterError) -> Morsel? {
            let index = source.next.add(1, ordering: .relaxed).oldValue
            guard index < source.morsels else { return nil }
            currentSequence = index
            if source.delayMicroseconds > 0 { sleepMicroseconds(source.delayMicroseconds &* UInt32(1 + index % 3)) }
            if source.broken.contains(index) { throw SwiftwaterError(.data, "morsel \(index) is broken") }
            source.taken.add(1, ordering: .relaxed)
            let first = Int64(index * source.rowsPerMorsel)
            let values = Buffer((0..<Int64(source.rowsPerMorsel)).map { first + $0 })
            let column = Column(type: .int64, count: source.rowsPerMorsel, storage: .fixed(values))
            return Morsel(sequence: index, batch: Batch(schema: source.schema, columns: [column]))
        }
    }
}

/// Writes one line a row, `value`, to a file; batches are encoded by the workers.
struct LineOutputs: OutputOpener {
    var delayMicroseconds: UInt32 = 0

    func open(
        path: String, format: FileFormat, options: WriteOptions, schema: Schema
    ) throws(SwiftwaterError) -> any FileSink {
        LineSink(try OutputFile(path), path, delayMicroseconds)
    }

    private final class LineSink: FileSink, @unchecked Sendable {
        let file: OutputFile
        let path: String
        let delay: UInt32
        var rows = 0

        init(_ file: OutputFile, _ path: String, _ delay: UInt32) {
            self.file = file
            self.path = path
            self.delay = delay
        }

        func makeEncoder() -> any BatchEncoder { LineEncoder() }

        func accept(_ part: EncodedPart) throws(SwiftwaterError) {
            guard case .text(let text) = part.content else { return }
            if delay > 0 { sleepMicroseconds(delay) }
            rows += part.rows
            try file.write(text.bytes)
        }

        func finish() throws(SwiftwaterError) {}

        func commit() throws(SwiftwaterError) -> WrittenFile {
            try file.commit()
            return WrittenFile(path: path, rows: rows, bytes: file.byteCount)
        }
    }

    private final class LineEncoder: BatchEncoder {
        func encode(_ batch: Batch) throws(SwiftwaterError) -> EncodedPart {
            let text = TextBuffer()
            for column in batch.columns.prefix(1) {
                for value in column.values(as: Int64.self) {
                    for byte in "\(value)\n".utf8 {
                        text.reserve(1)
                        text.base[text.count] = byte
                        text.count += 1
                    }
                }
            }
            return EncodedPart(.text(text), rows: batch.count)
        }
    }
}
