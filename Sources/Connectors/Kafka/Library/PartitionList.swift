import CKafka
import Columnar

/// A partition of a topic, as Kafka names it.
package struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var topic: String
    package var partition: Int32

    /// Its name as a part of a source: `ops/3`.
    package var description: String { "\(topic)/\(partition)" }

    package init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// The partition of a source's part; nil when the name is no `topic/number`.
    package init?(_ text: String) {
        guard let slash = text.lastIndex(of: "/"), let number = Int32(text[text.index(after: slash)...]) else {
            return nil
        }
        self.init(String(text[..<slash]), number)
    }

    package static func < (a: Self, b: Self) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
}

/// A list of partitions and offsets in the library's own form, freed with its last owner.
final class PartitionList {
    struct Entry {
        var partition: TopicPartition
        var offset: Int64
        var error: Int32
    }

    private let functions: UnsafePointer<kafka_functions>
    let pointer: UnsafeMutablePointer<kafka_partition_list>

    init(_ library: KafkaLibrary, _ partitions: some Sequence<(TopicPartition, Int64)>) throws(SwiftwaterError) {
        functions = library.functions
        guard let list = functions.pointee.list_new(16) else { throw Self.noMemory }
        pointer = list
        for (partition, offset) in partitions {
            guard let element = functions.pointee.list_add(list, partition.topic, partition.partition) else {
                throw Self.noMemory
            }
            element.pointee.offset = offset
        }
    }

    deinit { functions.pointee.list_destroy(pointer) }

    private static var noMemory: SwiftwaterError { SwiftwaterError(.memory, "no memory for a list of partitions") }

    var entries: [Entry] { Self.entries(of: pointer) }

    /// A list of the library's, copied.
    static func entries(of list: UnsafeMutablePointer<kafka_partition_list>) -> [Entry] {
        (0..<Int(list.pointee.count)).map { index in
            let element = list.pointee.elements[index]
            return Entry(
                partition: TopicPartition(String(cString: element.topic), element.partition), offset: element.offset,
                error: element.error)
        }
    }
}
