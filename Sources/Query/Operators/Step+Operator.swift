import Columnar

extension Step {
    /// The transform or the operator that runs this step on batches of `input`.
    ///
    /// Parameters of expressions must have been replaced by their values.
    func implementation(on input: Schema) throws(SwiftwaterError) -> StepImplementation {
        switch self {
        case .filter(let predicate): .transform(try Filter(predicate, input: input))
        case .assign(let columns): .transform(try Assign(columns, input: input))
        case .astype(let fields): .transform(try ConvertColumns(fields, input: input))
        case .select(let columns): .transform(try Project.select(columns, input: input))
        case .rename(let renamings): .transform(try Project.rename(renamings, input: input))
        case .drop(let columns): .transform(try Project.drop(columns, input: input))
        case .fillna(let fillings): .transform(try FillMissing(fillings, input: input))
        case .dropna(let subset, let how): .transform(try DropMissing(subset: subset, how: how, input: input))
        case .groupby(let by, let aggregations, let options):
            if let window = options.window {
                .operator(
                    try WindowGroupBy(
                        by: by, window: window, aggregations: aggregations, options: options, input: input))
            } else {
                .operator(try GroupBy(by: by, aggregations: aggregations, options: options, input: input))
            }
        case .nlargest(let n, let by): .operator(try TopK(n, by: by, largest: true, input: input))
        case .nsmallest(let n, let by): .operator(try TopK(n, by: by, largest: false, input: input))
        case .sortValues(let by, let missingFirst):
            .operator(try Sort(by: by, missingFirst: missingFirst, input: input))
        case .head(let n): .operator(try Head(n, input: input))
        case .dropDuplicates(let subset, let keep, let time):
            .operator(try DropDuplicates(subset: subset, keep: keep, time: time, input: input))
        case .valueCounts(let columns, let normalize, let sort, let dropMissing):
            .operator(
                try ValueCounts(
                    columns: columns, normalize: normalize, sort: sort, dropMissing: dropMissing, input: input))
        case .join(let join):
            throw SwiftwaterError(.usage, "'\(join)' takes the rows of two frames", hint: "run it as a part of a plan")
        case .rowNumber(let name, let start): .transform(RowNumber(name, from: start, input: input))
        case .tail(let n): .operator(try Slice.tail(n, input: input))
        case .slice(let start, let stop, let step):
            .operator(try Slice(start: start, stop: stop, step: step, input: input))
        case .window(let by, let columns, let options):
            .operator(try Window(by: by, columns: columns, options: options, input: input))
        case .explode(let columns): .transform(try Explode(columns, input: input))
        case .melt(let id, let value, let variableName, let valueName):
            .operator(try Melt(id: id, value: value, variable: variableName, valueName: valueName, input: input))
        case .sample(let sampling): .operator(try Sample(sampling, input: input))
        }
    }
}
