import Columnar

/// What our own connections need to know, out of a trigger's options.
package struct FetchSettings: Equatable, Sendable {
    package var brokers: [BrokerAddress]
    package var maximumWait: Int32 = 100
    package var minimumBytes: Int32 = 1
    /// Bytes of an answer, and of a partition's part of it.
    package var maximumBytes: Int32
    package var partitionBytes: Int32 = 1 << 20
    /// A longer answer is refused.
    package var longestAnswer = 100_000_000
    package var isCommittedOnly = true
    package var shortestPause = Duration.milliseconds(100)
    package var longestPause = Duration.seconds(2)
    /// How long after an error a partition is asked for again.
    package var errorPause = Duration.milliseconds(200)
    package var connectLimit = Duration.seconds(10)
    package var answerLimit = Duration.seconds(30)

    /// Why the data of some triggers comes by librdkafka's connections.
    package struct Refusal: Error, Equatable {
        package var reason: String
    }

    /// Settings of librdkafka that change how brokers are reached or what they send, and that only it can keep.
    private static let foreign = [
        "sasl.", "ssl.", "enable.sasl", "enable.ssl", "security.", "plugin.", "client.rack", "api.version.",
        "broker.version.", "broker.address.", "socket.", "builtin.features", "https.",
    ]

    /// The settings, or why librdkafka has to fetch.
    package static func make(_ options: KafkaSourceOptions) -> Result<FetchSettings, Refusal> {
        func refused(_ reason: String) -> Result<FetchSettings, Refusal> { .failure(Refusal(reason: reason)) }
        guard options.fetch == .direct else { return refused("the trigger says so") }
        if options.client.tls != nil { return refused("connections are encrypted") }
        if options.client.sasl != nil { return refused("brokers ask for a login") }
        var brokers: [BrokerAddress] = []
        for text in options.client.brokers.flatMap({ $0.split(separator: ",") }) {
            guard let address = BrokerAddress(String(text.filter { $0 != " " })) else {
                return refused("'\(text)' is no address")
            }
            brokers.append(address)
        }
        var settings = FetchSettings(
            brokers: brokers, maximumBytes: Int32(clamping: max(options.queueBytes / 4, 1 << 20)))
        for (name, value) in options.client.properties {
            if foreign.contains(where: name.hasPrefix) { return refused("the property '\(name)' is set") }
            if name == "isolation.level" {
                settings.isCommittedOnly = value != "read_uncommitted"
                continue
            }
            guard let number = Int32(value), number >= 0 else { continue }
            switch name {
            case "fetch.wait.max.ms": settings.maximumWait = number
            case "fetch.min.bytes": settings.minimumBytes = number
            case "fetch.max.bytes": settings.maximumBytes = max(1, number)
            case "fetch.message.max.bytes", "max.partition.fetch.bytes": settings.partitionBytes = max(1, number)
            case "receive.message.max.bytes": settings.longestAnswer = Int(number)
            case "reconnect.backoff.ms": settings.shortestPause = .milliseconds(Int(number))
            case "reconnect.backoff.max.ms": settings.longestPause = .milliseconds(Int(number))
            case "fetch.error.backoff.ms": settings.errorPause = .milliseconds(Int(number))
            default: break
            }
        }
        settings.longestPause = max(settings.longestPause, settings.shortestPause)
        return .success(settings)
    }
}
