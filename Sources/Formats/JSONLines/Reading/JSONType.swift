import Columnar

/// What kinds of values a key has had: the state of inference, which only widens.
///
/// The rules, from narrow to wide: only missing values are `null`; `true` and `false` are `bool`; integers are `int64`,
/// or `uint64` when some exceed it and none is negative; numbers with a fraction or an exponent, alone or with integers
/// of up to 64 bits, are `float64`; objects are `struct` with all keys in order of appearance; arrays are `list` of
/// their elements' type. Everything else (strings, other mixtures, numbers that no type above holds) is `string`:
/// a value that is not a string then appears as its JSON text, so that nothing is lost.
final class JSONType {
    private var sawBool = false
    private var sawInteger = false
    private var sawNegative = false
    /// An integer beyond int64 that uint64 holds.
    private var sawLargeInteger = false
    private var sawFloat = false
    private var sawString = false
    private var elements: JSONType?
    private var keys: [String] = []
    private var members: [String: JSONType]?

    func addBool() { sawBool = true }
    func addString() { sawString = true }

    /// - Parameter magnitude: the integer without its sign, or nil when 64 bits do not hold it.
    func addInteger(negative: Bool, magnitude: UInt64?) {
        guard let magnitude else {
            sawString = true
            return
        }
        sawInteger = true
        if negative {
            sawNegative = true
            if magnitude > 1 << 63 { sawString = true }
        } else if magnitude > UInt64(Int64.max) {
            sawLargeInteger = true
        }
    }

    func addFloat(isFinite: Bool) { if isFinite { sawFloat = true } else { sawString = true } }

    /// The elements' type, made if this is the first array.
    func addList() -> JSONType {
        if let elements { return elements }
        let made = JSONType()
        elements = made
        return made
    }

    func addObject() { if members == nil { members = [:] } }

    /// The type of a member of an object.
    func member(_ key: String) -> JSONType {
        if let known = members?[key] { return known }
        let made = JSONType()
        keys.append(key)
        members?[key] = made
        return made
    }

    /// Takes in what `other` has seen.
    func merge(_ other: JSONType) {
        sawBool = sawBool || other.sawBool
        sawInteger = sawInteger || other.sawInteger
        sawNegative = sawNegative || other.sawNegative
        sawLargeInteger = sawLargeInteger || other.sawLargeInteger
        sawFloat = sawFloat || other.sawFloat
        sawString = sawString || other.sawString
        if let theirs = other.elements { addList().merge(theirs) }
        if let theirs = other.members {
            addObject()
            for key in other.keys { if let type = theirs[key] { member(key).merge(type) } }
        }
    }

    /// The narrowest type that holds all values.
    var type: DataType {
        let isNumber = sawInteger || sawFloat
        let kinds = (sawBool ? 1 : 0) + (isNumber ? 1 : 0) + (elements == nil ? 0 : 1) + (members == nil ? 0 : 1)
        if sawString || kinds > 1 { return .string }
        if kinds == 0 { return .null }
        if sawBool { return .bool }
        if let elements { return .list(elements.type) }
        if members != nil { return .structure(fields) }
        if sawFloat { return .float64 }
        if sawLargeInteger { return sawNegative ? .string : .uint64 }
        return .int64
    }

    /// The members' names and types, as a schema's fields.
    var fields: [Field] {
        keys.compactMap { key in members?[key].map { Field(key, $0.type) } }
    }
}
