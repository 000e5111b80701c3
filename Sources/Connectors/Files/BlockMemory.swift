import Columnar
import Glibc

/// Buffers for blocks, used again when nobody holds them: fresh memory costs more than reading into it.
struct BlockMemory {
    private var buffers: [Buffer] = []
    private static let kept = 24

    /// A buffer of at least `byteCount` bytes with unknown contents.
    mutating func take(_ byteCount: Int) -> Buffer {
        for index in buffers.indices
        where buffers[index].byteCount >= byteCount && buffers[index].byteCount <= max(byteCount * 4, 1 << 16) {
            if isKnownUniquelyReferenced(&buffers[index]) { return buffers[index] }
        }
        let buffer = Buffer(byteCount: byteCount)
        if buffers.count < Self.kept {
            buffers.append(buffer)
        } else {
            // One that somebody holds, or that does not fit.
            buffers[Int.random(in: 0..<Self.kept)] = buffer
        }
        return buffer
    }
}

/// Milliseconds since 1970.
func millisecondsNow() -> Int64 { nanosecondsNow() / 1_000_000 }

/// Nanoseconds since 1970, by the clock that files' times are told in.
func nanosecondsNow() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
