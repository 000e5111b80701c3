import Foundation
import HTTPConnector
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A server on a free port, and a client of it that writes bytes as the tests want them.
final class TestClient {
    let server: HTTPServer
    private var socket: Int32 = -1
    private var received: [UInt8] = []

    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String
        var bytes: [UInt8]
    }

    /// A server whose path `/` takes events for `source`.
    convenience init(_ source: HTTPSource) throws {
        var router = HTTPRouter()
        try router.post("/", source.ingest)
        try self.init(router)
    }

    init(_ router: HTTPRouter) throws {
        server = try HTTPServer(host: "127.0.0.1", port: 0, router: router)
        try connect()
    }

    deinit {
        disconnect()
        server.close()
    }

    func connect() throws {
        disconnect()
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(server.port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    func disconnect() {
        if socket >= 0 { close(socket) }
        socket = -1
        received = []
    }

    func send(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let n = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { Glibc.send(socket, $0 + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            }
            guard let n, n > 0 else { return }
            sent += n
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Reads one answer. The one to HEAD has no body whatever its length says.
    func receive(hasBody: Bool = true) throws -> Answer {
        while true {
            if let end = received.indices.first(where: { received[$0...].starts(with: [13, 10, 13, 10]) }) {
                let lines = String(decoding: received[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.components(separatedBy: ": ")
                    headers[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
                }
                let length = hasBody ? Int(headers["content-length"] ?? "0") ?? 0 : 0
                if received.count >= end + 4 + length {
                    let body = Array(received[(end + 4)..<(end + 4 + length)])
                    received.removeFirst(end + 4 + length)
                    let status = Int(lines[0].components(separatedBy: " ")[1]) ?? 0
                    return Answer(
                        status: status, headers: headers, body: String(decoding: body, as: UTF8.self), bytes: body)
                }
            }
            try #require(readMore(), "the connection ended without an answer")
        }
    }

    /// Whether the server has closed the connection.
    var isClosed: Bool { received.isEmpty && !readMore() }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let n = recv(socket, &buffer, buffer.count, 0)
        guard n > 0 else { return false }
        received += buffer[..<n]
        return true
    }

    func post(_ path: String, _ body: String, headers: [String] = []) throws -> Answer {
        try post(path, bytes: Array(body.utf8), headers: headers)
    }

    func post(_ path: String, bytes: [UInt8], headers: [String] = []) throws -> Answer {
        send(
            "POST \(path) HTTP/1.1\r\nHost: test\r\nContent-Length: \(bytes.count)\r\n"
                + headers.map { "\($0)\r\n" }.joined() + "\r\n")
        send(bytes)
        return try receive()
    }

    func get(_ path: String, headers: [String] = []) throws -> Answer {
        send("GET \(path) HTTP/1.1\r\nHost: test\r\n" + headers.map { "\($0)\r\n" }.joined() + "\r\n")
        return try receive()
    }
}
