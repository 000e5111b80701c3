import Columnar
import Formats
import Foundation
import Testing

@Suite("Output files")
struct OutputFileTests {
    private static func write(_ text: String, to path: String, isSynced: Bool) throws {
        let file = try OutputFile(path, isSynced: isSynced)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    @Test("A file takes another's place whole and leaves nothing else behind", arguments: [false, true])
    func replacesFiles(isSynced: Bool) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/out.txt"
        for text in ["first", "second and longer", "3"] {
            try Self.write(text, to: path, isSynced: isSynced)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.txt"])
        }
    }

    @Test("A link is replaced, not what it leads to; a folder is an error", arguments: [false, true])
    func replacesLinksOnly(isSynced: Bool) throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("kept", to: "target.txt")
        let link = "\(folder.path)/link.txt"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        try Self.write("new", to: link, isSynced: isSynced)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept")
        #expect(try String(contentsOfFile: link, encoding: .utf8) == "new")
        let inner = "\(folder.path)/inner"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        #expect(throws: SwiftwaterError.self) { try Self.write("x", to: inner, isSynced: isSynced) }
        var isFolder = ObjCBool(false)
        #expect(FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder) && isFolder.boolValue)
    }
}
