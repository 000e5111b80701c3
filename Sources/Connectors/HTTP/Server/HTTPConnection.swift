import Formats
import NIOCore

/// One client's connection: reads requests, one at a time, and answers each before it looks at the next.
///
/// It lives on its event loop. What takes long (bodies on their way to the disk, answers that are computed) happens on
/// other threads, which come back to the loop.
final class HTTPConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPBytes
    typealias OutboundOut = HTTPBytes

    private enum Phase {
        case head
        case body
        case chunks(ChunkedBody)
        /// Reads a body that nobody wants, then answers.
        case refusing(left: Int)
        case refusingChunks(ChunkedBody, left: Int)
        /// Somebody works on the answer.
        case waiting
        /// The answer is out; what still comes is thrown away until the client has gone.
        case closing
    }

    /// Bytes of requests that may wait behind the one that is answered.
    private static let waitingLimit = 1 << 20
    /// Bytes of an unwanted body that are read, so that the client sees the answer instead of a reset.
    private static let unwantedLimit = 16 << 20

    private let server: HTTPServerCore
    private var context: ChannelHandlerContext?
    private var input = HTTPBytes()
    private var phase = Phase.head
    private var head = HTTPHead()
    private var ingest: HTTPIngest?
    private var submission: HTTPSubmission?
    private var bodyLeft = 0
    private var refusal: HTTPAnswer?
    private var hasPausedReading = false
    private var started: NIODeadline = .now()
    /// When something last happened, for connections that hang.
    private(set) var lastActive: NIODeadline = .now()

    init(_ server: HTTPServerCore) { self.server = server }

    var isIdle: Bool { if case .head = phase { input.readableBytes == 0 } else { false } }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        server.add(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        guard context != nil else { return }
        context = nil
        server.remove(self)
        // A body that was submitted is finished and answered to nobody.
        if case .waiting = phase { return }
        if let submission { ingest?.release(submission.admitted) }
        submission = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        lastActive = .now()
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        process()
    }

    func close() { context?.close(promise: nil) }

    // MARK: Requests

    private func process() {
        while input.readableBytes > 0 {
            switch phase {
            case .head: guard takeHead() else { return }
            case .body: takeBody()
            case .chunks(let chunks): guard takeChunks(chunks) else { return }
            case .refusing(let left): skip(left)
            case .refusingChunks(let chunks, let left): guard skipChunks(chunks, left) else { return }
            case .waiting:
                if input.readableBytes > Self.waitingLimit { pauseReading() }
                return
            case .closing:
                input.clear()
                return
            }
        }
    }

    /// Takes a head; false when more bytes are needed.
    private func takeHead() -> Bool {
        let outcome = input.withUnsafeReadableBytes { bytes -> Result<Bool, HTTPFault> in
            Result { () throws(HTTPFault) in
                guard let head = try HTTPHeadParser.parse(bytes) else { return false }
                started = lastActive
                self.head = head
                begin(bytes)
                return true
            }
        }
        switch outcome {
        case .success(true):
            input.moveReaderIndex(forwardBy: head.byteCount)
            startBody()
            return true
        case .success(false): return false
        case .failure(let fault):
            head = HTTPHead()
            head.keepsAlive = false
            answer(.error(fault.status, fault.reason))
            return false
        }
    }

    /// Decides from the head what happens: an ingest, a refusal, or an answer that somebody computes.
    private func begin(_ bytes: UnsafeRawBufferPointer) {
        refusal = nil
        submission = nil
        ingest = server.router.ingest(bytes, head.target)
        if let ingest, head.method == .post { return begin(ingest, bytes) }
        let target = String(decoding: bytes[head.target], as: UTF8.self)
        let query = HTTPQuery(
            target: target, accept: head.accept.map { String(decoding: bytes[$0], as: UTF8.self) })
        let handler = server.router.handler(query.path)
        switch (head.method, handler) {
        case (.get, let handler?), (.head, let handler?): pendingAnswer = (handler, query)
        case (_, nil) where ingest != nil:
            refusal = .error(405, "events are sent by POST", headers: [.init("Allow", "POST")])
        case (_, nil): refusal = .error(404, "there is nothing at '\(query.path)'")
        case (_, _): refusal = .error(405, "this is asked for by GET", headers: [.init("Allow", "GET, HEAD")])
        }
    }

    private var pendingAnswer: (HTTPRouter.Handler, HTTPQuery)?

    private func begin(_ ingest: HTTPIngest, _ bytes: UnsafeRawBufferPointer) {
        let type = HTTPBodyType(bytes, head.contentType)
        guard type != .other else {
            refusal = .error(415, "a body is application/x-ndjson or application/json")
            return
        }
        let encoding = HTTPBodyEncoding(bytes, head.contentEncoding)
        guard encoding != .other else {
            refusal = .error(
                415, "a body's Content-Encoding is gzip or zstd", headers: [.init("Accept-Encoding", "gzip, zstd")])
            return
        }
        guard head.isChunked || head.contentLength != nil else {
            refusal = .error(411, "a body needs a Content-Length, or comes in chunks")
            return
        }
        let length = head.contentLength ?? 0
        guard length <= ingest.limits.bodyBytes else {
            refusal = .error(413, "a body has at most \(ingest.limits.bodyBytes) bytes")
            return
        }
        var key: [UInt8]?
        if let range = head.idempotencyKey, !range.isEmpty {
            guard range.count <= SpoolRecord.maximumKeyBytes else {
                refusal = .error(400, "an Idempotency-Key has at most \(SpoolRecord.maximumKeyBytes) bytes")
                return
            }
            key = Array(bytes[range])
        }
        let admitted = head.isChunked ? ingest.limits.bodyBytes : length
        if let refused = ingest.admit(admitted) {
            refusal = server.answer(refused)
            return
        }
        let submission = HTTPSubmission(
            capacity: head.isChunked ? 4096 : length, admitted: admitted, loop: server.id, requester: self,
            group: server.finish)
        submission.key = key
        submission.isValue = type == .json
        submission.compression = encoding.compression
        self.submission = submission
    }

    /// After the head: the body, if there is one.
    private func startBody() {
        bodyLeft = head.contentLength ?? 0
        if submission != nil {
            if head.expectsContinue, input.readableBytes == 0 { write(server.continuing) }
            if head.isChunked { phase = .chunks(ChunkedBody()) } else { phase = .body }
            if !head.isChunked, bodyLeft == 0 { submit() }
        } else if head.isChunked {
            if head.expectsContinue { return answerAndClose() }
            phase = .refusingChunks(ChunkedBody(), left: Self.unwantedLimit)
        } else if bodyLeft > Self.unwantedLimit || head.expectsContinue {
            answerAndClose()
        } else if bodyLeft > 0 {
            phase = .refusing(left: bodyLeft)
        } else {
            compute()
        }
    }

    private func takeBody() {
        let count = min(bodyLeft, input.readableBytes)
        input.withUnsafeReadableBytes { submission?.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        input.moveReaderIndex(forwardBy: count)
        bodyLeft -= count
        if bodyLeft == 0 { submit() }
    }

    /// Takes chunks; false when the connection ends with it.
    private func takeChunks(_ chunks: ChunkedBody) -> Bool {
        var chunks = chunks
        let limit = ingest?.limits.bodyBytes ?? 0
        var isTooLong = false
        let (offset, outcome) = input.withUnsafeReadableBytes { bytes -> (Int, Result<Bool, HTTPFault>) in
            var offset = 0
            let outcome = Result { () throws(HTTPFault) -> Bool in
                while true {
                    switch try chunks.next(bytes, &offset) {
                    case .data(let range):
                        submission?.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
                        if let submission, submission.byteCount > limit {
                            isTooLong = true
                            return false
                        }
                    case .more: return false
                    case .end: return true
                    }
                }
            }
            return (offset, outcome)
        }
        input.moveReaderIndex(forwardBy: offset)
        if isTooLong {
            drop()
            refusal = .error(413, "a body has at most \(limit) bytes")
            answerAndClose()
            return false
        }
        switch outcome {
        case .success(true): submit()
        case .success(false): phase = .chunks(chunks)
        case .failure(let fault):
            drop()
            head.keepsAlive = false
            answer(.error(fault.status, fault.reason))
            return false
        }
        return true
    }

    private func drop() {
        if let submission { ingest?.release(submission.admitted) }
        submission = nil
    }

    private func skip(_ left: Int) {
        let count = min(left, input.readableBytes)
        input.moveReaderIndex(forwardBy: count)
        phase = .refusing(left: left - count)
        if left == count { compute() }
    }

    private func skipChunks(_ chunks: ChunkedBody, _ left: Int) -> Bool {
        var chunks = chunks
        var left = left
        let (offset, hasEnded) = input.withUnsafeReadableBytes { bytes -> (Int, Bool?) in
            var offset = 0
            while true {
                let step = Result { () throws(HTTPFault) in try chunks.next(bytes, &offset) }
                switch step {
                case .success(.data(let range)): left -= range.count
                case .success(.more): return (offset, left >= 0 ? false : nil)
                case .success(.end): return (offset, true)
                case .failure: return (offset, nil)
                }
            }
        }
        input.moveReaderIndex(forwardBy: offset)
        guard let hasEnded else {
            answerAndClose()
            return false
        }
        phase = .refusingChunks(chunks, left: left)
        if hasEnded { compute() }
        return true
    }

    // MARK: Answers

    private func submit() {
        guard let submission else { return }
        phase = .waiting
        ingest?.submit(submission)
    }

    /// Answers a refusal at once, and lets anything else be computed on a thread that may take its time.
    private func compute() {
        if let refusal { return answer(refusal) }
        guard let (handler, query) = pendingAnswer else { return answer(.error(500, "no answer")) }
        pendingAnswer = nil
        phase = .waiting
        server.compute(handler, query, for: self)
    }

    private func answerAndClose() {
        head.keepsAlive = false
        answer(refusal ?? .error(400, "the request cannot be read"))
    }

    func answer(_ answer: HTTPAnswer) {
        let keepsAlive = head.keepsAlive && !server.isClosing
        respond(
            answer.serialized(keepsAlive: keepsAlive, includesBody: head.method != .head), status: answer.status,
            keepsAlive: keepsAlive)
    }

    /// The outcome of the body that was submitted.
    func finish(_ submission: HTTPSubmission) {
        guard context != nil else { return }
        self.submission = nil
        let keepsAlive = head.keepsAlive && !server.isClosing
        switch submission.outcome {
        case .stored where keepsAlive: respond(server.accepted, status: 202, keepsAlive: true)
        case .stored, .open: answer(HTTPAnswer(status: 202, contentType: "", body: HTTPBytes()))
        case .repeated:
            answer(
                HTTPAnswer(
                    status: 202, contentType: "", headers: [.init("Idempotent-Replayed", "true")], body: HTTPBytes()))
        case .refused(let refusal): answer(server.answer(refusal))
        case .invalid(let status, let reason): answer(.error(status, reason))
        }
        if context != nil, input.readableBytes > 0 { process() }
    }

    /// An answer that was computed.
    func finish(_ answer: HTTPAnswer) {
        guard context != nil else { return }
        self.answer(answer)
        if context != nil, input.readableBytes > 0 { process() }
    }

    private func respond(_ bytes: HTTPBytes, status: Int, keepsAlive: Bool) {
        guard let context else { return }
        server.meters.count(status: status, nanoseconds: (.now() - started).nanoseconds)
        write(bytes)
        if keepsAlive {
            phase = .head
            if hasPausedReading { resumeReading() }
        } else {
            phase = .closing
            // Whoever closes with unread bytes resets the connection, and the client may not see the answer.
            context.close(mode: .output, promise: nil)
            server.closeLater(self)
        }
    }

    private func write(_ bytes: HTTPBytes) {
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func pauseReading() {
        guard !hasPausedReading else { return }
        hasPausedReading = true
        context?.channel.setOption(.autoRead, value: false).whenFailure { _ in }
    }

    private func resumeReading() {
        hasPausedReading = false
        context?.channel.setOption(.autoRead, value: true).whenFailure { _ in }
    }
}
