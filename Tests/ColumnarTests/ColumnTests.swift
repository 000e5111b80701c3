import Columnar
import Testing

@Suite("Columns")
struct ColumnTests {
    /// Calls `body` with a random column of every type and interesting length, and its values.
    func withColumns(_ body: (Column, [Scalar], inout SeededGenerator) throws -> Void) throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for type in everyType {
            for count in interestingCounts {
                for missing in [0, 0.3, 1] {
                    let scalars = (0..<count).map { _ in randomScalar(type, missing: missing, &generator) }
                    let column = try Column(type, scalars)
                    #expect(column.count == count)
                    #expect(column.nullCount == scalars.filter(\.isNull).count, "\(type), seed \(seed)")
                    try body(column, scalars, &generator)
                }
            }
        }
    }

    @Test("values come back as they were appended")
    func scalars() throws {
        try withColumns { column, scalars, _ in #expect(column.scalars == scalars) }
    }

    @Test("a slice, and a slice of a slice, has the rows of its range")
    func slices() throws {
        try withColumns { column, scalars, generator in
            let low = Int.random(in: 0...column.count, using: &generator)
            let high = Int.random(in: low...column.count, using: &generator)
            let slice = column.slice(low..<high)
            #expect(slice.scalars == Array(scalars[low..<high]))
            let middle = Int.random(in: 0...slice.count, using: &generator)
            #expect(slice.slice(middle..<slice.count).scalars == Array(scalars[(low + middle)..<high]))
        }
    }

    @Test("taking gives the rows in the asked order, and a missing value for -1")
    func taking() throws {
        try withColumns { column, scalars, generator in
            guard column.count > 0 else { return }
            let indices = (0..<50).map { _ in Int32.random(in: -1..<Int32(column.count), using: &generator) }
            let taken = indices.withUnsafeBufferPointer { column.taking($0) }
            #expect(taken.scalars == indices.map { $0 < 0 ? .null : scalars[Int($0)] })
        }
    }

    @Test("filtering keeps the rows whose bit is set")
    func filtering() throws {
        try withColumns { column, scalars, generator in
            let kept = (0..<column.count).map { _ in Bool.random(using: &generator) }
            #expect(column.filtered(by: Bitmap(kept)).scalars == zip(scalars, kept).filter(\.1).map(\.0))
        }
    }

    @Test("concatenating slices gives the whole")
    func concatenating() throws {
        try withColumns { column, scalars, generator in
            let low = Int.random(in: 0...column.count, using: &generator)
            let other = try Column(column.type, Array(scalars.reversed()))
            let parts = [column.slice(0..<low), column.slice(low..<column.count), other]
            let joined = try Column.concatenate(parts, type: column.type)
            #expect(joined.scalars == scalars + scalars.reversed())
            let again = try Column.concatenate(
                [column.slice(low..<column.count), column.slice(0..<low)], type: column.type)
            #expect(again.scalars == Array(scalars[low...] + scalars[..<low]))
        }
    }

    @Test("a decoded dictionary has the same values")
    func decoding() throws {
        let values: [Scalar] = [.string("a"), .null, .string("b"), .string("a")]
        let column = try Column(.dictionary(.string), values)
        #expect(column.dictionary?.values.column.count == 2)
        #expect(column.decoded().type == .string)
        #expect(column.decoded().scalars == values)
    }

    @Test("a dictionary tells strings apart by their bytes, not by what Unicode holds equivalent")
    func equivalentStrings() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        let column = try Column(.dictionary(.string), [.string(composed), .string(decomposed)])
        #expect(column.dictionary?.values.column.count == 2)
        let texts = column.scalars.map { if case .string(let text) = $0 { Array(text.utf8) } else { [UInt8]() } }
        #expect(texts == [Array(composed.utf8), Array(decomposed.utf8)])
    }

    @Test("a value that does not fit is refused")
    func misfits() {
        #expect(throws: SwiftwaterError.self) { try Column(.int8, [.int(128)]) }
        #expect(throws: SwiftwaterError.self) { try Column(.uint64, [.int(-1)]) }
        #expect(throws: SwiftwaterError.self) { try Column(.string, [.int(1)]) }
        #expect(throws: SwiftwaterError.self) {
            try Column(.timestamp(.second, zone: nil), [.timestamp(1, .nanosecond, zone: nil)])
        }
    }

    @Test("bitmaps agree with arrays of bools at every length and offset")
    func bitmaps() {
        var generator = SeededGenerator(seed: 7)
        for count in 0..<140 {
            let a = (0..<count).map { _ in Bool.random(using: &generator) }
            let b = (0..<count).map { _ in Bool.random(using: &generator) }
            func bits(_ bitmap: Bitmap) -> [Bool] { (0..<bitmap.count).map { bitmap[$0] } }
            #expect(bits(Bitmap(a) & Bitmap(b)) == zip(a, b).map { $0 && $1 })
            #expect(bits(Bitmap(a) | Bitmap(b)) == zip(a, b).map { $0 || $1 })
            #expect(bits(~Bitmap(a)) == a.map { !$0 })
            #expect(Bitmap(a).countOfOnes == a.filter(\.self).count)
            #expect(Bitmap(a).indices.map(Int.init) == a.indices.filter { a[$0] })
            let low = Int.random(in: 0...count, using: &generator)
            #expect(bits(Bitmap(a).slice(low..<count)) == Array(a[low...]))
        }
    }
}

@Suite("Types")
struct DataTypeTests {
    @Test("the text form reads back as the same type", arguments: everyType)
    func text(type: DataType) throws {
        #expect(try DataType(type.description) == type)
    }

    @Test("an unknown type suggests the nearest")
    func unknown() {
        let error = #expect(throws: SwiftwaterError.self) { try DataType("strng") }
        #expect(error?.description == "unknown type 'strng'; did you mean 'string'?")
        #expect(throws: SwiftwaterError.self) { try DataType("list<int64") }
        #expect(throws: SwiftwaterError.self) { try DataType("timestamp[h]") }
        #expect(throws: SwiftwaterError.self) { try DataType("int64 int64") }
    }
}
