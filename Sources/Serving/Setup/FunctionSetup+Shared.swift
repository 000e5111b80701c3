import Columnar
import Functions
import KafkaConnector
import Query
import Streams

/// A function that several processes serve: what each needs for a partition, and what cannot be shared.
extension FunctionSetup {
    /// A run for each partition that the consumer groups give this process.
    func sharedRun() throws(SwiftwaterError) -> SharedRun {
        let modes = try modes
        let members = try members()
        try checkOutputs()
        try PartitionRules.check(
            plan, stream: function.source.name, partitionedBy: function.streams.partitionedBy,
            wanted: zip(function.outputs, modes).filter { $1 != .batch }.map { $0.0.from })
        let store = try FolderStore(checkpoint, isShared: true)
        if options.resets { try store.alone { () throws(SwiftwaterError) in try Checkpoint(store).reset() } }
        guard try store.list("epochs/").isEmpty else {
            throw SwiftwaterError(
                .usage, "the checkpoint '\(checkpoint)' was made by a process that had it for itself",
                hint: "name another path, or start anew with --reset")
        }
        let root = Checkpoint(store)
        var streams = streams
        // Many partitions share what one run would have.
        streams.queuedBytes = min(streams.queuedBytes, Self.partitionBytes)
        streams.microBatchBytes = min(streams.microBatchBytes, Self.partitionBytes)
        return SharedRun(
            SharedRun.Setup(
                name: function.name, plan: plan, members: members, availableNow: streams.trigger == .availableNow,
                notice: options.notice
            ) { [self, streams] partition, source throws(SwiftwaterError) in
                let name = "\(partition.source).\(partition.id.split(separator: "/").joined(separator: "-"))"
                let sinks = FunctionSinks(
                    function: function, outputFolder: options.outputFolder,
                    checkpoint: "\(checkpoint)/\(Self.partitions)\(name)", writer: name)
                return try run(
                    streams, [source], sinks, modes, ScopedStore(store, prefix: "\(Self.partitions)\(name)/"),
                    StreamSetup.Sharing(owner: Self.newOwner(), root: root))
            })
    }

    private static let partitionBytes = 8 << 20

    /// Unique among all runs of all processes.
    private static func newOwner() -> String {
        String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    private func members() throws(SwiftwaterError) -> [any GroupMember] {
        var members: [any GroupMember] = []
        for trigger in function.streams.triggers {
            guard case .kafka(let attributes) = trigger.attributes else {
                throw refusal(
                    "the trigger '\(trigger.name)' cannot be shared by several processes",
                    "only a consumer group of Kafka distributes its events; let HTTP and files be served by one process"
                )
            }
            members.append(
                KafkaMember(
                    name: trigger.name, options: KafkaSourceOptions(attributes, function: function.name)))
        }
        guard !members.isEmpty else { throw refusal("a shared checkpoint needs a trigger", "add one of kind kafka") }
        return members
    }

    private func checkOutputs() throws(SwiftwaterError) {
        for output in function.outputs {
            guard case .file(let path) = output.target else { continue }
            throw refusal(
                "several processes cannot write the file '\(path)'", "end the path in '/': each adds files to a folder")
        }
    }

    private func refusal(_ reason: String, _ hint: String) -> SwiftwaterError {
        SwiftwaterError(.usage, "'checkpoint.shared': \(reason)", at: .init(file: function.path), hint: hint)
    }
}
