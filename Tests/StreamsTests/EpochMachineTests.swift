import Columnar
import Query
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
    ///
    /// - Parameter beside: steps of later epochs between those of a snapshot that is saved beside; nil: it is a part of
    ///   its epoch.
    private func run(
        _ disk: inout Disk, to last: Int64, life: Int, outputs: Int, hasStates: Bool, snapshotEvery: Int64,
        beside: Int? = nil
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
        var saver: EpochMachine?
        var pause = 0
        func saverGoesOn() -> Bool {
            guard var machine = saver, pause <= 0 else {
                pause -= 1
                return true
            }
            if left == 0 { return false }
            left -= 1
            disk.carryOut(machine.step, machine.epoch)
            machine.succeeded()
            saver = machine.step == .finished ? nil : machine
            pause = beside ?? 0
            return true
        }
        while epoch <= last {
            let saves = hasStates && epoch % snapshotEvery == 0
            let savesWithin = saves && beside == nil
            var machine = EpochMachine(
                epoch: epoch, outputs: outputs, isPlanned: disk.plans.contains(epoch), takesSnapshot: savesWithin,
                acknowledges: savesWithin || !hasStates, retries: 0)
            while machine.step != .finished {
                if !saverGoesOn() { return false }
                if left == 0 { return false }
                left -= 1
                disk.carryOut(machine.step, epoch)
                machine.succeeded()
            }
            if saves, beside != nil, saver == nil { saver = EpochMachine(saving: epoch, retries: 0) }
            epoch += 1
        }
        while saver != nil { if !saverGoesOn() { return false } }
        return true
    }

    @Test(
        "However often a process dies, each output shows each epoch once and in order",
        arguments: [0, 1, 3], [nil, 0, 1, 3] as [Int?])
    func exhaustive(outputs: Int, beside: Int?) throws {
        for (snapshotEvery, hasStates) in [(1, false), (1, true), (2, true), (3, true)] as [(Int64, Bool)] {
            for first in 0..<40 {
                for second in 0..<40 {
                    var disk = Disk(
                        staged: Array(repeating: [], count: outputs), visible: Array(repeating: [], count: outputs))
                    for life in [first, second, .max] {
                        let lived = try run(
                            &disk, to: 4, life: life, outputs: outputs, hasStates: hasStates,
                            snapshotEvery: snapshotEvery, beside: beside)
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

    @Test("Changes are saved while they are few; a whole snapshot begins a new chain")
    func chain() throws {
        var policy = SnapshotPolicy()
        policy.links = 4
        let changes = SnapshotExtent.changes(atLeast: policy.groups, share: policy.share)
        var chain = SnapshotChain()
        #expect(chain.extent(policy) == .whole)
        chain.saved(3, bytes: 1000, isWhole: true)
        #expect(chain.extent(policy) == changes)
        chain.saved(5, bytes: 400, isWhole: false)
        #expect(chain.links == [3, 5] && chain.extent(policy) == changes)
        // More than half of the whole.
        chain.saved(6, bytes: 101, isWhole: false)
        #expect(chain.extent(policy) == .whole)
        chain.saved(7, bytes: 1000, isWhole: true)
        #expect(chain.links == [7])
        for epoch in 8...10 as ClosedRange<Int64> { chain.saved(epoch, bytes: 1, isWhole: false) }
        #expect(chain.links == [7, 8, 9, 10] && chain.extent(policy) == .whole)
        chain.saved(11, bytes: 1000, isWhole: true)
        // What had changed is in no snapshot.
        chain.failed()
        #expect(chain.links.isEmpty && chain.extent(policy) == .whole)
    }

    @Test("A restart reads the newest snapshot and those that it builds on, and refuses a chain with a hole")
    func chains() throws {
        let bases: [Int64: Int64] = [4: 2, 5: 4, 7: 6]
        func recovery(_ snapshots: [Int64], commits: Int64 = 8) throws -> EpochRecovery {
            try EpochRecovery(
                plans: Array(1...commits), commits: Array(1...commits), snapshots: snapshots, hasStates: true
            ) { bases[$0] }
        }
        #expect(try recovery([2, 4, 5]).chain == [5, 4, 2])
        #expect(try recovery([2, 4, 5]).replayed == 6...8)
        #expect(try recovery([2, 4, 5], commits: 4).chain == [4, 2])
        // A new whole one makes the others superfluous, whatever is left of them.
        #expect(try recovery([4, 5, 6]).chain == [6])
        #expect(try recovery([5, 6, 7]).chain == [7, 6])
        let error = #expect(throws: SwiftwaterError.self) { try recovery([2, 5]) }
        #expect(error?.message.contains("changed since epoch 4, whose snapshot is missing") == true)
        #expect(throws: SwiftwaterError.self) {
            try SnapshotChain.links(from: 4, among: [4, 9]) { _ in 9 }
        }
    }
}
