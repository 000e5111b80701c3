import CKafka
import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connection to a broker: one question, then its answer. Never blocks.
final class BrokerLink {
    enum Phase: Equatable {
        case closed
        case connecting
        /// Asking for the broker's versions.
        case greeting
        case ready
        /// A question is under way.
        case asked
        /// Its answer is there.
        case answered
    }

    let address: BrokerAddress
    private(set) var phase = Phase.closed
    private(set) var versions: BrokerVersions?
    /// Whether there ever was a connection that answered.
    private(set) var wasReady = false
    private(set) var failures = 0
    private(set) var lastFailure: String?
    /// The size of an answer that is longer than allowed.
    private(set) var tooLong: Int?
    /// Not to be connected, or asked, before.
    var notBefore = Instant.now
    private let settings: FetchSettings
    private var file: Int32 = -1
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var incoming: ByteBuffer
    private var correlation: Int32 = 0
    private var deadline = Instant.now

    init(_ address: BrokerAddress, _ settings: FetchSettings) {
        self.address = address
        self.settings = settings
        incoming = ByteBuffer(capacity: 4096)
    }

    deinit { shut() }

    private func shut() {
        if file >= 0 { close(file) }
        file = -1
        phase = .closed
        outgoing = []
        sent = 0
        incoming.removeAll()
    }

    /// Ends the connection for a reason; it may be made again after a pause.
    func fail(_ reason: String) {
        shut()
        failures += 1
        lastFailure = reason
        // The other addresses of the same name are tried at once.
        let pause = failures < addressCount ? .zero : settings.shortestPause * (1 << min(failures - addressCount, 10))
        notBefore = .now + min(pause, settings.longestPause)
    }

    // MARK: Connecting

    private var attempt: UInt32 = 0
    private var addressCount = 1

    func connect() {
        guard phase == .closed, Instant.now >= notBefore else { return }
        var reason = [CChar](repeating: 0, count: 256)
        var count: UInt32 = 0
        file = kafka_socket_connect(address.host, "\(address.port)", attempt, &count, &reason, reason.count)
        attempt &+= 1
        addressCount = max(1, Int(count))
        guard file >= 0 else {
            file = -1
            return fail(String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        phase = .connecting
        expected = 1
        deadline = .now + settings.connectLimit
    }

    // MARK: Asking

    /// Sends a question to a broker that is ready.
    ///
    /// - Parameter limit: how long the answer may take.
    func ask(_ make: (Int32) -> [UInt8], limit: Duration) {
        send(make, limit)
        phase = .asked
        flush()
    }

    private func send(_ make: (Int32) -> [UInt8], _ limit: Duration) {
        correlation &+= 1
        outgoing = make(correlation)
        sent = 0
        deadline = .now + limit
    }

    /// Takes the answer, behind its size, and gives memory for the next one.
    func takeAnswer(_ other: ByteBuffer) -> ByteBuffer {
        let answer = incoming
        other.removeAll()
        incoming = other
        phase = .ready
        return answer
    }

    // MARK: Waiting

    /// What to wait for; nil where there is no connection.
    var interest: pollfd? {
        switch phase {
        case .closed, .answered: nil
        case .connecting: pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        // A broker that closes a connection that is not used is noticed at once.
        case .greeting, .ready, .asked:
            pollfd(fd: file, events: Int16(sent < outgoing.count ? POLLOUT | POLLIN : POLLIN), revents: 0)
        }
    }

    /// Until when something has to happen by itself.
    var nextTurn: Instant? {
        switch phase {
        case .closed: notBefore
        case .answered: nil
        case .ready: notBefore > .now ? notBefore : nil
        case .connecting, .greeting, .asked: deadline
        }
    }

    /// Goes on with what can be done.
    func proceed(_ events: Int16) {
        if events != 0 {
            switch phase {
            case .connecting: finishConnecting()
            case .greeting, .ready, .asked:
                flush()
                receive()
            case .closed, .answered: break
            }
        }
        switch phase {
        case .connecting where Instant.now >= deadline: fail("connecting takes too long")
        case .greeting where Instant.now >= deadline, .asked where Instant.now >= deadline: fail("no answer comes")
        default: break
        }
    }

    private func finishConnecting() {
        let error = kafka_socket_outcome(file)
        guard error == 0 else { return fail(String(cString: strerror(error))) }
        phase = .greeting
        send({ BrokerVersions.request(correlation: $0) }, settings.connectLimit)
        flush()
    }

    private func flush() {
        while sent < outgoing.count {
            let count = outgoing.withUnsafeBytes { bytes in
                bytes.baseAddress.map { kafka_socket_send(file, $0 + sent, bytes.count - sent) } ?? 0
            }
            if count == Int(KAFKA_SOCKET_WAITS) { return }
            guard count >= 0 else { return fail(String(cString: strerror(errno))) }
            sent += count
        }
    }

    private func receive() {
        while true {
            // Four bytes say how many follow.
            var size = 4
            if incoming.count >= 4 {
                size = 4 + Int(UInt32(bigEndian: incoming.base.loadUnaligned(as: UInt32.self)))
                if size > settings.longestAnswer + 4 { tooLong = size - 4 }
                guard size >= 8, tooLong == nil else { return fail("an answer of \(size) bytes") }
                // One question is under way: nothing follows its answer.
                guard incoming.count <= size else { return fail("it speaks without being asked") }
                if incoming.count == size { break }
                _ = incoming.reserve(size - incoming.count)
            }
            let room = (incoming.count < 4 ? incoming.capacity : size) - incoming.count
            let count = kafka_socket_receive(file, incoming.base + incoming.count, room)
            if count == Int(KAFKA_SOCKET_WAITS) { return expect(size - incoming.count) }
            guard count > 0 else {
                let isQuiet = count == 0 && phase == .ready
                let reason = count == 0 ? "the broker closed the connection" : String(cString: strerror(errno))
                // An idle connection is closed by right; it is made again when it is needed.
                return isQuiet ? shut() : fail(reason)
            }
            if phase == .ready { return fail("it speaks without being asked") }
            incoming.advance(count)
        }
        complete()
    }

    /// Waits are for many bytes at once: each of them costs as much as copying some thousand.
    private func expect(_ missing: Int) {
        let wanted = incoming.count < 4 ? 1 : min(missing, Self.expectedBytes)
        if wanted != expected { kafka_socket_expect(file, wanted) }
        expected = wanted
    }

    /// Bytes that a wait is for at most: less than what the system keeps for a connection.
    private static let expectedBytes = 64 << 10
    private var expected = 1

    private func complete() {
        expect(1)
        let body = UnsafeRawBufferPointer(rebasing: incoming.bytes[4...])
        guard Int32(bigEndian: body.loadUnaligned(as: Int32.self)) == correlation else {
            return fail("an answer to another question")
        }
        guard phase == .greeting else {
            phase = .answered
            failures = 0
            return
        }
        switch BrokerVersions.read(body) {
        case .success(let found):
            versions = found
            wasReady = true
            phase = .ready
            incoming.removeAll()
        case .failure(let fault): fail(fault.description)
        }
    }
}
