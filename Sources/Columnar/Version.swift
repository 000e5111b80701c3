/// The version of the whole package: what `--version` prints and the Python package has.
package enum Version {
    package static let current = "0.1.0"
}
