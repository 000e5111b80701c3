package import Columnar

/// Which lines of JSON Lines say what the columns are when no schema is given.
public enum SchemaInference: String, Hashable, Sendable, Codable, CaseIterable {
    /// Samples. A value or a key that does not fit them lets the run begin again with the columns of all lines; steps
    /// that name their columns stay as they are.
    case samples
    /// Samples if all of them have the same keys, else all lines. A further key of a later line is an error where all
    /// columns are read: whoever has seen the columns can rely on them.
    case settled
    /// All lines.
    case all
}

/// A schema that was found, and whether all lines were looked at for it.
package struct InferredSchema: Sendable {
    package var schema: Schema
    package var isWhole: Bool
}
