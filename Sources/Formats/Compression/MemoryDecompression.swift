package import Columnar

/// Decompresses a whole gzip or zstd body that is in memory.
package enum MemoryDecompression {
    /// Why a body could not be decompressed.
    package enum Fault: Error {
        /// The plain bytes are more than the limit.
        case tooLong
        case damaged(String)
    }

    /// The plain bytes, with a byte to spare behind them.
    ///
    /// - Parameter limit: plain bytes at most.
    package static func plain(
        _ bytes: UnsafeRawBufferPointer, _ kind: StreamCompression, limit: Int
    ) throws(Fault) -> (buffer: Buffer, count: Int) {
        let decoder: any StreamDecoder
        do throws(SwiftwaterError) {
            switch kind {
            case .gzip: decoder = try GzipDecoder()
            case .zstd: decoder = try ZstdDecoder()
            }
        } catch {
            throw .damaged(error.message)
        }
        var room = min(limit, max(4096, bytes.count * 8)) + 1
        var buffer = Buffer(byteCount: room + 1)
        var taken = 0
        var count = 0
        while true {
            let step: StreamStep
            do throws(StreamFault) {
                step = try decoder.step(
                    UnsafeRawBufferPointer(rebasing: bytes[taken...]),
                    UnsafeMutableRawBufferPointer(start: buffer.base + count, count: room - count))
            } catch {
                throw .damaged(error.reason)
            }
            taken += step.consumed
            count += step.produced
            if count > limit { throw .tooLong }
            if count == room {
                // One byte above the limit shows that there is more.
                room = min(limit + 1, room * 2)
                let larger = Buffer(byteCount: room + 1)
                larger.base.copyMemory(from: buffer.base, byteCount: count)
                buffer = larger
            } else if taken == bytes.count, step.produced == 0 {
                guard decoder.isAtEnd else { throw .damaged("the \(decoder.name) data ends early") }
                return (buffer, count)
            } else if step.consumed == 0, step.produced == 0 {
                throw .damaged("the \(decoder.name) data is not valid")
            }
        }
    }
}
