import Columnar
import Synchronization

/// What a `sw_table` points to.
final class TableHandle: Sendable {
    let table: Table

    init(_ table: Table) { self.table = table }

    /// The pointer that C holds; `TableHandle.release` takes it back.
    var retained: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

    static func at(_ pointer: OpaquePointer) -> TableHandle {
        Unmanaged<TableHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    static func release(_ pointer: OpaquePointer) {
        Unmanaged<TableHandle>.fromOpaque(UnsafeRawPointer(pointer)).release()
    }
}
