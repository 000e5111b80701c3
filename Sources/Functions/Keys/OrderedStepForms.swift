/// The steps that need all rows in order, and those that make rows of rows.
extension StepForms {
    static let ordered: [StepForm] = [
        StepForm(
            name: "tail", doc: "The last rows.", examples: ["tail: 5", "tail: {n: 5}"],
            arguments: KeyTable("tail", [.init("n", "integer", default: nil, "How many rows.")]), hasShortForm: true),
        StepForm(
            name: "slice", doc: "Some of the rows by their places, as Python's slices have it.",
            examples: ["slice: {start: 10, stop: 20}", "slice: {step: -1}"],
            arguments: KeyTable(
                "slice",
                [
                    .init("start", "integer", default: "the first row", "Counted from 0, negative ones from the end."),
                    .init("stop", "integer", default: "after the last row", "The first row that is left out."),
                    .init("step", "integer", default: "1", "-1 turns the order round."),
                ])),
        StepForm(
            name: "row_number", doc: "Adds a column with the rows' numbers in the order of the input.",
            examples: ["row_number: row", "row_number: {name: row, start: 1}"],
            arguments: KeyTable(
                "row_number",
                [
                    .init("name", "column", default: nil, "The new column."),
                    .init("start", "integer", default: "0", "The first row's number."),
                ]), hasShortForm: true),
        StepForm(
            name: "window",
            doc: "Adds columns whose values depend on the rows before and after, in each group or over all rows. "
                + "A column has a `name`, a `function`, the `column` it is of and the function's arguments: "
                + "`shift` (`n`, `fill`), `diff` (`n`), `cumsum`, `cummin`, `cummax`, `cumprod`, "
                + "`cumcount` and `ngroup` (`ascending`), `ffill` and `bfill` (`limit`), "
                + "`rank` (`method`, `ascending`, `missing`, `pct`), "
                + "`rolling` (`window`, `minPeriods`, `center`, `aggregate`), `expanding` (`minPeriods`, `aggregate`), "
                + "and `aggregate` (any aggregation of the group, in each of its rows).",
            examples: [
                "window: {by: company, columns: [{name: before, function: shift, column: latency}]}",
                "window: {columns: [{name: smooth, function: rolling, column: latency, window: 5, aggregate: mean}]}",
                "window: {by: company, columns: [{name: usual, aggregate: median, column: latency}]}",
            ],
            arguments: KeyTable(
                "window",
                [
                    .init("by", "column or list of columns", default: "one group", "The keys."),
                    .init("columns", "list of columns", default: nil, "What is computed, all from the step's input."),
                    .init("sort", "true or false", default: "true", "Whether `ngroup` counts groups by key."),
                    .init(
                        "dropna", "true or false", default: "true", "Whether rows with a missing key have no values."),
                ])),
        StepForm(
            name: "explode", doc: "A row for each element of a column of lists; the other values are repeated.",
            examples: ["explode: tags"]),
        StepForm(
            name: "melt", doc: "A row for each value of some columns, with the column's name beside it.",
            examples: ["melt: {id: company, value: [cpu_utilization, latency]}"],
            arguments: KeyTable(
                "melt",
                [
                    .init("id", "column or list of columns", default: "none", "The columns that are repeated."),
                    .init("value", "column or list of columns", default: "all others", "The columns that become rows."),
                    .init("variableName", "column", default: "`variable`", "Where the columns' names go."),
                    .init("valueName", "column", default: "`value`", "Where the values go."),
                ])),
        StepForm(
            name: "sample", doc: "Rows drawn at random, in random order; the same for the same seed.",
            examples: ["sample: {n: 100}", "sample: {fraction: 0.01, seed: 7}"],
            arguments: KeyTable(
                "sample",
                [
                    .init("n", "integer", default: "by `fraction`", "How many rows."),
                    .init("fraction", "number", default: "by `n`", "Which share of the rows."),
                    .init("seed", "integer", default: "0", "Other seeds draw other rows."),
                    .init("replace", "true or false", default: "false", "Whether a row may be drawn more than once."),
                ])),
    ]
}
