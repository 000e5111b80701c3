package import Columnar

/// How a plan runs.
package struct RunOptions: Sendable {
    /// Worker threads; as many as the machine runs at once when nil.
    package var threads: Int?
    /// Bytes that buffers and operators may hold; a share of the machine's memory when nil.
    package var memoryLimit: Int?
    /// Values for `@name` in expressions.
    package var parameters: [String: Scalar] = [:]
    /// The tables of the sources in memory, by the sources' names.
    package var tables: [String: Table] = [:]
    /// Rows a morsel of a table in memory.
    package var morselRows = 16_384
    /// Bytes of encoded rows that may wait for their turn to be written.
    package var pendingLimit = 32 << 20
    package var optimizer = Optimizer()
    /// What earlier runs of the same plan with the same parameters have found out.
    package var reuse: PlanReuse?
    /// Asked how far the run is, by whoever wants to know.
    package var progress: RunProgress?
    package var cancellation = CancellationFlag()
    /// Opens sources; files and `tables` when nil.
    package var sources: (any SourceOpener)?
    package var stepFactory: any StepFactory = StandardStepFactory()
    package var outputOpener: any OutputOpener = StandardOutputs()

    package init() {}
}
