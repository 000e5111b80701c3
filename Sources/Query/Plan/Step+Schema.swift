public import Columnar

extension Step {
    /// The columns that the step makes of a frame with the columns `input`.
    ///
    /// - Parameter frames: the columns of the other frames, for steps that take their rows.
    /// - Throws: a `usage` error for a column that is missing, twice or of the wrong type.
    public func outputSchema(
        for input: Schema, parameters: [String: Scalar] = [:], frames: [String: Schema] = [:]
    ) throws(SwiftwaterError) -> Schema {
        switch self {
        case .filter(let predicate):
            let type = try predicate.resultType(in: input, parameters: parameters)
            guard type == .bool || type == .null else {
                throw SwiftwaterError(
                    .usage, "the filter \(predicate) is \(type), not bool", hint: "compare it with a value")
            }
            return input
        case .select(let columns):
            try Self.requireDistinct(columns)
            var fields: [Field] = []
            for column in columns { fields.append(input[try input.requireIndex(of: column)]) }
            return Schema(fields)
        case .assign(let columns):
            var schema = input
            for column in columns {
                let field = Field(
                    column.name, try column.expression.resultType(in: schema, parameters: parameters))
                if let index = schema.index(of: column.name) {
                    schema.fields[index] = field
                } else {
                    schema.fields.append(field)
                }
            }
            return schema
        case .rename(let renamings):
            var schema = input
            try Self.requireDistinct(renamings.map(\.from))
            for renaming in renamings { schema.fields[try input.requireIndex(of: renaming.from)].name = renaming.to }
            try Self.requireDistinct(schema.names)
            return schema
        case .drop(let columns):
            for column in columns { _ = try input.requireIndex(of: column) }
            return Schema(input.fields.filter { !columns.contains($0.name) })
        case .astype(let fields):
            var schema = input
            for field in fields { schema.fields[try input.requireIndex(of: field.name)].type = field.type.logical }
            return schema
        case .fillna(let fillings):
            for filling in fillings {
                if let column = filling.column { _ = try input.requireIndex(of: column) }
            }
            return input
        case .dropna(let subset, _):
            for column in subset ?? [] { _ = try input.requireIndex(of: column) }
            return input
        case .dropDuplicates(let subset, _, let time):
            for column in subset ?? [] { _ = try input.requireIndex(of: column) }
            if let time { _ = try TimeWindow.unit(of: time, in: input) }
            return input
        case .groupby(let by, let aggregations, let options):
            return try Self.grouped(input, by: by, options.window, aggregations)
        case .nlargest(let n, let by), .nsmallest(let n, let by):
            try Self.requireCount(n)
            guard !by.isEmpty else {
                throw SwiftwaterError(.usage, "'by' names no column", hint: "name the columns to order by")
            }
            for column in by { try Self.requireOrdered(input[try input.requireIndex(of: column)]) }
            return input
        case .sortValues(let keys, _):
            for key in keys { try Self.requireOrdered(input[try input.requireIndex(of: key.column)]) }
            return input
        case .head(let n):
            try Self.requireCount(n)
            return input
        case .valueCounts(let columns, let normalize, _, _):
            try Self.requireDistinct(columns)
            var fields: [Field] = []
            for column in columns { fields.append(input[try input.requireIndex(of: column)]) }
            fields.append(normalize ? Field("proportion", .float64) : Field("count", .int64))
            try Self.requireDistinct(fields.map(\.name))
            return Schema(fields)
        case .join(let join):
            guard let other = frames[join.with] else {
                throw SwiftwaterError(.usage, "the columns of '\(join.with)' are not known")
            }
            return try join.outputSchema(left: input, right: other)
        case .rowNumber(let name, _): return input.setting(Field(name, .int64))
        case .tail(let n):
            try Self.requireCount(n)
            return input
        case .slice(_, _, let step):
            guard step != 0 else {
                throw SwiftwaterError(.usage, "a slice's step is 0", hint: "use 1, or -1 to turn the order round")
            }
            return input
        case .window(let by, let columns, let options):
            guard options.window == nil else {
                throw SwiftwaterError(.usage, "'window' has no windows of time", hint: "use groupby")
            }
            return try Self.windowed(input, by: by, columns)
        case .explode(let columns): return try Explode.schema(columns, input: input)
        case .melt(let id, let value, let variableName, let valueName):
            return try Melt.schema(id: id, value: value, variable: variableName, valueName: valueName, input: input)
        case .sample(let sampling):
            try Sample.check(sampling)
            return input
        }
    }

