import Columnar

/// Numbers the distinct keys of a join's build side, and finds them for the probe side, on any thread.
///
/// Columns must be prepared by their `JoinKey`s. Missing keys are equal to each other, NaN is missing.
struct JoinIndex: @unchecked Sendable {
    private enum Table {
        case fixed(FixedKeyTable)
        /// Integers close to each other: a key's number is its distance from the least, plus one.
        case dense(DenseKeys)
        case bytes(BytesKeyTable)
        /// Rows as `OrderedBytes`, for several columns and for other types.
        case rows(BytesKeyTable)
    }

    private var table: Table
    /// The number of a missing key, for tables of one column.
    private let missing: Int32

    /// - Parameter dense: the keys' range, where a number for each value in it is worth the memory.
    init(types: [DataType], dense: DenseKeys? = nil) {
        if let dense {
            missing = 0
            table = .dense(dense)
        } else if types.count == 1, WideKind(types[0]) != nil {
            var fixed = FixedKeyTable()
            missing = fixed.addGroupWithoutKey()
            table = .fixed(fixed)
        } else if types.count == 1, types[0] == .string || types[0] == .binary {
            var bytes = BytesKeyTable()
            missing = bytes.addGroupWithoutKey()
            table = .bytes(bytes)
        } else {
            missing = -1
            table = .rows(BytesKeyTable())
        }
    }

    /// Numbers given so far; not each needs to have a row.
    var count: Int {
        switch table {
        case .fixed(let table): table.count
        case .dense(let keys): keys.count + 1
        case .bytes(let table), .rows(let table): table.count
        }
    }

    var byteCount: Int {
        switch table {
        case .fixed(let table): table.byteCount
        case .dense: 0
        case .bytes(let table), .rows(let table): table.byteCount
        }
    }

    /// Whether keys are single byte strings, so that a dictionary's codes can be translated.
    var isBytes: Bool {
        if case .bytes = table { true } else { false }
    }

    // MARK: Building

    /// The number of each row's key; a key that is new gets the next number.
    mutating func insert(_ columns: [Column], count: Int) -> Buffer {
        let groups = Buffer(byteCount: count * 4)
        let to = groups.mutable(Int32.self)
        if case .rows(var rows) = table {
            table = .rows(BytesKeyTable())
            let keys = OrderedBytes(columns, count: count)
            withExtendedLifetime(keys) { rows.findOrInsert(count: count, into: to) { keys[$0] } }
            table = .rows(rows)
            return groups
        }
        if isBytes, let (codes, values) = columns[0].dictionary {
            let numbers = insert([values.column], count: values.column.count)
            translate(codes, columns[0].presence, numbers.mutable(Int32.self), count, to)
            withExtendedLifetime((columns, numbers)) {}
            return groups
        }
        guard let presence = columns[0].presence else {
            insertPresent(columns[0], to)
            return groups
        }
        let present = presence.indices
        let compact = Buffer(byteCount: present.count * 4)
        insertPresent(present.withUnsafeBufferPointer { columns[0].taking($0) }, compact.mutable(Int32.self))
        to.update(repeating: missing, count: count)
        let from = compact.mutable(Int32.self)
        for (index, row) in present.enumerated() { to[Int(row)] = from[index] }
        withExtendedLifetime(compact) {}
        return groups
    }

    private mutating func insertPresent(_ column: Column, _ groups: UnsafeMutablePointer<Int32>) {
        switch table {
        case .fixed(var fixed):
            table = .fixed(FixedKeyTable())
            if let words = GroupKeys.keyWords(column) {
                withExtendedLifetime((words, column)) {
                    fixed.findOrInsert(words.mutable(UInt64.self), count: column.count, into: groups)
                }
            }
            table = .fixed(fixed)
        case .dense(let keys):
            if let words = GroupKeys.keyWords(column) {
                withExtendedLifetime((words, column)) {
                    keys.find(words.mutable(UInt64.self), count: column.count, into: groups)
                }
            }
        case .bytes(var bytes):
            table = .bytes(BytesKeyTable())
            if let view = BytesView(column) {
                withExtendedLifetime(column) {
                    bytes.findOrInsert(count: column.count, into: groups) { view[$0] }
                }
            }
            table = .bytes(bytes)
        case .rows: break
        }
    }

    // MARK: Probing

    /// The number of each row's key, -1 for a key that is not there.
    func find(_ columns: [Column], count: Int) -> Buffer {
        let groups = Buffer(byteCount: count * 4)
        let to = groups.mutable(Int32.self)
        switch table {
        case .rows(let rows):
            let keys = OrderedBytes(columns, count: count)
            withExtendedLifetime(keys) { rows.find(count: count, into: to) { keys[$0] } }
            return groups
        case .fixed(let fixed):
            guard let words = GroupKeys.keyWords(columns[0]) else { break }
            withExtendedLifetime((words, columns)) {
                fixed.find(words.mutable(UInt64.self), count: count, into: to)
            }
        case .dense(let keys):
            guard let words = GroupKeys.keyWords(columns[0]) else { break }
            withExtendedLifetime((words, columns)) {
                keys.find(words.mutable(UInt64.self), count: count, into: to)
            }
        case .bytes(let bytes):
            if let (codes, values) = columns[0].dictionary {
                let numbers = find([values.column], count: values.column.count)
                translate(codes, columns[0].presence, numbers.mutable(Int32.self), count, to)
                withExtendedLifetime((columns, numbers)) {}
                return groups
            }
            guard let view = BytesView(columns[0]) else { break }
            withExtendedLifetime(columns) { bytes.find(count: count, into: to) { view[$0] } }
        }
        if let presence = columns[0].presence {
            for row in 0..<count where !presence[row] { to[row] = missing }
        }
        return groups
    }

    /// The numbers of rows by their codes; `numbers` are those of the dictionary's values.
    func translate(
        _ codes: UnsafePointer<Int32>, _ presence: Bitmap?, _ numbers: UnsafePointer<Int32>, _ count: Int,
        _ to: UnsafeMutablePointer<Int32>
    ) {
        guard let presence else {
            for row in 0..<count { to[row] = numbers[Int(codes[row])] }
            return
        }
        for row in 0..<count { to[row] = presence[row] ? numbers[Int(codes[row])] : missing }
    }
}
