package import Columnar
import Formats

/// Batches as bytes, exactly: what snapshots of states are saved as.
///
/// Eight bytes `SWCOLS2\n`, the number of batches, then a block for each: its size before compression, a checksum of it
/// and of its place, its size as it lies here, and the bytes compressed with zstd. In a block are the batch's rows and
/// fields; of each field its name, its type as text and its column. A column has its stored type (a dictionary stays
/// one), its rows, its validity bits if there are any, and its buffers, all numbers little-endian. No value is ever
/// converted, so NaNs keep their bits.
///
/// Files of earlier versions, `SWCOLS1\n`, are one block, which begins with the number of batches.
package enum ColumnFile {
    static let magic = Array("SWCOLS2\n".utf8)
    private static let earlierMagic = Array("SWCOLS1\n".utf8)
    private static let blockHeaderBytes = 24

    package static func encode(_ batches: [Batch]) throws(SwiftwaterError) -> [UInt8] {
        try encode(count: batches.count) { batches[$0] }
    }

    /// Encodes batch after batch: no more than one of them has to be in memory.
    package static func encode(
        count: Int, _ batch: (Int) throws(SwiftwaterError) -> Batch
    ) throws(SwiftwaterError) -> [UInt8] {
        var file = magic
        withUnsafeBytes(of: UInt32(count).littleEndian) { file += $0 }
        let body = ByteBuffer(capacity: 1 << 12)
        let compressed = ByteBuffer(capacity: 1 << 12)
        let compressor = try BlockCompressor(.zstd, level: 1)
        for number in 0..<count {
            body.removeAll()
            compressed.removeAll()
            let writer = Writer(body: body)
            let batch = try batch(number)
            writer.number(UInt64(batch.count))
            writer.number(UInt32(batch.schema.count))
            for (field, column) in zip(batch.schema.fields, batch.columns) {
                writer.text(field.name)
                writer.type(field.type)
                try writer.column(column)
            }
            try compressor.compress(body.bytes, to: compressed)
            let sum = checksum(body.bytes, block: number, of: count, compressed.count)
            for value in [UInt64(body.count), sum, UInt64(compressed.count)] {
                withUnsafeBytes(of: value.littleEndian) { file += $0 }
            }
            file += compressed.bytes
        }
        return file
    }

    package static func decode(_ bytes: [UInt8], name: String) throws(SwiftwaterError) -> [Batch] {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(SwiftwaterError) in
                raw.prefix(earlierMagic.count).elementsEqual(earlierMagic)
                    ? try decodeEarlier(raw, name: name) : try decode(raw, name: name)
            }
        }
        return try result.get()
    }

    private static func decode(_ raw: UnsafeRawBufferPointer, name: String) throws(SwiftwaterError) -> [Batch] {
        guard raw.count >= magic.count + 4, raw.prefix(magic.count).elementsEqual(magic) else {
            throw Reader.damaged(name, "it does not begin as such a file does")
        }
        let count = Int(raw.loadUnaligned(fromByteOffset: magic.count, as: UInt32.self))
        var place = magic.count + 4
        var batches: [Batch] = []
        for number in 0..<count {
            guard raw.count - place >= blockHeaderBytes else { throw Reader.damaged(name, "it ends too soon") }
            let header = (0..<3).map { raw.loadUnaligned(fromByteOffset: place + $0 * 8, as: UInt64.self) }
            place += blockHeaderBytes
            guard let packed = Int(exactly: header[2]), packed <= raw.count - place else {
                throw Reader.damaged(name, "it ends too soon")
            }
            let body = try unpacked(
                UnsafeRawBufferPointer(rebasing: raw[place..<(place + packed)]), size: header[0], name: name)
            guard checksum(body.bytes, block: number, of: count, packed) == header[1] else {
                throw Reader.damaged(name, "its checksum is wrong")
            }
            place += packed
            var reader = Reader(body: body, name: name)
            batches.append(try reader.batch())
        }
        guard place == raw.count else { throw Reader.damaged(name, "it has more bytes than it says") }
        return batches
    }

    private static func decodeEarlier(_ raw: UnsafeRawBufferPointer, name: String) throws(SwiftwaterError) -> [Batch] {
        let headerBytes = earlierMagic.count + 16
        guard raw.count >= headerBytes else { throw Reader.damaged(name, "it ends too soon") }
        let size = raw.loadUnaligned(fromByteOffset: magic.count, as: UInt64.self)
        let sum = raw.loadUnaligned(fromByteOffset: magic.count + 8, as: UInt64.self)
        let body = try unpacked(UnsafeRawBufferPointer(rebasing: raw[headerBytes...]), size: size, name: name)
        guard checksum(body.bytes) == sum else { throw Reader.damaged(name, "its checksum is wrong") }
        var reader = Reader(body: body, name: name)
        let count: UInt32 = try reader.number()
        var batches: [Batch] = []
        for _ in 0..<count { batches.append(try reader.batch()) }
        return batches
    }

    private static func unpacked(
        _ bytes: UnsafeRawBufferPointer, size: UInt64, name: String
    ) throws(SwiftwaterError) -> Buffer {
        // zstd's ratio has a limit; a size beyond it is none.
        guard size <= UInt64(bytes.count) << 16 else { throw Reader.damaged(name, "its size is wrong") }
        let body = Buffer(byteCount: Int(size))
        let plain: Void? = try? BlockDecompressor().decompress(
            bytes, .zstd, into: UnsafeMutableRawBufferPointer(start: body.base, count: Int(size)))
        guard plain != nil else { throw Reader.damaged(name, "its checksum is wrong") }
        return body
    }

    /// Of a block's bytes, where it stands and how long it is.
    private static func checksum(
        _ bytes: UnsafeRawBufferPointer, block: Int, of count: Int, _ packed: Int
    ) -> UInt64 {
        var hash = checksum(bytes)
        for value in [block, count, packed, bytes.count] {
            hash = (hash ^ UInt64(value)) &* 0x100_0000_01b3
            hash ^= hash >> 29
        }
        return hash
    }

    /// FNV-1a over words of eight bytes.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var place = 0
        while place + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x100_0000_01b3
            hash ^= hash >> 29
            place += 8
        }
        while place < bytes.count {
            hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01b3
            place += 1
        }
        return hash
    }
}

