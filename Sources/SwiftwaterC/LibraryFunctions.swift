import CSwiftwaterABI
import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The header's functions about the library itself.

@_cdecl("sw_abi_version")
public func abiVersion() -> Int32 { SW_ABI_VERSION }

/// For the life of the process.
nonisolated(unsafe) private let versionText = CText.copy(Version.current)

@_cdecl("sw_version")
public func libraryVersion() -> UnsafePointer<CChar>? { versionText.map { UnsafePointer($0) } }

@_cdecl("sw_string_free")
public func stringFree(_ text: UnsafeMutablePointer<CChar>?) { free(text) }
