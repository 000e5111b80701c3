import Columnar
import Formats
import Glibc
import Streams

/// Learns from the system (inotify) when files in some folders change, without looking at them again and again.
///
/// It is an aid, not the truth: network file systems and full queues lose changes, so whoever watches also looks by
/// itself now and then.
final class FolderWatch: @unchecked Sendable {
    struct Changes {
        /// Paths of files that were written to.
        var written: Set<String> = []
        /// Names came, went or changed, or it is not known what happened.
        var isListingStale = false
    }

    private struct Watched {
        var descriptor: Int32
        var device: UInt64
        var inode: UInt64
    }

    private var queue: FileDescriptor?
    private let wakePipe: WakePipe
    private var folders: [String: Watched] = [:]
    private var paths: [Int32: String] = [:]
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    init() throws(SwiftwaterError) {
        wakePipe = try WakePipe()
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        queue = descriptor < 0 ? nil : FileDescriptor(descriptor: descriptor, path: "inotify", closes: true)
    }

    deinit { memory.deallocate() }

    /// Whether the system tells of changes at all.
    var works: Bool { queue != nil && !folders.isEmpty }

    /// Watches `folder`, and no longer what had its name before.
    func add(_ folder: String) {
        guard let queue, let status = FileStatus(path: folder) else { return }
        if let known = folders[folder] {
            if known.inode == status.inode, known.device == status.device, paths[known.descriptor] != nil { return }
            if paths.removeValue(forKey: known.descriptor) != nil {
                inotify_rm_watch(queue.descriptor, known.descriptor)
            }
        }
        let what = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF
        let descriptor = inotify_add_watch(queue.descriptor, folder, UInt32(what | IN_ONLYDIR))
        guard descriptor >= 0 else {
            folders[folder] = nil
            return
        }
        folders[folder] = Watched(descriptor: descriptor, device: status.device, inode: status.inode)
        paths[descriptor] = folder
    }

    /// What has changed since the last call.
    func changes() -> Changes {
        var changes = Changes()
        guard let queue, let base = memory.baseAddress else { return changes }
        while true {
            let count = Glibc.read(queue.descriptor, base, memory.count)
            guard count > 0 else { return changes }
            var offset = 0
            while offset + MemoryLayout<inotify_event>.size <= count {
                let event = base.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                let name = base + offset + MemoryLayout<inotify_event>.size
                offset += MemoryLayout<inotify_event>.size + Int(event.len)
                if event.mask & UInt32(IN_IGNORED) != 0 { paths[event.wd] = nil }
                if event.mask & UInt32(IN_MODIFY) != 0, event.len > 0, let folder = paths[event.wd] {
                    let text = String(cString: name.assumingMemoryBound(to: CChar.self))
                    changes.written.insert(folder == "." ? text : folder == "/" ? "/\(text)" : "\(folder)/\(text)")
                } else {
                    changes.isListingStale = true
                }
            }
        }
    }

    /// Waits for a change, a wake or the end of the time. True when somebody called `wake`.
    func wait(_ timeout: Duration) -> Bool { wakePipe.wait(for: queue?.descriptor ?? -1, timeout: timeout).isWoken }

    func wake() { wakePipe.wake() }

    func close() {
        queue = nil
        wakePipe.close()
    }
}
