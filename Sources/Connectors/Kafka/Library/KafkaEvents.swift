import CKafka
import Columnar

/// A line that the client library logged.
package struct KafkaLogLine: Hashable, Sendable {
    /// As syslog's: 3 is an error, 4 a warning, 6 information, 7 debugging.
    package var level: Int
    /// The library's short name of what it is about: `FAIL`, `SESSTMOUT`.
    package var topic: String
    package var text: String
}

/// What a client's callbacks brought, kept until somebody looks.
///
/// Log lines come on the library's threads; the others come on the thread that polls.
final class KafkaEvents: Sendable {
    enum Rebalance: Equatable {
        case assign([TopicPartition])
        case revoke([TopicPartition], isLost: Bool)
        /// The group cannot be joined.
        case failed(Int32)
    }

    struct State {
        var rebalances: [Rebalance] = []
        /// The reason why no broker answers, in the library's words; nil when one does.
        var outage: String?
        /// A connection failed since a broker answered last: whether all are away is to be found out.
        var isSuspect = false
        /// The last thing that went wrong with a connection.
        var lastProblem: String?
        var commitFailures: Int64 = 0
        var commitsUnderWay = 0
        var isClosing = false
    }

    let state = Locked(State())
    let library: KafkaLibrary
    private let log: @Sendable (KafkaLogLine) -> Void

    init(_ library: KafkaLibrary, log: @escaping @Sendable (KafkaLogLine) -> Void) {
        self.library = library
        self.log = log
    }

    static func from(_ opaque: UnsafeMutableRawPointer?) -> KafkaEvents? {
        opaque.map { Unmanaged<KafkaEvents>.fromOpaque($0).takeUnretainedValue() }
    }

    func takeRebalances() -> [Rebalance] {
        state.withLock { state in
            defer { state.rebalances = [] }
            return state.rebalances
        }
    }

    func logged(level: Int, facility: String, text: String) {
        if level <= 4 || facility == "FAIL" { state.withLock { $0.lastProblem = text } }
        log(KafkaLogLine(level: level, topic: facility, text: text))
    }

    func failed(_ code: Int32, _ reason: String) {
        switch code {
        case Int32(KAFKA_ALL_BROKERS_DOWN), Int32(KAFKA_AUTHENTICATION), Int32(KAFKA_SSL), Int32(KAFKA_RESOLVE):
            state.withLock { state in
                // "All brokers are down" says less than the reason of the last connection's end.
                let detail = code == Int32(KAFKA_ALL_BROKERS_DOWN) ? state.lastProblem ?? reason : reason
                state.lastProblem = detail
                state.outage = detail
                state.isSuspect = true
            }
        case Int32(KAFKA_TRANSPORT):
            state.withLock { state in
                state.lastProblem = reason
                state.isSuspect = true
            }
        default: state.withLock { $0.lastProblem = reason }
        }
    }

    /// Lets the callbacks of a client that will be made of `conf` come here. Balanced by a release when it is gone.
    func attach(to conf: OpaquePointer, isConsumer: Bool) {
        let functions = library.functions.pointee
        functions.conf_set_opaque(conf, Unmanaged.passRetained(self).toOpaque())
        functions.conf_set_log_callback(conf) { client, level, facility, text in
            KafkaEvents.log(client, level, facility, text)
        }
        functions.conf_set_error_callback(conf) { _, code, reason, opaque in
            KafkaEvents.from(opaque)?.failed(code, String(cString: reason))
        }
        guard isConsumer else { return }
        functions.conf_set_commit_callback(conf) { _, code, _, opaque in
            KafkaEvents.from(opaque)?.state.withLock { state in
                state.commitsUnderWay = max(0, state.commitsUnderWay - 1)
                if code != 0 && code != Int32(KAFKA_NO_OFFSET) { state.commitFailures += 1 }
            }
        }
        functions.conf_set_rebalance_callback(conf) { client, code, partitions, opaque in
            KafkaEvents.from(opaque)?.rebalanced(client, code, partitions)
        }
    }

    private static func log(
        _ client: OpaquePointer, _ level: Int32, _ facility: UnsafePointer<CChar>, _ text: UnsafePointer<CChar>
    ) {
        // The library may log before it knows its owner: the place of the owner is then empty.
        guard let functions = KafkaEvents.anyFunctions.withLock({ $0 })?.functions,
            let events = from(functions.pointee.opaque(client))
        else { return }
        events.logged(level: Int(level), facility: String(cString: facility), text: String(cString: text))
    }

    /// The loaded library for callbacks that are told only the client.
    static let anyFunctions = Locked<KafkaLibrary?>(nil)

    private func rebalanced(
        _ client: OpaquePointer, _ code: Int32, _ list: UnsafeMutablePointer<kafka_partition_list>
    ) {
        let functions = library.functions.pointee
        let partitions = PartitionList.entries(of: list).map(\.partition)
        let isClosing = state.withLock { state -> Bool in
            if state.isClosing { return true }
            switch code {
            case Int32(KAFKA_ASSIGN_PARTITIONS): state.rebalances.append(.assign(partitions))
            case Int32(KAFKA_REVOKE_PARTITIONS):
                state.rebalances.append(.revoke(partitions, isLost: functions.assignment_lost(client) != 0))
            default: state.rebalances.append(.failed(code))
            }
            return false
        }
        if isClosing {
            // Nobody polls any more: what is asked for is done at once.
            if code == Int32(KAFKA_REVOKE_PARTITIONS), isCooperative(client) {
                if let error = functions.incremental_unassign(client, list) { functions.error_destroy(error) }
            } else {
                _ = functions.assign(client, nil)
            }
        } else {
            functions.yield(client)
        }
    }

    func isCooperative(_ client: OpaquePointer) -> Bool {
        library.functions.pointee.rebalance_protocol(client).map { String(cString: $0) } == "COOPERATIVE"
    }
}
