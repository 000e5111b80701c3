/// What is said of rows whose end cannot be found.
enum CSVFailure {
    static let closeHint = "close the quote, or set 'quote' to '' for a file without quoted fields"

    /// Why a row over the limit is none, and what to do about it.
    /// - Parameter isQuoted: it ends inside a quoted field.
    static func tooLong(_ limit: Int, isQuoted: Bool) -> (reason: String, hint: String) {
        if isQuoted {
            ("a quoted field is not closed within \(limit) bytes", "\(closeHint); otherwise raise maximumLineBytes")
        } else {
            ("a row has more than \(limit) bytes", "raise maximumLineBytes, or check that the file has line breaks")
        }
    }
}
