import Columnar
import HTTPConnector
import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What `/metrics` says of a served function.
enum ServingMetrics {
    /// Seconds, for latencies from a tenth of a millisecond on.
    private static let bounds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    static func text(_ run: any ServedRun, http: [HTTPSource], servers: [HTTPMeters.Reading]) -> String {
        var text = PrometheusText()
        text.family(
            "swiftwater_build_info", .gauge, "The version that runs and the function that it serves.",
            [([("version", Version.current), ("function", run.name)], 1)])
        text.one("swiftwater_ready", .gauge, "1 while events are taken.", run.isReady ? 1 : 0)
        add(run.counters, to: &text)
        add(run, to: &text)
        let latency = run.latency
        text.histogram(
            "swiftwater_event_latency_seconds", "From an event's arrival until it counts in what can be asked for.",
            bounds: bounds, cumulative: latency.cumulative(bounds.map { Int64($0 * 1e6) }), count: latency.count,
            sum: Double(latency.sum) / 1e6)
        text.family(
            "swiftwater_spool_bytes", .gauge, "Bytes that HTTP took and that are not committed.",
            http.map { ([("source", $0.name)], Double($0.spooledBytes)) })
        add(servers, to: &text)
        text.one(
            "swiftwater_memory_bytes", .gauge, "Bytes held in buffers and states.", Double(MemoryAccount.byteCount))
        text.one(
            "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", Double(residentBytes))
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        text.one(
            "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.", seconds)
        return text.text
    }

    private static func add(_ counters: StreamCounters, to text: inout PrometheusText) {
        let all: [(String, String, Int)] = [
            ("rows", "Rows taken from sources.", counters.rows), ("bytes", "Bytes taken from sources.", counters.bytes),
            ("epochs", "Epochs committed.", counters.epochs),
            ("bad_lines", "Lines that were no rows.", counters.badLines),
            ("late_rows", "Rows whose window had closed.", counters.lateRows),
            ("retries", "Attempts after a failure.", counters.retries),
            ("failed_events", "Events given up after all attempts.", counters.failedEvents),
            ("dead_letters", "Events written to the dead-letter output.", counters.deadLetters),
            ("failed_snapshots", "Snapshots of states that could not be saved.", counters.failedSnapshots),
        ]
        for (name, help, value) in all { text.one("swiftwater_\(name)_total", .counter, help, Double(value)) }
    }

    private static func add(_ run: any ServedRun, to text: inout PrometheusText) {
        text.family(
            "swiftwater_source_lag", .gauge, "Events, or bytes where events are not counted, that wait in a partition.",
            run.lag.sorted { $0.key < $1.key }.map {
                ([("source", $0.key.source), ("partition", $0.key.id)], Double($0.value))
            })
        var counters: [(labels: [(String, String)], value: Double)] = []
        for (source, own) in run.sourceCounters.sorted(by: { $0.key < $1.key }) {
            for (name, value) in own.sorted(by: { $0.key < $1.key }) {
                counters.append(([("source", source), ("event", name)], Double(value)))
            }
        }
        text.family(
            "swiftwater_source_events_total", .counter, "What sources met and went on from, by its name.", counters)
        guard let progress = run.progress else { return }
        if let watermark = progress.eventTime?.watermark {
            text.one(
                "swiftwater_watermark_timestamp_seconds", .gauge, "The watermark, in seconds since 1970.",
                Double(watermark) / 1e6)
        }
        text.family(
            "swiftwater_epoch_duration_seconds", .gauge, "How long the last epoch took, by what it was spent on.",
            progress.durationMs.sorted { $0.key < $1.key }.map { ([("phase", $0.key)], Double($0.value) / 1e3) })
        text.family(
            "swiftwater_state_memory_bytes", .gauge, "Bytes that an operator's state takes.",
            progress.stateOperators.map { ([("operator", $0.operatorName)], Double($0.memoryUsedBytes)) })
    }

    private static func add(_ servers: [HTTPMeters.Reading], to text: inout PrometheusText) {
        guard !servers.isEmpty else { return }
        var answers: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: HTTPMeters.bounds.count + 1)
        var seconds = 0.0
        for server in servers {
            for (status, count) in server.answers { answers[status, default: 0] += count }
            for (index, count) in server.buckets.enumerated() { buckets[index] += count }
            seconds += server.seconds
        }
        text.family(
            "swiftwater_http_requests_total", .counter, "Requests answered, by status.",
            answers.sorted { $0.key < $1.key }.map { ([("code", "\($0.key)")], Double($0.value)) })
        var total = 0
        let cumulative = buckets.map { count in
            total += count
            return total
        }
        text.histogram(
            "swiftwater_http_request_duration_seconds", "From a request's head to its answer.",
            bounds: HTTPMeters.bounds.map { Double($0) / 1e9 }, cumulative: Array(cumulative.dropLast()), count: total,
            sum: seconds)
    }

    /// The second number of `/proc/self/statm` is in pages.
    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var bytes = [CChar](repeating: 0, count: 256)
        guard fgets(&bytes, 256, file) != nil else { return 0 }
        let words = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
