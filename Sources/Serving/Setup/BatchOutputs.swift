package import Columnar
import Formats
package import Functions
package import Query
import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The outputs of a run over files that are not single files: folders, topics, other servers. They are written by the
/// sinks of served functions, as one epoch that replaces what is there.
package enum BatchOutputs {
    /// - Parameter tables: the frames' rows, which the run has kept.
    package static func write(
        _ function: FunctionFile, _ tables: [String: Table], outputFolder: String
    ) throws(SwiftwaterError) -> [WrittenFile] {
        let staging = "\(outputFolder)/.swiftwater-\(getpid())"
        let sinks = FunctionSinks(function: function, outputFolder: outputFolder, checkpoint: staging)
        let result = Result { () throws(SwiftwaterError) in try write(function, tables, sinks) }
        // What was not taken is made again by the next run.
        try? FolderTree.remove(staging)
        return try result.get()
    }

    private static func write(
        _ function: FunctionFile, _ tables: [String: Table], _ sinks: FunctionSinks
    ) throws(SwiftwaterError) -> [WrittenFile] {
        // Later runs are later epochs, for those who remember the last one.
        let epoch = Int64(time(nil))
        var written: [WrittenFile] = []
        for (number, output) in function.outputs.enumerated() {
            guard let path = output.sinkPath, let table = tables[output.from] else { continue }
            let sink = try sinks.sink(output, number, table.schema)
            defer { sink.close() }
            try sink.recover(nil)
            let record = try sink.prepare(epoch: epoch, mode: .complete, rows: table.batches)
            try sink.publish(record)
            let bytes = table.batches.reduce(0) { $0 + $1.byteCount }
            written.append(WrittenFile(path: path, rows: record.rows, bytes: bytes))
        }
        return written
    }
}

extension FunctionOutput {
    /// What a sink writes to, for the report; nil for what a run writes itself.
    fileprivate var sinkPath: String? {
        switch target {
        case .none, .standardOutput, .file: nil
        case .folder(let path): path
        case .http(let url, _): url
        case .kafka(let topic, _): "kafka:\(topic)"
        }
    }
}
