import Columnar

/// Text read as a value of a temporal type: literals, and quoted strings compared to temporal columns.
enum ScalarText {
    /// A timestamp in the coarsest unit that holds the text's digits: a moment where the text has an offset
    /// or a zone is given, in which text without an offset is local time; wall-clock time otherwise.
    static func timestamp(_ text: String, zone: String?) -> Scalar? {
        guard let moment = TimeText.parse(text.utf8) else { return nil }
        var seconds = moment.seconds - (moment.offset ?? 0)
        if moment.offset == nil, let zone {
            guard let rules = try? TimeZoneRules(named: zone) else { return nil }
            seconds = rules.moment(ofLocal: moment.seconds)
        }
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: moment.unit.perSecond)
        let (value, carry) = scaled.addingReportingOverflow(moment.nanoseconds / moment.unit.nanoseconds)
        guard !overflow, !carry else { return nil }
        return .timestamp(value, moment.unit, zone: zone ?? (moment.offset == nil ? nil : "UTC"))
    }
}
