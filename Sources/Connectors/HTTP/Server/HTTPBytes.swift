package import NIOCore

/// The server's bytes: SwiftNIO's buffer, which shares its name with one of Formats.
package typealias HTTPBytes = NIOCore.ByteBuffer
