import Columnar
import Formats

/// A body on its way into the spool.
///
/// The server fills it, the ingest's thread decides its outcome, the server answers: one at a time.
final class HTTPSubmission: @unchecked Sendable {
    enum Outcome {
        case open
        case stored
        /// A body with this Idempotency-Key is there already.
        case repeated
        case refused(HTTPRefusal)
        /// The body is not what its headers say.
        case invalid(status: Int, String)
    }

    var body: Buffer
    var byteCount = 0
    var key: [UInt8]?
    var compression: StreamCompression?
    /// The sender calls the body one JSON value.
    var isValue = false
    /// What `HTTPIngest.admit` counted.
    var admitted: Int
    var outcome = Outcome.open
    /// The server's thread, to which outcomes are brought together.
    let loop: ObjectIdentifier
    /// Called with submissions of the same thread when their outcomes are known.
    let group: @Sendable ([HTTPSubmission]) -> Void
    /// Whoever waits for the answer.
    let requester: AnyObject

    init(
        capacity: Int, admitted: Int, loop: ObjectIdentifier, requester: AnyObject,
        group: @escaping @Sendable ([HTTPSubmission]) -> Void
    ) {
        // A line feed may be added at the end.
        body = Buffer(byteCount: capacity + 1)
        self.admitted = admitted
        self.loop = loop
        self.requester = requester
        self.group = group
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        if byteCount + bytes.count + 1 > body.byteCount {
            let larger = Buffer(byteCount: max(byteCount + bytes.count + 1, body.byteCount * 2))
            larger.base.copyMemory(from: body.base, byteCount: byteCount)
            body = larger
        }
        guard let start = bytes.baseAddress else { return }
        (body.base + byteCount).copyMemory(from: start, byteCount: bytes.count)
        byteCount += bytes.count
    }

    /// Makes lines of the body: decompressed, an event a line, the last one ended. False with an outcome otherwise.
    func prepare(limit: Int) -> Bool {
        if let compression {
            do throws(MemoryDecompression.Fault) {
                let bytes = UnsafeRawBufferPointer(start: body.base, count: byteCount)
                (body, byteCount) = try MemoryDecompression.plain(bytes, compression, limit: limit)
            } catch {
                switch error {
                case .tooLong:
                    outcome = .invalid(status: 413, "the body has more than \(limit) bytes when it is decompressed")
                case .damaged(let reason): outcome = .invalid(status: 400, reason)
                }
                return false
            }
        }
        guard byteCount > 0 else {
            outcome = .invalid(status: 400, "the body is empty")
            return false
        }
        let bytes = body.mutable(UInt8.self)
        do throws(SwiftwaterError) {
            try JSONBody.separate(bytes, byteCount, isValue: isValue)
        } catch {
            outcome = .invalid(status: 400, error.message)
            return false
        }
        if bytes[byteCount - 1] != 0x0A {
            bytes[byteCount] = 0x0A
            byteCount += 1
        }
        return true
    }
}
