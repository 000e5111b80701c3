/// The parts of a line that do not change from row to row.
struct LineTexts: Sendable {
    /// From the start of the line to the first number, for each company.
    let companies: [Text]
    /// Between one number and the next.
    let betweenFields: (Text, Text, Text, Text)
    let end: Text

    static let plain = LineTexts(spaces: false, extra: false)
    static let spaced = LineTexts(spaces: true, extra: false)
    static let extra = LineTexts(spaces: false, extra: true)

    private init(spaces: Bool, extra: Bool) {
        let colon = spaces ? ": " : ":"
        let comma = spaces ? ", " : ","
        func key(_ name: String) -> String { "\"\(name)\"\(colon)" }
        func after(_ metric: String, _ next: String, _ more: String = "") -> Text {
            Text("\(comma)\(key("\(metric)_is_error"))false\(extra ? more : "")\(comma)\(key(next))")
        }
        let start = extra ? #"{"region":"eu-central-1","# : "{"
        companies = Companies.names.map { Text("\(start)\(key("company"))\"\($0)\"\(comma)\(key("cpu_utilization"))") }
        betweenFields = (
            after("cpu_utilization", "latency", #","host":{"name":"node-17","rack":{"row":3,"slot":12},"up":true}"#),
            after("latency", "packet_loss", #","samples":[1,2.5,null,-3e2]"#),
            after("packet_loss", "throughput", #","note":"link \"A\" flapped, twice","previous":null"#),
            after("throughput", "timestamp", #","tags":[{"k":"env","v":["a","b"]},{}]"#)
        )
        end = Text("}\n")
    }

    /// The starts of plain lines with decorated names, as they are and escaped.
    static let unicode = decorated { $0.plain }
    static let escaped = decorated { $0.escaped }

    private static func decorated(_ spelling: ((plain: String, escaped: String)) -> String) -> [Text] {
        Companies.names.enumerated().map { index, name in
            let decoration = Companies.decorations[index % Companies.decorations.count]
            return Text("{\"company\":\"\(name)\(spelling(decoration))\",\"cpu_utilization\":")
        }
    }

    /// Fields one by one, without the comma.
    struct Fields: Sendable {
        let companies = Companies.names.map { Text("\"company\":\"\($0)\"") }
        let cpuUtilization = Text(#""cpu_utilization":"#)
        let cpuUtilizationIsError = Text(#""cpu_utilization_is_error":false"#)
        let latency = Text(#""latency":"#)
        let latencyIsError = Text(#""latency_is_error":false"#)
        let packetLoss = Text(#""packet_loss":"#)
        let packetLossIsError = Text(#""packet_loss_is_error":false"#)
        let throughput = Text(#""throughput":"#)
        let throughputIsError = Text(#""throughput_is_error":false"#)
        let timestamp = Text(#""timestamp":"#)
        let end = Text("}\n")
    }
    static let fields = Fields()

    /// The lines of the `keys` variants.
    struct Keys: Sendable {
        let integer = Text(#"{"key":"#)
        let afterInteger = Text(#","value":"#)
        let string = Text(#"{"key":"device-"#)
        let afterString = Text(#"","value":"#)
    }
    static let keys = Keys()
}
