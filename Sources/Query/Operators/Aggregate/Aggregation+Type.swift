import Columnar

extension Aggregation {
    /// The type of the result column; throws a `usage` error where the function does not fit the column.
    func checkedType(in input: Schema) throws(SwiftwaterError) -> DataType {
        guard let column else {
            guard function == .size else {
                throw SwiftwaterError(
                    .usage, "\(function.rawValue) needs a column", hint: "write it under the column that it is of")
            }
            return .int64
        }
        let type = input[try input.requireIndex(of: column)].type.logical
        switch function {
        case .count, .size, .distinctCount: return .int64
        case .sum where type.isSignedInteger || type == .bool: return .int64
        case .sum where type.isUnsignedInteger: return .uint64
        case .sum, .mean, .variance, .standardDeviation:
            if type.isNumeric || type == .bool || type == .null { return .float64 }
            if case .duration = type, function == .sum || function == .mean { return type }
            if case .timestamp = type, function == .mean { return type }
            throw mismatch(type, "a numeric column")
        case .min, .max:
            guard !type.isNested else { throw mismatch(type, "a column with an order") }
            return type
        case .first, .last: return type
        case .any, .all: return .bool
        }
    }

    private func mismatch(_ type: DataType, _ wanted: String) -> SwiftwaterError {
        SwiftwaterError(
            .usage, "\(function.rawValue) needs \(wanted), and '\(column ?? "")' is \(type)",
            hint: "convert it with astype, or use another aggregation")
    }
}
