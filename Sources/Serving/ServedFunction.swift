package import Columnar
import Formats
package import Functions
import HTTPConnector
package import Query
package import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A function with everything that serving it needs: sources, sinks, checkpoint, servers and the run that joins them.
package final class ServedFunction: Sendable {
    package struct Options: Sendable {
        /// Takes the place of the function's own path.
        package var checkpoint: String?
        package var outputFolder = "."
        /// Forgets positions and states before the start.
        package var resets = false
        /// Takes the place of the function's own port.
        package var statusPort: Int?
        /// Takes what is there, then stops.
        package var availableNow = false
        /// Threads, memory limit, values of parameters.
        package var planOptions = RunOptions()
        package var notice: @Sendable (StreamNotice) -> Void = { _ in }
        package var onProgress: @Sendable (StreamProgress) -> Void = { _ in }

        package init() {}
    }

    package let name: String
    package let run: any ServedRun
    /// Where the checkpoint is.
    package let checkpoint: String
    /// What the servers listen on: `http://127.0.0.1:8080`, with the paths that take events.
    package let addresses: [String]
    private let servers: [HTTPServer]
    private let http: [(source: HTTPSource, attributes: HTTPAttributes)]

    /// Puts everything together and listens; `start` begins.
    package init(_ function: FunctionFile, _ options: Options) throws(SwiftwaterError) {
        name = function.name
        let checkpoint = options.checkpoint ?? function.streams.checkpoint.path
        self.checkpoint = checkpoint.hasSuffix("/") ? String(checkpoint.dropLast()) : checkpoint
        var streams = try StreamOptions(function)
        if options.availableNow { streams.trigger = .availableNow }
        streams.notice = options.notice
        streams.onProgress = options.onProgress
        if let format = function.source.format, format != .jsonLines {
            throw SwiftwaterError(
                .unsupported, "events of the format '\(format.rawValue)' cannot be served",
                at: .init(file: function.path), hint: "send JSON Lines, or use 'swiftwater run'")
        }
        let setup = FunctionSetup(function, options, streams, checkpoint: self.checkpoint)
        if function.streams.checkpoint.isShared {
            run = try setup.sharedRun()
            http = []
        } else {
            let single = try setup.singleRun()
            run = single.run
            http = single.http
        }
        let listening = try ServingServers(
            run, http: http,
            status: options.statusPort.map { (function.streams.status?.host ?? "127.0.0.1", $0) }
                ?? function.streams.status.flatMap { status in status.port.map { (status.host, $0) } })
        servers = listening.servers
        addresses = listening.addresses
    }

    package func start() { run.start() }

    /// Takes nothing more, finishes and commits. Returns at once.
    ///
    /// What HTTP has accepted is processed first where that takes no more than a few seconds; the rest stays on the disk
    /// for the next start.
    package func stop() {
        guard !http.isEmpty else { return run.stop() }
        EngineThreads.detach { [run, http = http.map(\.source)] in
            for source in http { source.refuse() }
            let deadline = ContinuousClock.now + .seconds(3)
            var rows = -1
            var still = 0
            while ContinuousClock.now < deadline, run.isReady, still < 30 {
                let isDrained = http.allSatisfy { source in source.lag.values.allSatisfy { $0 == 0 } }
                let now = run.counters.rows
                still = isDrained && now == rows ? still + 1 : 0
                rows = now
                usleep(10_000)
            }
            run.stop()
        }
    }

    /// Waits for the end, then closes the servers. Throws what ended the run, if it was an error.
    package func wait() throws(SwiftwaterError) {
        let result = Result { () throws(SwiftwaterError) in try run.wait() }
        for server in servers { server.close() }
        try result.get()
    }
}
