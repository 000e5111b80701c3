import ArgumentParser
import Columnar
import Formats
import Query

/// How the bytes of a file become rows, for commands that have no function file to say it.
struct InputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The input's format: json-lines, csv, parquet or an extension.", valueName: "format"))
    var from: FormatName?

    @Option(
        help: ArgumentHelp(
            "The columns of a text file and their types; inferred without it.", valueName: "\"name: type, …\""))
    var schema: SchemaText?

    @Option(help: ArgumentHelp("What stands between the fields of CSV; \\t is a tab.", valueName: "character"))
    var delimiter: String?

    @Option(help: ArgumentHelp("What stands around fields of CSV; '' for nothing.", valueName: "character"))
    var quote: String?

    @Flag(help: "The first line of CSV is a row and has no names of columns.")
    var noHeader = false

    /// Throws a `usage` error for an option that the format does not have.
    func source(
        _ location: Source.Location, format: FileFormat?, onError: Source.ErrorPolicy = .fail
    ) throws(SwiftwaterError) -> Source {
        if let format, format != .csv, let option = csvOption {
            throw SwiftwaterError(.usage, "\(option) is for CSV, and the input is \(format.rawValue)")
        }
        if format == .parquet, schema != nil {
            throw SwiftwaterError(.usage, "--schema is for text, and a Parquet file has its own")
        }
        var csv = Source.CSVOptions()
        if let delimiter { csv.delimiter = delimiter }
        if let quote { csv.quote = quote }
        csv.header = !noHeader
        return Source(
            name: "input", location: location, format: format, schema: schema?.schema, onError: onError, csv: csv)
    }

    private var csvOption: String? {
        delimiter != nil ? "--delimiter" : quote != nil ? "--quote" : noHeader ? "--no-header" : nil
    }
}

/// A schema as text, written as in a function file: `company: string, at: timestamp[us, UTC]`.
struct SchemaText: ExpressibleByArgument {
    var schema: Schema

    init(_ schema: Schema) { self.schema = schema }

    init?(argument: String) {
        var fields: [Field] = []
        for part in Self.parts(argument) {
            guard let colon = part.firstIndex(of: ":") else { return nil }
            let name = String(part[..<colon].trimmed)
            guard !name.isEmpty, !fields.contains(where: { $0.name == name }),
                let type = try? DataType(String(part[part.index(after: colon)...].trimmed))
            else { return nil }
            fields.append(Field(name, type))
        }
        guard !fields.isEmpty else { return nil }
        schema = Schema(fields)
    }

    /// The text's parts between commas that are not within a type's brackets.
    private static func parts(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[", "<": depth += 1
            case "]", ">": depth -= 1
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return parts + [text[start...]]
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let front = drop { $0 == " " }
        return front.lastIndex { $0 != " " }.map { front[...$0] } ?? ""
    }
}
