import FileConnector
import Foundation
import Glibc
import SourceConformance
import Streams

/// A folder of its own for one test.
final class LogFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "swiftwater-files-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func append(_ text: String, to name: String) throws { try append(Array(text.utf8), to: name) }

    func append(_ bytes: [UInt8], to name: String) throws {
        let descriptor = Glibc.open(self(name), O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw POSIXError(.ENOENT) }
        defer { Glibc.close(descriptor) }
        var done = 0
        while done < bytes.count {
            done += bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
        }
    }

    func rename(_ from: String, _ to: String) { Glibc.rename(self(from), self(to)) }
    func remove(_ name: String) { unlink(self(name)) }
    func truncate(_ name: String) { Glibc.truncate(self(name), 0) }

    /// Sets when a file was written last, in seconds before now.
    func age(_ name: String, by seconds: Int) {
        let then = timeval(tv_sec: time(nil) - seconds, tv_usec: 0)
        utimes(self(name), [then, then])
    }
}

/// A folder whose files are written in turns; cut off by renaming the folder.
final class FolderHarness: SourceHarness {
    private let folder: LogFolder
    private let files: Int
    private var written = 0
    private let path: String

    init(files: Int) throws {
        folder = try LogFolder()
        self.files = files
        path = folder("logs")
        mkdir(path, 0o755)
    }

    var traits: SourceTraits {
        var traits = SourceTraits()
        traits.canBeCut = true
        traits.eventsMayHoldLineFeeds = false
        traits.latencyLimit = .milliseconds(50)
        traits.folder = path
        return traits
    }

    func makeSource() throws -> any StreamSource {
        try FileSource(name: "logs", options: FileSource.Options(paths: [path]))
    }

    func write(_ events: [[UInt8]]) throws {
        // Each file gets a stretch, so that one write is several growths.
        for (index, start) in stride(from: 0, to: events.count, by: 97).enumerated() {
            let lines = events[start..<min(start + 97, events.count)].map { $0 + [0x0A] }.joined()
            try folder.append(Array(lines), to: "logs/part-\((written + index) % files).ndjson")
        }
        written += 1
    }

    func cut() throws { folder.rename("logs", "away") }
    func restore() throws { folder.rename("away", "logs") }
}
