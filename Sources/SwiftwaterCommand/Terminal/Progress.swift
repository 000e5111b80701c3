import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How far the work under way is.
struct ProgressReading: Sendable {
    var bytes: Int
    var rows: Int
    /// What has been done of the whole, from 0 to 1; nil when the whole is not known.
    var fraction: Double?
}

/// One line on a terminal's standard error that shows how far the work is, drawn ten times a second by its own thread.
final class ProgressLine: Sendable {
    /// The line, given the seconds since the start and the terminal's width.
    private let text: @Sendable (Double, Int) -> String
    private let start = Stopwatch()
    private let stopped = Atomic<Bool>(false)
    private let ended = Semaphore()

    /// Runs `body` with a progress line where standard error is a terminal and `isShown`.
    static func during<Result, Failure: Error>(
        _ title: String, isShown: Bool = true, _ read: @escaping @Sendable () -> ProgressReading,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try during(isShown: isShown, text: { Self.text(title, read(), seconds: $0, width: $1) }, body)
    }

    /// The same with a line that `text` makes, given the seconds since the start and the terminal's width.
    static func during<Result, Failure: Error>(
        isShown: Bool, text: @escaping @Sendable (Double, Int) -> String, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard isShown, ErrorOutput.isTerminal else { return try body() }
        let line = ProgressLine(text)
        line.begin()
        defer { line.end() }
        return try body()
    }

    private init(_ text: @escaping @Sendable (Double, Int) -> String) { self.text = text }

    private func begin() {
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ProgressLine>.fromOpaque(argument).takeRetainedValue().draw()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        if code == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged.passUnretained(self).release()
            ended.signal()
        }
    }

    private func end() {
        stopped.store(true, ordering: .releasing)
        ended.wait()
    }

    private func draw() {
        var drawn = false
        while !stopped.load(ordering: .acquiring) {
            usleep(100_000)
            if stopped.load(ordering: .acquiring) { break }
            ErrorOutput.write("\r\u{1B}[2K" + text(start.seconds, ErrorOutput.width))
            drawn = true
        }
        if drawn { ErrorOutput.write("\r\u{1B}[2K") }
        ended.signal()
    }

    /// `title [=====>    ] 45 %  540 MB  812 MB/s  1 s left`, cut to the terminal's width.
    static func text(_ title: String, _ reading: ProgressReading, seconds: Double, width: Int) -> String {
        var facts: [String] = []
        if reading.bytes > 0 { facts.append(Quantity.bytes(reading.bytes)) }
        if reading.rows > 0 { facts.append("\(Quantity.count(reading.rows)) rows") }
        if seconds > 0, reading.bytes > 0 { facts.append(Quantity.rate(reading.bytes, seconds: seconds)) }
        var line = title
        if let fraction = reading.fraction {
            let done = min(max(fraction, 0), 1)
            if done > 0.01, seconds > 0.5 { facts.append("\(Quantity.seconds(seconds / done * (1 - done))) left") }
            let bar = 24
            let filled = Int(done * Double(bar))
            let head = filled < bar ? ">" : ""
            let rest = String(repeating: " ", count: max(0, bar - filled - head.count))
            let percent = Quantity.padded("\(Int(done * 100))", to: 3)
            line += " [\(String(repeating: "=", count: filled))\(head)\(rest)] \(percent) %"
        }
        line += "  " + facts.joined(separator: "  ")
        return String(line.prefix(max(width - 1, 1)))
    }
}

/// Lets one thread wait for another.
private final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
