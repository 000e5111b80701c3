/// The keys of a function file that speak of streams: event time, checkpoint, delivery, status, and what outputs add.
enum StreamKeys {
    static let lateWords = "`deadLetter`, `drop` or `update`"

    static let eventTime = KeyTable(
        "eventTime",
        [
            .init("column", "column", default: nil, "The column with each event's time, a timestamp."),
            .init(
                "watermark", "time", default: "`0s`",
                "How late an event may come: the watermark is the largest event time seen, less this."),
            .init(
                "late", lateWords, default: "`deadLetter`",
                "What happens to a row whose window has closed: it goes to the dead-letter file, it is counted and "
                    + "left out, or it changes the window's result once more."),
            .init(
                "idle", "time", default: "`30s`",
                "A partition that brings nothing for so long does not hold the watermark up."),
        ])

    static let checkpoint = KeyTable(
        "checkpoint",
        [
            .init(
                "path", "path", default: "`.swiftwater/NAME`, by the function's name",
                "The folder for positions, states and what HTTP took, relative to the working folder. `--checkpoint` "
                    + "takes its place."),
            .init("every", "time", default: "`10s`", "How often the states are saved."),
            .init(
                "shared", "boolean", default: "`false`",
                "Several processes serve the function together over this checkpoint, in one consumer group: each "
                    + "partition has its own position and states, and they go with it from process to process."),
        ])

    static let delivery = KeyTable(
        "delivery",
        [
            .init("maxRetries", "integer", default: "5", "How often a batch or a write that failed is tried again."),
            .init("backoff", "time", default: "`100ms`", "The pause before the first retry; it doubles each time."),
            .init("maxBackoff", "time", default: "`30s`", "The longest pause between two retries."),
            .init(
                "onFailure", "`stop` or `deadLetter`", default: "`stop`",
                "What happens to a batch whose retries are used up: the function stops before it, or the batch goes "
                    + "to the dead-letter file and the next one follows."),
        ])

    static let status = KeyTable(
        "status",
        [
            .init(
                "port", "integer", default: "none",
                "The port for frames, metrics, progress and health; an `http` trigger answers them on its own port, "
                    + "too. `--status-port` takes its place."),
            .init("host", "text", default: "`127.0.0.1`", "The address to listen on; `0.0.0.0` for all."),
        ])

    /// What an output of any kind may add.
    static let output: [KeyTable.Key] = [
        .init(
            "kind", "`file`, `http` or `kafka`", default: "by the address in `to`",
            "What takes the rows. Of `file`, a path that ends in `/` is a folder to which each epoch adds files."),
        .init(
            "mode", "`batch`, `append`, `update` or `complete`",
            default: "`append` where rows become final, otherwise `complete`",
            "Which rows an epoch of a served function writes: those of the epoch's own input, those that are final, "
                + "those that changed, or all. `run` writes all."),
        .init(
            "partitionBy", "list of columns", default: "none",
            "Columns whose values become folders, `company=Smith-Hale/`, in a folder of files."),
        .init(
            "targetFileSize", "bytes", default: "`128MiB`",
            "Small files of a folder are merged up to this size; 0 leaves them."),
        .init(
            "attributes", "mapping", default: "all of their defaults", "What the output's kind needs.",
            .byKind([("kafka", TriggerKeys.kafkaOutput), ("http", TriggerKeys.httpOutput)])),
    ]
}
