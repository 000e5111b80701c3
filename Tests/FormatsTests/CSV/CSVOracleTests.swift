import Columnar
import Formats
import Testing

/// The CSV reader and writer against pandas and DuckDB on random files.
@Suite(.enabled(if: PythonOracle.isThere)) struct CSVOracleTests {
    private let folder = TextFolder()

    /// Writes rows as JSON Lines, for Python.
    private func write(_ reading: CSVReading, to name: String) throws {
        let columns = try reading.schema.fields.enumerated().map { index, field in
            try Column(field.type, reading.rows.map { $0[index] })
        }
        try write(Batch(schema: reading.schema, columns: columns, count: reading.rows.count), to: name)
    }

    private func write(_ batch: Batch, to name: String) throws {
        let buffer = TextBuffer()
        var encoder = JSONLinesEncoder(schema: batch.schema)
        encoder.encode(batch, into: buffer)
        try folder.write(Array(buffer.bytes), to: name)
    }

    /// Reads a file with inferred types and as text, for several sizes of blocks and numbers of readers.
    private func read(_ csv: RandomCSV, _ name: String, blocks: [(size: Int, readers: Int)]) throws {
        let file = InputFile(try folder.write(csv.text, to: "\(name).csv"))
        let text = Schema(csv.kinds.indices.map { Field("c\($0)", .string) })
        for (schema, kind) in [(nil, "inferred"), (text, "text")] {
            let whole = try CSVReading([file], schema: schema, dialect: csv.dialect)
            for (size, readers) in blocks {
                let parts = try CSVReading([file], schema: schema, dialect: csv.dialect, block: size, readers: readers)
                #expect(parts.schema == whole.schema, "\(name), block \(size), \(readers) readers")
                #expect(parts.rows == whole.rows, "\(name), block \(size), \(readers) readers")
            }
            try write(whole, to: "\(name).\(kind).ndjson")
            if schema == nil {
                let types = whole.schema.fields.map { "\($0.type)" }.joined(separator: "\n")
                try folder.write("\(csv.delimiter)\n\(csv.quote)\n\(csv.newline.utf8.count)\n\(types)", to: name)
            }
        }
    }

    @Test func `Random files give pandas' and DuckDB's values for any blocks and threads`() throws {
        for seed in 0..<60 {
            var random = RandomBatch(seed: UInt64(seed))
            try read(
                RandomCSV(seed: UInt64(seed)), "small-\(seed)",
                blocks: [(1, 1), (3 + random.below(20), 3), (64 + random.below(2000), 8)])
        }
        for seed in 100..<106 {
            try read(
                RandomCSV(seed: UInt64(seed), isLarge: true), "large-\(seed)",
                blocks: [(4096, 4), (100_000, 1), (100_000, 16)])
        }
        try PythonOracle.run(Self.readingScript, [folder.path])
    }

    private static let readingScript = #"""
        import glob, json, math, os, sys
        import duckdb, pandas

        folder = sys.argv[1]
        WORDS = ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
                 "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"]

        def rows(path):
            with open(path, encoding="utf-8", newline="\n") as lines:
                return [list(json.loads(line).values()) for line in lines]

        def values(column):
            return [None if pandas.isna(value) else value for value in column.tolist()]

        def same(ours, theirs, name):
            assert len(ours) == len(theirs), (name, len(ours), len(theirs))
            for row, (a, b) in enumerate(zip(ours, theirs)):
                assert a == b and type(a) == type(b), (name, row, a, b)

        count = 0
        for path in sorted(glob.glob(folder + "/*.csv")):
            base = path[:-4]
            name = os.path.basename(base)
            delimiter, quote, newline, *types = open(base, newline="\n").read().split("\n")
            text, inferred = rows(base + ".text.ndjson"), rows(base + ".inferred.ndjson")
            names = [f"c{index}" for index in range(len(types))]

            theirs = duckdb.sql(
                "from read_csv(?, auto_detect=false, header=true, delim=?, quote=?, escape=?, nullstr=?,"
                " allow_quoted_nulls=false, new_line=?, columns=?)",
                params=[path, delimiter, quote, quote, WORDS, "\\n" if newline == "1" else "\\r\\n",
                        {column: "VARCHAR" for column in names}]).fetchall()
            same(text, [list(row) for row in theirs], name + " as text, DuckDB")

            # pandas does not tell a missing word in quotes from one without.
            strings = pandas.read_csv(path, sep=delimiter, quotechar=quote, dtype=str)
            for index, column in enumerate(names):
                same([None if row[index] in WORDS else row[index] for row in text], values(strings[column]),
                     name + " as text, pandas")

            natural = pandas.read_csv(path, sep=delimiter, quotechar=quote, low_memory=False)
            for index, (column, type_) in enumerate(zip(names, types)):
                place = f"{name} {column} as {type_}"
                ours = [row[index] for row in inferred]
                dtype = natural[column].dtype
                if not len(natural):
                    assert type_ == "null", place
                elif type_ == "null":
                    assert natural[column].isna().all(), place
                elif type_ == "bool":
                    assert dtype == bool or dtype == object, place
                    same(ours, values(natural[column]), place)
                elif type_ in ("int64", "uint64"):
                    # With missing values pandas has floats, and text where these would not be exact.
                    assert dtype == type_ or strings[column].isna().any(), (place, dtype)
                    exact = pandas.to_numeric(strings[column].dropna()).astype(type_).tolist()
                    same([value for value in ours if value is not None], exact, place)
                    same([value is None for value in ours], strings[column].isna().tolist(), place)
                elif type_ == "float64":
                    assert dtype == float, (place, dtype)
                    same(ours, values(natural[column]), place)
                else:
                    # pandas takes empty texts in quotes for missing values.
                    assert type_ == "string", place
                    assert dtype in ("str", object) or natural[column].isna().all(), (place, dtype)
                    same([None if value in WORDS else value for value in ours], values(strings[column]), place)
            count += 1
        assert count == 66, count
        """#

    @Test func `What is written is read back by pandas and DuckDB`() throws {
        let schema = Schema([
            Field("b", .bool), Field("i", .int64), Field("u", .uint64), Field("f", .float64), Field("s", .string),
            Field("t", .dictionary(.string)), Field("d", .date), Field("ms", .timestamp(.millisecond, zone: nil)),
            Field("odd \"na,me;\n", .string), Field("n", .null),
        ])
        let delimiters = [UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|")]
        for seed in 0..<24 {
            var random = RandomBatch(seed: UInt64(seed) + 500)
            let columns = seed % 5 == 4 ? Schema([schema[random.below(9)]]) : schema
            let batch = try random.batch(columns, rows: [0, 1, 7, 300][seed % 4])
            let dialect = CSVDialect(
                delimiter: delimiters[seed % 4], quote: UInt8(ascii: seed % 3 == 0 ? "'" : "\""))
            let buffer = TextBuffer(capacity: 1)
            var encoder = CSVEncoder(schema: columns, dialect: dialect)
            encoder.encodeHeader(into: buffer)
            // In slices, so that values begin anywhere in the columns' memory.
            let half = batch.count / 3
            encoder.encode(batch.slice(0..<half), into: buffer)
            encoder.encode(batch.slice(half..<batch.count), into: buffer)
            try folder.write(Array(buffer.bytes), to: "\(seed).csv")
            try write(batch, to: "\(seed).ndjson")
            try folder.write(
                "\(String(decoding: [dialect.delimiter], as: UTF8.self))\n\(seed % 3 == 0 ? "'" : "\"")\n"
                    + columns.fields.map { "\($0.type.logical)" }.joined(separator: "\n"), to: "\(seed)")
        }
        try PythonOracle.run(Self.writingScript, [folder.path])
    }

    private static let writingScript = #"""
        import glob, json, sys
        import duckdb, pandas

        folder = sys.argv[1]
        TYPES = {"bool": "BOOLEAN", "int64": "BIGINT", "uint64": "UBIGINT", "float64": "DOUBLE", "date": "DATE",
                 "timestamp[ms]": "TIMESTAMP_MS"}

        def plain(value):
            if value is None or isinstance(value, (bool, int, float)): return value
            return value if isinstance(value, str) else value.isoformat()

        count = 0
        for path in sorted(glob.glob(folder + "/*.csv")):
            base = path[:-4]
            delimiter, quote, *types = open(base, newline="\n").read().split("\n")
            with open(base + ".ndjson", encoding="utf-8", newline="\n") as lines:
                objects = [json.loads(line) for line in lines]
            ours = [list(row.values()) for row in objects]
            frame = pandas.read_csv(path, sep=delimiter, quotechar=quote, dtype=str, keep_default_na=False)
            if objects: assert list(frame.columns) == list(objects[0]), path
            assert len(frame) == len(ours), (path, len(frame), len(ours))
            for index, type_ in enumerate(types):
                if type_ == "string":
                    theirs = frame.iloc[:, index].tolist()
                    # Without the quotes an empty text and a missing value are one; alone in a row the latter is NA.
                    missing = "NA" if len(types) == 1 else ""
                    wanted = [missing if row[index] is None else row[index] for row in ours]
                    for a, b in zip(wanted, theirs): assert a == b, (path, index, a, b)
            theirs = duckdb.sql(
                "from read_csv(?, auto_detect=false, header=true, delim=?, quote=?, escape=?, nullstr=['', 'NA'],"
                " allow_quoted_nulls=false, new_line='\\n', columns=?)",
                params=[path, delimiter, quote, quote,
                        {f"c{index}": TYPES.get(type_, "VARCHAR") for index, type_ in enumerate(types)}]).fetchall()
            assert len(theirs) == len(ours), (path, len(theirs), len(ours))
            for row, (a, b) in enumerate(zip(ours, theirs)):
                for type_, x, y in zip(types, a, b):
                    y = plain(y)
                    if type_ == "timestamp[ms]" and x is not None:
                        x = x.rstrip("0").rstrip(".") if "." in x else x
                        y = y.rstrip("0").rstrip(".") if "." in y else y
                    assert x == y and type(x) == type(y), (path, row, type_, x, y)
            count += 1
        assert count == 24, count
        """#
}
