import Columnar

/// Finds the schema of JSON Lines files, from samples or from all of their lines.
///
/// Lines that are not JSON objects are passed over: they are bad lines whatever the schema, and the reader reports them.
enum JSONSchemaInference {
    /// Bytes sampled at the start of a file, and at each further place in it.
    private static let startBytes = 128 << 10
    private static let placeBytes = 8 << 10
    private static let places = 16
    /// Files that are sampled: the first ones, the last one and some between them.
    private static let sampledFiles = 16

    /// The schema of the lines that the options' inference says.
    static func infer(_ files: [RowFile], options: JSONLinesSource.Options) throws(SwiftwaterError) -> InferredSchema {
        if files.count == 1, let memory = MemoryFiles.file(at: files[0].input.path) {
            let key = MemoryFile.InferenceKey(options.inference, maximumLineBytes: options.maximumLineBytes)
            return try memory.schema(key) { () throws(SwiftwaterError) in try found(files, options) }
        }
        return try found(files, options)
    }

    private static func found(
        _ files: [RowFile], _ options: JSONLinesSource.Options
    ) throws(SwiftwaterError) -> InferredSchema {
        if options.inference != .all {
            let (schema, areUniform) = try samples(files, options)
            if options.inference == .samples || areUniform { return InferredSchema(schema: schema, isWhole: false) }
        }
        return InferredSchema(schema: try whole(files, options: options), isWhole: true)
    }

    /// The schema of the start and of places spread over the rest of up to 16 files; whether each line has all keys.
    private static func samples(
        _ files: [RowFile], _ options: JSONLinesSource.Options
    ) throws(SwiftwaterError) -> (schema: Schema, areUniform: Bool) {
        let root = JSONType()
        root.addObject()
        let scanner = JSONTypeScanner()
        let step = max(1, (files.count + sampledFiles - 1) / sampledFiles)
        for index in files.indices where index % step == 0 || index == files.count - 1 {
            try sample(files[index], options, scanner, root)
        }
        let schema = Schema(root.fields)
        return (schema, scanner.fewestKeys >= schema.count)
    }

    private static func sample(
        _ file: RowFile, _ options: JSONLinesSource.Options, _ scanner: JSONTypeScanner, _ root: JSONType
    ) throws(SwiftwaterError) {
        // The first block, in order, whatever the kind of file.
        let first = try RowBlocks(
            [file], scan: .lines, blockBytes: startBytes,
            maximumRowBytes: options.maximumLineBytes)
        let size = file.isDivisible ? try file.input.size() : nil
        let block = InputBlock(capacity: min(startBytes, size ?? startBytes) + 8192)
        var cursor = RowBlocks.Cursor()
        guard try first.next(block, &cursor) else { return }
        scanner.scan(block, into: root)
        guard let size, size > startBytes else { return }
        let descriptor = try file.input.open()
        for place in 1...places {
            let middle = startBytes + (size - startBytes) / places * place
            let from = max(startBytes, min(middle, size) - placeBytes)
            block.reserve(placeBytes + 1)
            let count = try descriptor.read(into: block.base, byteCount: min(placeBytes, size - from), at: from)
            guard let start = LineFeeds.first(in: block.base, 0..<count),
                let end = LineFeeds.last(in: block.base, 0..<count), end > start
            else { continue }
            block.rows = (start + 1)..<(end + 1)
            block.startsFile = false
            scanner.scan(block, into: root)
        }
    }

    /// The schema of all lines.
    static func whole(_ files: [RowFile], options: JSONLinesSource.Options) throws(SwiftwaterError) -> Schema {
        let blocks = try RowBlocks(
            files, scan: .lines, blockBytes: options.blockBytes,
            maximumRowBytes: options.maximumLineBytes)
        let roots = try EngineThreads.map(count: EngineThreads.hardwareCount) {
            () throws(SwiftwaterError) -> [(Int, JSONType)] in
            let scanner = JSONTypeScanner()
            let block = InputBlock(capacity: options.blockBytes + 8192)
            var cursor = RowBlocks.Cursor()
            var seen: [(Int, JSONType)] = []
            while try blocks.next(block, &cursor) {
                // Keys keep the order of their first appearance in the input, whichever thread met them.
                let root = JSONType()
                root.addObject()
                scanner.scan(block, into: root)
                if let last = seen.last, last.1.fields == root.fields { continue }
                seen.append((block.index, root))
            }
            return seen
        }
        let root = JSONType()
        root.addObject()
        for (_, part) in roots.joined().sorted(by: { $0.0 < $1.0 }) { root.merge(part) }
        return Schema(root.fields)
    }
}
