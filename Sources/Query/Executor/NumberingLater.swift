import Columnar

/// Lets the workers of a stage number rows without waiting for each other, where nobody asks for the numbers before
/// the stage's end: they are carried through filters into a result, such as the best rows or sorted ones.
struct NumberingLater {
    private(set) var root: StageNode
    /// For each operator's result what it has in place of numbers.
    private(set) var results: [ProvisionalColumns]
    /// The same for each frame that is kept in memory.
    private(set) var collected: [ProvisionalColumns]
    private let operators: [any Operator]

    init(_ root: StageNode, operators: [any Operator], collectorCount: Int) {
        self.root = root
        self.operators = operators
        results = operators.map { _ in ProvisionalColumns() }
        collected = Array(repeating: ProvisionalColumns(), count: collectorCount)
        self.root = changed(root)
    }

    private mutating func changed(_ node: StageNode) -> StageNode {
        var node = node
        for index in node.transforms.indices {
            guard let numbering = node.transforms[index] as? RowNumber,
                let ends = ends(of: numbering.place, in: node, after: index)
            else { continue }
            let provisional = numbering.provisional
            node.transforms[index] = provisional
            for (terminal, column) in ends {
                switch terminal {
                case .state(let index): results[index].add(column, provisional.numbers)
                case .collect(let index): collected[index].add(column, provisional.numbers)
                case .sink: break
                }
            }
        }
        node.children = node.children.map { changed($0) }
        return node
    }

    /// Where a column of a transform's rows comes out; nil where somebody looks at its values on the way.
    private func ends(
        of column: Int, in node: StageNode, after index: Int = -1
    ) -> [(terminal: StageTerminal, column: Int)]? {
        var columns = [column]
        for transform in node.transforms[(index + 1)...] {
            var next: [Int] = []
            for column in columns {
                guard let places = transform.places(ofUnread: column) else { return nil }
                next += places
            }
            columns = next
        }
        var ends: [(StageTerminal, Int)] = []
        for column in columns {
            for terminal in node.terminals {
                switch terminal {
                case .sink: return nil
                case .collect: ends.append((terminal, column))
                case .state(let number):
                    guard let places = operators[number].places(ofOrdered: column) else { return nil }
                    ends += places.map { (terminal, $0) }
                }
            }
            for child in node.children {
                guard let below = self.ends(of: column, in: child) else { return nil }
                ends += below
            }
        }
        return ends
    }
}
