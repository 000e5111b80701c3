// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A system library's module map; `apt` is the Debian package that provides its headers.
func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/SystemLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "swiftwater",
    products: [
        .library(name: "Swiftwater", targets: ["Swiftwater"]),
        .library(name: "SwiftwaterC", type: .dynamic, targets: ["SwiftwaterC"]),
        .executable(name: "swiftwater", targets: ["SwiftwaterCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        systemLibrary("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
        systemLibrary("CSnappy", pkgConfig: "snappy", apt: "libsnappy-dev"),
        systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        .target(name: "CSwiftwater"),
        .target(name: "Columnar", dependencies: ["CSwiftwater"], swiftSettings: strict),
        .target(
            name: "Formats",
            dependencies: ["Columnar", "CSwiftwater", "CZstd", "CLZ4", "CSnappy", "CZlib"],
            swiftSettings: strict),
        .target(name: "Query", dependencies: ["Columnar", "Formats", "CSwiftwater"], swiftSettings: strict),
        .target(
            name: "Functions",
            dependencies: ["Columnar", "Formats", "Query", "Streams", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(name: "Swiftwater", dependencies: ["Columnar", "Formats", "Query"], swiftSettings: strict),
        .target(name: "CSwiftwaterABI"),
        .target(
            name: "SwiftwaterC", dependencies: ["CSwiftwater", "CSwiftwaterABI", "Columnar", "Formats", "Query"],
            swiftSettings: strict),
        .target(name: "Streams", dependencies: ["Columnar", "Formats", "Query"], swiftSettings: strict),
        .target(
            name: "FileConnector", dependencies: ["Columnar", "Formats", "Query", "Streams"],
            path: "Sources/Connectors/Files", swiftSettings: strict),
        .target(
            name: "HTTPConnector",
            dependencies: [
                "Columnar", "Formats", "Query", "Streams", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/Connectors/HTTP", swiftSettings: strict),
        .target(name: "CKafka"),
        .target(
            name: "KafkaConnector",
            dependencies: [
                "Columnar", "Formats", "Query", "Streams", "CKafka", "CZstd", "CLZ4", "CSnappy", "CZlib",
            ],
            path: "Sources/Connectors/Kafka", swiftSettings: strict),
        .target(
            name: "Serving",
            dependencies: [
                "Columnar", "Formats", "Query", "Streams", "Functions", "FileConnector", "HTTPConnector",
                "KafkaConnector",
            ],
            swiftSettings: strict),
        .target(name: "Generator", dependencies: ["Columnar", "Formats"], swiftSettings: strict),
        .executableTarget(
            name: "SwiftwaterCommand",
            dependencies: [
                "Swiftwater", "Columnar", "Formats", "Query", "Streams", "Functions", "Generator", "HTTPConnector",
                "Serving",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(
            name: "FuzzTargets", dependencies: ["Columnar", "Formats"], path: "Fuzz/Targets", swiftSettings: strict),
        .testTarget(name: "ColumnarTests", dependencies: ["Columnar", "CSwiftwater"], swiftSettings: strict),
        .testTarget(
            name: "FormatsTests", dependencies: ["Columnar", "Formats"], exclude: ["Conformance", "Oracle"],
            swiftSettings: strict),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
        .testTarget(
            name: "GeneratorTests", dependencies: ["Columnar", "Formats", "Generator"], swiftSettings: strict),
        .testTarget(
            name: "QueryTests", dependencies: ["Columnar", "Formats", "Query"], exclude: ["Oracle"],
            swiftSettings: strict),
        .testTarget(
            name: "FunctionsTests", dependencies: ["Columnar", "Formats", "Query", "Streams", "Functions"],
            swiftSettings: strict),
        .target(
            name: "SourceConformance", dependencies: ["Columnar", "Formats", "Streams"],
            path: "Tests/SourceConformance", swiftSettings: strict),
        .testTarget(
            name: "StreamsTests", dependencies: ["Columnar", "Formats", "Query", "Streams"], swiftSettings: strict),
        .testTarget(
            name: "FileConnectorTests",
            dependencies: ["Columnar", "Formats", "Streams", "FileConnector", "SourceConformance"],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPConnectorTests",
            dependencies: ["Columnar", "Formats", "Streams", "HTTPConnector", "SourceConformance"],
            swiftSettings: strict),
        .testTarget(
            name: "KafkaConnectorTests",
            dependencies: ["Columnar", "Formats", "Streams", "KafkaConnector", "SourceConformance"],
            exclude: ["Support/kafka_server.py"], swiftSettings: strict),
        .testTarget(
            name: "SwiftwaterCommandTests", dependencies: ["Columnar", "Formats", "SwiftwaterCommand"],
            swiftSettings: strict),
        .testTarget(name: "SwiftwaterTests", dependencies: ["Swiftwater"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// The fuzzers link with the compiler's -sanitize=fuzzer only; `make fuzz` asks for them.
if Context.environment["SWIFTWATER_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "FuzzJSONLines", dependencies: ["CFuzzer", "FuzzTargets"], path: "Fuzz/JSONLines",
            swiftSettings: strict),
        .executableTarget(
            name: "FuzzParquet", dependencies: ["CFuzzer", "FuzzTargets"], path: "Fuzz/Parquet",
            swiftSettings: strict),
    ]
}
