package import Columnar

/// Reads the plain bytes of a gzip or zstd file or pipe, front to back.
///
/// Members (gzip) and frames (zstd) that follow each other are one stream, as their tools have it. Input that ends
/// early, is damaged or goes on with other bytes is a `data` error that names the file and the byte.
/// Memory stays the same however far the input expands.
package final class DecompressingReader {
    private let file: FileDescriptor
    private let decoder: any StreamDecoder
    private let input: UnsafeMutableRawBufferPointer
    /// Where the bytes that the decoder has not taken begin and end in `input`.
    private var start = 0
    private var end = 0
    private var inputEnded = false
    private var finished = false
    /// Whether `read` failed because the input ends early: what comes may be complete one day.
    package private(set) var isCutOff = false
    /// Bytes of the file before `input`.
    private var bytesBefore = 0

    package init(_ file: FileDescriptor, kind: StreamCompression) throws(SwiftwaterError) {
        self.file = file
        switch kind {
        case .gzip: decoder = try GzipDecoder()
        case .zstd: decoder = try ZstdDecoder()
        }
        input = .allocate(byteCount: 1 << 17, alignment: 64)
    }

    deinit { input.deallocate() }

    /// Compressed bytes taken so far, for progress.
    package var compressedByteCount: Int { bytesBefore + start }

    /// Reads up to `byteCount` bytes; fewer when the input has no more at hand, 0 only at the end.
    package func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        var produced = 0
        while produced == 0, byteCount > 0, !finished {
            if start == end, !inputEnded { try refill() }
            if start == end, inputEnded {
                // The decoder may hold bytes that did not fit the last call.
                let step = try decode(into: base, byteCount: byteCount)
                if step > 0 { return step }
                guard decoder.isAtEnd else {
                    isCutOff = true
                    throw problem(
                        bytesBefore + end == 0
                            ? "the file is empty; \(decoder.name) data is expected"
                            : "the \(decoder.name) data ends early, at byte \(bytesBefore + end)",
                        hint: "the file is cut off; get it again")
                }
                finished = true
                return 0
            }
            produced = try decode(into: base, byteCount: byteCount)
        }
        return produced
    }

    private func refill() throws(SwiftwaterError) {
        bytesBefore += end
        start = 0
        end = 0
        guard let base = input.baseAddress else { return }
        end = try file.read(into: base, byteCount: input.count)
        if end == 0 { inputEnded = true }
    }

    private func decode(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        guard let source = input.baseAddress else { return 0 }
        let step: StreamStep
        do throws(StreamFault) {
            step = try decoder.step(
                UnsafeRawBufferPointer(start: source + start, count: end - start),
                UnsafeMutableRawBufferPointer(start: base, count: byteCount))
        } catch {
            throw problem("\(error.reason), near byte \(bytesBefore + start)", hint: error.hint)
        }
        start += step.consumed
        return step.produced
    }

    private func problem(_ reason: String, hint: String?) -> SwiftwaterError {
        SwiftwaterError(.data, reason, at: SwiftwaterError.Location(file: file.path), hint: hint)
    }
}

/// What a decoder took and gave.
struct StreamStep {
    var consumed: Int
    var produced: Int
}

/// Why a decoder cannot go on.
struct StreamFault: Error {
    var reason: String
    var hint: String?
}

/// The decoder of one format behind `DecompressingReader`.
protocol StreamDecoder {
    var name: String { get }
    /// True between members or frames, of which there has been one.
    var isAtEnd: Bool { get }
    /// Takes from `source` and writes to `target`; either may be used in part, not both not at all while both have room.
    func step(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(StreamFault) -> StreamStep
}
