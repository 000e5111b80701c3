/// A growing array of numbers in a `Buffer`.
///
/// Appending is amortized O(1). `finish()` hands over the buffer without a copy.
public struct BufferBuilder<Element: BitwiseCopyable> {
    public private(set) var buffer: Buffer
    @usableFromInline var base: UnsafeMutablePointer<Element>
    public private(set) var capacity: Int
    /// Elements appended so far.
    public var count: Int

    public init(capacity: Int = 64) {
        let capacity = Swift.max(capacity, 1)
        buffer = Buffer(byteCount: capacity * MemoryLayout<Element>.stride)
        base = buffer.mutable(Element.self)
        self.capacity = capacity
        count = 0
    }

    /// An empty builder in memory that nobody else uses.
    package init(_ buffer: Buffer) {
        self.buffer = buffer
        base = buffer.mutable(Element.self)
        capacity = Swift.max(buffer.byteCount / MemoryLayout<Element>.stride, 0)
        count = 0
    }

    /// The elements' memory; valid until the next call that may grow it.
    @inlinable public var pointer: UnsafeMutablePointer<Element> { base }

    /// Makes room for `extra` more elements.
    public mutating func reserve(_ extra: Int) {
        if count + extra > capacity { grow(to: count + extra) }
    }

    @inlinable
    public mutating func append(_ element: Element) {
        if count == capacity { grow(to: count + 1) }
        base[count] = element
        count += 1
    }

    public mutating func append(contentsOf source: UnsafeBufferPointer<Element>) {
        reserve(source.count)
        if let start = source.baseAddress { (base + count).update(from: start, count: source.count) }
        count += source.count
    }

    public mutating func append(repeating element: Element, count extra: Int) {
        reserve(extra)
        (base + count).update(repeating: element, count: extra)
        count += extra
    }

    @usableFromInline
    mutating func grow(to wanted: Int) {
        let larger = Swift.max(wanted, capacity * 2)
        let grown = Buffer(byteCount: larger * MemoryLayout<Element>.stride)
        grown.mutable(Element.self).update(from: base, count: count)
        buffer = grown
        base = grown.mutable(Element.self)
        capacity = larger
    }

    /// The elements as a buffer; the builder must not be used afterwards.
    public consuming func finish() -> Buffer {
        let used = count * MemoryLayout<Element>.stride
        return used == buffer.byteCount ? buffer : buffer.slice(0..<used)
    }
}
