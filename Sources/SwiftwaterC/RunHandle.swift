import CSwiftwaterABI
import Columnar
import Formats
import Query
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a `sw_run` points to: a run that goes on by itself on the engine's threads.
final class RunHandle: @unchecked Sendable {
    private let cancellation: CancellationFlag
    private let progress: RunProgress
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let ended = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Under `mutex`.
    private var result: Result<RunReport, SwiftwaterError>?

    /// Starts the run. The caller is inside the fork gate; the run stays inside until it has ended.
    init(_ request: RunRequest) throws(SwiftwaterError) {
        var options = request.options
        let progress = RunProgress()
        options.progress = progress
        self.progress = progress
        cancellation = options.cancellation
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(ended, &attributes)
        pthread_condattr_destroy(&attributes)
        Self.cleanAtExit()
        try ForkGate.enter()
        request.plan.start(options) { [self] result in
            ForkGate.leave()
            pthread_mutex_lock(mutex)
            self.result = result
            pthread_cond_broadcast(ended)
            pthread_mutex_unlock(mutex)
        }
    }

    /// A cancelled run may be at work still when the process ends: what it has written is no whole file.
    ///
    /// In a forked child the files are the parent's; a child that may run plans was forked when there were none.
    static func cleanAtExit() { _ = cleansAtExit }

    private static let cleansAtExit: Bool = atexit { if !ForkGate.refuses { PartialFiles.unlinkAll() } } == 0

    deinit {
        pthread_cond_destroy(ended)
        pthread_mutex_destroy(mutex)
        ended.deallocate()
        mutex.deallocate()
    }

    func cancel() { cancellation.cancel() }

    /// Waits until the run has ended, at most for `milliseconds`; negative: without limit. True when it has.
    func wait(milliseconds: Int) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + max(0, milliseconds) % 1_000 * 1_000_000
        deadline.tv_sec += max(0, milliseconds) / 1_000 + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while result == nil {
            // In a child process nobody is there who would end it.
            if ForkGate.refuses { return true }
            if milliseconds < 0 {
                pthread_cond_wait(ended, mutex)
            } else if pthread_cond_timedwait(ended, mutex, &deadline) == ETIMEDOUT {
                return result != nil
            }
        }
        return true
    }

    func report() throws(SwiftwaterError) -> RunReport {
        if ForkGate.refuses { throw ForkedWhileRunning.error }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard let result else { throw SwiftwaterError(.usage, "the run has not ended", hint: "wait for it") }
        return try result.get()
    }

    func read(_ target: UnsafeMutablePointer<sw_progress>) {
        let now = progress.snapshot
        target.pointee = sw_progress(
            bytes: Int64(now.bytes), total_bytes: Int64(now.totalBytes ?? -1), rows: Int64(now.rows),
            bad_rows: Int64(now.badRows), seconds: now.seconds)
    }

    // MARK: The pointer that C holds

    var retained: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

    static func at(_ pointer: OpaquePointer) -> RunHandle {
        Unmanaged<RunHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    static func release(_ pointer: OpaquePointer) {
        Unmanaged<RunHandle>.fromOpaque(UnsafeRawPointer(pointer)).release()
    }
}

extension RunReport {
    /// The report as the header describes it.
    var json: String {
        var members = JSONWriter.Members()
        members.add("rows", .int(rows))
        members.add("bytes", .int(bytes))
        members.add("badRows", .int(badRows))
        members.add("seconds", .float(seconds))
        let files = outputs.map { file in
            var members = JSONWriter.Members()
            members.add("path", .string(file.path))
            members.add("rows", .int(file.rows))
            members.add("bytes", .int(file.bytes))
            return members.text
        }
        members.add("outputs", .raw(JSONWriter.list(files)))
        members.add("tables", .raw(JSONWriter.list(tables.keys.sorted().map { JSONWriter.quoted($0) })))
        return members.text
    }
}
