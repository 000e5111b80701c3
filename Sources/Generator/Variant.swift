/// How the generated lines look: the telemetry as it is, or with what makes lines harder to read.
package enum Variant: String, Hashable, Sendable, CaseIterable {
    /// Keys in one order, no spaces.
    case plain
    /// Keys in another random order on every line.
    case shuffled
    /// Spaces after `:` and `,`.
    case spaced
    /// Six more keys, with objects and arrays among their values.
    case extra
    /// Each key is left out of every tenth line, at random.
    case missing
    /// Company names with escapes and text that is not ASCII, the same name spelled in two ways.
    case unicode
    /// `{"key":…,"value":…}` with one million distinct integer keys.
    case keys
    /// The same with strings as keys.
    case stringKeys = "string-keys"
}
