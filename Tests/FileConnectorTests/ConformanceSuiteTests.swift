import Columnar
import SourceConformance
import Streams
import Testing

/// A source that breaks one promise.
private final class BrokenSource: StreamSource, @unchecked Sendable {
    enum Fault: String, CaseIterable, Sendable {
        case losesBlocks, repeatsBlocks, ignoresUntil, ignoresPositions, isDrainedAtOnce, missesWakes, altersBytes
        case knowsNoLag, staysOpen

        /// The check that finds it.
        var check: SourceConformance.Check {
            switch self {
            case .losesBlocks: .positions
            case .repeatsBlocks: .order
            case .ignoresUntil: .until
            case .ignoresPositions: .seek
            case .isDrainedAtOnce: .drain
            case .missesWakes: .wake
            case .altersBytes: .poison
            case .knowsNoLag: .lag
            case .staysOpen: .shutdown
            }
        }
    }

    private let source: any StreamSource
    private let fault: Fault
    private var blocks = 0

    init(_ source: any StreamSource, _ fault: Fault) {
        self.source = source
        self.fault = fault
    }

    var name: String { source.name }
    var isReplayable: Bool { source.isReplayable }
    var lag: [SourcePartition: Int64] { fault == .knowsNoLag ? [:] : source.lag }

    func open(at positions: Positions) throws(SwiftwaterError) {
        try source.open(at: fault == .ignoresPositions ? [:] : positions)
    }

    func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        var request = request
        if fault == .ignoresUntil { request.until = nil }
        if fault == .missesWakes { request.timeout = min(request.timeout, .seconds(3)) }
        var result = try source.poll(request)
        blocks += result.blocks.count
        switch fault {
        case .losesBlocks: if blocks > 3, !result.blocks.isEmpty { result.blocks.removeFirst() }
        case .repeatsBlocks: if let first = result.blocks.first { result.blocks.append(first) }
        case .isDrainedAtOnce: result.isDrained = true
        case .altersBytes:
            for block in result.blocks {
                for index in 0..<block.byteCount where block.bytes.mutable(UInt8.self)[index] > 0x7F {
                    block.bytes.mutable(UInt8.self)[index] = UInt8(ascii: "?")
                }
            }
        default: break
        }
        return result
    }

    func acknowledge(_ positions: Positions) throws(SwiftwaterError) { try source.acknowledge(positions) }
    func wake() { if fault != .missesWakes { source.wake() } }

    func close() {
        if fault == .staysOpen { Self.kept.withLock { $0.append(source) } } else { source.close() }
    }

    private static let kept = Locked<[any StreamSource]>([])
}

private final class BrokenHarness: SourceHarness {
    private let harness: FolderHarness
    private let fault: BrokenSource.Fault

    init(_ fault: BrokenSource.Fault) throws {
        harness = try FolderHarness(files: 1)
        self.fault = fault
    }

    var traits: SourceTraits {
        var traits = harness.traits
        traits.patience = .seconds(2)
        return traits
    }

    func makeSource() throws -> any StreamSource { BrokenSource(try harness.makeSource(), fault) }
    func write(_ events: [[UInt8]]) throws { try harness.write(events) }
}

@Suite(.serialized) struct ConformanceSuiteTests {
    @Test(arguments: BrokenSource.Fault.allCases)
    fileprivate func `the suite finds a source that breaks its promises`(_ fault: BrokenSource.Fault) {
        #expect(throws: ConformanceFailure.self) {
            try SourceConformance.run(fault.check) { try BrokenHarness(fault) }
        }
    }
}
