package import Columnar

/// What a server answers: paths that take events, and paths that tell something.
package struct HTTPRouter: Sendable {
    package typealias Handler = @Sendable (HTTPQuery) -> HTTPAnswer

    private(set) var ingests: [(path: [UInt8], ingest: HTTPIngest)] = []
    private var handlers: [String: Handler] = [:]
    /// By what comes before a name: `/frames/`.
    private var prefixes: [(prefix: String, handler: Handler)] = []

    package init() {}

    /// Takes events by POST at `path`.
    package mutating func post(_ path: String, _ ingest: HTTPIngest) throws(SwiftwaterError) {
        guard !ingests.contains(where: { $0.path == Array(path.utf8) }) else {
            throw SwiftwaterError(
                .usage, "two triggers take events at the path '\(path)' of one port",
                hint: "give each a 'path' of its own")
        }
        ingests.append((Array(path.utf8), ingest))
    }

    /// Answers GET at `path`; a path that ends in `/` stands for all paths below it.
    package mutating func get(_ path: String, _ handler: @escaping Handler) {
        if path.count > 1, path.hasSuffix("/") { prefixes.append((path, handler)) } else { handlers[path] = handler }
    }

    /// The ingest at a request's target, which may have a query.
    func ingest(_ bytes: UnsafeRawBufferPointer, _ target: Range<Int>) -> HTTPIngest? {
        for (path, ingest) in ingests {
            guard target.count >= path.count else { continue }
            if target.count > path.count, bytes[target.lowerBound + path.count] != UInt8(ascii: "?") { continue }
            if path.indices.allSatisfy({ path[$0] == bytes[target.lowerBound + $0] }) { return ingest }
        }
        return nil
    }

    func handler(_ path: String) -> Handler? {
        handlers[path] ?? prefixes.first { path.hasPrefix($0.prefix) }?.handler
    }
}
