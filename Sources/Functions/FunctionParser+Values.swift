import Columnar
import Formats
import Query

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Values of a function file by their kinds. Each error names the key's place.
extension FunctionParser {
    func present(_ key: String, in node: YAMLNode?) -> YAMLNode? {
        node?[key].flatMap { $0.isNull ? nil : $0 }
    }

    func name(of node: YAMLNode?, among known: [String]) throws(SwiftwaterError) -> String {
        guard let node, let name = node.text else {
            throw expected("a name", "from", node ?? YAMLNode(content: .list([]), position: .init(line: 1, column: 1)))
        }
        guard known.contains(name) else {
            throw keys.unknown("frame", name, in: nil, among: known, at: node.position)
        }
        return name
    }

    /// One name or several.
    func names(of node: YAMLNode?, among known: [String]) throws(SwiftwaterError) -> [String] {
        guard case .list(let items) = node?.content, let node else { return [try name(of: node, among: known)] }
        guard !items.isEmpty else { throw expected("a name or a list of names", "from", node) }
        var names: [String] = []
        for item in items { names.append(try name(of: item, among: known)) }
        return names
    }

    func text(_ key: String, in node: YAMLNode?) throws(SwiftwaterError) -> String? {
        guard let value = present(key, in: node) else { return nil }
        guard let text = value.text else { throw expected("text", key, value) }
        return text
    }

    func texts(_ key: String, in node: YAMLNode?) throws(SwiftwaterError) -> [String]? {
        guard let value = present(key, in: node) else { return nil }
        if let text = value.text { return [text] }
        guard case .list(let items) = value.content else { throw expected("text or a list of text", key, value) }
        var texts: [String] = []
        for item in items {
            guard let text = item.text else { throw expected("text", key, item) }
            texts.append(text)
        }
        return texts
    }

    func integer(_ key: String, in node: YAMLNode?, atLeast least: Int) throws(SwiftwaterError) -> Int? {
        guard let value = present(key, in: node) else { return nil }
        guard case .int(let number) = value.scalar, let integer = Int(exactly: number), integer >= least else {
            throw expected("an integer of at least \(least)", key, value)
        }
        return integer
    }

    func delimiter(in node: YAMLNode?) throws(SwiftwaterError) -> String? {
        guard let delimiter = try text("delimiter", in: node) else { return nil }
        try checkDialect(Source.CSVOptions(delimiter: delimiter, quote: ""), "delimiter", in: node)
        return delimiter
    }

    /// Refuses a delimiter or a quote that CSV cannot have, at the place of `key`.
    func checkDialect(
        _ options: Source.CSVOptions, _ key: String, in node: YAMLNode?
    ) throws(SwiftwaterError) {
        do throws(SwiftwaterError) {
            _ = try CSVDialect(delimiter: options.delimiter, quote: options.quote)
        } catch {
            guard let value = node?[key] else { throw error }
            throw keys.error(value.position, error.message, hint: error.hint)
        }
    }

    func choice<T: RawRepresentable & CaseIterable>(
        _ type: T.Type, _ key: String, in node: YAMLNode?
    ) throws(SwiftwaterError) -> T? where T.RawValue == String {
        guard let value = present(key, in: node) else { return nil }
        guard let text = value.text else { throw expected("a word", key, value) }
        if let choice = T(rawValue: text) { return choice }
        throw keys.unknown("value", text, in: "'\(key)'", among: T.allCases.map(\.rawValue), at: value.position)
    }

    func expected(_ what: String, _ key: String, _ node: YAMLNode) -> SwiftwaterError {
        keys.error(node.position, "'\(key)' is \(what), not \(node.kind)")
    }

    func bool(_ key: String, in node: YAMLNode?) throws(SwiftwaterError) -> Bool? {
        guard let value = present(key, in: node) else { return nil }
        guard case .bool(let bool) = value.scalar else { throw expected("true or false", key, value) }
        return bool
    }

    /// One text or several, at least one.
    func someTexts(_ key: String, in node: YAMLNode) throws(SwiftwaterError) -> [String] {
        guard let texts = try texts(key, in: node), !texts.isEmpty else {
            throw expected("text or a list of text", key, node[key] ?? node)
        }
        return texts
    }

    /// A mapping of names to text, in its order.
    func texts(
        byName key: String, in node: YAMLNode?
    ) throws(SwiftwaterError) -> [(name: String, value: String)] {
        guard let value = present(key, in: node) else { return [] }
        guard let entries = value.entries else { throw expected("a mapping of names to text", key, value) }
        var texts: [(name: String, value: String)] = []
        for entry in entries {
            guard let text = entry.value.text else { throw expected("text", entry.key, entry.value) }
            texts.append((entry.key, text))
        }
        return texts
    }

    func choices<T: RawRepresentable & CaseIterable>(
        _ type: T.Type, _ key: String, in node: YAMLNode
    ) throws(SwiftwaterError) -> [T] where T.RawValue == String {
        guard let value = present(key, in: node) else { return [] }
        guard case .list(let items) = value.content else { throw expected("a list", key, value) }
        var choices: [T] = []
        for item in items {
            guard let text = item.text, let choice = T(rawValue: text) else {
                throw keys.unknown(
                    "value", item.text ?? item.kind, in: "'\(key)'", among: T.allCases.map(\.rawValue),
                    at: item.position)
            }
            choices.append(choice)
        }
        return choices
    }

    /// A span of time such as `10s`; above zero unless `least` says otherwise.
    func duration(
        _ key: String, in node: YAMLNode?, atLeast least: Duration = .nanoseconds(1)
    ) throws(SwiftwaterError) -> Duration? {
        guard let value = present(key, in: node) else { return nil }
        guard let text = value.text, let duration = Duration(text: text), duration >= least else {
            throw expected("a time such as 500ms, 10s, 5min or 1h", key, value)
        }
        return duration
    }

    /// A number of bytes such as `64MiB`.
    func bytes(_ key: String, in node: YAMLNode?, atLeast least: Int) throws(SwiftwaterError) -> Int? {
        guard let value = present(key, in: node) else { return nil }
        guard let text = value.text, let bytes = ByteCount.parse(text), bytes >= least else {
            throw expected("a number of bytes such as 64MiB", key, value)
        }
        return bytes
    }

    /// A text, or the value of the environment variable that `{env: NAME}` names.
    func secret(_ key: String, in node: YAMLNode) throws(SwiftwaterError) -> String {
        guard let value = present(key, in: node) else { throw expected("text or {env: NAME}", key, node) }
        if let text = value.text { return text }
        guard let entries = value.entries, entries.count == 1, entries[0].key == "env",
            let name = entries[0].value.text
        else { throw expected("text or {env: NAME}", key, value) }
        guard let content = getenv(name) else {
            throw keys.error(value.position, "the environment variable '\(name)' for '\(key)' is not set")
        }
        return String(cString: content)
    }
}
