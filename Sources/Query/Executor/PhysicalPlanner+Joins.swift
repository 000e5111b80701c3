import Columnar

/// How joins become stages: one side's rows in memory, the other's streaming past them.
extension PhysicalPlanner {
    /// Adds a join behind `place`, whose rows are the left ones.
    mutating func addJoin(_ join: Step.Join, at place: Place, frame: String) throws(SwiftwaterError) -> Place {
        guard let right = ends[join.with] else {
            throw SwiftwaterError(.usage, "'\(join.with)' is neither a source nor a frame before this one")
        }
        let join = try join.resolved(left: place.schema, right: right.schema)
        if join.within != nil { return try addRangeJoin(join, at: place, right, frame: frame) }
        let sides = JoinSides(join, left: place.schema, right: right.schema)
        switch join.how {
        case .inner, .left, .cross, .semi, .anti:
            let build = try materialize(join.with)
            var probe = place
            if join.validation?.needsUniqueLeft == true { probe = check(sides.left, probe, join, frame: frame) }
            let kind: JoinShape.Kind =
                switch join.how {
                case .left: .all
                case .semi: .matched
                case .anti: .unmatched
                case .cross: .pairs
                default: .matches
                }
            return try add(sides.shape(kind, probe: .left), build: build, at: probe, frame: frame)
        case .right:
            let build = materialize(place, frame: frame)
            var probe = addChild(of: right, frame: frame)
            if join.validation?.needsUniqueRight == true {
                probe = check(sides.right, goOn(from: try materialize(join.with), frame: frame), join, frame: frame)
            } else if depends(slot: build, on: nodes[probe.node].root) {
                probe = goOn(from: try materialize(join.with), frame: frame)
            }
            return try add(sides.shape(.all, probe: .right), build: build, at: probe, frame: frame)
        case .outer: return try addOuter(join, sides, at: place, frame: frame)
        }
    }

    /// Both sides' rows end in one operator: in one pass where it brings both, otherwise one after the other.
    private mutating func addRangeJoin(
        _ join: Step.Join, at place: Place, _ right: Place, frame: String
    ) throws(SwiftwaterError) -> Place {
        let made = try RangeJoin(join, left: place.schema, right: right.schema)
        guard nodes[place.node].root == nodes[right.node].root else {
            let slots = [materialize(place, frame: "rows for \(frame)"), try materialize(join.with)]
            let parts = zip(slots, [JoinSides.Which.left, .right]).map { slot, side in
                PlannedStage.Part(input: result(slot), transforms: [.transform(RangeJoinSide(side, of: made))])
            }
            let both = addRoot(.parts(parts), needs: Set(slots), schema: made.outputSchema, frame: frame)
            return goOn(from: addState(made, at: both, frame: frame), frame: frame)
        }
        let leftRows = addChild(of: place, frame: nil)
        let rightRows = addChild(of: right, frame: nil)
        nodes[leftRows.node].transforms.append(.transform(RangeJoinSide(.left, of: made)))
        nodes[rightRows.node].transforms.append(.transform(RangeJoinSide(.right, of: made)))
        let slot = addState(made, at: leftRows, frame: frame)
        nodes[rightRows.node].terminals.append(.state(made, slot: slot))
        return goOn(from: slot, frame: frame)
    }

    private mutating func add(
        _ shape: JoinShape, build: Int, at place: Place, frame: String
    ) throws(SwiftwaterError) -> Place {
        let probe = self.place(place, after: build, frame: frame)
        nodes[probe.node].transforms.append(.join(shape, slot: build, slots[build].schema))
        return Place(node: probe.node, schema: shape.outputSchema)
    }

    /// The same rows after a check that their keys are distinct.
    private mutating func check(_ side: JoinSides.Side, _ place: Place, _ join: Step.Join, frame: String) -> Place {
        let slot = materialize(place, frame: frame)
        let checked = goOn(from: slot, frame: frame)
        guard let validation = join.validation else { return checked }
        roots[nodes[checked.node].root].checks.append(
            UniquenessCheck(
                slot: slot, columns: side.keys, schema: slots[slot].schema,
                uniqueness: JoinUniqueness(side: side.name, validation: validation)))
        return checked
    }

    /// A left join, then the right rows without a match, all sorted by key.
    private mutating func addOuter(
        _ join: Step.Join, _ sides: JoinSides, at place: Place, frame: String
    ) throws(SwiftwaterError) -> Place {
        let left = materialize(place, frame: frame)
        let right = try materialize(join.with)
        let sorted = sides.withSortKeys()
        let pairs = sorted.shape(.all, probe: .left)
        let rest = sorted.shape(.unmatched, probe: .right)
        let parts = [
            PlannedStage.Part(input: result(left), transforms: [.join(pairs, slot: right, slots[right].schema)]),
            PlannedStage.Part(input: result(right), transforms: [.join(rest, slot: left, slots[left].schema)]),
        ]
        let both = addRoot(.parts(parts), needs: [left, right], schema: pairs.outputSchema, frame: frame)
        // pandas has missing times first and all other missing keys last.
        let sort = try Sort(
            by: sorted.sortKeys.map { Step.SortKey($0) },
            missingFirst: sorted.sortKeys.map { both.schema[$0]?.type.isTime == true }, input: both.schema)
        let result = goOn(from: addState(sort, at: both, frame: frame), frame: frame)
        let names = sides.outputNames
        guard names != result.schema.names else { return result }
        let select = try Project.select(names, input: result.schema)
        nodes[result.node].transforms.append(.transform(select))
        return Place(node: result.node, schema: select.outputSchema)
    }
}

extension DataType {
    /// Whether pandas has the values as 64-bit counts of time.
    fileprivate var isTime: Bool {
        switch self {
        case .timestamp, .duration: true
        default: false
        }
    }
}
