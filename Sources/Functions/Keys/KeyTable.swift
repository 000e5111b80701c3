/// The keys that a mapping of a function file may have: what checks the file and what the reference is made from.
struct KeyTable: Sendable {
    /// What the mapping is, for messages: `spec`, `an output`.
    var name: String
    var keys: [Key]

    init(_ name: String, _ keys: [Key]) {
        self.name = name
        self.keys = keys
    }

    struct Key: Sendable {
        var name: String
        /// What the value is, for the reference: `text`, `list of column names`.
        var type: String
        /// Nil for a key that must be given, otherwise what holds without it.
        var standard: String?
        /// One sentence for the reference.
        var doc: String
        var content: Content

        init(_ name: String, _ type: String, default standard: String?, _ doc: String, _ content: Content = .value) {
            self.name = name
            self.type = type
            self.standard = standard
            self.doc = doc
            self.content = content
        }
    }

    /// What is below a key.
    indirect enum Content: Sendable {
        /// Anything: whoever reads the value checks it.
        case value
        case mapping(KeyTable)
        /// A mapping of names of the user's own.
        case named(KeyTable)
        case list(KeyTable)
        /// A mapping whose keys depend on the `kind` beside it.
        case byKind([(kind: String, table: KeyTable)])
        /// A frame's steps.
        case steps
    }
}

/// A step's form: its name, the keys of its arguments, and how it is written.
struct StepForm: Sendable {
    var name: String
    /// One sentence.
    var doc: String
    /// Examples, one form a line.
    var examples: [String]
    /// The keys where the arguments are a mapping of keys; nil where they are not.
    var arguments: KeyTable?
    /// Whether the arguments may also be written shorter, as a list or a plain value.
    var hasShortForm: Bool
}
