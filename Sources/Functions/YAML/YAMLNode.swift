import Columnar
import Yams

/// A place in a YAML text, from a parsed file: what stands there and where.
///
/// The scalars keep their text: what `no` or `1_000` mean is decided by whoever reads them, by YAML 1.2's core schema.
struct YAMLNode: Sendable {
    /// Counted from 1.
    struct Position: Hashable, Sendable {
        var line: Int
        var column: Int
    }

    struct Entry: Sendable {
        var key: String
        var keyPosition: Position
        var value: YAMLNode
    }

    indirect enum Content: Sendable {
        /// - plain: without quotes, so that it may mean a number, a Boolean value or nothing.
        case scalar(String, plain: Bool)
        case list([YAMLNode])
        case map([Entry])
    }

    var content: Content
    var position: Position

    /// Parses one YAML document. Errors name `path`, the line and the column.
    static func parse(_ text: String, path: String) throws(SwiftwaterError) -> YAMLNode {
        do {
            guard let root = try Yams.compose(yaml: text) else {
                throw SwiftwaterError(.usage, "the file is empty", at: .init(file: path))
            }
            return try convert(root, path: path, parent: Position(line: 1, column: 1))
        } catch let error as SwiftwaterError {
            throw error
        } catch let error as YamlError {
            throw translated(error, path: path)
        } catch {
            throw SwiftwaterError(.usage, "not a YAML text: \(error)", at: .init(file: path))
        }
    }

    private static func convert(_ node: Node, path: String, parent: Position) throws(SwiftwaterError) -> YAMLNode {
        let position = node.mark.map { Position(line: $0.line, column: $0.column) } ?? parent
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            return YAMLNode(content: .scalar(scalar.string, plain: plain), position: position)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for item in sequence { items.append(try convert(item, path: path, parent: position)) }
            return YAMLNode(content: .list(items), position: position)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let keyPosition = key.mark.map { Position(line: $0.line, column: $0.column) } ?? position
                guard case .scalar(let name) = key else {
                    throw SwiftwaterError(.usage, "a key is a word, not a list or a mapping", at: keyPosition.in(path))
                }
                let value = try convert(value, path: path, parent: keyPosition)
                entries.append(Entry(key: name.string, keyPosition: keyPosition, value: value))
            }
            return YAMLNode(content: .map(entries), position: position)
        case .alias:
            throw SwiftwaterError(.usage, "this alias names no anchor", at: position.in(path))
        }
    }

    private static func translated(_ error: YamlError, path: String) -> SwiftwaterError {
        func located(_ problem: String, _ mark: Mark?) -> SwiftwaterError {
            SwiftwaterError(
                .usage, "not a YAML text: \(problem)",
                at: .init(file: path, line: mark?.line, column: mark?.column),
                hint: problem.contains("tab") || problem.contains("cannot start any token")
                    ? "indent with spaces, and quote text that starts with a special character" : nil)
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return located(problem, mark)
        case .duplicatedKeysInMapping(let duplicates, let context):
            return SwiftwaterError(
                .usage, "the key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is twice in a mapping",
                at: .init(file: path, line: context.mark.line, column: context.mark.column),
                hint: "keep one of them")
        case .reader(let problem, _, _, _): return located(problem, nil)
        default: return located("\(error)", nil)
        }
    }
}

extension YAMLNode.Position {
    func `in`(_ path: String) -> SwiftwaterError.Location {
        SwiftwaterError.Location(file: path, line: line, column: column)
    }
}

extension YAMLNode {
    var entries: [Entry]? { if case .map(let entries) = content { entries } else { nil } }

    subscript(_ key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    /// Nothing written, or a plain `null` or `~`.
    var isNull: Bool {
        guard case .scalar(let text, plain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The text of a scalar that is not null.
    var text: String? {
        if case .scalar(let text, _) = content, !isNull { text } else { nil }
    }

    /// What a scalar means by YAML 1.2's core schema; nil for lists and mappings.
    var scalar: Scalar? {
        guard case .scalar(let text, let plain) = content else { return nil }
        if isNull { return .null }
        return plain ? PlainText.scalar(text) : .string(text)
    }

    /// What the node is, for messages.
    var kind: String {
        switch content {
        case .list: "a list"
        case .map: "a mapping"
        case .scalar(let text, let plain):
            isNull ? "nothing" : plain && PlainText.isWord(text) ? "'\(text)'" : "the text '\(text)'"
        }
    }
}
