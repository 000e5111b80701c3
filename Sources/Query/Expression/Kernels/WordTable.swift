/// Finds 64-bit words among those of a list, by open addressing: no allocation a row.
struct WordTable: Sendable {
    private var slots: [Int32]
    private let words: [UInt64]
    private let mask: Int

    /// Of equal words the first counts.
    init(_ words: [UInt64]) {
        var capacity = 16
        while capacity < words.count * 2 { capacity *= 2 }
        var slots = [Int32](repeating: -1, count: capacity)
        let mask = capacity - 1
        for (index, word) in words.enumerated() {
            var place = Self.hash(word) & mask
            while slots[place] >= 0, words[Int(slots[place])] != word { place = (place + 1) & mask }
            if slots[place] < 0 { slots[place] = Int32(truncatingIfNeeded: index) }
        }
        self.slots = slots
        self.words = words
        self.mask = mask
    }

    /// Calls `body` with a function that gives a word's place in the list, or -1.
    @inline(__always)
    func withFinder<R>(_ body: ((UInt64) -> Int32) -> R) -> R {
        slots.withUnsafeBufferPointer { slots in
            words.withUnsafeBufferPointer { words in
                body { word in
                    var place = Self.hash(word) & mask
                    while slots[place] >= 0 {
                        if words[Int(slots[place])] == word { return slots[place] }
                        place = (place &+ 1) & mask
                    }
                    return -1
                }
            }
        }
    }

    @inline(__always)
    private static func hash(_ word: UInt64) -> Int {
        let mixed = (word ^ word >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 20)
    }
}

extension Double {
    /// A word that is equal where numbers are: both zeros have one.
    @inline(__always) var word: UInt64 { (self + 0).bitPattern }
}
