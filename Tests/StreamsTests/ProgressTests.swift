import Columnar
import Streams
import Testing

@Suite struct ProgressTests {
    @Test("Quantiles are within six per cent, from microseconds to days")
    func quantiles() {
        for scale in [1, 7, 1000, 123_457, 86_400_000_000] as [Int64] {
            var histogram = LatencyHistogram()
            for value in 1...1000 as ClosedRange<Int64> { histogram.record(value * scale) }
            for q in [0.5, 0.9, 0.99] {
                let exact = Double(scale) * q * 1000
                #expect(abs(Double(histogram.quantile(q)) - exact) <= exact * 0.07)
            }
            #expect(histogram.maximum == 1000 * scale && histogram.count == 1000)
        }
    }

    @Test("Merged histograms are those of all events")
    func merge() {
        var (a, b, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for value in 0..<500 as Range<Int64> {
            a.record(value)
            both.record(value)
            b.record(value * 1000)
            both.record(value * 1000)
        }
        a.merge(b)
        #expect(a == both)
        #expect(a.cumulative([.max]) == [1000])
        #expect(LatencyHistogram().quantile(0.5) == 0)
    }

    @Test("JSON is read back as it was written")
    func json() throws {
        let value: JSONValue = [
            "text": "a\"b\\c\n\u{1}é😀", "numbers": [0, -1, 9_223_372_036_854_775_807, 1.5, -2.5e-300],
            "nested": ["empty": [], "none": nil, "yes": true], "": "no name",
        ]
        #expect(try JSONValue(parsing: value.bytes, name: "test") == value)
        #expect(
            try JSONValue(parsing: Array(#" { "a" : [ 1 , "\u00e9\ud83d\ude00\/" ] } "#.utf8), name: "test")
                == ["a": [1, "é😀/"]])
    }

    @Test(
        "What is no JSON is refused with its place",
        arguments: ["", "{", "[1,]", "{\"a\" 1}", "tru", "1 2", "\"a", "{\"a\":}", "\"\\u12\""])
    func badJSON(text: String) {
        #expect(throws: SwiftwaterError.self) { try JSONValue(parsing: Array(text.utf8), name: "test") }
    }

    @Test(
        "Times are written as Spark writes them",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_563_795_193_534_000, "2019-07-22T11:33:13.534Z"),
            (-1000, "1969-12-31T23:59:59.999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
        ] as [(Int64, String)])
    func times(microseconds: Int64, text: String) { #expect(TimestampText.utc(microseconds) == text) }
}
