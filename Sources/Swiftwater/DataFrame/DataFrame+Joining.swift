public import Query

/// Operations on the rows of several frames.
extension DataFrame {
    /// The rows together with those of another frame that have the same values in `columns`: pandas' `merge`.
    ///
    /// The other frame's rows are held in memory, this frame's stream past them. Missing keys match each other.
    ///
    /// - Parameters:
    ///   - columns: the keys, which both frames have; none for `.cross`.
    ///   - suffixes: added to the names of other columns that both frames have.
    ///   - validation: which sides' keys must be distinct.
    ///   - range: how far apart in time rows may be that meet: `.init("sent", "answered", to: .seconds(10))`. The rows
    ///     that one row meets then come in the order of their times.
    public func joined(
        with other: DataFrame, on columns: String..., how: Step.Join.How = .inner,
        suffixes: (left: String, right: String) = ("_x", "_y"), validation: Step.Join.Validation? = nil,
        within range: Step.Join.TimeRange? = nil
    ) -> DataFrame {
        joined(
            with: other, leftOn: columns, rightOn: columns, how: how, suffixes: suffixes, validation: validation,
            within: range)
    }

    /// The same with keys that have other names in the other frame, one of `rightOn` for each of `leftOn`.
    public func joined(
        with other: DataFrame, leftOn: [String], rightOn: [String], how: Step.Join.How = .inner,
        suffixes: (left: String, right: String) = ("_x", "_y"), validation: Step.Join.Validation? = nil,
        within range: Step.Join.TimeRange? = nil
    ) -> DataFrame {
        let join = Step.Join(
            with: "another frame", how: how, leftOn: leftOn, rightOn: rightOn, suffixes: suffixes,
            validation: validation, within: range)
        return then(.join(join, other))
    }

    /// The rows of several frames, one after the other, their columns by name: pandas' `concat`.
    ///
    /// Types widen to a common one; a column that a frame lacks is missing in its rows.
    public static func concatenated(_ frames: [DataFrame]) -> DataFrame {
        DataFrame(origin: .frames(frames))
    }
}
