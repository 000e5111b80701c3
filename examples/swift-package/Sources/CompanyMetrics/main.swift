// The job of examples/company-metrics.yaml as a Swift program. It reads ops.ndjson in the working folder:
//
//     swiftwater generate ops --rows 100000 --output ops.ndjson
import Swiftwater

let metrics = ["cpu_utilization", "latency", "packet_loss", "throughput"]
let events = try DataFrame(jsonLines: "ops.ndjson")
let byCompany = try events.filtering("cpu_utilization >= 0 and company != ''")
    .grouped(by: "company")
    .aggregated(metrics.flatMap { [.min($0), .max($0), .mean($0)] })
let hottest = events.keepingLargest(10, by: "cpu_utilization")

// One pass over the file makes both.
let summary = try await DataFrame.write([
    byCompany.output(to: "by_company.parquet"),
    hottest.output(to: "hottest.ndjson"),
])
print(summary)
print(try await DataFrame(parquet: "by_company.parquet").first(5))
