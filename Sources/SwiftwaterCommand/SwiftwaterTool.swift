import ArgumentParser
import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The `swiftwater` command line: its subcommands, and how errors become messages and exit codes.
@main
struct SwiftwaterTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swiftwater",
        abstract: "Dataframe functions over files and live streams, at the speed of the disk.",
        version: Version.current,
        subcommands: [Run.self, Serve.self, Convert.self, Inspect.self, Show.self, Explain.self, Generate.self])

    static func main() {
        Interruption.prepare()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as SwiftwaterError {
            report(error)
            Glibc.exit(exitCode(error))
        } catch {
            exit(withError: error)
        }
    }

    /// The error as text, or as JSON where that was asked for.
    private static func report(_ error: SwiftwaterError) {
        guard CommandLine.arguments.contains("--json") else {
            return ErrorOutput.write("swiftwater: error: \(error)\n")
        }
        let members: [(key: String, value: JSONText)] = [
            ("kind", .string(error.kind.rawValue)), ("message", .string(error.message)),
            ("file", .optional(error.location?.file)), ("line", .optional(error.location?.line)),
            ("column", .optional(error.location?.column)), ("hint", .optional(error.hint)),
        ]
        ErrorOutput.write(JSONText.object(["error": .members(members)]).text + "\n")
    }

    /// 1 for data and I/O, 64 for a request that makes no sense (`EX_USAGE`), 130 after Ctrl-C as shells have it.
    private static func exitCode(_ error: SwiftwaterError) -> Int32 {
        switch error.kind {
        case .usage: 64
        case .cancelled: 130
        case .data, .io, .memory, .unsupported, .schemaWidened: 1
        }
    }
}
