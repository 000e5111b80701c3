import CSwiftwater
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The header's functions for PyCapsules. A capsule's destructor may run while a Python exception is on its way, when
/// no Python code may; so it is here. The library does not link with Python: Python gives it the functions.

private typealias GetName = @convention(c) (UnsafeMutableRawPointer?) -> UnsafePointer<CChar>?
private typealias GetPointer =
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?

private let capsuleFunctions = Mutex<(name: GetName, pointer: GetPointer)?>(nil)

@_cdecl("sw_capsule_memory")
public func capsuleMemory(_ bytes: Int) -> UnsafeMutableRawPointer? { calloc(1, max(bytes, 1)) }

@_cdecl("sw_capsule_prepare")
public func capsulePrepare(
    _ getName: (@convention(c) (UnsafeMutableRawPointer?) -> UnsafePointer<CChar>?)?,
    _ getPointer: (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?)?
) {
    guard let getName, let getPointer else { return }
    capsuleFunctions.withLock { $0 = (getName, getPointer) }
}

@_cdecl("sw_capsule_destroy")
public func capsuleDestroy(_ capsule: UnsafeMutableRawPointer?) {
    guard let functions = capsuleFunctions.withLock({ $0 }), let name = functions.name(capsule),
        let memory = functions.pointer(capsule, name)
    else { return }
    switch String(cString: name) {
    case "arrow_array_stream":
        let stream = memory.assumingMemoryBound(to: ArrowArrayStream.self)
        stream.pointee.release?(stream)
    case "arrow_array":
        let array = memory.assumingMemoryBound(to: ArrowArray.self)
        array.pointee.release?(array)
    case "arrow_schema":
        let schema = memory.assumingMemoryBound(to: ArrowSchema.self)
        schema.pointee.release?(schema)
    default: return
    }
    free(memory)
}

@_cdecl("sw_release_nothing")
public func releaseNothing(_ structure: UnsafeMutableRawPointer?) {}
