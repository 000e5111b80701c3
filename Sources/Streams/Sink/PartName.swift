/// The name of a file in a sink's folder: the epochs whose rows are in it, `part-0000000012-0000.parquet`,
/// `part-0000000001-to-0000000011.parquet` when several were merged, `part-complete.parquet` in mode `complete`.
///
/// Names sort in the order of the epochs.
struct PartName: Hashable, Comparable {
    enum Kind: Hashable {
        case epoch(number: Int)
        case merged(last: Int64)
        case complete
    }

    var first: Int64
    var kind: Kind

    init(epoch: Int64, number: Int) {
        first = epoch
        kind = .epoch(number: number)
    }

    init(merged epochs: ClosedRange<Int64>) {
        first = epochs.lowerBound
        kind = .merged(last: epochs.upperBound)
    }

    private init(kind: Kind) {
        first = 0
        self.kind = kind
    }

    static let complete = PartName(kind: .complete)

    /// Nil for names that no sink gives.
    init?(_ name: String, fileExtension: String) {
        guard name.hasPrefix("part-"), name.hasSuffix(fileExtension) else { return nil }
        let body = name.dropFirst(5).dropLast(fileExtension.count)
        if body == "complete" {
            self = .complete
            return
        }
        let words = body.split(separator: "-", omittingEmptySubsequences: false)
        func number(_ word: Substring, _ digits: Int) -> Int64? {
            word.utf8.count >= digits && word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(word) : nil
        }
        guard let first = words.first.flatMap({ number($0, 10) }) else { return nil }
        if words.count == 2, let part = number(words[1], 4) {
            self.init(epoch: first, number: Int(part))
        } else if words.count == 3, words[1] == "to", let last = number(words[2], 10), last >= first {
            self.init(merged: first...last)
        } else {
            return nil
        }
    }

    /// The last epoch whose rows are in the file; nil for a complete one.
    var last: Int64? {
        switch kind {
        case .epoch: first
        case .merged(let last): last
        case .complete: nil
        }
    }

    func text(_ fileExtension: String) -> String {
        func padded(_ value: Int64, _ digits: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        switch kind {
        case .epoch(let number): return "part-\(padded(first, 10))-\(padded(Int64(number), 4))\(fileExtension)"
        case .merged(let last): return "part-\(padded(first, 10))-to-\(padded(last, 10))\(fileExtension)"
        case .complete: return "part-complete\(fileExtension)"
        }
    }

    static func < (a: Self, b: Self) -> Bool {
        func order(_ name: Self) -> (Int64, Int64, Int) {
            switch name.kind {
            case .epoch(let number): (name.first, name.first, number)
            case .merged(let last): (name.first, last, 0)
            case .complete: (-1, -1, 0)
            }
        }
        return order(a) < order(b)
    }
}
