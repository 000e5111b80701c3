import Columnar
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Counts what the states of one stage hold, so that a run ends in a clear error before the kernel ends it.
///
/// Workers publish their states' bytes between morsels; each operator has one counter for each worker.
final class MemoryLimit: @unchecked Sendable {
    private let limit: Int?
    private let labels: [String]
    private let workers: Int
    private let counters: UnsafeMutablePointer<Atomic<Int>>

    init(limit: Int?, operators: [any Operator], workers: Int) {
        self.limit = limit
        labels = operators.map(\.label)
        self.workers = workers
        counters = .allocate(capacity: max(1, labels.count * workers))
        for index in 0..<(labels.count * workers) { (counters + index).initialize(to: Atomic(0)) }
    }

    /// The limit for what one thing holds, already counted.
    init(limit: Int?, label: String, byteCount: Int) {
        self.limit = limit
        labels = [label]
        workers = 1
        counters = .allocate(capacity: 1)
        counters.initialize(to: Atomic(byteCount))
    }

    deinit {
        counters.deinitialize(count: labels.count * workers)
        counters.deallocate()
    }

    /// Publishes what a worker's states hold and throws a `memory` error when the process holds too much.
    func check(worker: Int, states: [any OperatorState]) throws(SwiftwaterError) {
        guard let limit else { return }
        for (index, state) in states.enumerated() {
            counters[index * workers + worker].store(state.byteCount, ordering: .relaxed)
        }
        var held = 0
        for index in 0..<(labels.count * workers) { held += counters[index].load(ordering: .relaxed) }
        // States that keep their memory in buffers are in the account too.
        let total = max(MemoryAccount.byteCount, held)
        if total > limit { throw error(total: total, limit: limit) }
    }

    /// Throws a `memory` error when the process takes too much of the machine, accounted for or not.
    func checkMachine() throws(SwiftwaterError) {
        guard let machine = Self.standard, let resident = Self.residentBytes, resident > machine else { return }
        throw error(total: resident, limit: machine)
    }

    /// Throws a `memory` error when buffers alone hold too much, as after a merge.
    func check() throws(SwiftwaterError) {
        if let limit, MemoryAccount.byteCount > limit { throw error(total: MemoryAccount.byteCount, limit: limit) }
    }

    private func error(total: Int, limit: Int) -> SwiftwaterError {
        var largest: (label: String, bytes: Int)?
        for (index, label) in labels.enumerated() {
            var bytes = 0
            for worker in 0..<workers { bytes += counters[index * workers + worker].load(ordering: .relaxed) }
            if bytes > largest?.bytes ?? 0 { largest = (label, bytes) }
        }
        var message = "the run holds \(Self.text(total)), more than its memory limit of \(Self.text(limit))"
        if let largest { message += "; '\(largest.label)' holds \(Self.text(largest.bytes)) of it" }
        return SwiftwaterError(
            .memory, message, hint: "raise the limit (--memory-limit), or filter, select or aggregate earlier")
    }

    /// `1.5 GiB`.
    static func text(_ bytes: Int) -> String {
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] where bytes >= unit {
            let tenths = (bytes * 10 + unit / 2) / unit
            return tenths % 10 == 0 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) bytes"
    }
}

extension MemoryLimit {
    /// Four fifths of the memory that this process may have: the machine's, or its container's.
    static let standard: Int? = {
        var total = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
        for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            if let limit = number(in: path), limit > 0 { total = min(total, limit) }
        }
        return total > 0 ? total / 5 * 4 : nil
    }()

    /// Bytes of this process in the machine's memory that no file backs; nil where the system does not say.
    static var residentBytes: Int? {
        let words = text(of: "/proc/self/statm").split(separator: " ")
        guard words.count > 2, let resident = Int(words[1]), let shared = Int(words[2]) else { return nil }
        return (resident - shared) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The number that a small file begins with.
    private static func number(in path: String) -> Int? {
        Int(String(text(of: path).prefix { $0.isASCII && $0.isNumber }))
    }

    /// The first bytes of a small file; empty when it cannot be read.
    private static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 128) { buffer, count in
            count = max(0, read(descriptor, buffer.baseAddress, 128))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
