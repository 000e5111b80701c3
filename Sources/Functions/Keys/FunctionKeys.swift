/// The one place that declares what a function file may say.
enum FunctionKeys {
    static let apiVersion = "swiftwater/v1"
    static let kind = "Function"
    static let deadLetterFile = "dead-letters.ndjson"

    static let root = KeyTable(
        "a function file",
        [
            .init("apiVersion", "`\(apiVersion)`", default: nil, "The version of this format."),
            .init("kind", "`\(kind)`", default: nil, "What the file describes."),
            .init("metadata", "mapping", default: nil, "What the function is called.", .mapping(metadata)),
            .init("spec", "mapping", default: nil, "What the function does.", .mapping(spec)),
        ])

    static let metadata = KeyTable(
        "metadata",
        [
            .init("name", "text", default: nil, "The function's name."),
            .init("description", "text", default: "none", "What it is for, for people."),
            .init("labels", "mapping of names to text", default: "none", "Anything; not read by the engine."),
        ])

    static let spec = KeyTable(
        "spec",
        [
            .init(
                "events", "mapping", default: "all of its defaults",
                "Where the rows come from and how bytes become rows.",
                .mapping(events)),
            .init(
                "parameters", "mapping of names to values", default: "none",
                "What expressions may call `@name`, with the values that hold unless `--set name=value` gives others."),
            .init(
                "frames", "mapping of names to frames", default: "none",
                "Frames made from `events` or from each other, in any order.", .named(frame)),
            .init("outputs", "list of outputs", default: nil, "Which frames are written, and where.", .list(output)),
            .init(
                "triggers", "mapping of names to triggers", default: "none",
                "Where `swiftwater serve` takes events from; `run` reads its input once and ignores them.",
                .named(TriggerKeys.trigger)),
            .init(
                "checkpoint", "mapping", default: "all of its defaults",
                "Where a served function keeps what a restart goes on from.", .mapping(StreamKeys.checkpoint)),
            .init(
                "delivery", "mapping", default: "all of its defaults",
                "What happens when a batch or a write fails while the function is served.",
                .mapping(StreamKeys.delivery)),
            .init(
                "status", "mapping", default: "none", "Where a served function can be asked how it is.",
                .mapping(StreamKeys.status)),
        ])

    static let events = KeyTable(
        "events",
        [
            .init(
                "files", "path, glob or list of them", default: "what `--input` says",
                "The files to read, relative to the working folder; `-` is standard input. `--input` takes its place."),
            .init(
                "format", "`json-lines`, `csv` or `parquet`", default: "by the files' extensions",
                "How the files are written. Standard input without a format is `json-lines`."),
            .init(
                "schema", "mapping of columns to types", default: "inferred",
                "The columns to read and their types; other keys of the input are left out."),
            .init(
                "onError", "`fail`, `skip` or `deadLetter`", default: "`fail`; `deadLetter` where triggers are served",
                "What happens to a line that is not a row: the run fails and names it; it is counted and left out; "
                    + "or it is also written whole, with its error, to the dead-letter file."),
            .init(
                "deadLetter", "path", default: "`\(deadLetterFile)`",
                "The dead-letter file, JSON Lines, relative to the output folder."),
            .init(
                "maximumLineBytes", "integer", default: "67108864 (64 MiB)",
                "The longest line or CSV row; a longer one ends the run."),
            .init("csv", "mapping", default: "all of its defaults", "How CSV is written.", .mapping(csv)),
            .init(
                "eventTime", "mapping", default: "none", "Which column says when an event happened.",
                .mapping(StreamKeys.eventTime)),
            .init(
                "partitionedBy", "list of columns", default: "none",
                "Rows with equal values of these columns always come in the same partition of the topic: what lets "
                    + "several processes serve the function together."),
        ])

    static let csv = KeyTable(
        "csv",
        [
            .init("delimiter", "one character", default: "`,`", "What stands between fields; `\"\\t\"` is a tab."),
            .init(
                "quote", "one character", default: "`\"`",
                "What stands around fields that hold delimiters; `''` for nothing."),
            .init("header", "true or false", default: "true", "Whether the first line has the columns' names."),
            .init(
                "missingWords", "list of text", default: "pandas' list",
                "Fields that mean a missing value, such as `NA`."),
        ])

    static let frame = KeyTable(
        "a frame",
        [
            .init(
                "from", "name or list of names", default: nil,
                "`events` or another frame. The rows of several come one after the other, their columns by name; "
                    + "types widen to a common one, and a column that an input lacks is missing there."),
            .init(
                "steps", "list of steps", default: "none", "What happens to the rows, one step after the other.", .steps
            ),
        ])

    static let output = KeyTable(
        "an output",
        [
            .init("from", "name", default: nil, "The frame to write (or `events`)."),
            .init(
                "to", "path, URL or topic", default: "none",
                "The file or folder, relative to the output folder; `-` is standard output. A URL for kind `http`, a "
                    + "topic for `kafka`. Without it the rows are there to be asked for while the function is served."),
            .init(
                "format", "`json-lines`, `csv` or `parquet`", default: "by the path's extension",
                "How the file is written."),
            .init(
                "compression", "codec", default: "`zstd` for Parquet; by the extension for text",
                "For Parquet `zstd`, `snappy`, `gzip`, `lz4_raw` or `none`; for text `gzip`, `zstd` or `none`."),
            .init("rowGroupRows", "integer", default: "the writer's", "Rows in each row group of a Parquet file."),
            .init("delimiter", "one character", default: "`,`", "CSV's delimiter."),
        ] + StreamKeys.output)
}
