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
                        + "`right` the right one's; with `outer` they are sorted by key."),
                .init("on", "column or list of columns", default: "`leftOn` and `rightOn`", "Keys that both have."),
                .init("leftOn", "column or list of columns", default: "`on`", "This frame's keys."),
                .init("rightOn", "column or list of columns", default: "`on`", "The other frame's keys, one for each."),
                .init(
                    "suffixes", "list of two texts", default: "`[_x, _y]`",
                    "Added to the names of other columns that both frames have."),
                .init(
                    "validate", "`one_to_one`, `one_to_many`, `many_to_one` or `many_to_many`", default: "no check",
                    "The run fails unless the keys are distinct on the sides that are `one`."),
            ]))
}
