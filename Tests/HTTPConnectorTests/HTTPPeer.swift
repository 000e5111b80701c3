import Foundation
import Testing

/// A server that is not ours: Python's, in a process of its own. It tells each request that it gets, and answers as
/// it was told to.
final class HTTPPeer {
    struct Request: Decodable {
        var path: String
        var headers: [String: String]
        var body: String

        func header(_ name: String) -> String? { headers[name.lowercased()] }
    }

    enum Answer {
        case status(Int)
        /// The connection is closed instead.
        case none
        /// The answer comes after a second.
        case late

        fileprivate var code: Int {
            switch self {
            case .status(let status): status
            case .none: 0
            case .late: -1
            }
        }
    }

    private(set) var port = 0
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread: [UInt8] = []

    /// - Parameter answers: to the first requests; the others get 200.
    init(_ answers: [Answer] = []) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, "\(answers.map(\.code))"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        port = try #require(Int(line()))
    }

    /// Ends with its standard input.
    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The next request that has come.
    func request() throws -> Request { try JSONDecoder().decode(Request.self, from: Data(line().utf8)) }

    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the server has ended")
            unread += more
        }
    }

    private static let script = """
        import http.server, json, os, sys, threading, time

        answers = json.loads(sys.argv[1])

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = answers.pop(0) if answers else 200
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    self.answer(status)
                finally:
                    # Told after the answer: nobody may read before it is there.
                    print(json.dumps({"path": self.path, "headers": headers, "body": body.decode()}), flush=True)

            def answer(self, status):
                if status == 0:
                    self.close_connection = True
                    return
                if status == -1:
                    time.sleep(1)
                    status = 200
                self.send_response(status)
                text = b"" if status == 204 else b"noted"
                if text:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
