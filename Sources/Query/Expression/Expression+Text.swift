public import Columnar

/// The text form: pandas' `query` and `eval` grammar, documented in docs/reference/expressions.md.
extension Expression: CustomStringConvertible, Codable {
    /// Parses `text`. Throws a `usage` error whose location's column is the byte of the text where it went wrong.
    public init(_ text: String) throws(SwiftwaterError) { self = try ExpressionParser.parse(text) }

    /// Text that parses back to the same tree.
    public var description: String {
        var printer = ExpressionPrinter()
        printer.print(self)
        return printer.text
    }

    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension SwiftwaterError {
    /// The line of `text` that the location names with a caret under the place, as two lines; nil without a place.
    public func excerpt(of text: String) -> String? {
        guard let column = location?.column else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let index = (location?.line ?? 1) - 1
        guard lines.indices.contains(index) else { return nil }
        let width = String(decoding: lines[index].utf8.prefix(max(0, column - 1)), as: UTF8.self).count
        return "\(lines[index])\n\(String(repeating: " ", count: width))^"
    }
}
