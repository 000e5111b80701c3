import Columnar
import Formats
import Testing

@Suite struct InputFileTests {
    @Test func `A name says its format and compression`() {
        #expect(FileFormat(path: "a/b.json") == .jsonLines)
        #expect(FileFormat(path: "b.NDJSON.gz") == .jsonLines)
        #expect(FileFormat(path: "b.jsonl.zst") == .jsonLines)
        #expect(FileFormat(path: "x.csv") == .csv)
        #expect(FileFormat(path: "x.parquet") == .parquet)
        #expect(FileFormat(path: "x.parquet.gz") == nil)
        #expect(FileFormat(path: "csv") == nil)
        #expect(FileFormat(path: "a.csv/readme") == nil)
        #expect(FileFormat(path: "-") == nil)
        #expect(FileName("x.tsv.gz").isTabSeparated)
        #expect(FileName("x.tsv.gz").compression == .gzip)
        #expect(FileName("x.csv.zst").compression == .zstd)
        #expect(FileName("x.csv").compression == nil)
    }

    @Test func `Globs name files in the order of their names`() throws {
        let folder = TextFolder()
        for name in [
            "b.csv", "a.csv", "c10.csv", "c2.csv", "d.txt", ".hidden.csv", "sub/e.csv", "sub/deep/f.csv", "[x].csv",
            "é.csv",
        ] {
            try folder.write("", to: name)
        }
        func names(_ patterns: String...) throws -> [String] {
            try InputFiles.expand(patterns.map { "\(folder.path)/\($0)" }).map {
                String($0.dropFirst(folder.path.count + 1))
            }
        }
        #expect(try names("*.csv") == ["[x].csv", "a.csv", "b.csv", "c10.csv", "c2.csv", "é.csv"])
        #expect(try names("?.csv") == ["a.csv", "b.csv", "é.csv"])
        #expect(try names("[ab].csv") == ["a.csv", "b.csv"])
        #expect(try names("[!a-b].csv") == ["é.csv"])
        #expect(try names("c[0-9]*.csv") == ["c10.csv", "c2.csv"])
        #expect(try names("[x].csv") == ["[x].csv"])
        #expect(try names("s*/*.csv") == ["sub/e.csv"])
        #expect(try names("**/*.csv").suffix(3) == ["sub/deep/f.csv", "sub/e.csv", "é.csv"])
        #expect(try names("sub/**") == ["sub/deep/f.csv", "sub/e.csv"])
        #expect(try names(".h*") == [".hidden.csv"])
        #expect(try names("d.txt", "a.csv") == ["d.txt", "a.csv"])
        #expect(try InputFiles.expand(["-"]) == ["-"])
        #expect(try names("sub/../a*") == ["sub/../a.csv"])
    }

    @Test func `What names nothing is an error that says so`() {
        #expect(
            #expect(throws: SwiftwaterError.self) { try InputFiles.expand(["/nowhere/x.csv"]) }?.description
                == "cannot open '/nowhere/x.csv': there is no such file")
        #expect(
            #expect(throws: SwiftwaterError.self) { try InputFiles.expand(["/nowhere/*.csv"]) }?.description
                == "no file matches '/nowhere/*.csv'")
    }
}
