/// Which small files of a folder to merge next.
///
/// Files are merged in tiers, as in a log-structured merge tree: sixteen neighbours below a size become one, sixteen
/// of those become one again, up to the size that was asked for. So a row is rewritten a few times at most.
struct MergePlan {
    struct File: Hashable {
        var name: PartName
        var bytes: Int
    }

    static let minimumFiles = 16
    private static let maximumFiles = 512

    /// The places of the files to merge, neighbours in the order of `files` (the order of epochs); nil when all is well.
    static func next(_ files: [File], target: Int) -> Range<Int>? {
        var tier = max(target / 2, 1)
        var tiers: [Int] = []
        while tier > 0, tiers.count < 6 {
            tiers.append(tier)
            tier /= 16
        }
        for tier in tiers.reversed() {
            var start = 0
            while start < files.count {
                guard files[start].bytes < tier else {
                    start += 1
                    continue
                }
                var end = start
                var bytes = 0
                while end < files.count, files[end].bytes < tier, end - start < maximumFiles,
                    bytes + files[end].bytes <= target
                {
                    bytes += files[end].bytes
                    end += 1
                }
                if end - start >= minimumFiles { return start..<end }
                start = end + (end == start ? 1 : 0)
            }
        }
        return nil
    }
}
