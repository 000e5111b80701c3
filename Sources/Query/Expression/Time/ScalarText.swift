import Columnar

/// Text read as a value of a temporal type: literals, and quoted strings compared to temporal columns.
enum ScalarText {
    /// A timestamp in the coarsest unit that holds the text's digits, in UTC when it names an offset.
    static func timestamp(_ text: String, zone: String?) -> Scalar? {
        guard let moment = TimeText.parse(text.utf8) else { return nil }
        // Wall-clock time in a zone other than UTC would need that zone's rules.
        if moment.offset == nil, let zone, zone != "UTC" { return nil }
        let seconds = moment.seconds - (moment.offset ?? 0)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: moment.unit.perSecond)
        let (value, carry) = scaled.addingReportingOverflow(moment.nanoseconds / moment.unit.nanoseconds)
        guard !overflow, !carry else { return nil }
        return .timestamp(value, moment.unit, zone: zone ?? (moment.offset == nil ? nil : "UTC"))
    }
}
