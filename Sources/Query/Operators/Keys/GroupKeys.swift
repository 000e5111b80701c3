import Columnar

/// The distinct keys of a state and their numbers: groups, in the order in which they are met.
///
/// One dictionary column is numbered through its codes, without a hash; one column of fixed width or of byte strings
/// through a hash table of its own kind; all else as `OrderedBytes`. Plain and dictionary batches meet in the same
/// groups. NaN is a missing key and -0.0 is 0.0.
struct GroupKeys {
    private enum Table {
        /// No column: one group.
        case single
        case fixed(FixedKeyTable)
        case bytes(BytesKeyTable)
        case rows(BytesKeyTable)
    }

    /// The key columns' types without dictionary encoding.
    let types: [DataType]
    private var table: Table
    /// The group of missing keys, for tables of one column.
    private var missingGroup: Int32?
    private var codes = CodeGroups()
    /// The numbers of the last batch's rows.
    private var scratch = Buffer(byteCount: 0)

    /// What the codes of the dictionary seen last stand for.
    private struct CodeGroups {
        var id: UInt64?
        var groups = BufferBuilder<Int32>(capacity: 16)
        /// Each code is its group's number.
        var isIdentity = true
    }

    init(types: [DataType]) {
        self.types = types.map(\.logical)
        if types.isEmpty {
            table = .single
        } else if self.types.count > 1 {
            table = .rows(BytesKeyTable())
        } else if WideKind(self.types[0]) != nil {
            table = .fixed(FixedKeyTable())
        } else if self.types[0] == .string || self.types[0] == .binary {
            table = .bytes(BytesKeyTable())
        } else {
            table = .rows(BytesKeyTable())
        }
    }

    /// Groups. Some may have no row yet: a dictionary's values all get a number when it is first seen.
    var count: Int {
        switch table {
        case .single: 1
        case .fixed(let table): table.count
        case .bytes(let table), .rows(let table): table.count
        }
    }

    var byteCount: Int {
        let own: Int =
            switch table {
            case .single: 0
            case .fixed(let table): table.byteCount
            case .bytes(let table), .rows(let table): table.byteCount
            }
        return own + codes.groups.capacity * 4 + scratch.byteCount
    }

    /// The rows whose keys are all there; nil when every row's are.
    static func rowsWithKeys(_ columns: [Column]) -> [Int32]? { presence(columns)?.indices }

    /// Set where a row's keys are all there; nil when every row's are.
    static func presence(_ columns: [Column]) -> Bitmap? {
        var present: Bitmap?
        for column in columns {
            guard let bits = column.presence else { continue }
            present = present.map { $0 & bits } ?? bits
        }
        return present
    }

    /// The group of each row; valid until the next call, and as long as `columns` are alive.
    mutating func groups(of columns: [Column], count: Int) throws(SwiftwaterError) -> UnsafePointer<Int32> {
        guard self.count + count < Int(Int32.max) else {
            throw SwiftwaterError(
                .unsupported, "more than two thousand million groups", hint: "group by fewer or coarser columns")
        }
        if scratch.byteCount < count * 4 { scratch = Buffer(byteCount: count * 4) }
        let groups = scratch.mutable(Int32.self)
        guard columns.count == 1 else {
            number(columns, count, groups)
            return UnsafePointer(groups)
        }
        let column = columns[0]
        if case .rows = table {
            number(columns, count, groups)
        } else if let (codes, values) = column.dictionary {
            let isIdentity = learn(values)
            let presence = column.presence
            if isIdentity, presence == nil { return codes }
            translate(codes, presence, count, groups)
        } else {
            let presence = column.presence
            if let presence {
                numberPresent(column, presence, groups)
            } else {
                numberPlain(column, groups)
            }
        }
        return UnsafePointer(groups)
    }

    /// Numbers rows of several columns, or of one that has no table of its own kind.
    private mutating func number(_ columns: [Column], _ count: Int, _ groups: UnsafeMutablePointer<Int32>) {
        guard case .rows(var rows) = table else {
            groups.update(repeating: 0, count: count)
            return
        }
        table = .single
        let keys = OrderedBytes(columns, count: count)
        withExtendedLifetime(keys) {
            rows.findOrInsert(count: count, into: groups) { keys[$0] }
        }
        table = .rows(rows)
    }

    /// Numbers a column without missing values and without a dictionary.
    private mutating func numberPlain(_ column: Column, _ groups: UnsafeMutablePointer<Int32>) {
        switch table {
        case .single, .rows: groups.update(repeating: 0, count: column.count)
        case .fixed(var fixed):
            table = .single
            if let words = Self.keyWords(column) {
                withExtendedLifetime((words, column)) {
                    fixed.findOrInsert(words.mutable(UInt64.self), count: column.count, into: groups)
                }
            }
            table = .fixed(fixed)
        case .bytes(var bytes):
            table = .single
            if let view = BytesView(column) {
                withExtendedLifetime(column) {
                    bytes.findOrInsert(count: column.count, into: groups) { view[$0] }
                }
            }
            table = .bytes(bytes)
        }
    }

    private mutating func numberPresent(
        _ column: Column, _ presence: Bitmap, _ groups: UnsafeMutablePointer<Int32>
    ) {
        let rows = presence.indices
        let present = rows.withUnsafeBufferPointer { column.taking($0) }
        numberPlain(present, groups)
        let missing = groupOfMissing()
        var next = rows.count
        for row in (0..<column.count).reversed() {
            if presence[row] {
                next -= 1
                groups[row] = groups[next]
            } else {
                groups[row] = missing
            }
        }
    }

