import Columnar
import Functions
import HTTPConnector
import Query
import Streams

/// The paths at which a served function tells how it is and what it has.
struct StatusRoutes: Sendable {
    static let reserved = ["/metrics", "/progress", "/ready", "/live", "/frames"]

    let run: any ServedRun
    let http: [HTTPSource]
    /// The meters of all servers, known once they listen.
    let meters: Locked<[HTTPMeters]>

    func add(to router: inout HTTPRouter) {
        router.get("/live") { _ in HTTPAnswer(text: "alive\n") }
        router.get("/ready") { _ in
            run.isReady ? HTTPAnswer(text: "ready\n") : HTTPAnswer(status: 503, text: "\(run.phase.rawValue)\n")
        }
        router.get("/metrics") { _ in
            HTTPAnswer(
                text: ServingMetrics.text(run, http: http, servers: meters.withLock { $0.map(\.reading) }),
                contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("/progress") { _ in
            HTTPAnswer(json: run.progress?.json.description ?? "{\"name\":\(JSONText.quoted(run.name))}")
        }
        router.get("/") { _ in
            let paths = (Self.reserved + frames.map { "/frames/\($0)" }).map(JSONText.quoted)
            return HTTPAnswer(
                json: "{\"function\":\(JSONText.quoted(run.name)),\"paths\":[\(paths.joined(separator: ","))]}")
        }
        router.get("/frames") { _ in
            HTTPAnswer(json: "[\(frames.map(JSONText.quoted).joined(separator: ","))]")
        }
        router.get("/frames/") { query in
            let rows = Result { () throws(SwiftwaterError) in
                try run.currentRows(of: String(query.path.dropFirst("/frames/".count)))
            }
            switch rows {
            case .success(let table): return FrameAnswers.answer(table, query)
            case .failure(let error):
                let status = error.kind == .usage ? 404 : run.isReady ? 500 : 503
                return .failure(status, error.message, hint: error.hint)
            }
        }
    }

    /// The frames that can be asked for, in the function's order.
    private var frames: [String] {
        var names: [String] = []
        for name in run.frames where !names.contains(name) { names.append(name) }
        return names
    }
}
