extension Step {
    /// How the rows of two frames are put together: pandas' `merge`.
    ///
    /// Missing keys match each other, as in pandas. Keys of different numeric types, and times in different units,
    /// match by value.
    ///
    /// With a range of time the order is that of the left frame, with `right` of the right one; of the rows that one
    /// row meets it is that of their times. With `outer`, right rows without a match come last.
    public struct Join: Hashable, Sendable {
        public enum How: String, Hashable, Sendable, Codable, CaseIterable {
            /// Pairs of rows with equal keys, in the left frame's order.
            case inner
            /// Also the left rows without a match, their other columns missing.
            case left
            /// Also the right rows without a match; in the right frame's order.
            case right
            /// Also the rows of both frames without a match, sorted by key; missing keys last, missing times first.
            case outer
            /// Every left row with every right row.
            case cross
            /// The left rows that have a match, once each, with their own columns.
            case semi
            /// The left rows that have no match.
            case anti
        }

        /// What is checked of the keys.
        public enum Validation: String, Hashable, Sendable, Codable, CaseIterable {
            case oneToOne = "one_to_one"
            case oneToMany = "one_to_many"
            case manyToOne = "many_to_one"
            case manyToMany = "many_to_many"

            var needsUniqueLeft: Bool { self == .oneToOne || self == .oneToMany }
            var needsUniqueRight: Bool { self == .oneToOne || self == .manyToOne }
        }

        /// The frame (or source) whose rows are joined to the left ones.
        public var with: String
        public var how: How
        /// The columns compared, one of `rightOn` for each of `leftOn`. Where both have the same name, the result has
        /// one column of it.
        public var leftOn: [String]
        public var rightOn: [String]
        /// Added to the names of other columns that both frames have.
        public var leftSuffix: String
        public var rightSuffix: String
        public var validation: Validation?
        /// Rows meet only within this range of time; nil: whatever their times are.
        public var within: TimeRange?
        /// The result's columns, once the frames' are known and maybe fewer are needed; nil: all.
        package var columns: [OutputColumn]?

        public init(
            with frame: String, how: How = .inner, leftOn: [String], rightOn: [String],
            suffixes: (left: String, right: String) = ("_x", "_y"), validation: Validation? = nil,
            within: TimeRange? = nil
        ) {
            with = frame
            self.how = how
            self.leftOn = leftOn
            self.rightOn = rightOn
            leftSuffix = suffixes.left
            rightSuffix = suffixes.right
            self.validation = validation
            self.within = within
        }

        /// A join on columns that have the same names in both frames.
        public init(
            with frame: String, how: How = .inner, on columns: [String],
            suffixes: (left: String, right: String) = ("_x", "_y"), validation: Validation? = nil,
            within: TimeRange? = nil
        ) {
            self.init(
                with: frame, how: how, leftOn: columns, rightOn: columns, suffixes: suffixes, validation: validation,
                within: within)
        }

        /// A column of the result and where it comes from.
        package struct OutputColumn: Hashable, Sendable {
            package enum Origin: Hashable, Sendable {
                case left(String)
                case right(String)
                /// The key of this number: the left frame's value where there is a left row, else the right frame's.
                case key(Int)
            }
            package var name: String
            package var origin: Origin
        }
    }

    /// The join, if the step is one.
    var join: Join? {
        if case .join(let join) = self { return join }
        return nil
    }
}

extension Step.Join: CustomStringConvertible {
    /// `join left with companies on company = name`.
    public var description: String {
        var text = "join \(how.rawValue) with \(with)"
        if !leftOn.isEmpty {
            text += " on " + zip(leftOn, rightOn).map { $0 == $1 ? $0 : "\($0) = \($1)" }.joined(separator: ", ")
        }
        if let within { text += ", \(within)" }
        if let validation { text += ", \(validation.rawValue)" }
        return text
    }
}
