import Columnar
import Formats
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the connections of a server share. Except for `finish` and `compute`'s thread, it lives on the event loop.
final class HTTPServerCore: @unchecked Sendable {
    /// A connection on which nothing happens is closed after this time.
    private static let idleTime = TimeAmount.seconds(75)

    let loop: any EventLoop
    let router: HTTPRouter
    let meters: HTTPMeters
    private(set) var isClosing = false
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private let answers = AnswerThread()
    /// `202 Accepted`, made anew when the clock's second changes.
    private var acceptedBytes = HTTPBytes()
    private var acceptedSecond = 0
    let continuing = HTTPBytes(string: "HTTP/1.1 100 Continue\r\n\r\n")

    init(loop: any EventLoop, router: HTTPRouter, meters: HTTPMeters) {
        self.loop = loop
        self.router = router
        self.meters = meters
    }

    var id: ObjectIdentifier { ObjectIdentifier(self) }

    func start() {
        answers.start()
        loop.scheduleRepeatedTask(initialDelay: .seconds(5), delay: .seconds(5)) { [weak self] _ in
            self?.closeIdle()
        }
    }

    func stop() { answers.stop() }

    // MARK: Connections

    func add(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = connection }
    func remove(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = nil }

    func beginClosing() {
        isClosing = true
        for connection in connections.values where connection.isIdle { connection.close() }
    }

    func closeAll() {
        for connection in connections.values { connection.close() }
    }

    func closeLater(_ connection: HTTPConnection) {
        loop.scheduleTask(in: .seconds(2)) { connection.close() }
    }

    private func closeIdle() {
        let limit = NIODeadline.now() - Self.idleTime
        for connection in connections.values where connection.lastActive < limit { connection.close() }
    }

    // MARK: Answers

    var accepted: HTTPBytes {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec != acceptedSecond {
            acceptedSecond = now.tv_sec
            acceptedBytes = HTTPAnswer(status: 202, contentType: "", body: HTTPBytes()).serialized(keepsAlive: true)
        }
        return acceptedBytes
    }

    func answer(_ refusal: HTTPRefusal) -> HTTPAnswer {
        switch refusal {
        case .tooMany:
            .error(429, "events wait to be processed; try again later", headers: [.init("Retry-After", "1")])
        case .unavailable:
            .error(503, "the function takes no events now; try again later", headers: [.init("Retry-After", "1")])
        case .failed(let reason): .error(503, reason, headers: [.init("Retry-After", "5")])
        }
    }

    /// Brings the outcomes of a group of bodies to their connections, from another thread.
    var finish: @Sendable ([HTTPSubmission]) -> Void {
        { [loop] submissions in
            loop.execute {
                for submission in submissions {
                    (submission.requester as? HTTPConnection)?.finish(submission)
                }
            }
        }
    }

    /// Lets the answers' thread make an answer.
    func compute(_ handler: @escaping HTTPRouter.Handler, _ query: HTTPQuery, for connection: HTTPConnection) {
        answers.run { [loop] in
            let answer = handler(query)
            loop.execute { connection.finish(answer) }
        }
    }
}

/// Makes answers one after the other on an engine thread: a large frame must not hold up the event loop.
private final class AnswerThread: @unchecked Sendable {
    private let monitor = Monitor()
    private var work: [@Sendable () -> Void] = []
    private var isStopping = false

    func start() {
        EngineThreads.detach { [self] in
            while let next = take() { next() }
        }
    }

    private func take() -> (@Sendable () -> Void)? {
        monitor.lock()
        defer { monitor.unlock() }
        while work.isEmpty, !isStopping { monitor.wait() }
        return work.isEmpty ? nil : work.removeFirst()
    }

    func run(_ body: @escaping @Sendable () -> Void) {
        monitor.lock()
        work.append(body)
        monitor.wakeAll()
        monitor.unlock()
    }

    func stop() {
        monitor.lock()
        isStopping = true
        monitor.wakeAll()
        monitor.unlock()
    }
}
