import Formats

/// Stops whoever passes for a given time, until it is opened: a process that is frozen.
final class Gate: @unchecked Sendable {
    private let monitor = Monitor()
    private var left: Int
    private var isOpen = false
    private var isReached = false

    /// - Parameter passages: how many pass before.
    init(after passages: Int) { left = passages }

    func pass() {
        monitor.lock()
        defer { monitor.unlock() }
        left -= 1
        guard left < 0 else { return }
        isReached = true
        monitor.wakeAll()
        while !isOpen { monitor.wait() }
    }

    func open() {
        monitor.lock()
        isOpen = true
        monitor.wakeAll()
        monitor.unlock()
    }

    /// Waits until somebody stands here, or `isOver`.
    func waitUntilReached(or isOver: () -> Bool) -> Bool {
        monitor.lock()
        defer { monitor.unlock() }
        while !isReached, !isOver() { monitor.wait(for: .milliseconds(2)) }
        return isReached
    }
}
