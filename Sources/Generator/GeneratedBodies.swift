/// Generated lines in bodies of some thousand rows, for a server instead of a file.
///
/// A value: several threads may each make other bodies.
package struct GeneratedBodies: Sendable {
    /// More than any variant's mean.
    private static let roomForRow = 768

    private let lines: TelemetryLines
    private let rows: Int
    private let rowsInBody: Int

    package init(_ lines: TelemetryLines, rows: Int, rowsInBody: Int) {
        self.lines = lines
        self.rows = rows
        self.rowsInBody = max(rowsInBody, 1)
    }

    package var count: Int { (rows + rowsInBody - 1) / rowsInBody }

    /// The rows of the body with this number, from 0.
    package func rows(of number: Int) -> Range<Int> {
        min(number * rowsInBody, rows)..<min((number + 1) * rowsInBody, rows)
    }

    /// Calls `body` with the bytes of the body with this number.
    package func withBody<Result, Failure: Error>(
        _ number: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = rows(of: number)
        var buffer = LineBuffer(capacity: range.count * Self.roomForRow + TelemetryLines.maximumLineBytes)
        lines.append(range, to: &buffer)
        return try body(buffer.bytes)
    }
}
