import CZstd
import Columnar

/// zstd by its own library, frame after frame.
final class ZstdDecoder: StreamDecoder {
    let name = "zstd"
    private(set) var isAtEnd = false
    private let stream: OpaquePointer

    init() throws(SwiftwaterError) {
        guard let stream = ZSTD_createDStream() else { throw SwiftwaterError(.memory, "zstd cannot start") }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    func step(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(StreamFault) -> StreamStep {
        if source.isEmpty, isAtEnd { return StreamStep(consumed: 0, produced: 0) }
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let code = ZSTD_decompressStream(stream, &output, &input)
        if ZSTD_isError(code) != 0 {
            let tooLarge = ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge
            throw StreamFault(
                reason: "the zstd data is not valid (\(String(cString: ZSTD_getErrorName(code))))",
                hint: tooLarge
                    ? "it was made with a window of more than 128 MiB; compress it again without --long"
                    : "the file is damaged or is not zstd; its name says it is")
        }
        if input.pos > 0 || output.pos > 0 { isAtEnd = code == 0 }
        return StreamStep(consumed: input.pos, produced: output.pos)
    }
}
