import Columnar
package import Query

/// What an operator remembered, and what it was, so that a changed function can tell whether it can go on with it.
package struct SavedState: Sendable {
    /// Where the operator stands in the plan.
    package var key: String
    /// What it does, as `explain` prints it.
    package var label: String
    /// The same without its aggregations, and what its last columns hold; nil where it does not aggregate.
    package var grouping: String?
    package var aggregates: [String]
    /// What it remembered, as it was taken or as it is read.
    package var content: StateCapture

    package init(
        key: String, label: String, grouping: String? = nil, aggregates: [String] = [], _ content: StateCapture
    ) {
        self.key = key
        self.label = label
        self.grouping = grouping
        self.aggregates = aggregates
        self.content = content
    }

    init(of slot: StreamingPlan.Slot, _ content: StateCapture) {
        let aggregating = slot.operator as? any AggregatingOperator
        self.init(
            key: slot.key, label: slot.operator.label, grouping: aggregating?.groupingLabel,
            aggregates: aggregating?.savedAggregates.names ?? [], content)
    }

    /// Fills an empty state of the operator `slot`, which has the same key; a state that has the changes since already
    /// when this is older than they are.
    ///
    /// Aggregations may have come and gone; any other difference is refused.
    func restore(
        _ state: any OperatorState, of slot: StreamingPlan.Slot, isOlder: Bool = false
    ) throws(SwiftwaterError) {
        let made = slot.operator
        var batches = try content.batches()
        if let aggregating = made as? any AggregatingOperator, let grouping {
            guard grouping == aggregating.groupingLabel else { throw changed(made) }
            let saved = aggregating.savedAggregates
            if saved.names != aggregates { batches = try saved.adapting(batches, from: aggregates) }
        } else if made.label != label {
            throw changed(made)
        }
        do throws(SwiftwaterError) {
            if isOlder { try state.restore(older: batches) } else { try state.restore(batches) }
        } catch {
            throw SwiftwaterError(
                error.kind, "the states of '\(key)' ('\(label)') do not fit the function: \(error.message)",
                hint: Self.hint)
        }
    }

    private func changed(_ made: any Operator) -> SwiftwaterError {
        SwiftwaterError(
            .usage,
            "the function has changed and cannot go on from its checkpoint: '\(key)' was '\(label)' and is "
                + "'\(made.label)'", hint: Self.hint)
    }

    private static let hint = "give what changed a new name, start anew with --reset, or use another checkpoint path"
}
