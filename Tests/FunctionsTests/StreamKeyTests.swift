import Columnar
import Formats
import Functions
import Query
import Streams
import Testing

@Suite("What function files say about streams")
struct StreamKeyTests {
    private static let live = """
        apiVersion: swiftwater/v1
        kind: Function
        metadata: {name: live}
        spec:
          events:
            format: json-lines
            schema: {company: string, cpu_utilization: float64, timestamp: "timestamp[ms]"}
            eventTime: {column: timestamp, watermark: 10s, late: update}
            deadLetter: late.ndjson
          frames:
            by_company:
              from: events
              steps:
                - groupby: {by: [company], agg: {cpu_utilization: [min, max, mean]}}
          outputs:
            - {from: by_company, to: "sink/", format: parquet, compression: zstd, mode: append, partitionBy: [company]}
            - {from: by_company, to: "http://127.0.0.1:9/x", attributes: {headers: {Authorization: "Bearer x"}}}
            - {from: by_company, kind: kafka, to: results, attributes: {brokers: "b:9092", key: company}}
            - {from: events, to: "-"}
          triggers:
            ops:
              kind: kafka
              attributes:
                brokers: ["127.0.0.1:9092"]
                topics: [ops, "^more-.*"]
                consumerGroup: metrics
                initialOffset: 2026-01-01T00:00:00Z
                sasl: {mechanism: SCRAM-SHA-256, user: me, password: {env: PATH}}
                tls: {caCert: ca.pem}
                maxRowsPerBatch: 5000
                failOnDataLoss: false
                metadata: [key, timestamp]
                properties: {fetch.wait.max.ms: 10}
              batch: {rows: 200000, bytes: 64MiB, timeout: 250ms}
            ingest: {kind: http, attributes: {port: 0, path: /ops, maxRequestBodySize: 1MiB}, every: 2min}
            logs: {kind: file, attributes: {paths: logs/, initialOffset: latest}, availableNow: true}
            pipe: {kind: stdin}
          checkpoint: {path: state/, every: 5s}
          delivery: {maxRetries: 2, backoff: 1s, onFailure: deadLetter}
          status: {port: 9100}
        """

