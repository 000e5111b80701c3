import Columnar
import Formats
import Foundation

/// Reads `bytes` as JSON Lines in several ways and stops the process if one crashes or two disagree.
///
/// The first byte chooses whether the schema is given and what happens to bad lines; the rest is the file.
package func fuzzJSONLines(_ bytes: UnsafeRawBufferPointer) {
    guard let choice = bytes.first else { return }
    let path = "\(FileManager.default.temporaryDirectory.path)/swiftwater-fuzz-\(getpid())"
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes.dropFirst())) else { return }
    defer { unlink(path) }

    let schema = choice & 1 == 0 ? nil : fuzzedSchema
    func read(blockBytes: Int) -> Outcome {
        Outcome { () throws(SwiftwaterError) in
            try JSONLinesSource(
                files: [InputFile(path)], schema: schema,
                options: JSONLinesSource.Options(
                    projection: choice & 4 == 0 || schema == nil ? nil : ["b", "s"],
                    policy: choice & 2 == 0 ? .fail : .skip, maximumLineBytes: 1 << 16, blockBytes: blockBytes))
        }
    }
    // Where the input is cut into morsels must not show.
    let whole = read(blockBytes: 1 << 16)
    let pieces = read(blockBytes: 64)
    precondition(whole == pieces, "morsels of 64 bytes: \(pieces) instead of \(whole)")
}

/// A column of each kind that a JSON value can become, with one-letter keys that a fuzzer finds.
private let fuzzedSchema = Schema([
    Field("b", .bool), Field("i", .int64), Field("u", .uint64), Field("d", .float64), Field("s", .string),
    Field("t", .timestamp(.millisecond, zone: nil)), Field("a", .list(.int64)),
    Field("o", .structure([Field("s", .string), Field("d", .float64)])),
])
