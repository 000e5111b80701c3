import Formats

/// Asks the cluster who leads which partition, over a connection of its own that lasts as long as the question.
final class MetadataQuery {
    private let settings: FetchSettings
    private(set) var link: BrokerLink?
    /// Whom to ask, in turn.
    private var addresses: [BrokerAddress]
    private var next = 0
    private var asked: Int16 = 0
    private(set) var lastFailure: String?
    /// Brokers that were asked in vain since the last answer.
    private(set) var failures = 0

    enum Outcome {
        case waiting
        case found(ClusterMetadata)
        case failed
        /// The broker's versions are none of ours.
        case foreign(String)
    }

    init(_ settings: FetchSettings) {
        self.settings = settings
        addresses = settings.brokers
    }

    /// Brokers that are known now are asked before those to begin with.
    func learn(_ brokers: [BrokerAddress]) {
        addresses = brokers.sorted { $0.description < $1.description }
        addresses += settings.brokers.filter { !addresses.contains($0) }
        next = 0
    }

    func start() {
        guard link == nil, !addresses.isEmpty else { return }
        let link = BrokerLink(addresses[next % addresses.count], settings)
        next += 1
        self.link = link
        link.connect()
    }

    func proceed(topics: [String]) -> Outcome {
        guard let link else { return .waiting }
        switch link.phase {
        case .closed:
            // A name's other addresses are tried before it counts as failed.
            if link.failures > 0, link.notBefore <= .now {
                link.connect()
                if link.phase != .closed { return .waiting }
            }
            lastFailure = "\(link.address): \(link.lastFailure ?? "closed")"
            failures += 1
            self.link = nil
            return .failed
        case .ready:
            guard let version = link.versions?.version(of: .metadata) else {
                self.link = nil
                return .foreign("\(link.address) answers no metadata request of versions that we know")
            }
            asked = version
            link.ask(
                { ClusterMetadata.request(topics: topics, version: version, correlation: $0) },
                limit: settings.connectLimit)
        case .answered:
            let answer = link.takeAnswer(ByteBuffer(capacity: 8))
            self.link = nil
            switch ClusterMetadata.read(UnsafeRawBufferPointer(rebasing: answer.bytes[4...]), version: asked) {
            case .success(let metadata):
                failures = 0
                lastFailure = nil
                return .found(metadata)
            case .failure(let fault):
                lastFailure = "\(link.address): \(fault)"
                failures += 1
                return .failed
            }
        case .connecting, .greeting, .asked: break
        }
        return .waiting
    }
}
