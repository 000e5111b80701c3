import Columnar
import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a served function logs on standard error, a line for each thing: `time=… level=info msg=… key=value`, or JSON.
struct ServingLog: Sendable {
    let asJSON: Bool

    func write(_ notice: StreamNotice) { write(notice.level, notice.message) }

    func write(_ level: StreamNotice.Level, _ message: String, _ facts: [(key: String, value: String)] = []) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time = TimestampText.utc(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
        let all = [("time", time), ("level", level.rawValue), ("msg", message)] + facts
        if asJSON {
            return ErrorOutput.write(JSONText.members(all.map { ($0.0, .string($0.1)) }).text + "\n")
        }
        let line = all.map { "\($0.0)=\(Self.value($0.1))" }.joined(separator: " ")
        // A progress line may stand there.
        ErrorOutput.write((ErrorOutput.isTerminal ? "\r\u{1B}[2K" : "") + line + "\n")
    }

    /// Quoted where it would not be one word.
    private static func value(_ text: String) -> String {
        let isWord = !text.isEmpty && !text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == 0x3D }
        return isWord ? text : JSONText.string(text).text
    }
}
