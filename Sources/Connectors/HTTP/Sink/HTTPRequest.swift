package import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a request goes: the parts of an `http` URL.
package struct HTTPTarget: Hashable, Sendable {
    package var host: String
    package var port: Int
    /// With its query.
    package var path: String

    package init(_ url: String) throws(SwiftwaterError) {
        let malformed = SwiftwaterError(
            .usage, "'\(url)' is no URL that can be written to", hint: "write http://HOST:PORT/PATH")
        guard url.hasPrefix("http://") else { throw malformed }
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
        host = String(authority[..<(colon ?? authority.endIndex)].filter { $0 != "[" && $0 != "]" })
        port = 80
        if let colon {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                throw malformed
            }
            port = number
        }
        guard !host.isEmpty, !authority.contains("@"), !url.utf8.contains(where: { $0 <= 0x20 }) else {
            throw malformed
        }
    }
}

/// A connection to a server that posts one body after the other and waits for each answer.
package final class HTTPRequest {
    private let target: HTTPTarget
    private let timeout: Duration
    private var socket: Int32 = -1

    package init(_ target: HTTPTarget, timeout: Duration = .seconds(30)) {
        self.target = target
        self.timeout = timeout
    }

    deinit { disconnect() }

    /// Posts a body over a connection of its own; the answer's status.
    static func post(
        _ target: HTTPTarget, headers: [(name: String, value: String)], body: UnsafeRawBufferPointer, timeout: Duration
    ) throws(SwiftwaterError) -> Int {
        try HTTPRequest(target, timeout: timeout).post(headers: headers, body: body)
    }

    /// Posts a body; the answer's status. A connection that has been kept and is gone is opened again, once.
    package func post(
        headers: [(name: String, value: String)], body: UnsafeRawBufferPointer
    ) throws(SwiftwaterError) -> Int {
        let wasOpen = socket >= 0
        do throws(SwiftwaterError) {
            return try exchange(headers, body)
        } catch {
            disconnect()
            guard wasOpen else { throw error }
            return try exchange(headers, body)
        }
    }

    private func exchange(
        _ headers: [(name: String, value: String)], _ body: UnsafeRawBufferPointer
    ) throws(SwiftwaterError) -> Int {
        if socket < 0 { try connect() }
        let isIPv6 = target.host.contains(":")
        var head =
            "POST \(target.path) HTTP/1.1\r\nHost: \(isIPv6 ? "[\(target.host)]" : target.host):\(target.port)\r\n"
        head += "Content-Length: \(body.count)\r\n"
        for header in headers {
            guard !(header.name + header.value).utf8.contains(where: { $0 == 10 || $0 == 13 }) else {
                throw SwiftwaterError(.usage, "the header '\(header.name)' holds a line break")
            }
            head += "\(header.name): \(header.value)\r\n"
        }
        try send(Array((head + "\r\n").utf8), then: body)
        return try receive()
    }

    // MARK: The connection

    private var place: String { "\(target.host):\(target.port)" }

    private func connect() throws(SwiftwaterError) {
        var hints = addrinfo()
        #if os(Linux)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(target.host, "\(target.port)", &hints, &list)
        guard code == 0 else {
            throw SwiftwaterError(.io, "cannot find '\(target.host)': \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var reason: SwiftwaterError = .system("cannot connect to \(place)")
        var next = list
        while let address = next?.pointee {
            let descriptor = Glibc.socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            if descriptor >= 0 {
                setOptions(descriptor)
                if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 {
                    socket = descriptor
                    return
                }
                reason = .system("cannot connect to \(place)")
                close(descriptor)
            }
            next = address.ai_next
        }
        throw reason
    }

    private func setOptions(_ descriptor: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let parts = timeout.components
        var limit = timeval(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func disconnect() {
        if socket >= 0 { close(socket) }
        socket = -1
    }

    private func send(_ head: [UInt8], then body: UnsafeRawBufferPointer) throws(SwiftwaterError) {
        // What fits into one packet goes as one.
        let joins = body.count < 16 << 10
        let first = joins ? head + Array(body) : head
        let result = first.withUnsafeBytes { bytes in Result { () throws(SwiftwaterError) in try send(bytes) } }
        try result.get()
        if !joins { try send(body) }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) throws(SwiftwaterError) {
        var sent = 0
        while sent < bytes.count, let base = bytes.baseAddress {
            let n = Glibc.send(socket, base + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if n < 0, errno == EINTR { continue }
            guard n > 0 else { throw .system("cannot write to \(place)") }
            sent += n
        }
    }

    /// Reads an answer and its body; the connection is closed where the answer says so or has no length.
    private func receive() throws(SwiftwaterError) -> Int {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var headEnd: Int?
        while headEnd == nil {
            let n = recv(socket, &buffer, buffer.count, 0)
            if n < 0, errno == EINTR { continue }
            guard n > 0 else {
                throw n == 0
                    ? SwiftwaterError(.io, "\(place) closed the connection without an answer")
                    : .system("no answer from \(place)")
            }
            bytes += buffer[..<n]
            headEnd = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
            guard bytes.count < 64 << 10 else { throw SwiftwaterError(.io, "\(place) speaks no HTTP") }
        }
        guard let headEnd else { return 0 }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw SwiftwaterError(.io, "\(place) speaks no HTTP")
        }
        var length: Int?
        var closes = words[0] == "HTTP/1.0"
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].filter { $0 != " " }.lowercased()
            switch parts[0].lowercased() {
            case "content-length": length = Int(value)
            case "connection": closes = value == "close"
            default: break
            }
        }
        if status == 204 || status == 304 { length = 0 }
        if status == 100 {
            // The final answer follows; it is rare enough to read on a connection of its own.
            throw SwiftwaterError(.io, "\(place) answered 100 without being asked")
        }
        var left = (length ?? 0) - (bytes.count - headEnd - 4)
        while left > 0 {
            let n = recv(socket, &buffer, min(left, buffer.count), 0)
            guard n > 0 else { break }
            left -= n
        }
        if closes || length == nil || left != 0 { disconnect() }
        return status
    }
}
