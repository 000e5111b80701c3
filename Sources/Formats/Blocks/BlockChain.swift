/// Lets readers that take blocks in parallel tell each other in which state a block begins.
final class BlockChain: @unchecked Sendable {
    private let monitor = Monitor()
    /// States at the begin of blocks that no reader has asked for yet; nil where the reader before it failed.
    private var states: [Int: RowScan.State?] = [:]

    /// Says in which state block `index` begins; nil when this cannot be known because reading failed.
    func publish(_ index: Int, _ state: RowScan.State?) {
        monitor.lock()
        states[index] = .some(state)
        monitor.wakeAll()
        monitor.unlock()
    }

    /// Waits for the state in which block `index` begins. Each block asks once.
    func state(of index: Int) -> RowScan.State? {
        monitor.lock()
        defer { monitor.unlock() }
        while true {
            if let known = states.removeValue(forKey: index) { return known }
            monitor.wait()
        }
    }
}
