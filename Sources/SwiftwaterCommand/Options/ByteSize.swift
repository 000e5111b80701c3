import ArgumentParser
import Functions

/// A number of bytes as an option takes it: `2GiB`, `500MB`, `1.5G`, `1048576`.
struct ByteSize: Hashable, ExpressibleByArgument {
    var bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        guard let bytes = ByteCount.parse(argument), bytes > 0 else { return nil }
        self.bytes = bytes
    }
}
