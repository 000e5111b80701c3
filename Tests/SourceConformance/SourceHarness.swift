package import Streams

/// One kind of source with the server side that it reads from, as the conformance suite needs it.
///
/// A harness is made afresh for each check: an empty topic, an empty folder, a port of its own. Whatever it starts it
/// stops in its deinitializer.
package protocol SourceHarness: AnyObject {
    var traits: SourceTraits { get }
    /// A source over the server side as it is now, not yet open, which begins with the earliest event.
    /// The one before has been closed. Two are never open at once.
    func makeSource() throws -> any StreamSource
    /// Writes events, each a whole message (or a line) without a line feed at its end, in this order. A source sees them
    /// within moments of the return. Calls come from one thread at a time.
    func write(_ events: [[UInt8]]) throws
    /// Cuts the source off: stops the broker, the connection, what there is. Only where `traits.canBeCut`.
    func cut() throws
    /// Ends the cut. Events written before are still there.
    func restore() throws
    /// Says that nothing will be written any more. Only where `traits.ends`.
    func finish() throws
}

extension SourceHarness {
    package func cut() throws {}
    package func restore() throws {}
    package func finish() throws {}
}

/// What a kind of source promises beyond the contract of all, and how patient the checks are with it.
package struct SourceTraits: Sendable {
    /// A new source can be opened at any position that was handed out.
    package var isReplayable = true
    /// The harness can `cut` and `restore`.
    package var canBeCut = false
    /// The harness can `finish`, after which the source says `isEnded`.
    package var ends = false
    /// An event may hold line feeds, because events are messages and not lines.
    package var eventsMayHoldLineFeeds = true
    /// Events that a server in between would refuse before the source gets them; left out of the poison check.
    package var refuses: @Sendable ([UInt8]) -> Bool = { _ in false }
    /// Bytes that are written while nobody polls (0: nothing can be), and what the process may grow by meanwhile.
    package var backlogBytes = 64 << 20
    package var memoryLimit = 40 << 20
    /// The largest block may be this much larger than `PollRequest.maximumBytes`.
    package var slackBytes = 2 << 20
    /// From `write` to the event in a `poll` that waits.
    package var latencyLimit = Duration.seconds(1)
    /// From `wake` to the return of a `poll` that waits.
    package var wakeLimit = Duration.milliseconds(500)
    package var closeLimit = Duration.seconds(3)
    /// For everything else: joining a group, a server that starts.
    package var patience = Duration.seconds(30)
    /// Open files and threads that may stay when a source has been closed, for libraries that keep some.
    package var keptDescriptors = 0
    /// Where all files are that the source opens; nil where it opens others too. What other tests open and close
    /// meanwhile then does not count.
    package var folder: String?

    package init() {}
}
