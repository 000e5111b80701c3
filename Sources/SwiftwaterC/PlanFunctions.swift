public import CSwiftwaterABI
import Columnar
import Query

/// The header's functions about plans and runs.

@_cdecl("sw_run_start")
public func runStart(
    _ plan: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ count: Int32,
    _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ tables: UnsafePointer<OpaquePointer?>?,
    _ run: UnsafeMutablePointer<OpaquePointer?>?, _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let run else { throw CText.missing("the run's target") }
        let request = try RunRequest(plan: plan, options: options, count: count, names: names, tables: tables)
        run.pointee = try RunHandle(request).retained
    }
}

@_cdecl("sw_run_here")
public func runHere(
    _ plan: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ count: Int32,
    _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ tables: UnsafePointer<OpaquePointer?>?, _ room: Int32,
    _ results: UnsafeMutablePointer<OpaquePointer?>?, _ rows: UnsafeMutablePointer<Int64>?, _ error: CTextTarget?
) -> Int32 {
    var isSmall = true
    let code = CText.catching(error) { () throws(SwiftwaterError) in
        var request = try RunRequest(plan: plan, options: options, count: count, names: names, tables: tables)
        let threads = request.plan.threadsIfSmall(tables: request.options.tables)
        isSmall = threads != nil
        guard let threads else { return }
        request.options.threads = request.options.threads ?? threads
        RunHandle.cleanAtExit()
        request.options.reuse = request.reuse
        let done = try request.plan.runHere(request.options)
        var place = 0
        for output in request.plan.outputs where output.to == .memory && place < room {
            guard let table = done.tables[output.from] else { continue }
            results?[place] = TableHandle(table).retained
            rows?[place] = Int64(table.count)
            place += 1
        }
    }
    return code == 0 && !isSmall ? 2 : code
}

@_cdecl("sw_run_wait")
public func runWait(_ run: OpaquePointer?, _ milliseconds: Int32) -> Int32 {
    guard let run else { return 1 }
    return RunHandle.at(run).wait(milliseconds: Int(milliseconds)) ? 1 : 0
}

@_cdecl("sw_run_cancel")
public func runCancel(_ run: OpaquePointer?) {
    if let run { RunHandle.at(run).cancel() }
}

@_cdecl("sw_run_progress")
public func runProgress(_ run: OpaquePointer?, _ progress: UnsafeMutablePointer<sw_progress>?) {
    guard let run, let progress, !ForkGate.refuses else { return }
    RunHandle.at(run).read(progress)
}

@_cdecl("sw_run_finish")
public func runFinish(_ run: OpaquePointer?, _ report: CTextTarget?, _ error: CTextTarget?) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let run else { throw CText.missing("the run") }
        let done = try RunHandle.at(run).report()
        report?.pointee = CText.copy(done.json)
    }
}

@_cdecl("sw_run_table")
public func runTable(
    _ run: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ table: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let run, let name, let table else { throw CText.missing("the run, the name or the table's target") }
        let tables = try RunHandle.at(run).report().tables
        let frame = String(cString: name)
        guard let found = tables[frame] else {
            throw SwiftwaterError(
                .usage, "the run kept no table '\(frame)'",
                hint: "the plan needs an output from it without 'to'")
        }
        table.pointee = TableHandle(found).retained
    }
}

@_cdecl("sw_run_release")
public func runRelease(_ run: OpaquePointer?) {
    guard let run else { return }
    RunHandle.at(run).cancel()
    RunHandle.release(run)
}

@_cdecl("sw_schemas")
public func planSchemas(
    _ plan: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ count: Int32,
    _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ tables: UnsafePointer<OpaquePointer?>?, _ json: CTextTarget?,
    _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        let request = try RunRequest(plan: plan, options: options, count: count, names: names, tables: tables)
        let sources = try request.openSources()
        let schemas = try request.plan.schemas(
            sources: sources.mapValues(\.schema), parameters: request.options.parameters)
        var members = JSONWriter.Members()
        for name in request.plan.sources.map(\.name) + request.plan.frames.map(\.name) {
            guard let schema = schemas[name] else { continue }
            members.add(name, .raw(JSONWriter.columns(schema)))
        }
        var described = JSONWriter.Members()
        described.add("frames", .raw(members.text))
        let whole = request.plan.sources.map(\.name).filter { sources[$0]?.isSampled == false }
        described.add("whole", .raw(JSONWriter.list(whole.map(JSONWriter.quoted))))
        json?.pointee = CText.copy(described.text)
    }
}

@_cdecl("sw_explain")
public func planExplain(
    _ plan: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ count: Int32,
    _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ tables: UnsafePointer<OpaquePointer?>?, _ text: CTextTarget?,
    _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        let request = try RunRequest(plan: plan, options: options, count: count, names: names, tables: tables)
        text?.pointee = CText.copy(try request.plan.explained(request.options))
    }
}
