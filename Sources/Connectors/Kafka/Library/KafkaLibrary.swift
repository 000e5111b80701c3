import CKafka
package import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// librdkafka, found and loaded when the first Kafka client is made.
///
/// It is looked for in three places: the path in `SWIFTWATER_LIBRDKAFKA`; the system's library; what a `confluent-kafka`
/// wheel brought into a Python environment (`VIRTUAL_ENV`, `.venv`, the Python in `PATH`).
package final class KafkaLibrary: @unchecked Sendable {
    /// The oldest version with all that is used here and its worst faults mended.
    static let oldestVersion = 0x0200_00FF

    package let path: String
    /// Never freed: the library's threads may run until the process ends.
    let functions: UnsafePointer<kafka_functions>

    private init(path: String, functions: UnsafePointer<kafka_functions>) {
        self.path = path
        self.functions = functions
    }

    package var version: String { String(cString: functions.pointee.version_text()) }

    private static let loaded = Locked<KafkaLibrary?>(nil)

    /// The library, loaded now if it was not yet.
    package static func shared() throws(SwiftwaterError) -> KafkaLibrary {
        let result: Result<KafkaLibrary, SwiftwaterError> = loaded.withLock { known in
            if let known { return .success(known) }
            let result = Result { () throws(SwiftwaterError) in try find(LibraryPlaces.current) }
            if case .success(let library) = result { known = library }
            return result
        }
        return try result.get()
    }

    /// The first of the places' libraries that can be used. A place that the user named is the only one tried.
    package static func find(_ places: LibraryPlaces) throws(SwiftwaterError) -> KafkaLibrary {
        if let named = places.named {
            switch load(named) {
            case .success(let library): return library
            case .failure(let reason):
                throw SwiftwaterError(
                    .usage, "SWIFTWATER_LIBRDKAFKA names '\(named)', which cannot be used: \(reason.text)",
                    hint: "let it name a librdkafka of version 2.0 or later")
            }
        }
        var reasons: [String] = []
        for candidate in places.candidates {
            switch load(candidate) {
            case .success(let library): return library
            case .failure(let reason): if reason.exists { reasons.append("\(candidate): \(reason.text)") }
            }
        }
        throw SwiftwaterError(
            .usage,
            "Kafka needs librdkafka 2.0 or later, and there is none"
                + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"),
            hint: "set SWIFTWATER_LIBRDKAFKA to its path, or install the system's package "
                + "(apt-get install librdkafka1), or the Python package confluent-kafka into .venv or the active Python"
        )
    }

    private struct Reason: Error {
        var text: String
        var exists: Bool
    }

    private static func load(_ path: String) -> Result<KafkaLibrary, Reason> {
        let functions = UnsafeMutablePointer<kafka_functions>.allocate(capacity: 1)
        var reason = [CChar](repeating: 0, count: 512)
        guard kafka_load(path, functions, &reason, reason.count) == 1 else {
            functions.deallocate()
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return .failure(Reason(text: text, exists: !path.contains("/") ? false : access(path, F_OK) == 0))
        }
        let library = KafkaLibrary(path: path, functions: UnsafePointer(functions))
        guard Int(functions.pointee.version()) >= oldestVersion else {
            return .failure(Reason(text: "version \(library.version) is too old", exists: true))
        }
        return .success(library)
    }
}

/// Where librdkafka may lie.
package struct LibraryPlaces {
    /// The user's own choice.
    package var named: String?
    /// Names for the system's search and paths, in the order in which they are tried.
    package var candidates: [String]

    static var current: LibraryPlaces {
        LibraryPlaces { name in getenv(name).map { String(cString: $0) } }
    }

    /// - Parameter variable: the environment's value of a name.
    package init(variable: (String) -> String?) {
        named = variable("SWIFTWATER_LIBRDKAFKA").flatMap { $0.isEmpty ? nil : $0 }
        candidates = ["librdkafka.so.1", "librdkafka.1.dylib"]
        var prefixes: [String] = []
        if let active = variable("VIRTUAL_ENV"), !active.isEmpty { prefixes.append(active) }
        prefixes.append(".venv")
        for folder in (variable("PATH") ?? "").split(separator: ":") where folder.hasPrefix("/") {
            guard access("\(folder)/python3", X_OK) == 0, let slash = folder.lastIndex(of: "/") else { continue }
            prefixes.append(String(folder[..<slash]))
            break
        }
        for prefix in prefixes {
            for packages in [
                "lib/python3*/site-packages", "lib/python3*/dist-packages", "local/lib/python3*/dist-packages",
            ] {
                candidates += Self.files("\(prefix)/\(packages)/confluent_kafka.libs/librdkafka*.so*")
                candidates += Self.files("\(prefix)/\(packages)/confluent_kafka/.dylibs/librdkafka*.dylib")
            }
        }
    }

    private static func files(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
    }
}
