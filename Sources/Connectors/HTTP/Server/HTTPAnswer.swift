package import Formats
import NIOCore

/// What a request gets.
package struct HTTPAnswer: Sendable {
    package var status: Int
    package var contentType: String
    package var headers: [Header]
    package var body: HTTPBytes

    package struct Header: Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(status: Int = 200, contentType: String, headers: [Header] = [], body: HTTPBytes) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    package init(status: Int = 200, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status: status, contentType: contentType, body: HTTPBytes(string: text))
    }

    package init(status: Int = 200, json: String) {
        self.init(status: status, text: json + "\n", contentType: "application/json")
    }

    package init(status: Int = 200, contentType: String, bytes: TextBuffer) {
        self.init(status: status, contentType: contentType, body: HTTPBytes(bytes: bytes.bytes))
    }

    package init(status: Int = 200, contentType: String, bytes: [UInt8]) {
        self.init(status: status, contentType: contentType, body: HTTPBytes(bytes: bytes))
    }

    /// An error as JSON, as the command line writes it.
    static func error(_ status: Int, _ message: String, headers: [Header] = []) -> HTTPAnswer {
        var answer = HTTPAnswer(status: status, json: "{\"error\":{\"message\":\(JSONWord.quoted(message))}}")
        answer.headers = headers
        return answer
    }

    /// The answer's bytes. `includesBody` is false for HEAD.
    func serialized(keepsAlive: Bool, includesBody: Bool = true) -> HTTPBytes {
        var text = "HTTP/1.1 \(status) \(Self.reason(status))\r\nDate: \(HTTPDate.now)\r\nServer: swiftwater\r\n"
        text += "Content-Length: \(body.readableBytes)\r\n"
        if body.readableBytes > 0 { text += "Content-Type: \(contentType)\r\n" }
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if !keepsAlive { text += "Connection: close\r\n" }
        text += "\r\n"
        var buffer = HTTPBytes()
        buffer.reserveCapacity(text.utf8.count + body.readableBytes)
        buffer.writeString(text)
        if includesBody { buffer.writeImmutableBuffer(body) }
        return buffer
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 200: "OK"
        case 202: "Accepted"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}

/// A text as a JSON string.
enum JSONWord {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
