package import Columnar

/// A condition on one column that a source may use to leave out parts in which no row meets it.
///
/// It is a hint: rows that do not meet it may still come. A missing value meets no condition.
package struct ColumnBound: Hashable, Sendable {
    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    package var column: String
    package var comparison: Comparison
    /// Of a type that compares with the column's; otherwise nothing is left out.
    package var value: Scalar

    package init(_ column: String, _ comparison: Comparison, _ value: Scalar) {
        self.column = column
        self.comparison = comparison
        self.value = value
    }
}
