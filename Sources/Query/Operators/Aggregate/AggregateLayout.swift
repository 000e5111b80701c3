import Columnar

/// Which accumulators a group-by needs, so that aggregations of one column share a pass over its values.
struct AggregateLayout: Sendable {
    /// A column of the input that is aggregated.
    struct Input: Sendable {
        var name: String
        var column: Int
        var type: DataType
        /// The column that `idxmin` and `idxmax` take labels from, and its name.
        var label: Int?
        var labelName: String?
        var accumulators: [Kind] = []
    }

    /// A column of the result.
    struct Output: Sendable {
        var call: AggregateCall
        var type: DataType
        /// Nil for `size`.
        var input: Int?
        /// Nil where the counts are the result.
        var accumulator: Int?
    }

    enum Kind: Hashable, Sendable {
        case sum, range, sumRange, moments, truth, distinct
        case first, last
        case product, values, higherMoments, extremeLabels
        /// `min`, `max`, `first` or `last` of values without a fixed width.
        case bytes(Aggregation.Function)
    }

    private(set) var inputs: [Input] = []
    private(set) var outputs: [Output] = []

    init(_ aggregations: [Aggregation], schema: Schema) throws(SwiftwaterError) {
        for aggregation in aggregations {
            let type = try aggregation.resultType(in: schema)
            guard let name = aggregation.column, aggregation.function != .size else {
                outputs.append(Output(call: AggregateCall(function: .size), type: type))
                continue
            }
            let column = try schema.requireIndex(of: name)
            let label = try Self.label(aggregation, schema)
            let input: Int
            if let known = inputs.firstIndex(where: { $0.column == column && $0.label == label }) {
                input = known
            } else {
                input = inputs.count
                inputs.append(
                    Input(
                        name: name, column: column, type: schema[column].type.logical, label: label,
                        labelName: label.map { schema[$0].name }))
            }
            outputs.append(
                Output(
                    call: AggregateCall(function: aggregation.function, options: aggregation.options), type: type,
                    input: input,
                    accumulator: need(aggregation.function, input)))
        }
        shareSumAndRange()
    }

    /// The accumulator's index; nil where the counts are enough.
    private mutating func need(_ function: Aggregation.Function, _ input: Int) -> Int? {
        let isFixed = WideKind(inputs[input].type) != nil
        let kind: Kind
        switch function {
        case .count, .size: return nil
        case .sum, .mean: kind = .sum
        case .min, .max: kind = isFixed ? .range : .bytes(function)
        case .first: kind = isFixed ? .first : .bytes(function)
        case .last: kind = isFixed ? .last : .bytes(function)
        case .variance, .standardDeviation, .standardError: kind = .moments
        case .skewness, .kurtosis: kind = .higherMoments
        case .product: kind = .product
        case .median, .quantile: kind = .values
        case .indexOfMinimum, .indexOfMaximum: kind = .extremeLabels
        case .any, .all: kind = .truth
        case .distinctCount: kind = .distinct
        }
        if let known = inputs[input].accumulators.firstIndex(of: kind) { return known }
        inputs[input].accumulators.append(kind)
        return inputs[input].accumulators.count - 1
    }

    private static func label(_ aggregation: Aggregation, _ schema: Schema) throws(SwiftwaterError) -> Int? {
        guard aggregation.function == .indexOfMinimum || aggregation.function == .indexOfMaximum else { return nil }
        guard let name = aggregation.options.label else {
            throw SwiftwaterError(
                .usage, "\(aggregation.function.rawValue) has no label here",
                hint: "number the rows with row_number, and take that column as its label")
        }
        return try schema.requireIndex(of: name)
    }

    /// Makes one accumulator of a column's sum and range.
    private mutating func shareSumAndRange() {
        for input in inputs.indices {
            guard let sum = inputs[input].accumulators.firstIndex(of: .sum),
                let range = inputs[input].accumulators.firstIndex(of: .range)
            else { continue }
            inputs[input].accumulators[min(sum, range)] = .sumRange
            inputs[input].accumulators.remove(at: max(sum, range))
            for output in outputs.indices where outputs[output].input == input {
                guard let index = outputs[output].accumulator else { continue }
                if index == max(sum, range) {
                    outputs[output].accumulator = min(sum, range)
                } else if index > max(sum, range) {
                    outputs[output].accumulator = index - 1
                }
            }
        }
    }

    static func makeAccumulator(_ kind: Kind, of type: DataType) -> any Accumulator {
        // A column of type null has no values: any accumulator of the result's form does.
        let wide = WideKind(type) ?? .float
        switch (kind, wide) {
        case (.bytes(let function), _): return BytesAccumulator(function, type: type)
        case (.distinct, _): return DistinctAccumulator()
        case (.moments, _): return RecordAccumulator(Moments.self, asDoubles: true)
        case (.higherMoments, _): return RecordAccumulator(HigherMoments.self, asDoubles: true)
        case (.values, _): return ValuesAccumulator(type)
        case (.extremeLabels, .float): return ExtremeLabelAccumulator(Double.self)
        case (.extremeLabels, .signed): return ExtremeLabelAccumulator(Int64.self)
        case (.extremeLabels, .unsigned): return ExtremeLabelAccumulator(UInt64.self)
        case (.product, .float): return RecordAccumulator(FloatProduct.self)
        case (.product, .signed): return RecordAccumulator(IntegerProduct<Int64>.self)
        case (.product, .unsigned): return RecordAccumulator(IntegerProduct<UInt64>.self)
        case (.first, _): return RecordAccumulator(FirstWord.self)
        case (.last, _): return RecordAccumulator(LastWord.self)
        case (.truth, _) where WideKind(type) == nil: return BytesTruthAccumulator()
        case (.truth, .float): return RecordAccumulator(FloatTruth.self)
        case (.truth, _): return RecordAccumulator(WordTruth.self)
        case (.sum, .float): return RecordAccumulator(FloatSum.self)
        case (.sum, .signed): return RecordAccumulator(IntegerSum<Int64>.self)
        case (.sum, .unsigned): return RecordAccumulator(IntegerSum<UInt64>.self)
        case (.range, .float): return RecordAccumulator(FloatRange.self)
        case (.range, .signed): return RecordAccumulator(IntegerRange<Int64>.self)
        case (.range, .unsigned): return RecordAccumulator(IntegerRange<UInt64>.self)
        case (.sumRange, .float): return RecordAccumulator(FloatSumRange.self)
        case (.sumRange, .signed): return RecordAccumulator(IntegerSumRange<Int64>.self)
        case (.sumRange, .unsigned): return RecordAccumulator(IntegerSumRange<UInt64>.self)
        }
    }
}
