import Columnar
import Foundation
import Query
import Streams
import Testing

/// Other programs read the folder while epochs are published and merged.
@Suite struct ReadersTests {
    /// Reads the folder again and again until `stop` is there. Each time all rows must be there whose epoch was published
    /// before, none may be there twice, and none of an epoch whose publishing has not begun.
    private static let script = """
        import os, sys, time
        root, reader = sys.argv[1], sys.argv[2]
        out = root + "/out"
        if reader == "pyarrow":
            import pyarrow.dataset as ds
            read = lambda: ds.dataset(out, partitioning="hive", format="parquet").to_table(columns=["v"])["v"].to_pylist()
        else:
            import duckdb
            read = lambda: [r[0] for r in duckdb.sql(
                f"select v from read_parquet('{out}/**/*.parquet', hive_partitioning=true)").fetchall()]
        def bound(name):
            return int(open(root + "/" + name).read() or 0)
        reads = gone = 0
        print("ready", flush=True)
        while True:
            last = os.path.exists(root + "/stop")
            before = bound("published")
            try:
                values = read()
            except Exception as error:
                # A listing from before a merging may name files that are gone: an error, and the next listing is right.
                text = str(error)
                if before > 0 and ("No such file" in text or isinstance(error, FileNotFoundError)):
                    gone += 1
                    continue
                if before == 0:
                    continue
                raise
            after = bound("begun")
            seen = set(values)
            assert len(seen) == len(values), f"{len(values) - len(seen)} rows are there twice"
            missing = set(range(before)) - seen
            assert not missing, f"{len(missing)} of {before} published rows are missing, {min(missing)} is the first"
            assert not seen or max(seen) < after, f"{max(seen)} was not committed; the bound is {after}"
            reads += 1
            if last:
                break
        print(f"{reads} reads, {gone} of files that were gone, {len(values)} rows at the end")
        """

    @Test(.enabled(if: PythonReader.isThere), arguments: ["pyarrow", "duckdb"], [[], ["company"]])
    func `readers see whole committed epochs, each once`(_ reader: String, _ partitionBy: [String]) throws {
        let folder = try SinkFolder()
        let options = SinkOptions(partitionBy: partitionBy, targetFileSize: 1 << 20)
        var sink = try FileSinks.folder(folder.out, schema: SinkRows.schema, options: options)
        try sink.recover(nil)
        func note(_ name: String, _ bound: Int) throws {
            try folder.write(String(bound), to: name + ".new")
            rename("\(folder.path)/\(name).new", "\(folder.path)/\(name)")
        }
        try note("published", 0)
        try note("begun", 0)
        let python = try PythonReader.Running(Self.script, [folder.path, reader])
        while !python.printed.contains("ready") { usleep(20_000) }
        let deadline = ContinuousClock.now + .seconds(6)
        var epoch = 0
        while ContinuousClock.now < deadline || epoch < 40 {
            let rows = SinkRows.batch((epoch * 20)..<(epoch * 20 + 20))
            var record = try sink.prepare(epoch: Int64(epoch), mode: .append, rows: [rows])
            if epoch % 7 == 3 {
                // Killed after the commit.
                sink = try FileSinks.folder(folder.out, schema: SinkRows.schema, options: options)
                try note("begun", epoch * 20 + 20)
                try sink.recover(record)
            } else if epoch % 7 == 5 {
                // Killed before it.
                sink = try FileSinks.folder(folder.out, schema: SinkRows.schema, options: options)
                try sink.recover(SinkRecord(epoch: Int64(epoch - 1)))
                record = try sink.prepare(epoch: Int64(epoch), mode: .append, rows: [rows])
            }
            try note("begun", epoch * 20 + 20)
            try sink.publish(record)
            try note("published", epoch * 20 + 20)
            try sink.maintain()
            epoch += 1
        }
        try folder.write("", to: "stop")
        let result = try python.end()
        #expect(result.contains(" \(epoch * 20) rows at the end"), "\(result)")
        let reads = result.split(separator: "\n").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        #expect(reads > 3, "\(result)")
        #expect(folder.visible.count < epoch * (partitionBy.isEmpty ? 1 : 4))
    }
}
