import Functions
import Testing

@Suite("Errors in function files")
struct FunctionErrorTests {
    private func message(_ yaml: String) -> String? {
        FunctionFileTests.message { _ = try FunctionFile(yaml: yaml, path: "f.yaml") }
    }

    private func message(replacing text: String, with other: String) -> String? {
        let example = FunctionFileTests.example
        #expect(example.contains(text))
        return message(example.replacing(text, with: other))
    }

    @Test("an unknown key names its line and the nearest key")
    func unknownKeys() {
        #expect(
            message(replacing: "onError:", with: "onErorr:") == """
                f.yaml:8:5: unknown key 'onErorr' in events; did you mean 'onError'?
                """)
        #expect(
            message(replacing: "frames:", with: "frame:") == """
                f.yaml:9:3: unknown key 'frame' in spec; did you mean 'frames'?
                """)
        #expect(
            message(replacing: "spec:", with: "specs:") == """
                f.yaml:4:1: unknown key 'specs' in a function file; did you mean 'spec'?
                """)
        #expect(
            message(replacing: "compression:", with: "codec:") == """
                f.yaml:20:50: unknown key 'codec' in an output; did you mean 'mode'?
                """)
        #expect(
            message(replacing: "n: 10", with: "m: 10") == """
                f.yaml:18:22: unknown key 'm' in nlargest; did you mean 'n'?
                """)
        #expect(
            message(replacing: "onError: fail", with: "triggers: {}") == """
                f.yaml:8:5: unknown key 'triggers' in events; use one of files, format, schema, onError, deadLetter, \
                maximumLineBytes, csv, eventTime, partitionedBy
                """)
    }

    @Test("an unknown step, frame, value or type names its line and the nearest known one")
    func unknownNames() {
        #expect(
            message(replacing: "groupby:", with: "group_by:") == """
                f.yaml:14:11: unknown step 'group_by'; did you mean 'groupby'?
                """)
        #expect(
            message(replacing: "- {from: hottest", with: "- {from: hotest") == """
                f.yaml:21:14: unknown frame 'hotest'; did you mean 'hottest'?
                """)
        #expect(
            message(replacing: "onError: fail", with: "onError: ignore") == """
                f.yaml:8:14: unknown value 'ignore' in 'onError'; use one of fail, skip, deadLetter
                """)
        #expect(
            message(replacing: "float64", with: "flot64") == """
                f.yaml:7:48: unknown type 'flot64'; did you mean 'float64'?
                """)
        #expect(
            message(replacing: "latency: [min, max", with: "latency: [min, maximum") == """
                f.yaml:14:92: unknown aggregation 'maximum' in 'agg'; use one of count, size, sum, mean, min, max, var, \
                std, first, last, nunique, any, all, median, quantile, prod, sem, skew, kurt, idxmin, idxmax
                """)
        #expect(
            message(replacing: "swiftwater/v1", with: "swiftwater/v2") == """
                f.yaml:1:13: 'apiVersion' is the text 'swiftwater/v2', which this version does not know; \
                write 'apiVersion: swiftwater/v1'
                """)
    }

    @Test("an expression's error names the place within it")
    func expressions() throws {
        let text = try #require(message(replacing: "cpu_utilization >= 0 and", with: "cpu_utilization >= and"))
        #expect(text.hasPrefix("f.yaml:13:39: "), "\(text)")
        let plain = try #require(message(FunctionFileTests.minimal(steps: ["filter: a >", "head: 1"])))
        #expect(plain.hasPrefix("f.yaml:9:2"), "\(plain)")
    }

    @Test("what is missing or of another kind is named")
    func shapes() {
        #expect(message("") == "f.yaml: the file is empty")
        #expect(message("[1]") == "f.yaml:1:1: a function file is a mapping of keys, not a list")
        #expect(
            message("kind: Function") == """
                f.yaml:1:1: a function file needs 'apiVersion'; write 'apiVersion: swiftwater/v1'
                """)
        #expect(
            message(replacing: "metadata: {name: company-metrics}", with: "metadata: {}") == """
                f.yaml:3:11: metadata needs 'name'
                """)
        #expect(
            message(replacing: "from: hottest, to: hottest.ndjson", with: "from: hottest") == """
                f.yaml:21:7: an output needs 'to'
                """)
        #expect(message(replacing: "n: 10, ", with: "") == "f.yaml:18:21: nlargest needs 'n'")
        #expect(
            message(replacing: "- nlargest: {n: 10, by: [cpu_utilization]}", with: "nlargest: {n: 10}") == """
                f.yaml:18:9: 'steps' is a list of steps, not a mapping; start each item with '- '
                """)
        #expect(
            message(FunctionFileTests.minimal(steps: ["head"])) == """
                f.yaml:9:11: the step 'head' needs arguments; for example head: 5
                """)
        #expect(
            message(FunctionFileTests.minimal(steps: ["{head: 1, drop: x}"])) == """
                f.yaml:9:21: the step 'head' and 'drop' are in one list item; start each step with '- ', and indent a \
                step's arguments below its name
                """)
        #expect(
            message(FunctionFileTests.minimal(events: "{maximumLineBytes: many}")) == """
                f.yaml:5:30: 'maximumLineBytes' is an integer of at least 1, not 'many'
                """)
        #expect(
            message(FunctionFileTests.minimal(events: "{csv: {delimiter: ab}}")) == """
                f.yaml:5:29: the delimiter 'ab' is not one ASCII character; use ',', ';', '|' or '\\t'
                """)
        #expect(
            message(FunctionFileTests.minimal(events: "{csv: {quote: ','}}")) == """
                f.yaml:5:25: the quote ',' is the delimiter, too; use '"' or "'", or nothing for no quotes
                """)
        #expect(message(FunctionFileTests.minimal(events: "{csv: {quote: '', delimiter: '\\t'}}")) == nil)
        #expect(
            message(FunctionFileTests.minimal(outputs: "[{from: events, to: x.csv, delimiter: é}]")) == """
                f.yaml:9:50: the delimiter 'é' is not one ASCII character; use ',', ';', '|' or '\\t'
                """)
        #expect(
            message(FunctionFileTests.minimal(events: "{deadLetter: x}")) == """
                f.yaml:5:24: 'deadLetter' is given, but bad lines do not go there; add 'onError: deadLetter'
                """)
        #expect(
            message(FunctionFileTests.minimal(outputs: "[]")) == """
                f.yaml:9:12: no output; write '- {from: FRAME, to: FILE}'
                """)
    }

    @Test("a text that is not YAML names its place")
    func notYAML() throws {
        #expect(message("a: [1\nb: 2") == "f.yaml:2:2: not a YAML text: did not find expected ',' or ']'")
        #expect(message("a: 1\n\tb: 2")?.hasPrefix("f.yaml:2:1: not a YAML text") == true)
        #expect(
            message("a: 1\na: 2") == """
                f.yaml:1:1: the key 'a' is twice in a mapping; keep one of them
                """)
    }

    @Test("no text makes the parser stop the program")
    func hostile() {
        var generator = SystemRandomNumberGenerator()
        let example = Array(FunctionFileTests.example.utf8)
        for _ in 0..<300 {
            var bytes = example
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert("{}[]:,-&*!|>'\"%@`#?\n\t ".utf8.randomElement() ?? 0, at: place)
                }
            }
            _ = message(String(decoding: bytes, as: UTF8.self))
        }
        #expect(message(String(repeating: "[", count: 100_000)) != nil)
        #expect(message(String(repeating: "{a: ", count: 50_000)) != nil)
    }
}
