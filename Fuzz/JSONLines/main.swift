import CFuzzer
import FuzzTargets

// libFuzzer calls this with one input after another and keeps what crashes as a file.
var argumentCount = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
_ = LLVMFuzzerRunDriver(&argumentCount, &arguments) { base, count in
    fuzzJSONLines(UnsafeRawBufferPointer(start: base, count: count))
    return 0
}
