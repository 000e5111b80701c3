import CSwiftwater

/// Finds rows in bytes that begin and end anywhere: which line breaks end rows.
///
/// Without a quote (JSON Lines) each of them does. Of CSV's quotes it keeps track.
/// A quote opens a quoted field only where a field begins, and closes it unless another one follows at once; elsewhere it
/// is a character like others. So between two quotes nothing changes, and a border needs one of three states.
struct RowScan {
    /// Where a place in the input is.
    enum State: UInt8 {
        case outside
        /// Inside a quoted field.
        case inside
        /// Inside a quoted field, and the first byte is the second one of a doubled quote.
        case doubled
    }

    /// What stands before a quote that opens a field.
    let delimiter: UInt8
    /// nil when line breaks cannot be part of rows.
    let quote: UInt8?

    /// Every line is a row.
    static let lines = RowScan(delimiter: 0, quote: nil)

    /// The state at `end`, given that at `start`.
    ///
    /// - Parameter isRowStart: a row begins at `start`, which has no readable byte before it then.
    /// - Parameter limit: up to here bytes may be read; beyond is the end of the file.
    func state(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, limit: Int, _ initial: State, isRowStart: Bool
    ) -> State {
        guard let quote else { return .outside }
        var index = start
        var state = initial
        if state == .doubled, index < end {
            state = .inside
            index += 1
        }
        while let place = Self.first(base, quote, quote, index, end) {
            index = place + 1
            if state == .outside {
                if opens(base, place, start: start, isRowStart: isRowStart) { state = .inside }
            } else if place + 1 < limit, base[place + 1] == quote {
                if place + 1 == end { return .doubled }
                index = place + 2
            } else {
                state = .outside
            }
        }
        return state
    }

    /// The quote that opened the field that is still open at `end`, if there is one; a row begins at `start`.
    func opening(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        guard let quote else { return nil }
        var index = start
        var opened: Int?
        while let place = Self.first(base, quote, quote, index, end) {
            index = place + 1
            if opened == nil {
                if opens(base, place, start: start, isRowStart: true) { opened = place }
            } else if index < end, base[index] == quote {
                index += 1
            } else {
                opened = nil
            }
        }
        return opened
    }

    /// The first line break that ends a row, from `start` to before `end`, and the state at `end` when there is none.
    func rowEnd(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, limit: Int, _ state: inout State, isRowStart: Bool
    ) -> Int? {
        guard let quote else { return LineFeeds.first(in: base, start..<end) }
        var index = start
        if state == .doubled, index < end {
            state = .inside
            index += 1
        }
        while let place = state == .outside
            ? Self.first(base, quote, 0x0A, index, end) : Self.first(base, quote, quote, index, end)
        {
            index = place + 1
            if base[place] == 0x0A, base[place] != quote { return place }
            if state == .outside {
                if opens(base, place, start: start, isRowStart: isRowStart) { state = .inside }
            } else if place + 1 < limit, base[place + 1] == quote {
                if place + 1 == end {
                    state = .doubled
                    return nil
                }
                index = place + 2
            } else {
                state = .outside
            }
        }
        return nil
    }

    @inline(__always)
    private func opens(_ base: UnsafePointer<UInt8>, _ place: Int, start: Int, isRowStart: Bool) -> Bool {
        if place == start, isRowStart { return true }
        let before = base[place - 1]
        return before == delimiter || before == 0x0A
    }

    /// The first byte equal to one of two.
    @inline(__always)
    static func first(_ base: UnsafePointer<UInt8>, _ a: UInt8, _ b: UInt8, _ start: Int, _ end: Int) -> Int? {
        var index = start
        // Blocks have readable bytes behind their end.
        while index < end {
            let mask = sw_equal_any3(base + index, a, b, b)
            if mask != 0 {
                let place = index + mask.trailingZeroBitCount
                return place < end ? place : nil
            }
            index += 16
        }
        return nil
    }
}
