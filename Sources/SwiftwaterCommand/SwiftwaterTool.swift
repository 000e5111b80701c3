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
        abstract: "Dataframe functions over files, at the speed of the disk.",
        version: Version.current,
        subcommands: [Generate.self])

    static func main() {
        Interruption.prepare()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as SwiftwaterError {
            ErrorOutput.write("swiftwater: error: \(error)\n")
            Glibc.exit(exitCode(error))
        } catch {
            exit(withError: error)
        }
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
