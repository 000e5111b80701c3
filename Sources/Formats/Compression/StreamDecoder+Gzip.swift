import CZlib
import Columnar

/// gzip by zlib's `inflate`, member after member.
final class GzipDecoder: StreamDecoder {
    let name = "gzip"
    private(set) var isAtEnd = false
    private let stream: UnsafeMutablePointer<z_stream>
    private var inMember = false
    /// After the last member only zeros, as tape tools pad files with.
    private var inPadding = false

    init() throws(SwiftwaterError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16: a gzip wrapper.
        let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            throw SwiftwaterError(.memory, "zlib cannot start (code \(code))")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func step(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(StreamFault) -> StreamStep {
        if source.isEmpty, !inMember { return StreamStep(consumed: 0, produced: 0) }
        if isAtEnd {
            var zeros = 0
            while zeros < source.count, source[zeros] == 0 { zeros += 1 }
            if zeros > 0 {
                inPadding = true
                return StreamStep(consumed: zeros, produced: 0)
            }
            guard !inPadding, source[0] == 0x1F else {
                throw StreamFault(
                    reason: "there is something other than gzip data after its end", hint: "the file is damaged")
            }
            inflateReset(stream)
        }
        isAtEnd = false
        inMember = true
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(clamping: source.count)
        stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(clamping: target.count)
        let given = (stream.pointee.avail_in, stream.pointee.avail_out)
        let code = inflate(stream, Z_NO_FLUSH)
        let step = StreamStep(
            consumed: Int(given.0 - stream.pointee.avail_in), produced: Int(given.1 - stream.pointee.avail_out))
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            inMember = false
            isAtEnd = true
        case Z_MEM_ERROR: throw StreamFault(reason: "zlib is out of memory", hint: nil)
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
            throw StreamFault(
                reason: "the gzip data is not valid (\(reason))",
                hint: "the file is damaged or is not gzip; its name says it is")
        }
        return step
    }
}
