/// A request for something that the server can tell: its path, the parameters behind `?`, and what it accepts.
package struct HTTPQuery: Hashable, Sendable {
    package var path: String
    package var parameters: [String: String]
    package var accept: String?

    package init(path: String, parameters: [String: String] = [:], accept: String? = nil) {
        self.path = path
        self.parameters = parameters
        self.accept = accept
    }

    /// Splits and decodes a request's target.
    init(target: String, accept: String?) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = Self.decoded(parts[0])
        parameters = [:]
        self.accept = accept
        guard parts.count > 1 else { return }
        for item in parts[1].split(separator: "&") {
            let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            parameters[Self.decoded(sides[0])] = sides.count > 1 ? Self.decoded(sides[1]) : ""
        }
    }

    /// With `%XX` as the bytes that they stand for. What is no UTF-8 afterwards is repaired and matches nothing.
    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                decoded.append(byte)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