extension ColumnFile {
    struct Writer {
        let body: ByteBuffer

        func number<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { body.append($0) }
        }

        func text(_ text: String) {
            let bytes = Array(text.utf8)
            number(UInt32(bytes.count))
            body.append(bytes)
        }

        /// A kind, then what types it is made of; other types as text.
        func type(_ type: DataType) {
            switch type {
            case .list(let element):
                number(UInt8(1))
                self.type(element)
            case .structure(let fields):
                number(UInt8(2))
                number(UInt32(fields.count))
                for field in fields {
                    text(field.name)
                    self.type(field.type)
                }
            case .dictionary(let values):
                number(UInt8(3))
                self.type(values)
            default:
                number(UInt8(0))
                text(type.description)
            }
        }

        private func bytes(_ base: UnsafeRawPointer, _ count: Int) {
            body.append(UnsafeRawBufferPointer(start: base, count: count))
        }

        /// `count + 1` offsets, from 0 whatever a slice begins with. Returns the first and the last as they were.
        private func offsets(_ buffer: Buffer, _ count: Int) -> Range<Int> {
            let offsets = buffer.mutable(Int32.self)
            let first = offsets[0]
            if first == 0 {
                bytes(buffer.base, (count + 1) * 4)
            } else {
                for index in 0...count { number(offsets[index] - first) }
            }
            return Int(first)..<Int(offsets[count])
        }

