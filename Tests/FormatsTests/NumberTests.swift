import Formats
import Testing

@Suite("Numbers")
struct NumberTests {
    @Test("every double's shortest text reads back as the same bits")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(NumberText.double(value.description, json: true)?.bitPattern == value.bitPattern, "\(value)")
        }
    }

    @Test("decimals as logs have them agree with the C library")
    func decimals() {
        for _ in 0..<300_000 {
            let digits = Int.random(in: 0...22)
            var text = Bool.random() ? "-" : ""
            text += "\(Int.random(in: 0...(Bool.random() ? 400 : 1_000_000_000_000)))"
            if digits > 0 { text += "." + (0..<digits).map { _ in "\(Int.random(in: 0...9))" }.joined() }
            if Int.random(in: 0..<8) == 0 { text += "e\(Int.random(in: -330...330))" }
            let expected = Double(text) ?? .nan
            #expect(NumberText.double(text, json: true)?.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    @Test(
        "numbers near the borders are rounded correctly",
        arguments: [
            "9007199254740993", "9007199254740993.0000000000000000000000000000000001", "1e23", "8.98846567431158e307",
            "2.2250738585072011e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
            "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623159e308", "0.1", "1e-400", "1e400",
            "179769313486231580793728971405301e276", "6.9294956446009195e15", "7.2057594037927933e16",
            "1090544144181609348671888949248", "1090544144181609348835077142190", "0.000000000000000000000000000000",
        ])
    func borders(text: String) {
        #expect(NumberText.double(text, json: true)?.bitPattern == Double(text)?.bitPattern)
    }

    @Test(
        "what is no JSON number is refused",
        arguments: ["", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity", "--1", "1.2.3"])
    func grammar(text: String) {
        #expect(NumberText.double(text, json: true) == nil)
    }

    @Test("64-bit integers are exact and overflow is noticed")
    func integers() {
        #expect(NumberText.int64("9223372036854775807") == .max)
        #expect(NumberText.int64("-9223372036854775808") == .min)
        #expect(NumberText.int64("9223372036854775808") == nil)
        #expect(NumberText.int64("99999999999999999999") == nil)
        #expect(NumberText.int64("-0") == 0)
        #expect(NumberText.int64("00") == nil)
        for _ in 0..<100_000 {
            let value = Int64.random(in: .min ... .max) >> Int64.random(in: 0..<64)
            #expect(NumberText.int64("\(value)") == value)
        }
    }
}
