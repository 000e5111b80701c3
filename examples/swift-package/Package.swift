// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "company-metrics",
    dependencies: [.package(name: "swiftwater", path: "../..")],
    targets: [
        .executableTarget(
            name: "CompanyMetrics", dependencies: [.product(name: "Swiftwater", package: "swiftwater")])
    ]
)
