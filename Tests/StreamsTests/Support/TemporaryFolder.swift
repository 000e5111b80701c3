#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder that is removed with this value's last copy.
final class TemporaryFolder {
    let path: String

    init() {
        path = "/tmp/swiftwater-streams-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        mkdir(path, 0o777)
    }

    deinit {
        guard let walk = opendir(path) else { return }
        closedir(walk)
        removeTree(path)
    }

    private func removeTree(_ folder: String) {
        guard let directory = opendir(folder) else { return }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(directory)
        for name in names {
            let place = "\(folder)/\(name)"
            if unlink(place) != 0 { removeTree(place) }
        }
        rmdir(folder)
    }
}

func removeFile(_ path: String) { unlink(path) }
