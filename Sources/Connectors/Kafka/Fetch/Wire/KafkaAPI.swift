/// The requests that our own connections send, with the versions that we know.
package enum KafkaAPI: Int16, CaseIterable, Sendable {
    case fetch = 1
    case metadata = 3
    case versions = 18

    package var known: ClosedRange<Int16> {
        switch self {
        // From 4 on records have format 2 and transactions; in 13 topics have no names.
        case .fetch: 4...12
        case .metadata: 1...8
        case .versions: 0...0
        }
    }
}

/// What a broker says that it can.
package struct BrokerVersions: Equatable, Sendable {
    package var ranges: [Int16: ClosedRange<Int16>]

    package init(_ ranges: [Int16: ClosedRange<Int16>]) { self.ranges = ranges }

    /// The highest version that both know; nil when there is none.
    package func version(of api: KafkaAPI) -> Int16? {
        guard let theirs = ranges[api.rawValue] else { return nil }
        let version = min(theirs.upperBound, api.known.upperBound)
        return version >= max(theirs.lowerBound, api.known.lowerBound) ? version : nil
    }

    package static func request(correlation: Int32) -> [UInt8] {
        WireWriter(.versions, version: 0, correlation: correlation).finish()
    }

    /// - Parameter bytes: an answer behind its size.
    package static func read(_ bytes: UnsafeRawBufferPointer) -> Result<BrokerVersions, WireFault> {
        var reader = WireReader(bytes)
        _ = reader.integer(Int32.self)
        let error = reader.integer(Int16.self)
        var ranges: [Int16: ClosedRange<Int16>] = [:]
        for _ in 0..<reader.count(isFlexible: false, of: 6) {
            let api = reader.integer(Int16.self)
            let (lowest, highest) = (reader.integer(Int16.self), reader.integer(Int16.self))
            if lowest <= highest { ranges[api] = lowest...highest }
        }
        // A broker that does not know our version of this request answers with what it knows all the same.
        if reader.isBroken || error != 0 && ranges.isEmpty {
            return .failure(WireFault("it does not tell its versions"))
        }
        return .success(BrokerVersions(ranges))
    }
}

/// An answer that is not what it should be.
package struct WireFault: Error, Equatable, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}