        func column(_ column: Column) throws(SwiftwaterError) {
            type(column.type)
            number(UInt64(column.count))
            number(UInt8(column.validity == nil ? 0 : 1))
            if let validity = column.validity { bytes(validity.buffer.base, (column.count + 7) / 8) }
            switch column.storage {
            case .null: break
            case .bits(let bits): bytes(bits.buffer.base, (column.count + 7) / 8)
            case .fixed(let values): bytes(values.base, column.count * (column.type.byteWidth ?? 0))
            case .variable(let buffer, let values):
                let range = offsets(buffer, column.count)
                bytes(values.base + range.lowerBound, range.count)
            case .list(let buffer, let elements):
                try self.column(elements.slice(offsets(buffer, column.count)))
            case .structure(let members):
                for member in members { try self.column(member) }
            case .dictionary(let codes, let values):
                bytes(codes.base, column.count * 4)
                try self.column(values.column)
            }
        }
    }

    struct Reader {
        let body: Buffer
        let name: String
        private var place = 0

        init(body: Buffer, name: String) {
            self.body = body
            self.name = name
        }

        static func damaged(_ name: String, _ reason: String) -> SwiftwaterError {
            LogFields(json: .null, name: name).failure(reason)
        }

        func damaged(_ reason: String) -> SwiftwaterError { Self.damaged(name, reason) }

        mutating func number<T: FixedWidthInteger & BitwiseCopyable>() throws(SwiftwaterError) -> T {
            guard body.byteCount - place >= MemoryLayout<T>.size else { throw damaged("it ends too soon") }
            defer { place += MemoryLayout<T>.size }
            return T(littleEndian: body.base.loadUnaligned(fromByteOffset: place, as: T.self))
        }

        mutating func count<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) throws(SwiftwaterError) -> Int {
            let value: T = try number()
            // Every row takes memory somewhere but in columns of type null.
            guard let count = Int(exactly: value), count <= 1 << 40 else { throw damaged("a count is wrong") }
            return count
        }

        mutating func batch() throws(SwiftwaterError) -> Batch {
            let rows = try count(UInt64.self)
            let fields = try count(UInt32.self)
            var schema = Schema([])
            var columns: [Column] = []
            for _ in 0..<fields {
                let field = Field(try text(), try type())
                schema.fields.append(field)
                let column = try column(depth: 0)
                guard column.count == rows, column.type.logical == field.type.logical else {
                    throw damaged("the column '\(field.name)' is not what the schema says")
                }
                columns.append(column)
            }
            return Batch(schema: schema, columns: columns, count: rows)
        }

        /// The next `count` bytes, in memory of their own: aligned and padded.
        private mutating func bytes(_ count: Int) throws(SwiftwaterError) -> Buffer {
            guard count >= 0, body.byteCount - place >= count else { throw damaged("it ends too soon") }
            defer { place += count }
            return Buffer(copying: UnsafeRawBufferPointer(rebasing: body.bytes[place..<(place + count)]))
        }

        mutating func text() throws(SwiftwaterError) -> String {
            let count = try count(UInt32.self)
            let buffer = try bytes(count)
            return withExtendedLifetime(buffer) { String(decoding: buffer.bytes, as: UTF8.self) }
        }

        mutating func type(depth: Int = 0) throws(SwiftwaterError) -> DataType {
            if depth > 64 { throw damaged("its types nest too deep") }
            let kind: UInt8 = try number()
            switch kind {
            case 1: return .list(try type(depth: depth + 1))
            case 2:
                var fields: [Field] = []
                for _ in 0..<(try count(UInt32.self)) {
                    fields.append(Field(try text(), try type(depth: depth + 1)))
                }
                return .structure(fields)
            case 3: return .dictionary(try type(depth: depth + 1))
            default:
                let text = try text()
                guard let type = try? DataType(text) else { throw damaged("'\(text)' is no type") }
                return type
            }
        }

        private mutating func offsets(_ count: Int) throws(SwiftwaterError) -> (buffer: Buffer, end: Int) {
            let buffer = try bytes((count + 1) * 4)
            let offsets = buffer.mutable(Int32.self)
            var last: Int32 = 0
            for index in 0...count {
                guard offsets[index] >= last, index > 0 || offsets[0] == 0 else { throw damaged("an offset is wrong") }
                last = offsets[index]
            }
            return (buffer, Int(last))
        }

        mutating func column(depth: Int) throws(SwiftwaterError) -> Column {
            if depth > 64 { throw damaged("its columns nest too deep") }
            let type = try type()
            let count = try count(UInt64.self)
            let flag: UInt8 = try number()
            let validity = flag == 0 ? nil : Bitmap(buffer: try bytes((count + 7) / 8), count: count)
            let storage: Column.Storage
            switch type {
            case .null: storage = .null
            case .bool: storage = .bits(Bitmap(buffer: try bytes((count + 7) / 8), count: count))
            case .string, .binary:
                let (buffer, end) = try offsets(count)
                storage = .variable(offsets: buffer, bytes: try bytes(end))
            case .list:
                let (buffer, end) = try offsets(count)
                let elements = try column(depth: depth + 1)
                guard elements.count == end else {
                    throw damaged("a list's elements are not as many as its offsets say")
                }
                storage = .list(offsets: buffer, elements: elements)
            case .structure(let fields):
                var members: [Column] = []
                for _ in fields {
                    let member = try column(depth: depth + 1)
                    guard member.count == count else { throw damaged("a member has too few rows") }
                    members.append(member)
                }
                storage = .structure(members)
            case .dictionary:
                let codes = try bytes(count * 4)
                let values = try column(depth: depth + 1)
                let numbers = codes.mutable(Int32.self)
                for row in 0..<count where validity?[row] ?? true {
                    guard numbers[row] >= 0, Int(numbers[row]) < values.count else { throw damaged("a code is wrong") }
                }
                storage = .dictionary(codes: codes, values: DictionaryValues(column: values))
            default: storage = .fixed(try bytes(count * (type.byteWidth ?? 0)))
            }
            return Column(type: type, count: count, validity: validity, storage: storage)
        }
    }
}
