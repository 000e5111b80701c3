import Columnar
import Streams
import Testing

/// The life of a partition in a process.
@Suite struct PartitionTaskTests {
    private let failure = SwiftwaterError(.io, "gone")

    @Test("A partition is run, wanted back, and released when its run has ended, however that ends")
    func leaves() {
        for end in [PartitionTask.End.done, .fenced, .failed(failure)] {
            var task = PartitionTask(now: 10)
            #expect(!task.isDue(9) && task.isDue(10))
            task.started()
            #expect(!task.isDue(20))
            let first = task.revoked()
            #expect(first)
            let again = task.revoked()
            #expect(!again, "there is nothing to stop twice")
            let decision = task.ended(end, hasCommitted: true, now: 20)
            #expect(decision == .release)
        }
    }

    @Test("What has no run is released at once")
    func neverBegan() {
        var task = PartitionTask(now: 0)
        let hasRun = task.revoked()
        #expect(!hasRun)
        let decision = task.ended(.done, hasCommitted: false, now: 0)
        #expect(decision == .release)
    }

    @Test("Who is fenced waits before it begins again")
    func fenced() {
        var task = PartitionTask(now: 0)
        task.started()
        let decision = task.ended(.fenced, hasCommitted: true, now: 100)
        #expect(decision == .nothing)
        #expect(!task.isDue(99 + PartitionTask.fencedPause) && task.isDue(100 + PartitionTask.fencedPause))
    }

    @Test("A run that fails is tried again while epochs are committed in between; one that makes no sense is not")
    func failures() {
        var task = PartitionTask(now: 0)
        for attempt in 1...3 {
            task.started()
            let decision = task.ended(.failed(failure), hasCommitted: false, now: 0)
            #expect(decision == (attempt < 3 ? .nothing : .giveUp(failure)))
        }
        task = PartitionTask(now: 0)
        for _ in 1...9 {
            task.started()
            let decision = task.ended(.failed(failure), hasCommitted: true, now: 0)
            #expect(decision == .nothing)
        }
        task.started()
        let usage = SwiftwaterError(.usage, "no such column")
        let decision = task.ended(.failed(usage), hasCommitted: true, now: 0)
        #expect(decision == .giveUp(usage))
    }

    @Test("A partition whose events are all taken is not begun again")
    func done() {
        var task = PartitionTask(now: 0)
        task.started()
        let decision = task.ended(.done, hasCommitted: true, now: 0)
        #expect(decision == .nothing)
        #expect(!task.isDue(.max) && task.state == .done)
    }
}
