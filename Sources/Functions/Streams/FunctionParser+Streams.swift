import Columnar
import Formats
import Query

/// What a function file says about being served, but for its triggers and outputs.
extension FunctionParser {
    func streamSettings(_ spec: YAMLNode?, name: String) throws(SwiftwaterError) -> StreamSettings {
        let events = present("events", in: spec)
        return StreamSettings(
            eventTime: try eventTime(present("eventTime", in: events)),
            partitionedBy: try texts("partitionedBy", in: events) ?? [],
            triggers: try triggers(present("triggers", in: spec), files: try texts("files", in: events) ?? []),
            checkpoint: try checkpoint(present("checkpoint", in: spec), name: name),
            delivery: try delivery(present("delivery", in: spec)), status: try status(present("status", in: spec)),
            onError: try choice(Source.ErrorPolicy.self, "onError", in: events),
            deadLetter: try text("deadLetter", in: events) ?? FunctionKeys.deadLetterFile)
    }

    private func eventTime(_ node: YAMLNode?) throws(SwiftwaterError) -> EventTimeSettings? {
        guard let node else { return nil }
        guard let column = try text("column", in: node) else { throw expected("a column", "column", node) }
        return EventTimeSettings(
            column: column, watermark: try duration("watermark", in: node, atLeast: .zero) ?? .zero,
            late: try choice(EventTimeSettings.Late.self, "late", in: node) ?? .deadLetter,
            idle: try duration("idle", in: node) ?? .seconds(30))
    }

    private func checkpoint(_ node: YAMLNode?, name: String) throws(SwiftwaterError) -> CheckpointSettings {
        CheckpointSettings(
            path: try text("path", in: node) ?? ".swiftwater/\(name.isEmpty ? "function" : name)",
            every: try duration("every", in: node) ?? .seconds(10),
            isShared: try bool("shared", in: node) ?? false)
    }

    private func delivery(_ node: YAMLNode?) throws(SwiftwaterError) -> DeliverySettings {
        var delivery = DeliverySettings()
        delivery.maxRetries = try integer("maxRetries", in: node, atLeast: 0) ?? delivery.maxRetries
        delivery.backoff = try duration("backoff", in: node, atLeast: .zero) ?? delivery.backoff
        delivery.maxBackoff = try duration("maxBackoff", in: node, atLeast: .zero) ?? delivery.maxBackoff
        delivery.onFailure = try choice(DeliverySettings.Failure.self, "onFailure", in: node) ?? delivery.onFailure
        return delivery
    }

    private func status(_ node: YAMLNode?) throws(SwiftwaterError) -> StatusSettings? {
        guard let node else { return nil }
        return StatusSettings(host: try text("host", in: node) ?? "127.0.0.1", port: try port(in: node))
    }
}
