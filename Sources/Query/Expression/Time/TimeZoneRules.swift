import Columnar

/// A time zone's distance from UTC at any moment.
struct TimeZoneRules: Sendable {
    /// Seconds east of UTC.
    let fixedOffset: Int64

    /// UTC, `+02:00`. Throws an `unsupported` error for other zones.
    init(named name: String?) throws(SwiftwaterError) {
        guard let name, !Self.isUTC(name) else {
            fixedOffset = 0
            return
        }
        guard let moment = TimeText.parse("1970-01-01T00:00\(name)".utf8), let offset = moment.offset else {
            throw SwiftwaterError(
                .unsupported, "local time in the zone '\(name)' is not supported yet",
                hint: "convert to UTC first: .astype('timestamp[us, UTC]')")
        }
        fixedOffset = offset
    }

    static func isUTC(_ name: String?) -> Bool {
        guard let name else { return false }
        return ["UTC", "Z", "GMT", "Etc/UTC", "+00:00", "utc"].contains(name)
    }
}
