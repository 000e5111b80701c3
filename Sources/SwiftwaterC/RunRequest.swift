import Columnar
import Query

/// A plan, its options and its tables as C gives them.
struct RunRequest {
    var plan: Plan
    var options: RunOptions
    /// What runs of the same plan have found out.
    let reuse: PlanReuse

    init(
        plan text: UnsafePointer<CChar>?, options optionsText: UnsafePointer<CChar>?, count: Int32,
        names: UnsafePointer<UnsafePointer<CChar>?>?, tables: UnsafePointer<OpaquePointer?>?
    ) throws(SwiftwaterError) {
        guard let text else { throw CText.missing("the plan") }
        let read = try ReadPlan.of(text, optionsText)
        plan = read.plan
        options = read.options
        options.cancellation = CancellationFlag()
        reuse = read.reuse
        for index in 0..<Int(count) {
            guard let name = names?[index], let pointer = tables?[index] else {
                throw CText.missing("a table or its name")
            }
            let source = String(cString: name)
            let table = TableHandle.at(pointer).table
            options.tables[source] = table
            if !plan.sources.contains(where: { $0.name == source }) {
                plan.sources.append(Source(name: source, location: .memory(table.schema)))
            }
        }
    }

    /// The sources, opened for their columns.
    func openSources() throws(SwiftwaterError) -> [String: any OpenSource] {
        let opener = StandardSources(tables: options.tables)
        var open: [String: any OpenSource] = [:]
        for source in plan.sources { open[source.name] = try opener.open(source) }
        return open
    }
}

/// A run's options in JSON.
struct OptionsForm: Decodable {
    var threads: Int?
    var memoryLimit: Int?
    var morselRows: Int?
    var parameters: [String: Scalar] = [:]

    var options: RunOptions {
        var options = RunOptions()
        options.threads = threads
        options.memoryLimit = memoryLimit
        options.parameters = parameters
        if let morselRows { options.morselRows = morselRows }
        return options
    }

    private enum Key: String, CodingKey, CaseIterable { case threads, memoryLimit, morselRows, parameters }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where Key(rawValue: key.stringValue) == nil {
            let known = Key.allCases.map(\.rawValue)
            let near = SwiftwaterError.nearest(key.stringValue, among: known)
            throw SwiftwaterError(
                .usage, "unknown option '\(key.stringValue)'",
                hint: near.map { "did you mean '\($0)'?" } ?? "use one of \(known.joined(separator: ", "))")
        }
        let map = try decoder.container(keyedBy: Key.self)
        threads = try map.decodeIfPresent(Int.self, forKey: .threads)
        memoryLimit = try map.decodeIfPresent(Int.self, forKey: .memoryLimit)
        morselRows = try map.decodeIfPresent(Int.self, forKey: .morselRows)
        if let threads, !(1...1024).contains(threads) {
            throw SwiftwaterError(.usage, "\(threads) is not a number of threads", hint: "use 1 to 1024")
        }
        if let morselRows, morselRows < 1 { throw SwiftwaterError(.usage, "\(morselRows) is not a number of rows") }
        for (name, value) in try map.decodeIfPresent([String: PlainScalar].self, forKey: .parameters) ?? [:] {
            parameters[name] = value.scalar
        }
    }
}
