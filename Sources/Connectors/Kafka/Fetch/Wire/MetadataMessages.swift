/// Where a broker listens.
package struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, `[address]:port`, each with a protocol's name before it or without; 9092 where no port is named.
    package init?(_ text: String) {
        var rest = Substring(text)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        var host = rest
        var port = 9092
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
        } else if let colon = rest.lastIndex(of: ":") {
            host = rest[..<colon]
            rest = rest[colon...]
        } else {
            rest = ""
        }
        if rest.hasPrefix(":") {
            guard let number = Int(rest.dropFirst()), (1...65535).contains(number) else { return nil }
            port = number
        }
        if host.isEmpty { return nil }
        self.init(host: String(host), port: port)
    }

    package var description: String { "\(host):\(port)" }
}

/// Who leads which partition, and where the brokers are.
package struct ClusterMetadata: Equatable, Sendable {
    package struct Leader: Equatable, Sendable {
        package var broker: Int32
        package var epoch: Int32

        package init(broker: Int32, epoch: Int32) {
            self.broker = broker
            self.epoch = epoch
        }
    }

    package var brokers: [Int32: BrokerAddress] = [:]
    package var leaders: [TopicPartition: Leader] = [:]
    /// Topics that cannot be told of, with the code that says why.
    package var failed: [String: Int16] = [:]

    package init() {}

    package static func request(topics: [String], version: Int16, correlation: Int32) -> [UInt8] {
        var writer = WireWriter(.metadata, version: version, correlation: correlation)
        writer.count(topics.count)
        for topic in topics { writer.text(topic) }
        // Topics are not made by asking for them; rights are not asked for.
        if version >= 4 { writer.integer(Int8(0)) }
        if version >= 8 { writer.integer(Int16(0)) }
        return writer.finish()
    }

    /// - Parameter bytes: an answer behind its size.
    package static func read(_ bytes: UnsafeRawBufferPointer, version: Int16) -> Result<ClusterMetadata, WireFault> {
        var reader = WireReader(bytes)
        var found = ClusterMetadata()
        _ = reader.integer(Int32.self)
        if version >= 3 { _ = reader.integer(Int32.self) }
        for _ in 0..<reader.count(isFlexible: false, of: 12) {
            let id = reader.integer(Int32.self)
            let host = reader.text(isFlexible: false) ?? ""
            let port = reader.integer(Int32.self)
            _ = reader.text(isFlexible: false)
            found.brokers[id] = BrokerAddress(host: host, port: Int(port))
        }
        if version >= 2 { _ = reader.text(isFlexible: false) }
        _ = reader.integer(Int32.self)
        for _ in 0..<reader.count(isFlexible: false, of: 9) {
            let error = reader.integer(Int16.self)
            let topic = reader.text(isFlexible: false) ?? ""
            _ = reader.bool()
            if error != 0 { found.failed[topic] = error }
            for _ in 0..<reader.count(isFlexible: false, of: 18) {
                _ = reader.integer(Int16.self)
                let partition = reader.integer(Int32.self)
                let broker = reader.integer(Int32.self)
                let epoch = version >= 7 ? reader.integer(Int32.self) : -1
                reader.skipIntegers(isFlexible: false)
                reader.skipIntegers(isFlexible: false)
                if version >= 5 { reader.skipIntegers(isFlexible: false) }
                // An error here may be one of a replica; without a leader there is nobody to ask.
                if broker >= 0 {
                    found.leaders[TopicPartition(topic, partition)] = Leader(broker: broker, epoch: epoch)
                }
            }
            if version >= 8 { _ = reader.integer(Int32.self) }
        }
        if reader.isBroken { return .failure(WireFault("its answer about topics ends early")) }
        return .success(found)
    }
}
