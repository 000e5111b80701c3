/// Where a quantile lies among values in order: between two neighbours, or on one value.
struct QuantilePlace {
    let lower: Int
    let upper: Int
    /// How far from the lower to the upper.
    private let share: Double

    /// The place of the share `q`, from 0 to 1, among `count` values, 1 or more: `q * (count - 1)`, as NumPy's
    /// standard method has it.
    init(_ q: Double, count: Int, _ interpolation: Aggregation.Interpolation) {
        let place = q * Double(count - 1)
        let floor = min(Int(place), count - 1)
        let rest = place - Double(floor)
        let next = min(floor + 1, count - 1)
        switch interpolation {
        case .linear: (lower, upper, share) = rest == 0 ? (floor, floor, 0) : (floor, next, rest)
        case .midpoint: (lower, upper, share) = rest == 0 ? (floor, floor, 0) : (floor, next, 0.5)
        case .lower: (lower, upper, share) = (floor, floor, 0)
        case .higher:
            let place = rest == 0 ? floor : next
            (lower, upper, share) = (place, place, 0)
        case .nearest:
            let place = Int(place.rounded(.toNearestOrEven))
            (lower, upper, share) = (place, place, 0)
        }
    }

    func value(_ a: Double, _ b: Double) -> Double { lower == upper || a == b ? a : a + (b - a) * share }

    func value(_ a: Int64, _ b: Int64) -> Int64 {
        if lower == upper || a == b { return a }
        return a &+ Int64((Double(b &- a) * share).rounded(.towardZero))
    }
}
