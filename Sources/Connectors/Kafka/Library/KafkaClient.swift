import CKafka
import Columnar
import Formats

/// A consumer or producer of the library, made of a set of properties.
final class KafkaClient: @unchecked Sendable {
    enum Kind { case consumer, producer }

    let library: KafkaLibrary
    let pointer: OpaquePointer
    let events: KafkaEvents
    private let isDestroyed = Locked(false)

    var functions: kafka_functions { library.functions.pointee }

    init(
        _ kind: Kind, properties: [String: String], log: @escaping @Sendable (KafkaLogLine) -> Void
    ) throws(SwiftwaterError) {
        let library = try KafkaLibrary.shared()
        self.library = library
        KafkaEvents.anyFunctions.withLock { $0 = library }
        events = KafkaEvents(library, log: log)
        let functions = library.functions.pointee
        guard let conf = functions.conf_new() else {
            throw SwiftwaterError(.memory, "no memory for a Kafka client's configuration")
        }
        var text = [CChar](repeating: 0, count: 512)
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            guard functions.conf_set(conf, name, value, &text, text.count) == 0 else {
                functions.conf_destroy(conf)
                throw SwiftwaterError(
                    .usage, "librdkafka refuses the property '\(name)': \(Self.string(text))",
                    hint: "librdkafka \(library.version) documents its properties in CONFIGURATION.md")
            }
        }
        events.attach(to: conf, isConsumer: kind == .consumer)
        let type = kind == .consumer ? KAFKA_CONSUMER : KAFKA_PRODUCER
        guard let client = functions.client_new(Int32(type), conf, &text, text.count) else {
            functions.conf_destroy(conf)
            Unmanaged.passUnretained(events).release()
            throw SwiftwaterError(.usage, "no Kafka client can be made: \(Self.string(text))")
        }
        pointer = client
    }

    deinit { destroy() }

    /// Ends the client and its threads. A consumer has left its group before, or leaves it by its session's end.
    func destroy() {
        let wasDestroyed = isDestroyed.withLock { flag in
            defer { flag = true }
            return flag
        }
        if wasDestroyed { return }
        // The library waits for its own threads, and they, now and then, for a group's coordinator that says nothing.
        let ended = Monitor()
        let isOver = Locked(false)
        EngineThreads.detach { [functions, events, address = Int(bitPattern: pointer)] in
            if let client = OpaquePointer(bitPattern: address) {
                functions.destroy_flags(client, Int32(KAFKA_DESTROY_WITHOUT_CLOSE))
            }
            Unmanaged.passUnretained(events).release()
            ended.lock()
            isOver.withLock { $0 = true }
            ended.wakeAll()
            ended.unlock()
        }
        let deadline = Instant.now + Self.longestEnd
        ended.lock()
        while !isOver.withLock({ $0 }), Instant.now < deadline { ended.wait(for: deadline - .now) }
        ended.unlock()
    }

    /// After this time a client's threads are left to end by themselves.
    private static let longestEnd = Duration.seconds(5)

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The library's words for a code.
    func text(_ code: Int32) -> String { String(cString: functions.error_text(code)) }

    /// Asks whether a broker answers, and takes note of it.
    func probe(timeout: Int32) {
        if topics(all: false, timeout: timeout) != nil { return }
        events.state.withLock { state in state.outage = state.lastProblem ?? "none answered in \(timeout) ms" }
    }

    /// Topics of the cluster with the numbers of their partitions, asked for now; nil when nobody answered in time.
    ///
    /// - Parameter all: all topics, or only those that this client reads.
    func topics(all: Bool = true, timeout: Int32) -> [String: Int]? {
        var metadata: UnsafePointer<kafka_metadata>?
        guard functions.metadata(pointer, all ? 1 : 0, nil, &metadata, timeout) == KAFKA_NO_ERROR, let metadata else {
            return nil
        }
        defer { functions.metadata_destroy(metadata) }
        events.state.withLock { state in
            state.outage = nil
            state.isSuspect = false
        }
        var topics: [String: Int] = [:]
        guard let list = metadata.pointee.topics else { return topics }
        for index in 0..<Int(metadata.pointee.topic_count) where list[index].error == KAFKA_NO_ERROR {
            topics[String(cString: list[index].topic)] = Int(list[index].partition_count)
        }
        return topics
    }

    /// A call's error, freed, as code and text; nil when it is none.
    func take(_ error: OpaquePointer?) -> CallError? {
        guard let error else { return nil }
        defer { functions.error_destroy(error) }
        return CallError(
            code: functions.error_code(error), text: String(cString: functions.error_message(error)),
            isFatal: functions.error_is_fatal(error) != 0, isRetriable: functions.error_is_retriable(error) != 0,
            requiresAbort: functions.error_requires_abort(error) != 0)
    }

    struct CallError {
        var code: Int32
        var text: String
        var isFatal: Bool
        var isRetriable: Bool
        var requiresAbort: Bool
    }
}
