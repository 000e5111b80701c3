import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a C function puts a text: the caller frees it with `sw_string_free`.
public typealias CTextTarget = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

enum CText {
    /// A copy of `text` that ends with a zero byte, by `malloc`.
    static func copy(_ text: String) -> UnsafeMutablePointer<CChar>? { strdup(text) }

    /// Runs a C function's body. 0, or 1 with the error as JSON in `target`.
    static func catching(
        _ target: CTextTarget?, _ body: () throws(SwiftwaterError) -> Void
    ) -> Int32 {
        do throws(SwiftwaterError) {
            try ForkGate.enter()
            defer { ForkGate.leave() }
            try body()
            return 0
        } catch {
            target?.pointee = copy(error.json)
            return 1
        }
    }

    static func missing(_ what: String) -> SwiftwaterError { SwiftwaterError(.usage, "\(what) is NULL") }
}

extension SwiftwaterError {
    /// The error as the header describes it.
    var json: String {
        var members = JSONWriter.Members()
        members.add("kind", .string(hint == ForkedWhileRunning.hint ? "fork" : kind.rawValue))
        members.add("message", .string(message))
        if let hint { members.add("hint", .string(hint)) }
        if let file = location?.file { members.add("file", .string(file)) }
        if let line = location?.line { members.add("line", .int(line)) }
        if let position = location?.column { members.add("position", .int(position)) }
        if let missingColumn { members.add("column", .string(missingColumn)) }
        return members.text
    }
}
