import Columnar
import Formats
import Generator
import HTTPConnector
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Posts generated rows to a server, each once: a body whose answer is lost goes again with the same Idempotency-Key,
/// and a server that is full is given the time it asks for.
final class HTTPLoad: Sendable {
    private let target: HTTPTarget
    private let bodies: GeneratedBodies
    /// Rows a second; nil for as fast as the server takes them.
    private let rate: Double?
    private let run: String
    private let next = Atomic<Int>(0)
    private let sentRows = Atomic<Int>(0)
    private let sentBytes = Atomic<Int>(0)
    private let cancelled = Atomic<Bool>(false)

    /// Attempts at a body before the load ends with the error.
    private static let attempts = 100

    init(_ url: String, _ bodies: GeneratedBodies, rate: Double?) throws(SwiftwaterError) {
        target = try HTTPTarget(url)
        self.bodies = bodies
        self.rate = rate
        run = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    }

    var rowCount: Int { sentRows.load(ordering: .relaxed) }
    var byteCount: Int { sentBytes.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Sends all bodies over this many connections.
    func send(connections: Int) throws(SwiftwaterError) {
        let start = ContinuousClock.now
        _ = try EngineThreads.map(count: connections) { [self] () throws(SwiftwaterError) in
            let connection = HTTPRequest(target)
            while !cancelled.load(ordering: .relaxed) {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < bodies.count else { return }
                if let rate {
                    let due = start + .seconds(Double(bodies.rows(of: number).lowerBound) / rate)
                    pause(until: due)
                }
                try send(number, over: connection)
            }
            throw SwiftwaterError(.cancelled, "stopped before all rows were sent")
        }
    }

    private func send(_ number: Int, over connection: HTTPRequest) throws(SwiftwaterError) {
        let headers = [
            (name: "Content-Type", value: "application/x-ndjson"), (name: "Idempotency-Key", value: "\(run)-\(number)"),
        ]
        try bodies.withBody(number) { bytes throws(SwiftwaterError) in
            var attempt = 1
            while true {
                let answer = Result { () throws(SwiftwaterError) in try connection.post(headers: headers, body: bytes) }
                switch answer {
                case .success(200..<300):
                    sentRows.add(bodies.rows(of: number).count, ordering: .relaxed)
                    sentBytes.add(bytes.count, ordering: .relaxed)
                    return
                case .success(let status) where status != 429 && status != 503:
                    throw SwiftwaterError(.io, "\(target.host):\(target.port)\(target.path) answered \(status)")
                case .failure(let error) where attempt >= Self.attempts: throw error
                default: break
                }
                if cancelled.load(ordering: .relaxed) {
                    throw SwiftwaterError(.cancelled, "stopped before all rows were sent")
                }
                attempt += 1
                usleep(100_000)
            }
        }
    }

    private func pause(until due: ContinuousClock.Instant) {
        while !cancelled.load(ordering: .relaxed) {
            let left = (due - .now).components
            let microseconds = left.seconds * 1_000_000 + left.attoseconds / 1_000_000_000_000
            guard microseconds > 0 else { return }
            usleep(UInt32(min(microseconds, 100_000)))
        }
    }
}
