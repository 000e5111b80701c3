import Columnar

/// Checks that a YAML text has known keys only, none missing, and mappings and lists where they belong.
struct KeyCheck {
    let path: String

    func check(_ node: YAMLNode, _ table: KeyTable) throws(SwiftwaterError) {
        guard let entries = node.entries else {
            throw error(node.position, "\(table.name) is a mapping of keys, not \(node.kind)")
        }
        for entry in entries {
            guard let key = table.keys.first(where: { $0.name == entry.key }) else {
                throw unknown("key", entry.key, in: table.name, among: table.keys.map(\.name), at: entry.keyPosition)
            }
            if entry.value.isNull, key.standard != nil { continue }
            if case .byKind(let tables) = key.content {
                // A kind that is wrong or missing is said where it is read.
                guard let kind = node["kind"]?.text, let (_, below) = tables.first(where: { $0.kind == kind }) else {
                    continue
                }
                try check(entry.value, below)
            } else {
                try check(entry.value, key)
            }
        }
        for key in table.keys where key.standard == nil && node[key.name] == nil {
            throw error(node.position, "\(table.name) needs '\(key.name)'", hint: hint(for: key))
        }
    }

    private func check(_ node: YAMLNode, _ key: KeyTable.Key) throws(SwiftwaterError) {
        switch key.content {
        case .value, .byKind: break
        case .mapping(let table): try check(node, table)
        case .named(let table):
            guard let entries = node.entries else {
                throw error(node.position, "'\(key.name)' is a \(key.type), not \(node.kind)")
            }
            for entry in entries { try check(entry.value, table) }
        case .list(let table):
            for item in try items(node, key) { try check(item, table) }
        case .steps:
            for item in try items(node, key) { try checkStep(item) }
        }
    }

    private func items(_ node: YAMLNode, _ key: KeyTable.Key) throws(SwiftwaterError) -> [YAMLNode] {
        guard case .list(let items) = node.content else {
            throw error(
                node.position, "'\(key.name)' is a \(key.type), not \(node.kind)", hint: "start each item with '- '")
        }
        return items
    }

    private func checkStep(_ node: YAMLNode) throws(SwiftwaterError) {
        switch node.content {
        case .scalar(let name, _):
            guard let form = StepForms.form(name) else {
                throw unknown("step", name, in: nil, among: StepForms.names, at: node.position)
            }
            guard ["dropna", "drop_duplicates"].contains(name) else {
                throw error(
                    node.position, "the step '\(name)' needs arguments", hint: "for example \(form.examples[0])")
            }
        case .list:
            throw error(node.position, "a step is a mapping of its name to its arguments, not a list")
        case .map(let entries):
            guard let entry = entries.first else {
                throw error(node.position, "a step is a mapping of its name to its arguments")
            }
            guard let form = StepForms.form(entry.key) else {
                throw unknown("step", entry.key, in: nil, among: StepForms.names, at: entry.keyPosition)
            }
            if entries.count > 1 {
                throw error(
                    entries[1].keyPosition, "the step '\(entry.key)' and '\(entries[1].key)' are in one list item",
                    hint: "start each step with '- ', and indent a step's arguments below its name")
            }
            guard let arguments = form.arguments else { return }
            if form.hasShortForm, entry.value.entries == nil { return }
            try check(entry.value, arguments)
        }
    }

    // MARK: Errors

    func error(_ position: YAMLNode.Position, _ message: String, hint: String? = nil) -> SwiftwaterError {
        SwiftwaterError(.usage, message, at: position.in(path), hint: hint)
    }

    func unknown(
        _ kind: String, _ name: String, in place: String?, among names: [String], at position: YAMLNode.Position
    ) -> SwiftwaterError {
        let near = SwiftwaterError.nearest(name, among: names)
        return error(
            position, "unknown \(kind) '\(name)'" + (place.map { " in \($0)" } ?? ""),
            hint: near.map { "did you mean '\($0)'?" } ?? "use one of \(names.joined(separator: ", "))")
    }

    private func hint(for key: KeyTable.Key) -> String? {
        key.type.hasPrefix("`") ? "write '\(key.name): \(key.type.replacingBackquotes)'" : nil
    }
}

extension String {
    fileprivate var replacingBackquotes: String { String(filter { $0 != "`" }) }
}