    @Test("a whole live function is read")
    func whole() throws {
        let function = try FunctionFile(yaml: Self.live, path: "f.yaml")
        let streams = function.streams
        #expect(
            streams.eventTime.map { "\($0.column) \($0.watermark) \($0.late)" } == "timestamp 10.0 seconds update")
        #expect(streams.deadLetter == "late.ndjson")
        #expect(streams.triggers.map(\.name) == ["ops", "ingest", "logs", "pipe"])
        guard case .kafka(let kafka) = streams.triggers[0].attributes else { return #expect(Bool(false)) }
        #expect(kafka.connection.brokers == ["127.0.0.1:9092"])
        #expect(kafka.topics == ["ops", "^more-.*"])
        #expect(kafka.initialOffset == .timestamp(1_767_225_600_000))
        #expect(kafka.connection.sasl?.mechanism == .sha256)
        #expect(kafka.connection.sasl?.password.contains("/bin") == true)
        #expect(kafka.connection.tls?.authorities == "ca.pem")
        #expect(kafka.connection.properties.map { "\($0.name)=\($0.value)" } == ["fetch.wait.max.ms=10"])
        #expect(kafka.maxRowsPerBatch == 5000 && !kafka.failOnDataLoss)
        #expect(kafka.metadata == [.key, .timestamp])
        #expect(streams.triggers[0].batch.rows == 200_000 && streams.triggers[0].batch.bytes == 64 << 20)
        #expect(streams.triggers[0].batch.timeout == .milliseconds(250))
        guard case .http(let http) = streams.triggers[1].attributes else { return #expect(Bool(false)) }
        #expect(http.path == "/ops" && http.port == 0 && http.maximumBodyBytes == 1 << 20)
        #expect(streams.triggers[1].every == .seconds(120))
        guard case .file(let files) = streams.triggers[2].attributes else { return #expect(Bool(false)) }
        #expect(files.paths == ["logs/"] && files.startsAtEnd && files.pollInterval == .seconds(1))
        #expect(streams.triggers[2].availableNow && streams.triggers[3].kind == .stdin)
        #expect(streams.checkpoint.path == "state/" && streams.checkpoint.every == .seconds(5))
        #expect(streams.delivery.maxRetries == 2 && streams.delivery.onFailure == .deadLetter)
        #expect(streams.status?.host == "127.0.0.1" && streams.status?.port == 9100)
    }

    @Test("outputs have a target, a mode and folders by column")
    func outputs() throws {
        let outputs = try FunctionFile(yaml: Self.live, path: "f.yaml").outputs
        #expect(outputs[0].target == .folder(path: "sink/"))
        #expect(outputs[0].mode == .append && outputs[0].partitionBy == ["company"])
        #expect(outputs[0].writtenFormat == .parquet)
        guard case .http(let url, let http) = outputs[1].target else { return #expect(Bool(false)) }
        #expect(
            url == "http://127.0.0.1:9/x"
                && http.headers.map { "\($0.name): \($0.value)" } == ["Authorization: Bearer x"])
        guard case .kafka("results", let kafka) = outputs[2].target else { return #expect(Bool(false)) }
        #expect(kafka.key == "company" && kafka.connection.brokers == ["b:9092"] && kafka.compression == .lz4)
        #expect(outputs[3].target == .standardOutput)
    }

    @Test("the same file is a plan over files, whose folders stay in memory until the run has ended")
    func batch() throws {
        let function = try FunctionFile(yaml: Self.live, path: "f.yaml")
        let plan = try function.plan(inputs: ["a.ndjson"], outputFolder: "out")
        #expect(plan.sources[0].location == .files(["a.ndjson"]))
        #expect(plan.outputs.map(\.to) == [.memory, .memory, .memory, .file(path: "-", format: nil, options: .init())])
    }

    @Test(
        "what makes no sense is an error with its place",
        arguments: [
            (
                "consumerGroup: metrics", "consumergroup: x",
                "f.yaml:26:9: unknown key 'consumergroup' in attributes "
                    + "of kind 'kafka'; did you mean 'consumerGroup'?"
            ),
            (
                "path: /ops,", "pahts: /ops,",
                "f.yaml:35:48: unknown key 'pahts' in attributes of kind 'http'; "
                    + "did you mean 'path'?"
            ),
            ("kind: stdin", "kind: kafak", "f.yaml:37:18: unknown value 'kafak' in 'kind'; did you mean 'kafka'?"),
            (
                "watermark: 10s", "watermark: 10",
                "f.yaml:8:47: 'watermark' is a time such as 500ms, 10s, 5min or 1h, "
                    + "not '10'"
            ),
            (
                "late: update", "late: never",
                "f.yaml:8:58: unknown value 'never' in 'late'; use one of deadLetter, "
                    + "drop, update"
            ),
            (
                "mode: append", "mode: upsert",
                "f.yaml:16:81: unknown value 'upsert' in 'mode'; use one of batch, append, update, complete"
            ),
            ("to: \"sink/\"", "to: sink.parquet", "f.yaml:16:107: 'partitionBy' needs a folder; let 'to' end in '/'"),
            (
                "brokers: [\"127.0.0.1:9092\"]", "brokers: []",
                "f.yaml:24:18: 'brokers' is text or a list of text, "
                    + "not a list"
            ),
            (
                "{env: PATH}", "{env: NO_SUCH_NAME}",
                "f.yaml:28:62: the environment variable 'NO_SUCH_NAME' for "
                    + "'password' is not set"
            ),
            ("port: 0", "port: 70000", "f.yaml:35:45: 'port' is a port, from 0 to 65535, not '70000'"),
            ("bytes: 64MiB", "bytes: lots", "f.yaml:34:36: 'bytes' is a number of bytes such as 64MiB, not 'lots'"),
            (
                "paths: logs/,", "",
                "f.yaml:36:11: the trigger 'logs' names no files; write "
                    + "'attributes: {paths: FOLDER/}'"
            ),
        ])
    func errors(text: String, other: String, message: String) {
        #expect(Self.live.contains(text))
        let found = FunctionFileTests.message {
            _ = try FunctionFile(yaml: Self.live.replacing(text, with: other), path: "f.yaml")
        }
        #expect(found == message)
    }

    @Test(
        "times and numbers of bytes are read with their units",
        arguments: [("1.5s", 1_500), ("250ms", 250), ("2m", 120_000), ("2min", 120_000), ("1h", 3_600_000)])
    func quantities(text: String, milliseconds: Int) {
        #expect(Duration(text: text) == .milliseconds(milliseconds))
        #expect(Duration(text: String(text.filter(\.isNumber))) == nil)
        #expect(ByteCount.parse("64 KiB") == 65_536 && ByteCount.parse("1.5kb") == 1_500 && ByteCount.parse("x") == nil)
    }
}
