import Streams
import Testing

@Suite struct WatermarkTrackerTests {
    private let a = SourcePartition(source: "s", id: "a")
    private let b = SourcePartition(source: "s", id: "b")

    @Test("The watermark is the least of the partitions' latest times, less the delay")
    func minimum() {
        var tracker = WatermarkTracker(delay: 10, idleAfter: 100)
        #expect(tracker.advance(now: 0) == .min)
        tracker.observe(a, latest: 50, now: 1)
        tracker.observe(b, latest: 30, now: 1)
        #expect(tracker.advance(now: 1) == 20)
        tracker.observe(b, latest: 90, now: 2)
        #expect(tracker.advance(now: 2) == 40)
    }

    @Test("It never falls, whatever comes")
    func monotone() {
        var tracker = WatermarkTracker(delay: 0, idleAfter: 10)
        var last = Int64.min
        var random = SystemRandomNumberGenerator()
        for now in 0..<1000 as Range<Int64> {
            let partition = Bool.random(using: &random) ? a : b
            tracker.observe(partition, latest: .random(in: -1000...1000, using: &random), now: now)
            if now % 97 == 0 { tracker.remove(partition) }
            let watermark = tracker.advance(now: now)
            #expect(watermark >= last)
            last = watermark
        }
    }

    @Test("A new partition holds it up until it is idle, and so does a silent one")
    func idle() {
        var tracker = WatermarkTracker(delay: 0, idleAfter: 100)
        tracker.observe(a, latest: 50, now: 0)
        tracker.add(b, now: 0)
        #expect(tracker.advance(now: 1) == .min)
        #expect(tracker.advance(now: 99) == .min)
        tracker.observe(a, latest: 60, now: 99)
        #expect(tracker.advance(now: 100) == 60)
        tracker.observe(b, latest: 55, now: 101)
        tracker.observe(a, latest: 80, now: 101)
        #expect(tracker.advance(now: 101) == 60)
        tracker.observe(a, latest: 90, now: 201)
        #expect(tracker.advance(now: 201) == 90)
        // All idle: nothing is known that is new.
        #expect(tracker.advance(now: 1000) == 90)
    }

    @Test("It goes on from what a commit says")
    func restored() {
        let tracker = WatermarkTracker(delay: 5, idleAfter: 10, latest: [a: 20, b: 10], watermark: 5, now: 0)
        var same = tracker
        same.observe(b, latest: 30, now: 1)
        #expect(same.advance(now: 1) == 15)
    }
}
