/// The tables of docs/reference/function.md, made from the declarations, so that the page says what the code does.
package enum FunctionReference {
    /// The parts of the page that are generated, by the name in their markers.
    package static var parts: [(name: String, markdown: String)] {
        [
            ("keys", [keys("The file", FunctionKeys.root), tables(FunctionKeys.root)].joined(separator: "\n")),
            ("steps", StepForms.all.map(step).joined(separator: "\n")),
        ]
    }

    /// Every example of a step, without its dash.
    package static var stepExamples: [String] { StepForms.all.flatMap(\.examples) }

    /// The page with its generated parts in place of those that it has.
    package static func updated(_ page: String) -> String {
        var lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for part in parts {
            guard let start = lines.firstIndex(of: "<!-- generated: \(part.name) -->"),
                let end = lines[start...].firstIndex(of: "<!-- end -->")
            else { continue }
            lines.replaceSubrange((start + 1)..<end, with: ["", part.markdown])
        }
        return lines.joined(separator: "\n")
    }

    private static func keys(_ title: String, _ table: KeyTable) -> String {
        var text = "### \(title)\n\n| key | value | without it | what it is |\n|---|---|---|---|\n"
        for key in table.keys {
            text += "| `\(key.name)` | \(key.type) | \(key.standard ?? "required") | \(cell(key.doc)) |\n"
        }
        return text
    }

    /// The tables below `table`'s keys, each once.
    private static func tables(_ table: KeyTable) -> String {
        var texts: [String] = []
        for key in table.keys {
            switch key.content {
            case .value, .steps: break
            case .mapping(let below): texts += [keys("`\(key.name)`", below), tables(below)]
            case .named(let below): texts += [keys("Each of `\(key.name)`", below), tables(below)]
            case .list(let below): texts += [keys("Each of `\(key.name)`", below), tables(below)]
            case .byKind(let kinds):
                for (kind, below) in kinds where !below.keys.isEmpty {
                    texts += [keys("`\(key.name)` of \(table.name) of kind `\(kind)`", below), tables(below)]
                }
            }
        }
        // A table that belongs to several keys is there once.
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }.joined(separator: "\n")
    }

    private static func step(_ form: StepForm) -> String {
        var text = "### `\(form.name)`\n\n\(form.doc)\n\n```yaml\n"
        for example in form.examples { text += "- \(example)\n" }
        text += "```\n"
        if let arguments = form.arguments {
            text += "\n| argument | value | without it | what it is |\n|---|---|---|---|\n"
            for key in arguments.keys {
                text += "| `\(key.name)` | \(key.type) | \(key.standard ?? "required") | \(cell(key.doc)) |\n"
            }
            for key in arguments.keys {
                if case .mapping(let below) = key.content {
                    text += "\n#" + keys("`\(key.name)` of `\(form.name)`", below)
                }
            }
        }
        return text
    }

    /// A bar would end the table's cell.
    private static func cell(_ text: String) -> String { text.split(separator: "|").joined(separator: "\\|") }
}
