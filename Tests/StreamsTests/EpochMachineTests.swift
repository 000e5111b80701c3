import Columnar
import Streams
import Testing

/// The commit of epochs and what restarts make of what it left, on a disk that remembers steps instead of bytes.
@Suite struct EpochMachineTests {
    /// What steps leave: the plans, commits and snapshots, and what each output shows.
    private struct Disk {
        var plans: Set<Int64> = []
        var commits: Set<Int64> = []
        var snapshots: Set<Int64> = []
        var staged: [[Int64]] = []
        var visible: [[Int64]] = []
        /// Before this epoch the sources have forgotten their events.
        var forgotten: Int64 = 0

        mutating func carryOut(_ step: EpochMachine.Step, _ epoch: Int64) {
            switch step {
            case .plan: plans.insert(epoch)
            case .prepare(let output): staged[output] = [epoch]
            case .commit: commits.insert(epoch)
            case .publish(let output): publish(output, epoch)
            case .snapshot: snapshots.insert(epoch)
            case .acknowledge: forgotten = epoch
            case .compact:
                plans = plans.filter { $0 >= epoch }
                commits = commits.filter { $0 >= epoch }
                snapshots = snapshots.filter { $0 >= epoch }
            case .finished: break
            }
        }

        mutating func publish(_ output: Int, _ epoch: Int64) {
            if staged[output] == [epoch] { visible[output].append(epoch) }
            staged[output] = []
        }
    }

    /// Runs epochs until one has the number `last`, dying after `life` steps. Returns whether it lived.
    private func run(
        _ disk: inout Disk, to last: Int64, life: Int, outputs: Int, hasStates: Bool, snapshotEvery: Int64
    ) throws -> Bool {
        var left = life
        let recovery = try EpochRecovery(
            plans: Array(disk.plans), commits: Array(disk.commits), snapshots: Array(disk.snapshots),
            hasStates: hasStates)
        // Everything that is read again is still there.
        if let replayed = recovery.replayed { #expect(replayed.lowerBound > disk.forgotten) }
        #expect(recovery.next > disk.forgotten)
        for output in 0..<outputs {
            if let committed = recovery.committed, disk.staged[output] == [committed] {
                disk.publish(output, committed)
            }
            disk.staged[output] = []
        }
        var epoch = recovery.next
        if let redone = recovery.redone { #expect(redone == epoch) }
        while epoch <= last {
            let saves = hasStates && epoch % snapshotEvery == 0
            var machine = EpochMachine(
                epoch: epoch, outputs: outputs, isPlanned: disk.plans.contains(epoch), takesSnapshot: saves,
                acknowledges: saves || !hasStates, retries: 0)
            while machine.step != .finished {
                if left == 0 { return false }
                left -= 1
                disk.carryOut(machine.step, epoch)
                machine.succeeded()
            }
            epoch += 1
        }
        return true
    }

    @Test(
        "However often a process dies, each output shows each epoch once and in order",
        arguments: [0, 1, 3], [false, true])
    func exhaustive(outputs: Int, hasStates: Bool) throws {
        for snapshotEvery in [1, 2, 3] as [Int64] {
            for first in 0..<40 {
                for second in 0..<40 {
                    var disk = Disk(
                        staged: Array(repeating: [], count: outputs), visible: Array(repeating: [], count: outputs))
                    for life in [first, second, .max] {
                        let lived = try run(
                            &disk, to: 4, life: life, outputs: outputs, hasStates: hasStates,
                            snapshotEvery: snapshotEvery)
                        if lived { break }
                    }
                    for output in 0..<outputs { #expect(disk.visible[output] == [1, 2, 3, 4]) }
                    #expect(disk.commits.contains(4))
                }
            }
        }
    }

    @Test("The log stays short while snapshots are taken")
    func boundedLog() throws {
        var disk = Disk(staged: [[]], visible: [[]])
        _ = try run(&disk, to: 1000, life: .max, outputs: 1, hasStates: true, snapshotEvery: 3)
        #expect(disk.plans.count <= 3 && disk.commits.count <= 3 && disk.snapshots == [999])
    }

    @Test("A step is tried again as often as it may, then the run gives up; a snapshot is left out instead")
    func retries() {
        var machine = EpochMachine(epoch: 1, outputs: 1, takesSnapshot: true, retries: 2)
        #expect(machine.step == .plan && !machine.isCommitted)
        #expect(machine.failed() == .again(attempt: 1))
        #expect(machine.failed() == .again(attempt: 2))
        #expect(machine.failed() == .giveUp)
        machine.succeeded()
        machine.succeeded()
        #expect(machine.step == .commit && !machine.isCommitted)
        machine.succeeded()
        #expect(machine.step == .publish(0) && machine.isCommitted)
        machine.succeeded()
        #expect(machine.step == .snapshot)
        for attempt in 1...2 { #expect(machine.failed() == .again(attempt: attempt)) }
        #expect(machine.failed() == .skip)
        // What was not saved must be read again: nothing is acknowledged.
        #expect(machine.step == .finished)
    }

    @Test("A log with a hole is refused")
    func holes() throws {
        #expect(throws: SwiftwaterError.self) {
            try EpochRecovery(plans: [1, 3], commits: [1, 3], snapshots: [], hasStates: true)
        }
        #expect(throws: SwiftwaterError.self) {
            try EpochRecovery(plans: [1, 3], commits: [1], snapshots: [], hasStates: false)
        }
        let fresh = try EpochRecovery(plans: [], commits: [], snapshots: [], hasStates: true)
        #expect(fresh.next == 1 && fresh.replayed == nil && fresh.redone == nil)
        // Before it remembered anything, a function kept no log: its states begin with nothing.
        let grown = try EpochRecovery(plans: [7], commits: [7], snapshots: [], hasStates: true)
        #expect(grown.replayed == nil && grown.snapshot == nil && grown.next == 8)
        // A snapshot whose epoch was not committed does not count.
        let early = try EpochRecovery(plans: [1, 2], commits: [1], snapshots: [2], hasStates: true)
        #expect(early.snapshot == nil && early.replayed == 1...1 && early.redone == 2)
    }
}
