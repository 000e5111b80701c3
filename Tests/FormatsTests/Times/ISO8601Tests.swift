import Columnar
import Formats
import Testing

@Suite struct ISO8601Tests {
    private func timestamp(_ text: String, _ unit: TimeUnit = .millisecond) -> Int64? {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { ISO8601.timestamp($0, buffer.count, unit: unit) }
        }
    }

    private func date(_ text: String) -> Int32? {
        Array(text.utf8).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { ISO8601.date($0, buffer.count) }
        }
    }

    private func duration(_ text: String, _ unit: TimeUnit = .millisecond) -> Int64? {
        Array(text.utf8).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { ISO8601.duration($0, buffer.count, unit: unit) }
        }
    }

    private func written(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
        let text = [UInt8](unsafeUninitializedCapacity: ISO8601.maximumCount) { target, count in
            count = target.baseAddress.map(write) ?? 0
        }
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `Timestamps in every allowed form are read`() {
        #expect(timestamp("2019-07-22T11:33:13.534") == 1_563_795_193_534)
        #expect(timestamp("2019-07-22 11:33:13.534Z") == 1_563_795_193_534)
        #expect(timestamp("2019-07-22t13:33:13,534+02:00") == 1_563_795_193_534)
        #expect(timestamp("2019-07-22T06:03:13.534-0530") == 1_563_795_193_534)
        #expect(timestamp("2019-07-22T12:33:13.534+01") == 1_563_795_193_534)
        #expect(timestamp("2019-07-22T11:33:13.534000000") == 1_563_795_193_534)
        #expect(timestamp("2019-07-22T11:33") == 1_563_795_180_000)
        #expect(timestamp("2019-07-22") == 1_563_753_600_000)
        #expect(timestamp("1969-12-31T23:59:59.999", .millisecond) == -1)
        #expect(timestamp("1970-01-01T00:00:00.123456789", .nanosecond) == 123_456_789)
        #expect(timestamp("2262-04-11T23:47:16.854775807", .nanosecond) == .max)
        #expect(timestamp("1677-09-21T00:12:43.145224192", .nanosecond) == .min)
        #expect(timestamp("0000-01-01", .second) == -62_167_219_200)
        #expect(timestamp("2000-02-29", .second) != nil)
    }

    @Test(arguments: [
        "", "2019", "2019-7-22", "2019-13-01", "2019-00-01", "2019-02-29", "1900-02-29", "2019-04-31", "2019-01-00",
        "2019-07-22T", "2019-07-22T11", "2019-07-22T24:00", "2019-07-22T11:60", "2019-07-22T11:33:60",
        "2019-07-22T11:33:13.", "2019-07-22T11:33:13.5345", "2019-07-22T11:33:13.534X", "2019-07-22T11:33:13+2",
        "2019-07-22T11:33:13+02:", "2019-07-22T11:33:13+24:00", "2019-07-22Z", " 2019-07-22", "2019-07-22 ",
        "99999999-01-01", "2019/07/22", "20190722",
    ])
    func `What is not a timestamp is no value`(text: String) {
        #expect(timestamp(text) == nil)
    }

    @Test func `A timestamp outside 64 bits is no value`() {
        #expect(timestamp("2262-04-11T23:47:16.854775808", .nanosecond) == nil)
        #expect(timestamp("1677-09-21T00:12:43.145224191", .nanosecond) == nil)
        #expect(timestamp("9999-12-31T23:59:59", .nanosecond) == nil)
        #expect(timestamp("9999-12-31T23:59:59", .second) != nil)
    }

    @Test func `Each day from year -2000 to 12000 is read as it is written`() {
        for days in stride(from: Int32(-1_450_000), to: 3_663_000, by: 7) {
            let text = written { ISO8601.write(date: days, to: $0) }
            #expect(date(text) == days, "\(text)")
        }
        #expect(written { ISO8601.write(date: 0, to: $0) } == "1970-01-01")
        #expect(written { ISO8601.write(date: -719_529, to: $0) } == "-0001-12-31")
    }

    @Test func `Timestamps are written with their unit's digits and read back`() {
        #expect(
            written { ISO8601.write(timestamp: 1_563_795_193_534, unit: .millisecond, zoned: false, to: $0) }
                == "2019-07-22T11:33:13.534")
        #expect(written { ISO8601.write(timestamp: -1, unit: .second, zoned: true, to: $0) } == "1969-12-31T23:59:59Z")
        for unit in TimeUnit.allCases {
            for value in [Int64.min, .max, 0, -1, 1] + (0..<2000).map({ _ in Int64.random(in: .min ... .max) }) {
                // Years of more than seven digits are not read.
                if unit == .second, value.magnitude > 200_000_000_000_000 { continue }
                if unit == .millisecond, value.magnitude > 200_000_000_000_000_000 { continue }
                let text = written { ISO8601.write(timestamp: value, unit: unit, zoned: value & 1 == 0, to: $0) }
                #expect(timestamp(text, unit) == value, "\(text) \(unit)")
            }
        }
    }

    @Test func `Durations are written in their shortest form and read back`() {
        #expect(written { ISO8601.write(duration: 0, unit: .second, to: $0) } == "PT0S")
        #expect(written { ISO8601.write(duration: 93_784_500, unit: .millisecond, to: $0) } == "P1DT2H3M4.5S")
        #expect(written { ISO8601.write(duration: -60, unit: .second, to: $0) } == "-PT1M")
        #expect(written { ISO8601.write(duration: 86_400, unit: .second, to: $0) } == "P1D")
        #expect(duration("P2W") == 1_209_600_000)
        for text in ["", "P", "PT", "P1Y", "P1M", "PT1", "PT1S1M", "P1H", "PT1.5M", "1D", "PT0.0005S"] {
            #expect(duration(text) == nil, "\(text)")
        }
        for unit in TimeUnit.allCases {
            for _ in 0..<1000 {
                let value = Int64.random(in: (-1 << 62)...(1 << 62)) >> Int64.random(in: 0..<62)
                let text = written { ISO8601.write(duration: value, unit: unit, to: $0) }
                #expect(duration(text, unit) == value, "\(text) \(unit)")
            }
        }
    }
}
