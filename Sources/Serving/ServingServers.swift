import Columnar
import Functions
import HTTPConnector
import Streams

/// The servers of a function: one for each address that its triggers and its status name.
struct ServingServers {
    private(set) var servers: [HTTPServer] = []
    private(set) var addresses: [String] = []

    init(
        _ run: any ServedRun, http: [(source: HTTPSource, attributes: HTTPAttributes)],
        status: (host: String, port: Int)?
    ) throws(SwiftwaterError) {
        let meters = Locked<[HTTPMeters]>([])
        let routes = StatusRoutes(run: run, http: http.map(\.source), meters: meters)
        var routers: [(host: String, port: Int, router: HTTPRouter, paths: [String])] = []
        func place(_ host: String, _ port: Int) -> Int {
            // Port 0 is another one each time.
            if let index = routers.firstIndex(where: { $0.host == host && $0.port == port && port != 0 }) {
                return index
            }
            var router = HTTPRouter()
            routes.add(to: &router)
            routers.append((host, port, router, []))
            return routers.count - 1
        }
        for (source, attributes) in http {
            guard !StatusRoutes.reserved.contains(attributes.path) else {
                throw SwiftwaterError(
                    .usage, "the trigger '\(source.name)' takes events at '\(attributes.path)', which tells the status",
                    hint: "give it another 'path'")
            }
            let index = place(attributes.host, attributes.port)
            try routers[index].router.post(attributes.path, source.ingest)
            routers[index].paths.append(attributes.path)
        }
        if let status { _ = place(status.host, status.port) }
        for (host, port, router, paths) in routers {
            let server = try HTTPServer(host: host, port: port, router: router)
            servers.append(server)
            meters.withLock { $0.append(server.meters) }
            let base = "http://\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
            addresses += paths.isEmpty ? [base] : paths.map { base + $0 }
        }
    }
}
