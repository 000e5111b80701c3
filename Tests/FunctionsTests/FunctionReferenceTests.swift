import Formats
import Functions
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("The function file's reference page")
struct FunctionReferenceTests {
    /// The page is written anew when the environment variable SWIFTWATER_UPDATE_DOCS is set.
    @Test("the tables are those that the code declares")
    func tables() throws {
        let path =
            #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/docs/reference/function.md"
        let file = try FileDescriptor.openForReading(path)
        var bytes = [UInt8](repeating: 0, count: file.regularFileSize ?? 0)
        let count = try bytes.withUnsafeMutableBytes { buffer in
            try buffer.baseAddress.map { try file.read(into: $0, byteCount: buffer.count, at: 0) } ?? 0
        }
        let page = String(decoding: bytes.prefix(count), as: UTF8.self)
        let updated = FunctionReference.updated(page)
        if getenv("SWIFTWATER_UPDATE_DOCS") != nil {
            let output = try OutputFile(path)
            try output.write(Array(updated.utf8))
            try output.commit()
        } else {
            #expect(page == updated, "run the tests with SWIFTWATER_UPDATE_DOCS=1 to write the page anew")
        }
    }
}
