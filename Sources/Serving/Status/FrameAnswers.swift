import Columnar
import Formats
import HTTPConnector
import Query

/// The rows of a frame as an answer to a request: JSON, JSON Lines, CSV or an Arrow stream.
enum FrameAnswers {
    enum Form: String, CaseIterable {
        case json, lines, csv, arrow

        var contentType: String {
            switch self {
            case .json: "application/json"
            case .lines: "application/x-ndjson"
            case .csv: "text/csv; charset=utf-8"
            case .arrow: ArrowStreamEncoder.contentType
            }
        }

        /// By the parameter `format`, otherwise by what the request accepts; nil where it accepts none of them.
        init?(_ query: HTTPQuery) {
            if let name = query.parameters["format"] {
                switch name {
                case "ndjson", "jsonl", "json-lines": self = .lines
                default:
                    guard let form = Form(rawValue: name) else { return nil }
                    self = form
                }
                return
            }
            guard let accept = query.accept else {
                self = .json
                return
            }
            let types = accept.lowercased().split(separator: ",").map { part in
                part.split(separator: ";")[0].filter { $0 != " " }
            }
            for type in types {
                switch type {
                case "application/json", "application/*", "*/*": self = .json
                case "application/x-ndjson", "application/ndjson", "application/jsonl": self = .lines
                case "text/csv", "text/*": self = .csv
                case ArrowStreamEncoder.contentType: self = .arrow
                default: continue
                }
                return
            }
            return nil
        }
    }

    static func answer(_ table: Table, _ query: HTTPQuery) -> HTTPAnswer {
        guard let form = Form(query) else {
            return .failure(
                406, "rows come as \(Form.allCases.map(\.rawValue).joined(separator: ", "))",
                hint: "ask with ?format=json, or accept application/json")
        }
        let text = TextBuffer(capacity: 1 << 16)
        switch form {
        case .json, .lines:
            var encoder = JSONLinesEncoder(schema: table.schema)
            for batch in table.batches where batch.count > 0 { encoder.encode(batch, into: text) }
            if form == .lines { return HTTPAnswer(contentType: form.contentType, bytes: text) }
            return HTTPAnswer(contentType: form.contentType, bytes: array(text))
        case .csv:
            guard let dialect = try? CSVDialect(delimiter: ",") else { return .failure(500, "no CSV", hint: nil) }
            var encoder = CSVEncoder(schema: table.schema, dialect: dialect)
            encoder.encodeHeader(into: text)
            for batch in table.batches where batch.count > 0 { encoder.encode(batch, into: text) }
            return HTTPAnswer(contentType: form.contentType, bytes: text)
        case .arrow:
            let bytes = ArrowStreamEncoder(schema: table.schema).encode(table.batches)
            return HTTPAnswer(contentType: form.contentType, bytes: bytes)
        }
    }

    /// Lines as one array: within a row no byte is a line feed.
    private static func array(_ lines: TextBuffer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.count + 4)
        bytes.append(UInt8(ascii: "["))
        for byte in lines.bytes { bytes.append(byte == 0x0A ? UInt8(ascii: ",") : byte) }
        if bytes.count > 1 { bytes.removeLast() }
        bytes += [UInt8(ascii: "]"), 0x0A]
        return bytes
    }
}

extension HTTPAnswer {
    static func failure(_ status: Int, _ message: String, hint: String?) -> HTTPAnswer {
        var error: [(String, String)] = [("message", message)]
        if let hint { error.append(("hint", hint)) }
        let members = error.map { "\(JSONText.quoted($0.0)):\(JSONText.quoted($0.1))" }
        return HTTPAnswer(status: status, json: "{\"error\":{\(members.joined(separator: ","))}}")
    }
}
