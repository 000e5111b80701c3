import Columnar
import Formats

/// Hands out the numbers of rows in the order of the input while several workers read it.
///
/// Each worker has a bound: rows that it still may bring have a sequence at or above it. A worker gets its numbers
/// once all others' bounds are above its sequence, so the one with the lowest sequence never waits.
final class RowNumbering: @unchecked Sendable {
    private let monitor = Monitor()
    private var bounds = [0]
    private let start: Int64
    private var next: Int64
    private var waiting = 0
    private var isStopped = false

    init(from start: Int64) {
        self.start = start
        next = start
    }

    /// Takes the rows to come for those of another input.
    func restart() {
        monitor.lock()
        next = start
        isStopped = false
        monitor.unlock()
    }

    /// Starts a source, whose sequences all follow those so far, before any of its workers begins.
    func begin(workers: Int) {
        monitor.lock()
        bounds = Array(repeating: 0, count: max(1, workers))
        monitor.unlock()
    }

    /// A worker has taken the morsel `sequence`.
    func begin(_ origin: MorselOrigin) { raise(origin.worker, to: origin.sequence) }

    /// A worker is done with a morsel, whether its rows came here or not.
    func end(_ origin: MorselOrigin) { raise(origin.worker, to: origin.sequence + 1) }

    /// A worker that brings nothing more.
    func retire(worker: Int) { raise(worker, to: .max) }

    /// Ends all waiting, for failed and cancelled runs: numbers count for nothing any more.
    func stop() {
        monitor.lock()
        isStopped = true
        monitor.wakeAll()
        monitor.unlock()
    }

    private func raise(_ worker: Int, to bound: Int) {
        monitor.lock()
        if bounds[worker] < bound {
            bounds[worker] = bound
            if waiting > 0 { monitor.wakeAll() }
        }
        monitor.unlock()
    }

    /// The number of the first of `count` rows of a morsel, which come here all at once.
    func claim(_ count: Int, for origin: MorselOrigin) -> Int64 {
        monitor.lock()
        defer { monitor.unlock() }
        while !isStopped, !isTurn(of: origin) {
            waiting += 1
            monitor.wait()
            waiting -= 1
        }
        bounds[origin.worker] = max(bounds[origin.worker], origin.sequence + 1)
        if waiting > 0 { monitor.wakeAll() }
        defer { next &+= Int64(count) }
        return next
    }

    private func isTurn(of origin: MorselOrigin) -> Bool {
        for (worker, bound) in bounds.enumerated() where worker != origin.worker && bound <= origin.sequence {
            return false
        }
        return true
    }

    /// The same for rows that come in order anyway.
    func claim(_ count: Int) -> Int64 {
        monitor.lock()
        defer { monitor.unlock() }
        defer { next &+= Int64(count) }
        return next
    }
}

extension StageNode {
    /// The numberings of rows in this branch.
    var numberings: [RowNumbering] {
        transforms.numberings + children.flatMap(\.numberings)
    }
}

extension [any Transform] {
    /// The numberings of rows among these.
    var numberings: [RowNumbering] { compactMap { ($0 as? RowNumber)?.numbering } }
}
