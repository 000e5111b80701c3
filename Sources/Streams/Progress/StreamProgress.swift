/// How a served function is getting on, epoch by epoch, with the field names of Spark's `StreamingQueryProgress`.
package struct StreamProgress: Hashable, Sendable {
    package var name: String
    /// Of the process's run.
    package var runID: String
    /// The epoch.
    package var batchID: Int64
    /// When the epoch ended, in milliseconds since 1970.
    package var timestamp: Int64
    package var numInputRows: Int
    package var inputRowsPerSecond: Double
    package var processedRowsPerSecond: Double
    /// Milliseconds by what they went into: `getBatch` waiting for events, `addBatch` processing, `queryPlanning`
    /// working out the outputs' rows, `walCommit` and `commitOffsets` writing the log, `triggerExecution` in all.
    package var durationMs: [String: Int64]
    package var eventTime: EventTime?
    package var stateOperators: [StateOperator]
    package var sources: [Source]
    package var sinks: [Sink]
    /// Since the start of the process.
    package var counters: StreamCounters
    /// Microseconds from an event's arrival until it counts in the rows that can be asked for.
    package var latency: LatencyHistogram

    /// The last snapshot of the states that was saved; nil before the first.
    package var snapshot: Snapshot?

    package struct Snapshot: Hashable, Sendable {
        /// The epoch at whose end the states were taken.
        package var batchID: Int64
        /// It has all of the states, not only what changed since the one before.
        package var isWhole: Bool
        package var bytes: Int
        /// What encoding and writing it took.
        package var durationMicroseconds: Int64
        /// How long no events were processed because of it.
        package var stopMicroseconds: Int64
    }

    package struct EventTime: Hashable, Sendable {
        /// Microseconds since 1970; nil before the first event.
        package var watermark: Int64?
        package var max: Int64?
        package var min: Int64?
    }

    package struct StateOperator: Hashable, Sendable {
        package var operatorName: String
        package var memoryUsedBytes: Int
        package var numRowsDroppedByWatermark: Int
    }

    package struct Source: Hashable, Sendable {
        package var description: String
        package var startOffset: [String: Int64]
        package var endOffset: [String: Int64]
        package var numInputRows: Int
        package var inputRowsPerSecond: Double
        package var processedRowsPerSecond: Double
        /// Events (or bytes) that wait outside, by partition.
        package var lag: [String: Int64]
        package var condition: String?
        package var counters: [String: Int64]
    }

    package struct Sink: Hashable, Sendable {
        package var description: String
        package var numOutputRows: Int
    }
}

/// What has been counted since the start of the process.
package struct StreamCounters: Hashable, Sendable {
    package var rows = 0
    package var bytes = 0
    package var epochs = 0
    package var badLines = 0
    package var lateRows = 0
    /// Attempts after a failure.
    package var retries = 0
    /// Events given up after all attempts.
    package var failedEvents = 0
    /// Written to the dead-letter output.
    package var deadLetters = 0
    /// Snapshots of the states that were saved, and their bytes.
    package var snapshots = 0
    package var snapshotBytes = 0
    /// Snapshots that could not be saved.
    package var failedSnapshots = 0

    static func += (a: inout Self, b: Self) {
        a.rows += b.rows
        a.bytes += b.bytes
        a.epochs += b.epochs
        a.badLines += b.badLines
        a.lateRows += b.lateRows
        a.retries += b.retries
        a.failedEvents += b.failedEvents
        a.deadLetters += b.deadLetters
        a.snapshots += b.snapshots
        a.snapshotBytes += b.snapshotBytes
        a.failedSnapshots += b.failedSnapshots
    }
}

extension StreamProgress {
    /// As Spark prints it, with this engine's counters beside.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("runId", .string(runID)), .init("name", .string(name)),
            .init("timestamp", Self.time(timestamp * 1000)),
            .init("batchId", .int(batchID)), .init("numInputRows", .int(Int64(numInputRows))),
            .init("inputRowsPerSecond", .double(inputRowsPerSecond)),
            .init("processedRowsPerSecond", .double(processedRowsPerSecond)),
            .init("durationMs", Self.object(durationMs)),
        ]
        if let eventTime {
            members.append(
                .init(
                    "eventTime",
                    [
                        "watermark": eventTime.watermark.map(Self.time) ?? .null,
                        "max": eventTime.max.map(Self.time) ?? .null, "min": eventTime.min.map(Self.time) ?? .null,
                    ]))
        }
        members.append(
            .init(
                "stateOperators",
                .array(
                    stateOperators.map {
                        [
                            "operatorName": .string($0.operatorName),
                            "memoryUsedBytes": .int(Int64($0.memoryUsedBytes)),
                            "numRowsDroppedByWatermark": .int(Int64($0.numRowsDroppedByWatermark)),
                        ]
                    })))
        members.append(.init("sources", .array(sources.map(Self.json))))
        let sinks: [JSONValue] = self.sinks.map {
            ["description": .string($0.description), "numOutputRows": .int(Int64($0.numOutputRows))]
        }
        // Spark has one sink; a function may have several outputs.
        members.append(.init("sink", sinks.first ?? .null))
        members.append(.init("sinks", .array(sinks)))
        if let snapshot {
            members.append(
                .init(
                    "snapshot",
                    [
                        "batchId": .int(snapshot.batchID), "extent": .string(snapshot.isWhole ? "whole" : "changes"),
                        "bytes": .int(Int64(snapshot.bytes)),
                        "durationMs": .double(Double(snapshot.durationMicroseconds) / 1000),
                        "stopMs": .double(Double(snapshot.stopMicroseconds) / 1000),
                    ]))
        }
        members.append(.init("counters", counters.json))
        members.append(
            .init(
                "latencyMs",
                [
                    "p50": .double(Double(latency.quantile(0.5)) / 1000),
                    "p99": .double(Double(latency.quantile(0.99)) / 1000),
                    "max": .double(Double(latency.maximum) / 1000),
                ]))
        return .object(members)
    }

    private static func json(_ source: Source) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("description", .string(source.description)), .init("startOffset", object(source.startOffset)),
            .init("endOffset", object(source.endOffset)), .init("numInputRows", .int(Int64(source.numInputRows))),
            .init("inputRowsPerSecond", .double(source.inputRowsPerSecond)),
            .init("processedRowsPerSecond", .double(source.processedRowsPerSecond)),
            .init("lag", object(source.lag)), .init("metrics", object(source.counters)),
        ]
        if let condition = source.condition { members.append(.init("condition", .string(condition))) }
        return .object(members)
    }

    private static func object(_ values: [String: Int64]) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { .init($0.key, .int($0.value)) })
    }

    /// Microseconds since 1970 as Spark writes times.
    private static func time(_ microseconds: Int64) -> JSONValue { .string(TimestampText.utc(microseconds)) }
}

extension StreamCounters {
    package var json: JSONValue {
        [
            "rows": .int(Int64(rows)), "bytes": .int(Int64(bytes)), "epochs": .int(Int64(epochs)),
            "badLines": .int(Int64(badLines)), "lateRows": .int(Int64(lateRows)), "retries": .int(Int64(retries)),
            "failedEvents": .int(Int64(failedEvents)), "deadLetters": .int(Int64(deadLetters)),
            "snapshots": .int(Int64(snapshots)), "snapshotBytes": .int(Int64(snapshotBytes)),
            "failedSnapshots": .int(Int64(failedSnapshots)),
        ]
    }
}
