import Columnar

/// `astype`, and the conversions that type rules ask for.
struct CastNode: Node {
    let operand: any Node
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column { try cast(try operand.evaluate(batch), to: type) }
}
