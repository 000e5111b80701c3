/// The steps that a frame may have, as a function file writes them.
enum StepForms {
    private static let by = KeyTable.Key("by", "column or list of columns", default: nil, "What decides.")
    private static let n = KeyTable.Key("n", "integer", default: nil, "How many rows.")

    static let all = oneByOne + ordered

    private static let oneByOne: [StepForm] = [
        StepForm(
            name: "filter", doc: "Keeps the rows for which the expression is true.",
            examples: [#"filter: "cpu_utilization > 80 and company.str.startswith('R')""#]),
        StepForm(name: "select", doc: "Keeps these columns, in this order.", examples: ["select: [company, latency]"]),
        StepForm(
            name: "assign",
            doc: "Adds columns or replaces them; a later expression sees the earlier ones.",
            examples: [#"assign: {load: "cpu_utilization / 100", hot: "load > 0.9"}"#]),
        StepForm(
            name: "rename", doc: "Gives columns other names.", examples: ["rename: {cpu_utilization: cpu}"]),
        StepForm(name: "drop", doc: "Leaves columns out.", examples: ["drop: [timestamp]", "drop: timestamp"]),
        StepForm(
            name: "astype", doc: "Converts columns to other types.",
            examples: [#"astype: {packet_loss: float32, timestamp: "timestamp[ms]"}"#]),
        StepForm(
            name: "fillna",
            doc: "Puts a value in place of missing ones: in every column whose type it fits, or column by column.",
            examples: ["fillna: 0", "fillna: {latency: 0.0, company: unknown}"]),
        StepForm(
            name: "dropna", doc: "Drops rows with missing values.",
            examples: ["dropna", "dropna: {subset: [company], how: all}"],
            arguments: KeyTable(
                "dropna",
                [
                    .init("subset", "column or list of columns", default: "all columns", "The columns looked at."),
                    .init("how", "`any` or `all`", default: "`any`", "Whether one missing value is enough."),
                ]), hasShortForm: true),
        StepForm(
            name: "groupby",
            doc: "One row for each group of rows with the same keys, with aggregations of the other columns; "
                + "without `by`, one row for all rows. An aggregation's column is called `column_function` unless "
                + "it is written `{function: name}`; a function's options stand beside the name.",
            examples: [
                "groupby: {by: company, agg: {latency: [min, max, mean]}}",
                "groupby: {by: [company], agg: {latency: {max: worst}, \"*\": size}}",
                "groupby: {by: company, agg: {latency: [median, {quantile: {q: 0.99, name: p99}}]}}",
                "groupby: {by: [{window: {key: timestamp, size: 1min}}, company], agg: {latency: mean}}",
                "groupby: {by: [{window: {key: timestamp, size: 1min, slide: 10s}}], agg: {latency: [min, max]}}",
                "groupby: {by: [company, {window: {key: timestamp, gap: 5min}}], agg: {\"*\": size}}",
            ],
            arguments: KeyTable(
                "groupby",
                [
                    .init(
                        "by", "column or list of columns and one `{window: …}`", default: "one group",
                        "The keys. A window of time has `key`, a column of timestamps, and `size`, with `slide` where a "
                            + "new window begins more often than one ends, or `gap` for sessions, which end when no row "
                            + "comes for that long; `offset` moves the windows' starts. Lengths are written `500ms`, "
                            + "`10s`, `1min`, `1h`, `1D`. Windows are counted from 1970, have their start and not their "
                            + "end, and are in the result when they have rows: the key's column has the start, "
                            + "`<key>_end` the end. Rows without a time are left out."),
                    .init(
                        "agg", "mapping of columns to functions", default: nil,
                        "`count`, `size`, `sum`, `mean`, `min`, `max`, `var`, `std`, `first`, `last`, `nunique`, "
                            + "`any`, `all`, `median`, `quantile` (`q`, `interpolation`), `prod`, `sem`, `skew`, `kurt`, "
                            + "`idxmin`, `idxmax` (`label`): one, a list, or `{function: name}`. `var`, `std` and "
                            + "`sem` take `ddof`. `\"*\": size` counts rows."),
                    .init("sort", "true or false", default: "true", "Groups by key, or in order of appearance."),
                    .init("dropna", "true or false", default: "true", "Whether rows with a missing key are left out."),
                ])),
        StepForm(
            name: "nlargest", doc: "The rows with the largest values, largest first; of equal rows the first.",
            examples: ["nlargest: {n: 10, by: [cpu_utilization]}"], arguments: KeyTable("nlargest", [n, by])),
        StepForm(
            name: "nsmallest", doc: "The rows with the smallest values, smallest first; of equal rows the first.",
            examples: ["nsmallest: {n: 10, by: latency}"], arguments: KeyTable("nsmallest", [n, by])),
        StepForm(
            name: "sort_values", doc: "Sorts the rows; equal rows keep their order.",
            examples: ["sort_values: company", "sort_values: {by: [company, latency], ascending: [true, false]}"],
            arguments: KeyTable(
                "sort_values",
                [
                    by,
                    .init(
                        "ascending", "true or false, or a list of them", default: "true", "One for all, or one each."),
                    .init("na_position", "`first` or `last`", default: "`last`", "Where missing values go."),
                ]), hasShortForm: true),
        StepForm(
            name: "head", doc: "The first rows.", examples: ["head: 5", "head: {n: 5}"],
            arguments: KeyTable("head", [n]), hasShortForm: true),
        StepForm(
            name: "drop_duplicates", doc: "Drops rows that are like another.",
            examples: ["drop_duplicates", "drop_duplicates: {subset: [company], keep: last}"],
            arguments: KeyTable(
                "drop_duplicates",
                [
                    .init("subset", "column or list of columns", default: "all columns", "The columns compared."),
                    .init(
                        "keep", "`first`, `last` or false", default: "`first`",
                        "Which of equal rows stays; false: none."),
                    .init(
                        "time", "column", default: "the event time, where it is among `subset`",
                        "On a stream: rows whose time is before the watermark are forgotten, so that later rows are not "
                            + "compared with them."),
                ]), hasShortForm: true),
        StepForm(
            name: "value_counts",
            doc: "How often each combination of values occurs, most frequent first, in a column `count`.",
            examples: ["value_counts: company", "value_counts: {columns: [company], normalize: true}"],
            arguments: KeyTable(
                "value_counts",
                [
                    .init("columns", "column or list of columns", default: nil, "The columns counted."),
                    .init(
                        "normalize", "true or false", default: "false",
                        "Shares in a column `proportion` instead of counts."),
                    .init("sort", "true or false", default: "true", "Most frequent first, or in order of appearance."),
                    .init(
                        "dropna", "true or false", default: "true", "Whether rows with a missing value are left out."),
                ]), hasShortForm: true),
        JoinForm.join,
    ]

    static let names = all.map(\.name)

    static func form(_ name: String) -> StepForm? { all.first { $0.name == name } }
}

extension StepForm {
    init(name: String, doc: String, examples: [String]) {
        self.init(name: name, doc: doc, examples: examples, arguments: nil, hasShortForm: true)
    }

    init(name: String, doc: String, examples: [String], arguments: KeyTable) {
        self.init(name: name, doc: doc, examples: examples, arguments: arguments, hasShortForm: false)
    }
}