    private static func windowed(
        _ input: Schema, by: [String], _ columns: [WindowColumn]
    ) throws(SwiftwaterError) -> Schema {
        try requireDistinct(by)
        for column in by { _ = try input.requireIndex(of: column) }
        try requireDistinct(columns.map(\.name))
        var schema = input
        for column in columns { schema = schema.setting(Field(column.name, try column.resultType(in: input))) }
        return schema
    }

    private static func grouped(
        _ input: Schema, by: [String], _ window: TimeWindow?, _ aggregations: [Aggregation]
    ) throws(SwiftwaterError) -> Schema {
        try requireDistinct(by)
        try window?.check(by: by, input: input)
        var fields: [Field] = []
        for column in by {
            let field = input[try input.requireIndex(of: column)]
            fields.append(Field(field.name, field.type.logical))
            if let window, window.key == column { fields.append(Field(window.endName, field.type.logical)) }
        }
        for aggregation in aggregations {
            fields.append(Field(aggregation.name, try aggregation.resultType(in: input)))
        }
        try requireDistinct(fields.map(\.name))
        return Schema(fields)
    }

    static func requireDistinct(_ names: [String]) throws(SwiftwaterError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw SwiftwaterError(.usage, "the column '\(name)' would be there twice", hint: "give it another name")
        }
    }

    private static func requireCount(_ n: Int) throws(SwiftwaterError) {
        guard n >= 0 else { throw SwiftwaterError(.usage, "\(n) is not a number of rows", hint: "use 0 or more") }
    }

    private static func requireOrdered(_ field: Field) throws(SwiftwaterError) {
        guard !field.type.logical.isNested else {
            throw SwiftwaterError(
                .usage, "the column '\(field.name)' is \(field.type), which has no order",
                hint: "order by another column")
        }
    }
}

extension Aggregation {
    /// The type of the result column; throws a `usage` error where the function does not fit the column.
    func resultType(in input: Schema) throws(SwiftwaterError) -> DataType {
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
        case .sum where type.isSignedInteger || type == .bool, .product where type.isSignedInteger || type == .bool:
            return .int64
        case .sum where type.isUnsignedInteger, .product where type.isUnsignedInteger: return .uint64
        case .median, .quantile:
            guard options.q >= 0, options.q <= 1 else {
                throw SwiftwaterError(.usage, "the quantile \(options.q) is not between 0 and 1")
            }
            if type.isTemporal { return type }
            guard type.isNumeric || type == .bool || type == .null else { throw mismatch(type, "a numeric column") }
            let isBetween =
                function == .median || options.interpolation == .linear
                || options.interpolation == .midpoint
            return isBetween || type == .null || type == .bool ? .float64 : type
        case .indexOfMinimum, .indexOfMaximum:
            guard WideKind(type) != nil || type == .null else { throw mismatch(type, "a column of numbers or times") }
            guard let label = options.label else { return .int64 }
            let field = input[try input.requireIndex(of: label)]
            guard WideKind(field.type) != nil else {
                throw SwiftwaterError(
                    .usage, "the label '\(label)' is \(field.type)", hint: "use a column of numbers or times")
            }
            return field.type.logical
        case .sum, .mean, .variance, .standardDeviation, .standardError, .product, .skewness, .kurtosis:
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
