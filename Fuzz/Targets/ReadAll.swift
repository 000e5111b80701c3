import Columnar
import Formats

/// What reading an input came to: its rows as text, or that it was refused.
enum Outcome: Equatable {
    case rows(Int, digest: Int)
    case refused
}

extension Outcome {
    /// Reads every row with one reader, widening the schema where that is needed.
    ///
    /// Every value is looked at, so that a wrong offset or code in a batch is met here and not by a later user.
    init(_ make: () throws(SwiftwaterError) -> any MorselSource) {
        do throws(SwiftwaterError) {
            var source = try make()
            while true {
                do throws(SwiftwaterError) {
                    self = try Outcome(reading: source)
                    return
                } catch {
                    guard error.kind == .schemaWidened, let inferring = source as? any InferringSource else {
                        throw error
                    }
                    source = try inferring.widened()
                }
            }
        } catch {
            // An error is a good answer to bad bytes; it must be possible to print it.
            _ = error.description
            self = .refused
        }
    }

    private init(reading source: any MorselSource) throws(SwiftwaterError) {
        let reader = try source.makeReader()
        var rows = 0
        var hasher = Hasher()
        while let morsel = try reader.next() {
            rows += morsel.batch.count
            for row in 0..<morsel.batch.count {
                for column in morsel.batch.columns { hasher.combine(column.scalar(at: row)) }
            }
        }
        try source.finish()
        self = .rows(rows, digest: hasher.finalize())
    }
}