    private mutating func groupOfMissing() -> Int32 {
        if let missingGroup { return missingGroup }
        let group: Int32
        switch table {
        case .single, .rows: group = 0
        case .fixed(var fixed):
            table = .single
            group = fixed.addGroupWithoutKey()
            table = .fixed(fixed)
        case .bytes(var bytes):
            table = .single
            group = bytes.addGroupWithoutKey()
            table = .bytes(bytes)
        }
        missingGroup = group
        return group
    }

    /// Numbers the values of a dictionary that are new; true when codes are groups.
    private mutating func learn(_ values: DictionaryValues) -> Bool {
        if codes.id != values.id {
            codes.id = values.id
            codes.groups.count = 0
            codes.isIdentity = true
        }
        let known = codes.groups.count
        let total = values.column.count
        guard known < total else { return codes.isIdentity }
        codes.groups.reserve(total - known)
        let fresh = values.column.slice(known..<total)
        let to = codes.groups.pointer + known
        if let presence = fresh.presence { numberPresent(fresh, presence, to) } else { numberPlain(fresh, to) }
        codes.groups.count = total
        for code in known..<total where Int(codes.groups.pointer[code]) != code { codes.isIdentity = false }
        return codes.isIdentity
    }

    private mutating func translate(
        _ from: UnsafePointer<Int32>, _ presence: Bitmap?, _ count: Int, _ groups: UnsafeMutablePointer<Int32>
    ) {
        guard let presence else {
            let map = codes.groups.pointer
            for row in 0..<count { groups[row] = map[Int(from[row])] }
            return
        }
        let missing = groupOfMissing()
        let map = codes.groups.pointer
        for row in 0..<count { groups[row] = presence[row] ? map[Int(from[row])] : missing }
    }

    /// Words that are equal where the values are.
    static func keyWords(_ column: Column) -> Buffer? {
        guard let wide = WideValues(column) else { return nil }
        guard wide.kind == .float else { return wide.memory }
        let result = Buffer(byteCount: column.count * 8)
        let to = result.mutable(Double.self)
        let from = wide.words(as: Double.self)
        for row in 0..<column.count { to[row] = from[row] + 0 }
        return result
    }
}

extension GroupKeys {
    /// The keys of the groups in `order` as columns.
    func columns(order: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) -> [Column] {
        switch table {
        case .single: return []
        case .rows(let rows): return try OrderedBytesDecoder(types: types).columns(rows, order: order)
        case .fixed(let fixed):
            let words = Buffer(byteCount: order.count * 8)
            let to = words.mutable(UInt64.self)
            let from = fixed.keys.pointer
            for index in 0..<order.count { to[index] = from[Int(order[index])] }
            return [Column(words: words, count: order.count, type: types[0], validity: validity(order))]
        case .bytes(let bytes):
            var total = 0
            for group in order { total += bytes[Int(group)].count }
            guard total <= Int(Int32.max) else {
                throw SwiftwaterError(
                    .data, "the keys of \(order.count) groups exceed 2 GiB", hint: "group by shorter keys")
            }
            let offsets = Buffer(byteCount: (order.count + 1) * 4)
            let content = Buffer(byteCount: total)
            let ends = offsets.mutable(Int32.self)
            var end = 0
            ends[0] = 0
            for (index, group) in order.enumerated() {
                let key = bytes[Int(group)]
                if let from = key.baseAddress { (content.base + end).copyMemory(from: from, byteCount: key.count) }
                end += key.count
                ends[index + 1] = Int32(end)
            }
            return [
                Column(
                    type: types[0], count: order.count, validity: validity(order),
                    storage: .variable(offsets: offsets, bytes: content))
            ]
        }
    }

    private func validity(_ order: UnsafeBufferPointer<Int32>) -> Bitmap? {
        guard let missingGroup else { return nil }
        var builder = BitmapBuilder(capacity: order.count)
        for group in order { builder.append(group != missingGroup) }
        return builder.countOfZeros == 0 ? nil : builder.finish()
    }

    /// All groups in the order of their keys, missing ones last.
    func sorted() -> [Int32] {
        switch table {
        case .single: return [0]
        case .rows(let rows): return SortOrder.ascending(count: rows.count) { rows[$0] }
        case .bytes(let bytes):
            return missingLast(SortOrder.ascending(count: bytes.count) { bytes[$0] })
        case .fixed(let fixed):
            let words = Buffer(byteCount: fixed.count * 8)
            let to = words.mutable(UInt64.self)
            let from = fixed.keys.pointer
            switch WideKind(types[0]) {
            case .signed: for group in 0..<fixed.count { to[group] = from[group] ^ 1 << 63 }
            case .float:
                for group in 0..<fixed.count { to[group] = OrderedBytes.ordered(Double(bitPattern: from[group])) }
            default: to.update(from: from, count: fixed.count)
            }
            return withExtendedLifetime(words) { missingLast(SortOrder.ascending(words: to, count: fixed.count)) }
        }
    }

    private func missingLast(_ order: [Int32]) -> [Int32] {
        guard let missingGroup else { return order }
        return order.filter { $0 != missingGroup } + [missingGroup]
    }
}
