package import Columnar
import Formats

/// A source's stable form: `{"files": ["logs/*.ndjson"], "schema": {"company": "string"}, "onError": "skip"}`.
///
/// Its name is its key in the plan's `sources`. A table in memory has `memory`, its schema, instead of `files`.
struct SourceForm: Codable {
    static let keys = [
        "files", "memory", "format", "schema", "infer", "onError", "deadLetter", "maximumLineBytes", "csv",
    ]
    var source: Source

    init(_ source: Source) { self.source = source }

    init(from decoder: any Decoder) throws {
        let map = try PlanDecoding.mapping(decoder, of: "a source", known: Self.keys)
        let location: Source.Location
        if let schema = try map.value(SchemaForm.self, "memory") {
            location = .memory(schema.schema)
        } else {
            location = .files(try map.required(OneOrMore<String>.self, "files", in: "a source").values)
        }
        source = Source(
            name: "", location: location, format: try map.choice(FileFormat.self, "format"),
            schema: try map.value(SchemaForm.self, "schema")?.schema,
            inference: try map.choice(SchemaInference.self, "infer") ?? .samples,
            onError: try map.choice(Source.ErrorPolicy.self, "onError") ?? .fail,
            deadLetterPath: try map.value(String.self, "deadLetter"),
            maximumLineBytes: try map.value(Int.self, "maximumLineBytes"),
            csv: try map.value(Source.CSVOptions.self, "csv") ?? Source.CSVOptions())
    }

    func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        switch source.location {
        case .files(let paths): try map.put(paths, "files")
        case .memory(let schema): try map.put(SchemaForm(schema), "memory")
        }
        try map.put(source.format, "format")
        try map.put(source.schema.map { SchemaForm($0) }, "schema")
        if source.inference != .samples { try map.put(source.inference, "infer") }
        if source.onError != .fail { try map.put(source.onError, "onError") }
        try map.put(source.deadLetterPath, "deadLetter")
        try map.put(source.maximumLineBytes, "maximumLineBytes")
        if source.csv != Source.CSVOptions() { try map.put(source.csv, "csv") }
    }
}

/// A schema as a plan's text has it: column names to types, `{"company": "string", "cpu": "float64"}`.
package struct SchemaForm: Codable {
    package var schema: Schema

    package init(_ schema: Schema) { self.schema = schema }

    package init(from decoder: any Decoder) throws {
        let fields = try Entries<DataType>(from: decoder).entries.map { Field($0.name, $0.value) }
        var seen: Set<String> = []
        for field in fields where !seen.insert(field.name).inserted {
            throw PlanDecoding.error(decoder.codingPath, "the column '\(field.name)' is twice in a schema")
        }
        schema = Schema(fields)
    }

    package func encode(to encoder: any Encoder) throws {
        try Entries(schema.fields.map { ($0.name, $0.type) }).encode(to: encoder)
    }
}

extension Source.CSVOptions: Codable {
    public init(from decoder: any Decoder) throws {
        let map = try PlanDecoding.mapping(
            decoder, of: "'csv'", known: ["delimiter", "quote", "header", "missingWords"])
        let standard = Source.CSVOptions()
        self.init(
            delimiter: try map.value(String.self, "delimiter") ?? standard.delimiter,
            quote: try map.value(String.self, "quote") ?? standard.quote,
            header: try map.value(Bool.self, "header") ?? standard.header,
            missingWords: try map.value([String].self, "missingWords"))
    }

    public func encode(to encoder: any Encoder) throws {
        let standard = Source.CSVOptions()
        var map = encoder.container(keyedBy: TextKey.self)
        if delimiter != standard.delimiter { try map.put(delimiter, "delimiter") }
        if quote != standard.quote { try map.put(quote, "quote") }
        if header != standard.header { try map.put(header, "header") }
        try map.put(missingWords, "missingWords")
    }
}
