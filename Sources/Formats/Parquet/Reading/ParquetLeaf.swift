import Columnar

/// A column of values in a Parquet file, and how they become a column's.
struct ParquetLeaf: Sendable {
    /// How stored values become the column's values.
    enum Conversion: Sendable, Hashable {
        case bool
        /// 4 bytes as they are: `int32`, `uint32`, `float32`, `date`.
        case word
        /// 4 bytes to 1 or 2: the small integers.
        case narrow8, narrow16
        /// 4 bytes to 8: times of day in milliseconds.
        case widen
        /// 8 bytes as they are.
        case doubleWord
        /// A day and nanoseconds in 12 bytes to a timestamp, whose unit the leaf's type says.
        case int96
        /// Half-precision floats to `float32`.
        case float16
        /// Strings and binary values; of a fixed length when `ParquetLeaf.length` is set.
        case bytes
        /// Only missing values.
        case null
    }

    /// The position among the file's leaves.
    let index: Int
    let path: [String]
    let physicalType: Parquet.PhysicalType
    /// Bytes of values of fixed length.
    let length: Int?
    private(set) var type: DataType
    let conversion: Conversion
    /// The definition level of a value that is there.
    let maximumDefinition: UInt8
    let maximumRepetition: UInt8
    /// The definition level from which an entry has a place in the column: inside a list, that of an element.
    let slotDefinition: UInt8
    /// Levels are needed to assemble the structures or lists around the leaf.
    let keepsLevels: Bool
    /// Why values cannot be read.
    let problem: SwiftwaterError?

    var name: String { path.joined(separator: ".") }
    /// Rows are values.
    var isFlat: Bool { maximumRepetition == 0 }

    /// The same leaf as another type of the same memory.
    func with(type: DataType) -> ParquetLeaf {
        var leaf = self
        leaf.type = type
        return leaf
    }
}

/// A node of the schema's tree, with the levels that say where it is missing or empty.
indirect enum ParquetNode: Sendable {
    case leaf(name: String, ParquetLeaf)
    /// `definition`: from this level on it is not missing.
    case structure(name: String, type: DataType, Position, members: [ParquetNode])
    /// `elementDefinition`: from this level on an entry is an element. `repetition`: that of its further elements.
    case list(
        name: String, type: DataType, Position, elementDefinition: UInt8, repetition: UInt8, element: ParquetNode)

    /// The levels at which a structure or list has a place, and a value there.
    struct Position: Sendable {
        /// From this level on it is there.
        let definition: UInt8
        /// From this level on it has a place: the innermost list around it has an element.
        let slotDefinition: UInt8
        /// Up to this level an entry starts a new one.
        let slotRepetition: UInt8
        let isOptional: Bool
    }

    var name: String {
        switch self {
        case .leaf(let name, _): name
        case .structure(let name, _, _, _): name
        case .list(let name, _, _, _, _, _): name
        }
    }

    var type: DataType {
        switch self {
        case .leaf(_, let leaf): leaf.type
        case .structure(_, let type, _, _): type
        case .list(_, let type, _, _, _, _): type
        }
    }

    /// The leaves below, in the file's order.
    var leaves: [ParquetLeaf] {
        switch self {
        case .leaf(_, let leaf): [leaf]
        case .structure(_, _, _, let members): members.flatMap(\.leaves)
        case .list(_, _, _, _, _, let element): element.leaves
        }
    }
}
