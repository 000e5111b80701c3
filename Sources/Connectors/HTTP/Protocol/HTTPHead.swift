/// The head of a request: what this server looks at, as places in the head's bytes.
package struct HTTPHead: Hashable, Sendable {
    package enum Method: Hashable, Sendable {
        case get, head, post, other
    }

    package var method = Method.other
    /// The path with its query.
    package var target: Range<Int> = 0..<0
    package var contentLength: Int?
    package var isChunked = false
    /// Whether the connection may carry another request afterwards.
    package var keepsAlive = true
    /// The sender waits for `100 Continue` before the body.
    package var expectsContinue = false
    package var contentType: Range<Int>?
    package var contentEncoding: Range<Int>?
    package var accept: Range<Int>?
    package var idempotencyKey: Range<Int>?
    /// Bytes of the head with the empty line behind it.
    package var byteCount = 0

    package init() {}
}

/// Why a request is refused before anybody looks at what it asks for. The connection ends with it.
package struct HTTPFault: Error, Hashable {
    package var status: Int
    package var reason: String
}
