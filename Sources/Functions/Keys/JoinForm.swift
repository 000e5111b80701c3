/// The form of the step that takes the rows of a second frame.
enum JoinForm {
    static let join = StepForm(
        name: "join",
        doc: "Puts the rows together with those of another frame (or `events`), as pandas' `merge` does. Missing keys "
            + "match each other; numbers of different types match by value. The other frame's rows are held in memory, "
            + "this frame's stream past them. The result has this frame's columns, then the other's without keys of "
            + "the same names.",
        examples: [
            "join: {with: companies, how: left, on: company}",
            "join: {with: companies, leftOn: [company], rightOn: [name], suffixes: [_event, _company]}",
            "join: {with: companies, how: anti, on: company}",
            "join: {with: clicks, on: user, within: {left: timestamp, to: 10s}}",
            "join: {with: clicks, how: left, on: user, within: {left: seen, right: clicked, from: -5s, to: 1min}}",
        ],
        arguments: KeyTable(
            "join",
            [
                .init("with", "name", default: nil, "The other frame, whose rows are the right ones."),
                .init(
                    "how", "`inner`, `left`, `right`, `outer`, `cross`, `semi` or `anti`", default: "`inner`",
                    "`inner` gives pairs of rows with equal keys, `left` (`right`, `outer`) also the left rows (right "
                        + "rows, both) without a match, `cross` all pairs; `semi` and `anti` give the left rows that "
                        + "have a match, or have none, with their own columns. Rows keep the left frame's order, with "
                        + "`right` the right one's; with `outer` they are sorted by key. With `within` "
                        + "the rows that one row meets come in the order of their times, and with `outer` the right "
                        + "rows without a match come last."
                ),
                .init("on", "column or list of columns", default: "`leftOn` and `rightOn`", "Keys that both have."),
                .init("leftOn", "column or list of columns", default: "`on`", "This frame's keys."),
                .init("rightOn", "column or list of columns", default: "`on`", "The other frame's keys, one for each."),
                .init(
                    "suffixes", "list of two texts", default: "`[_x, _y]`",
                    "Added to the names of other columns that both frames have."),
                .init(
                    "validate", "`one_to_one`, `one_to_many`, `many_to_one` or `many_to_many`", default: "no check",
                    "The run fails unless the keys are distinct on the sides that are `one`."),
                .init(
                    "within", "mapping", default: "any times",
                    "Rows meet only within this range of time. A `join` of two frames of a stream needs it (see "
                        + "[streams](streams.md#joins-within-a-range-of-time)). Not with `how: cross` or `validate`.",
                    .mapping(within)),
            ]))

    /// The range of time of a join.
    static let within = KeyTable(
        "within",
        [
            .init(
                "left", "column", default: "the event time",
                "This frame's column of timestamps. Rows without a time meet none."),
            .init("right", "column", default: "the same name", "The other frame's column of timestamps."),
            .init(
                "from", "time", default: "`0s`",
                "How much later than the left row's time the right row's is at least; `-10s` for up to ten seconds "
                    + "earlier."),
            .init(
                "to", "time", default: nil,
                "How much later it is at most. Both ends belong to the range: `from <= right - left <= to`."),
        ])
}
