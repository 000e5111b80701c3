import Glibc

/// One reader's memory for a piece of a CSV file: whole rows, each ended by a line feed.
final class CSVBlock {
    let memory: InputBlock
    /// The rows, as positions in the memory; the last byte is a line feed unless there are none.
    var rows = 0..<0
    /// A row after them that exceeds the limit, as far as it has been read; nothing behind it is handed out.
    var overlong: Range<Int>?
    /// The block's place in the input, from 0 without gaps.
    var index = 0
    /// The file, by its place in the list, and whether the block is its first.
    var file = 0
    var startsFile = false
    /// No byte from 0x80.
    var isASCII = true

    init(capacity: Int) { memory = InputBlock(capacity: capacity) }

    var base: UnsafeMutablePointer<UInt8> { memory.base }
}

/// Lets readers that take blocks in parallel tell each other in which state a block begins.
final class BlockChain: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    /// States at the begin of blocks that no reader has asked for yet; nil where the reader before it failed.
    private var states: [Int: QuoteScan.State?] = [:]

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        changed = .allocate(capacity: 1)
        changed.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(changed)
        mutex.deallocate()
        changed.deallocate()
    }

    /// Says in which state block `index` begins; nil when this cannot be known because reading failed.
    func publish(_ index: Int, _ state: QuoteScan.State?) {
        pthread_mutex_lock(mutex)
        states[index] = .some(state)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for the state in which block `index` begins. Each block asks once.
    func state(of index: Int) -> QuoteScan.State? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let known = states.removeValue(forKey: index) { return known }
            pthread_cond_wait(changed, mutex)
        }
    }
}
