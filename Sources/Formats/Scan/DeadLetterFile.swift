import Columnar

/// Bad lines as JSON Lines: `{"file":…,"line":…,"column":…,"reason":…,"text":…}`.
///
/// A line that is not UTF-8 has its bad bytes replaced by U+FFFD in `text` and is kept exactly in a further `base64`.
final class DeadLetterFile {
    private let file: OutputFile
    private var bytes: [UInt8] = []

    init(_ path: String) throws(SwiftwaterError) { file = try OutputFile(path) }

    func append(_ bad: BadLine) throws(SwiftwaterError) {
        bytes.removeAll(keepingCapacity: true)
        bytes += Array(#"{"file":"#.utf8)
        string(bad.file)
        bytes += Array(#","line":\#(bad.line),"column":"#.utf8)
        bytes += Array((bad.column.map(String.init) ?? "null").utf8)
        bytes += Array(#","reason":"#.utf8)
        string(bad.reason)
        bytes += Array(#","text":"#.utf8)
        let text = String(decoding: bad.text, as: UTF8.self)
        string(text)
        if !text.utf8.elementsEqual(bad.text) {
            bytes += Array(#","base64":""#.utf8)
            bytes += Base64.encode(bad.text)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes += Array("}\n".utf8)
        try file.write(bytes)
    }

    func commit() throws(SwiftwaterError) { try file.commit() }

    private func string(_ text: String) {
        let hex = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += Array(#"\n"#.utf8)
            case 0x0D: bytes += Array(#"\r"#.utf8)
            case 0x09: bytes += Array(#"\t"#.utf8)
            case 0..<0x20: bytes += Array(#"\u00"#.utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
