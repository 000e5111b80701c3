package import Columnar

/// What carries out a step.
package enum StepImplementation: Sendable {
    case transform(any Transform)
    case `operator`(any Operator)
}

/// Makes what carries out steps. Parameters have been bound before.
package protocol StepFactory: Sendable {
    func make(_ step: Step, input: Schema) throws(SwiftwaterError) -> StepImplementation
}

/// The engine's own operators.
package struct StandardStepFactory: StepFactory {
    package init() {}

    package func make(_ step: Step, input: Schema) throws(SwiftwaterError) -> StepImplementation {
        try step.implementation(on: input)
    }
}
