import Columnar
import Formats

/// Where a folder sink keeps what no reader shall see.
///
/// It is a hidden folder beside the sink's own, `.NAME.staged`, because some readers refuse folders with files of several
/// kinds, whatever they are called, and DuckDB's globs enter hidden folders. Where the sink's folder is a file system of
/// its own it is inside, `_staged`, because files cannot be renamed from one file system to another.
struct StagingArea {
    let root: String
    /// Outside the sink's folder, so that whole folders can be exchanged.
    let isBeside: Bool

    private static func candidates(_ folder: String) -> [StagingArea] {
        let (parent, name) = FolderTree.split(folder)
        let inside = StagingArea(root: "\(folder)/_staged", isBeside: false)
        if name.isEmpty || name == "." || name == ".." { return [inside] }
        return [StagingArea(root: "\(parent == "/" ? "" : parent)/.\(name).staged", isBeside: true), inside]
    }

    /// The area of `folder`, which is there; made if need be. Of several writers each has a part of it.
    static func open(_ folder: String, writer: String? = nil) throws(SwiftwaterError) -> StagingArea {
        let area = try open(folder)
        guard let writer else { return area }
        let own = StagingArea(root: "\(area.root)/\(writer)", isBeside: area.isBeside)
        try own.make()
        return own
    }

    private static func open(_ folder: String) throws(SwiftwaterError) -> StagingArea {
        let areas = candidates(folder)
        // What was begun at one place is ended there.
        for area in areas where FolderTree.kind(area.root) == .folder { return area }
        let beside = areas[0]
        if beside.isBeside, FolderTree.device(FolderTree.split(beside.root).folder) == FolderTree.device(folder) {
            // A parent that this process must not write to is no reason to fail.
            if (try? FolderTree.make(beside.root)) != nil { return beside }
        }
        let inside = areas[areas.count - 1]
        try FolderTree.make(inside.root)
        return inside
    }

    func make() throws(SwiftwaterError) {
        // Another writer may have removed the area, as it was empty.
        let parent = FolderTree.split(root).folder
        if FolderTree.kind(parent) == nil { try FolderTree.make(parent) }
        try FolderTree.make(root)
    }

    func folder(of epoch: Int64) -> String {
        let text = String(epoch)
        return "\(root)/\(String(repeating: "0", count: max(0, 10 - text.utf8.count)))\(text)"
    }

    /// A staged file's extension says to no reader that it could read it.
    func file(_ number: Int, of epoch: Int64) -> String { "\(folder(of: epoch))/\(number).staged" }

    /// The next state of a folder of which small files are merged, and after the exchange its last one.
    func merging(_ number: Int) -> String { "\(root)/merging-\(number)" }

    static func mergingNumber(_ name: String) -> Int? {
        name.hasPrefix("merging-") ? Int(name.dropFirst("merging-".count)) : nil
    }
}
