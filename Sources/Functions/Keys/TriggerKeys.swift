/// The keys of triggers, kind by kind. Names follow Nuclio's function.yaml where it has one.
enum TriggerKeys {
    static let trigger = KeyTable(
        "a trigger",
        [
            .init("kind", "`kafka`, `http`, `file` or `stdin`", default: nil, "Where events come from."),
            .init(
                "attributes", "mapping", default: "all of their defaults", "What the kind needs.",
                .byKind([("kafka", kafka), ("http", http), ("file", file), ("stdin", stdin)])),
            .init(
                "batch", "mapping", default: "all of its defaults",
                "When an epoch ends: its results are written and its positions saved.", .mapping(batch)),
            .init(
                "every", "time", default: "none",
                "An epoch ends at each multiple of this time instead, and not between."),
            .init(
                "availableNow", "true or false", default: "false",
                "Takes what is there when the function starts, then stops."),
        ])

    static let batch = KeyTable(
        "batch",
        [
            .init("rows", "integer", default: "1000000", "Rows after which an epoch ends."),
            .init("bytes", "bytes", default: "`256MiB`", "Bytes of events after which an epoch ends."),
            .init("timeout", "time", default: "`1s`", "Time after which an epoch ends that has any rows."),
        ])

    static let http = KeyTable(
        "attributes of kind 'http'",
        [
            .init("port", "integer", default: "8080", "The port; 0 takes a free one, which the log names."),
            .init("host", "text", default: "`127.0.0.1`", "The address to listen on; `0.0.0.0` for all."),
            .init("path", "text", default: "`/`", "The path that takes events by POST."),
            .init("maxRequestBodySize", "bytes", default: "`64MiB`", "The longest body, also once decompressed."),
            .init(
                "spoolLimit", "bytes", default: "`1GiB`",
                "Bytes that may wait on the disk; above it the answer is 429 with Retry-After."),
            .init(
                "idempotencyKeys", "integer", default: "100000",
                "How many of the latest Idempotency-Key values are remembered."),
        ])

    static let file = KeyTable(
        "attributes of kind 'file'",
        [
            .init(
                "paths", "path, glob or list of them", default: "`files` under `events`",
                "Files, globs, and folders of which every file is read. New files and appended lines are picked up."),
            .init(
                "initialOffset", "`earliest` or `latest`", default: "`earliest`",
                "Where reading begins in files that are there at the first start; `latest` is their end."),
            .init(
                "pollInterval", "time", default: "`1s`",
                "How often folders are listed where the system does not tell of changes (network file systems)."),
        ])

    static let stdin = KeyTable("attributes of kind 'stdin'", [])

    private static let brokers = KeyTable.Key(
        "brokers", "text or list of text", default: nil, "Addresses to begin with, `host:port`.")

    private static let security: [KeyTable.Key] = [
        .init("sasl", "mapping", default: "none", "How to log in.", .mapping(sasl)),
        .init("tls", "mapping", default: "none", "How connections are encrypted.", .mapping(tls)),
        .init(
            "properties", "mapping of names to text", default: "none",
            "Further settings of librdkafka, by its names; they win over the keys here."),
    ]

    static let kafka = KeyTable(
        "attributes of kind 'kafka'",
        [
            brokers,
            .init("topics", "text or list of text", default: nil, "Topics; one that begins with `^` is a pattern."),
            .init("consumerGroup", "text", default: "the function's name", "The consumer group."),
            .init(
                "initialOffset", "`earliest`, `latest` or a timestamp", default: "`earliest`",
                "Where a partition begins that neither the checkpoint nor the group has a position of."),
            .init(
                "metadata", "list of `key`, `headers`, `timestamp`, `topic`, `partition`, `offset`", default: "none",
                "What comes with each message as columns `_key`, `_headers` and so on."),
            .init("maxRowsPerBatch", "integer", default: "none", "Messages that an epoch takes at most."),
            .init(
                "failOnDataLoss", "true or false", default: "true",
                "Whether the function stops when the broker has dropped events that were not read yet, or goes on "
                    + "with those that are left and says so."),
            .init(
                "sessionTimeout", "time", default: "`45s`",
                "A member that is silent for so long loses its partitions."),
            .init("heartbeatInterval", "time", default: "`3s`", "How often the member says that it lives."),
            .init(
                "fetch", "`direct` or `librdkafka`", default: "`direct`",
                "Over whose connections events come: our own where that can be, which takes half the work, or the "
                    + "library's."),
        ] + security)

    static let kafkaOutput = KeyTable(
        "attributes of kind 'kafka'",
        [
            brokers,
            .init("key", "column", default: "none", "The column that becomes the messages' key."),
            .init(
                "compression", "`none`, `gzip`, `snappy`, `lz4` or `zstd`", default: "`lz4`",
                "How record batches are compressed."),
            .init(
                "transactionalId", "text", default: "by the function's name and the topic",
                "Under which the broker knows this writer, for exactly once."),
        ] + security)

    static let httpOutput = KeyTable(
        "attributes of kind 'http'",
        [
            .init("headers", "mapping of names to text", default: "none", "Sent with each request."),
            .init("timeout", "time", default: "`30s`", "How long an answer may take."),
        ])

    static let sasl = KeyTable(
        "sasl",
        [
            .init("enable", "true or false", default: "true", "Whether to log in."),
            .init(
                "mechanism", "`PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`", default: "`PLAIN`", "How to log in."),
            .init("user", "text or `{env: NAME}`", default: nil, "The name, or the environment variable that has it."),
            .init(
                "password", "text or `{env: NAME}`", default: nil,
                "The password, or the environment variable that has it."),
        ])

    static let tls = KeyTable(
        "tls",
        [
            .init("enable", "true or false", default: "true", "Whether connections are encrypted."),
            .init("caCert", "path", default: "the system's", "The authorities to trust, PEM."),
            .init("accessCertificate", "path", default: "none", "The client's certificate, PEM."),
            .init("accessKey", "path", default: "none", "The client's key, PEM."),
            .init(
                "insecureSkipVerify", "true or false", default: "false",
                "Whether a broker with a wrong certificate is trusted, too."),
        ])
}
