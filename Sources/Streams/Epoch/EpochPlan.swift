package import Columnar

/// What an epoch is made of, written before anything of it can be seen: done again, it is the same epoch.
package struct EpochPlan: Hashable, Sendable {
    package var epoch: Int64
    /// Of each partition the events from the first position to before the second.
    package var ranges: [SourcePartition: Range<Int64>]
    /// The watermark that closes windows at the epoch's end; nil without event time.
    package var watermark: Int64?

    package init(epoch: Int64, ranges: [SourcePartition: Range<Int64>], watermark: Int64? = nil) {
        self.epoch = epoch
        self.ranges = ranges
        self.watermark = watermark
    }
}

/// What holds once an epoch is done: where reading goes on and what the outputs have.
package struct EpochCommit: Hashable, Sendable {
    package var epoch: Int64
    package var positions: Positions
    /// How far partitions were read that were given up. Whoever had them since may be further; nobody may go on before.
    package var left: Positions
    package var watermark: Int64?
    /// The latest event time of each partition, from which the watermark goes on.
    package var latest: [SourcePartition: Int64]
    /// What the outputs said, by their keys.
    package var sinks: [String: SinkRecord]
    /// The number that the next batch of events gets.
    package var sequence: Int64
    /// The process that committed, where several share the checkpoint.
    package var owner: String?
    /// An epoch without events, by which its owner has taken the log: what its plan says never happened.
    package var isClaim = false

    package init(
        epoch: Int64, positions: Positions, left: Positions = [:], watermark: Int64? = nil,
        latest: [SourcePartition: Int64] = [:], sinks: [String: SinkRecord] = [:], sequence: Int64 = 0,
        owner: String? = nil
    ) {
        self.epoch = epoch
        self.positions = positions
        self.left = left
        self.watermark = watermark
        self.latest = latest
        self.sinks = sinks
        self.sequence = sequence
        self.owner = owner
    }
}

/// Both as JSON: see docs/reference/checkpoint.md.
extension EpochPlan {
    package var json: JSONValue {
        .object([
            .init("epoch", .int(epoch)),
            .init(
                "ranges",
                .array(
                    ranges.sorted { $0.key < $1.key }.map { partition, range in
                        [
                            "source": .string(partition.source), "partition": .string(partition.id),
                            "start": .int(range.lowerBound), "end": .int(range.upperBound),
                        ]
                    })),
            .init("watermark", watermark.map { .int($0) } ?? .null),
        ])
    }

    package init(_ json: JSONValue, name: String) throws(SwiftwaterError) {
        var fields = LogFields(json: json, name: name)
        epoch = try fields.int("epoch")
        watermark = json["watermark"]?.int
        ranges = [:]
        for entry in json["ranges"]?.array ?? [] {
            fields.json = entry
            let (start, end) = (try fields.int("start"), try fields.int("end"))
            guard start <= end else { throw fields.failure("a range that ends before it starts") }
            ranges[try fields.partition()] = start..<end
        }
    }
}

extension EpochCommit {
    package var json: JSONValue {
        let ownership: [JSONValue.Member] =
            owner.map { [.init("owner", .string($0)), .init("claim", .bool(isClaim))] } ?? []
        return .object(
            ownership + [
                .init("epoch", .int(epoch)),
                .init("positions", Self.list(positions, "position")),
                .init("left", Self.list(left, "position")),
                .init("watermark", watermark.map { .int($0) } ?? .null),
                .init("latest", Self.list(latest, "time")),
                .init("sequence", .int(sequence)),
                .init(
                    "sinks",
                    .object(
                        sinks.sorted { $0.key < $1.key }.map { key, record in
                            let details = record.details.sorted { $0.key < $1.key }.map { name, values in
                                JSONValue.Member(name, .array(values.map { .string($0) }))
                            }
                            return .init(
                                key,
                                [
                                    "epoch": .int(record.epoch), "rows": .int(Int64(record.rows)),
                                    "details": .object(details),
                                ])
                        })),
            ])
    }

    private static func list(_ values: [SourcePartition: Int64], _ name: String) -> JSONValue {
        .array(
            values.sorted { $0.key < $1.key }.map { partition, value in
                .object([
                    .init("source", .string(partition.source)), .init("partition", .string(partition.id)),
                    .init(name, .int(value)),
                ])
            })
    }

    package init(_ json: JSONValue, name: String) throws(SwiftwaterError) {
        var fields = LogFields(json: json, name: name)
        epoch = try fields.int("epoch")
        sequence = try fields.int("sequence")
        owner = json["owner"]?.string
        isClaim = json["claim"]?.bool ?? false
        watermark = json["watermark"]?.int
        positions = [:]
        for entry in json["positions"]?.array ?? [] {
            fields.json = entry
            positions[try fields.partition()] = try fields.int("position")
        }
        // Checkpoints of earlier versions do not have it.
        left = [:]
        for entry in json["left"]?.array ?? [] {
            fields.json = entry
            left[try fields.partition()] = try fields.int("position")
        }
        latest = [:]
        for entry in json["latest"]?.array ?? [] {
            fields.json = entry
            latest[try fields.partition()] = try fields.int("time")
        }
        sinks = [:]
        for member in json["sinks"]?.members ?? [] {
            fields.json = member.value
            var details: [String: [String]] = [:]
            for detail in member.value["details"]?.members ?? [] {
                details[detail.name] = detail.value.array.compactMap(\.string)
            }
            sinks[member.name] = SinkRecord(
                epoch: try fields.int("epoch"), details: details, rows: Int(try fields.int("rows")))
        }
    }
}

/// Takes what must be there from an object of the log.
struct LogFields {
    var json: JSONValue
    let name: String

    func failure(_ reason: String) -> SwiftwaterError {
        SwiftwaterError(
            .data, "the checkpoint's '\(name)' is damaged: \(reason)",
            hint: "restore it from a copy, or start anew with --reset")
    }

    func int(_ key: String) throws(SwiftwaterError) -> Int64 {
        guard let value = json[key]?.int else { throw failure("it has no number '\(key)'") }
        return value
    }

    func string(_ key: String) throws(SwiftwaterError) -> String {
        guard let value = json[key]?.string else { throw failure("it has no text '\(key)'") }
        return value
    }

    func partition() throws(SwiftwaterError) -> SourcePartition {
        SourcePartition(source: try string("source"), id: try string("partition"))
    }
}
