public import Columnar

/// How much of a table is printed.
public struct TableStyle: Hashable, Sendable {
    /// Rows at most; of a longer table the first and the last.
    public var maximumRows: Int
    /// Characters in a line at most; columns that do not fit are left out in the middle.
    public var maximumWidth: Int
    /// Characters in a cell at most; longer text is cut with an ellipsis.
    public var maximumCellWidth: Int
    /// Whether the types stand under the names, and the numbers of rows and columns at the end.
    public var showsShape: Bool

    public init(
        maximumRows: Int = 20, maximumWidth: Int = 120, maximumCellWidth: Int = 48, showsShape: Bool = true
    ) {
        self.maximumRows = maximumRows
        self.maximumWidth = maximumWidth
        self.maximumCellWidth = maximumCellWidth
        self.showsShape = showsShape
    }
}

extension Table: CustomStringConvertible {
    /// The table as aligned text with each column's type under its name and the missing values as `<NA>`.
    public var description: String { formatted() }

    public func formatted(_ style: TableStyle = TableStyle()) -> String {
        TablePrinter(self, style).text
    }
}

extension Batch: CustomStringConvertible {
    public var description: String { Table(schema: schema, batches: [self]).description }
}

/// Lays out a table as text.
private struct TablePrinter {
    private let style: TableStyle
    private let table: Table
    /// The rows shown before and after those left out.
    private let head: Int
    private let tail: Int

    /// A column ready to print: name, type, then a cell for each row shown.
    private struct Printed {
        var name: String
        var type: String
        var cells: [String]
        var right: Bool
        var width: Int
    }

    init(_ table: Table, _ style: TableStyle) {
        self.table = table
        self.style = style
        let rows = table.count
        let shown = min(rows, max(style.maximumRows, 1))
        tail = shown < rows ? shown / 2 : 0
        head = shown - tail
    }

    var text: String {
        let rows = table.count
        let count = table.schema.count
        let summary =
            "\(Self.grouped(rows)) \(rows == 1 ? "row" : "rows") × \(count) \(count == 1 ? "column" : "columns")"
        let (columns, omitted) = visibleColumns()
        guard !columns.isEmpty else { return summary }
        let gap = omitted == nil ? nil : columns.count - columns.count / 2
        func line(_ cells: [String], separator: String, ellipsis: String) -> String {
            var parts = cells
            if let gap { parts.insert(ellipsis, at: gap) }
            var text = parts.joined(separator: separator)
            while text.last == " " { text.removeLast() }
            return text
        }
        func row(_ cell: (Printed) -> String) -> String {
            line(
                columns.map { DisplayWidth.padded(cell($0), to: $0.width, right: $0.right) }, separator: " │ ",
                ellipsis: "…")
        }
        var lines = [row(\.name)]
        if style.showsShape { lines.append(row(\.type)) }
        lines.append(
            line(columns.map { String(repeating: "─", count: $0.width) }, separator: "─┼─", ellipsis: "─"))
        for index in 0..<head { lines.append(row { $0.cells[index] }) }
        if head + tail < rows {
            lines.append(row { _ in "⋮" })
            for index in head..<(head + tail) { lines.append(row { $0.cells[index] }) }
        }
        if style.showsShape { lines.append(summary + (omitted.map { ", \($0) not shown" } ?? "")) }
        return lines.joined(separator: "\n")
    }

    /// The columns that fit, first and last in turn, and how many are left out (nil when none is).
    private func visibleColumns() -> ([Printed], omitted: Int?) {
        let separator = 3
        var first: [Printed] = []
        var last: [Printed] = []
        var width = 0
        var low = 0
        var high = table.schema.count - 1
        while low <= high {
            let fromStart = first.count <= last.count
            let column = printed(fromStart ? low : high)
            // Room for the ellipsis, unless this column is the last that is missing.
            let reserve = low == high ? 0 : separator + 1
            let added = column.width + (width == 0 ? 0 : separator)
            guard width + added + reserve <= style.maximumWidth || first.isEmpty else {
                return (first + last.reversed(), high - low + 1)
            }
            width += added
            if fromStart {
                first.append(column)
                low += 1
            } else {
                last.append(column)
                high -= 1
            }
        }
        return (first + last.reversed(), nil)
    }

    private func printed(_ index: Int) -> Printed {
        let field = table.schema[index]
        let values = shownValues(index)
        let cells: [String]
        if field.type.logical.isFloat {
            cells = CellText.floats(values.map { if case .float(let value) = $0 { value } else { nil } })
        } else {
            cells = values.map { DisplayWidth.cut(CellText.text($0), to: style.maximumCellWidth) }
        }
        let name = DisplayWidth.cut(CellText.oneLine(field.name), to: style.maximumCellWidth)
        let type = style.showsShape ? DisplayWidth.cut("\(field.type)", to: style.maximumCellWidth) : ""
        let width = ([name, type] + cells).reduce(0) { max($0, DisplayWidth.of($1)) }
        return Printed(name: name, type: type, cells: cells, right: field.type.logical.isNumeric, width: width)
    }

    /// The values of the rows shown.
    private func shownValues(_ column: Int) -> [Scalar] {
        var values: [Scalar] = []
        let rows = table.count
        var start = 0
        for batch in table.batches {
            let end = start + batch.count
            let early = start..<min(end, max(start, head))
            let late = max(start, min(end, rows - tail))..<end
            for row in early { values.append(batch.columns[column].scalar(at: row - start)) }
            for row in late where row >= head { values.append(batch.columns[column].scalar(at: row - start)) }
            start = end
        }
        return values
    }

    /// `4,464,000`.
    private static func grouped(_ count: Int) -> String {
        var text = ""
        let digits = Array(String(count))
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
