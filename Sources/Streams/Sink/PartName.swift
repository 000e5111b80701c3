/// The name of a file in a sink's folder: the epoch whose rows are in it, `part-0000000012-0000.parquet`, and those of
/// the epochs behind it when they were merged; `part-complete.parquet` in mode `complete`. Where several writers share
/// the folder, the writer's name follows: `part-0000000012-0000-ops.metrics-3.parquet`.
///
/// Names sort in the order of the epochs.
struct PartName: Hashable, Comparable {
    enum Kind: Hashable {
        case epoch(number: Int)
        case complete
    }

    var first: Int64
    var kind: Kind
    var writer: String?

    init(epoch: Int64, number: Int, writer: String? = nil) {
        first = epoch
        kind = .epoch(number: number)
        self.writer = writer
    }

    private init(completeBy writer: String?) {
        first = 0
        kind = .complete
        self.writer = writer
    }

    static func complete(_ writer: String?) -> PartName { PartName(completeBy: writer) }

    /// Nil for names that no sink gives.
    init?(_ name: String, fileExtension: String) {
        guard name.hasPrefix("part-"), name.hasSuffix(fileExtension) else { return nil }
        let body = name.dropFirst(5).dropLast(fileExtension.count)
        let words = body.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        if words.first == "complete" {
            let writer = body.dropFirst("complete-".count)
            self.init(completeBy: writer.isEmpty ? nil : String(writer))
            return
        }
        func number(_ word: Substring, _ digits: Int) -> Int64? {
            word.utf8.count >= digits && word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(word) : nil
        }
        guard let first = words.first.flatMap({ number($0, 10) }), words.count >= 2, let part = number(words[1], 4)
        else { return nil }
        self.init(epoch: first, number: Int(part), writer: words.count == 3 ? String(words[2]) : nil)
    }

    /// The first epoch whose rows are in the file; nil for a complete one.
    var epoch: Int64? { kind == .complete ? nil : first }

    func text(_ fileExtension: String) -> String {
        func padded(_ value: Int64, _ digits: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        let end = (writer.map { "-\($0)" } ?? "") + fileExtension
        switch kind {
        case .epoch(let number): return "part-\(padded(first, 10))-\(padded(Int64(number), 4))\(end)"
        case .complete: return "part-complete\(end)"
        }
    }

    static func < (a: Self, b: Self) -> Bool {
        func order(_ name: Self) -> (Int64, Int) {
            switch name.kind {
            case .epoch(let number): (name.first, number)
            case .complete: (-1, 0)
            }
        }
        return order(a) < order(b)
    }
}
