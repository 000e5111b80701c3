import Foundation
import FuzzTargets
import Testing

/// Replays what the fuzzers start from and what they once found.
@Suite("Corpus")
struct CorpusTests {
    static func inputs(_ folder: String) -> [URL] {
        let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Corpus").appendingPathComponent(folder)
        let found = try? FileManager.default.contentsOfDirectory(at: corpus, includingPropertiesForKeys: nil)
        return (found ?? []).sorted { $0.path < $1.path }
    }

    /// One test and not one a file: the JSON reader's target writes to a file of the process's name.
    @Test("every JSON Lines input is read or refused, however it is cut into morsels")
    func jsonLines() throws {
        let inputs = Self.inputs("json-lines")
        #expect(!inputs.isEmpty)
        for input in inputs { try Data(contentsOf: input).withUnsafeBytes { fuzzJSONLines($0) } }
    }

    @Test("every Parquet input is read or refused")
    func parquet() throws {
        let inputs = Self.inputs("parquet")
        #expect(!inputs.isEmpty)
        for input in inputs { try Data(contentsOf: input).withUnsafeBytes { fuzzParquet($0) } }
    }
}
