/// Random numbers by position: the `n`th number is a function of the seed and `n` alone, so that any thread can make
/// any row. The function is SplitMix64's (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
struct CounterRandom: Sendable {
    private let start: UInt64

    init(seed: UInt64) { start = Self.mix(seed &+ 0x6A09_E667_F3BC_C909) }

    /// The 64 bits at `position`.
    @inline(__always)
    func bits(at position: UInt64) -> UInt64 {
        Self.mix(start &+ position &* 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
