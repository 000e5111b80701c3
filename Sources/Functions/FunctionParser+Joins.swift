import Columnar

/// What joins leave out in a function file.
extension FunctionParser {
    /// A step with the event time as the column of a join's range of time, where it names none.
    func timed(_ step: YAMLNode, by eventTime: String?) throws(SwiftwaterError) -> YAMLNode {
        guard var entries = step["join"]?.entries, let place = entries.firstIndex(where: { $0.key == "within" }),
            var range = entries[place].value.entries, entries[place].value["left"]?.isNull ?? true
        else { return step }
        let position = entries[place].value.position
        guard let eventTime else {
            throw keys.error(
                position, "within needs 'left', the column of times: the events have no event time",
                hint: "name the column, or add 'eventTime: {column: …}' under events")
        }
        range.removeAll { $0.key == "left" }
        range.append(
            YAMLNode.Entry(
                key: "left", keyPosition: position,
                value: YAMLNode(content: .scalar(eventTime, plain: false), position: position)))
        entries[place].value.content = .map(range)
        guard var whole = step.entries else { return step }
        whole[0].value.content = .map(entries)
        return YAMLNode(content: .map(whole), position: step.position)
    }
}
