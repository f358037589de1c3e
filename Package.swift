// swift-tools-version: 6.0
import PackageDescription

// Floors (imports only downwards; ARCHITECTURE.md has the picture):
//   roof  audit                      6  AuditCLI        5  Workbench
//   4  Reporting  Rebalancing  AuditStore
//   3  Fairness  Fidelity  Classifiers  ChexGen  Cohorts
//   2  Statistics  Images  Checkpoints  OnnxGraphs
//   1  Basics  Vocabulary  AuditModel  Randomness  Tensors  Tables  Arguments  ChildProcesses
//   ground  C only

let package = Package(
  name: "chest-radiograph-audit",
  products: [.executable(name: "audit", targets: ["audit"])],
  targets: [
    // Ground: C libraries, seen through one module each.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "COnnxRuntime"),
    .target(name: "COneDNN"),
    .target(name: "CSpawn"),
    .target(name: "CExchange"),
    // libpng reports errors by longjmp, which must not cross Swift frames.
    .target(name: "CPNGShim", dependencies: ["CPNG"]),
    // libjpeg too.
    .target(name: "CJPEGShim", dependencies: ["CJPEG"]),
    // Codecs of DICOM's compressed pixels, behind a C interface. GDCM's headers are found by name and
    // include each other by place, so no search path is needed.
    .target(
      name: "CDICOMCodecs",
      linkerSettings: [
        .linkedLibrary("gdcmMSFF"), .linkedLibrary("gdcmDSED"), .linkedLibrary("gdcmCommon"),
        .linkedLibrary("gdcmjpeg8"), .linkedLibrary("gdcmjpeg12"), .linkedLibrary("gdcmjpeg16"),
      ]),
    // Optimised in debug builds too: at -O0 these loops are forty times slower.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),

    // Floor 1
    .target(name: "Basics", dependencies: ["CCrypto"]),
    .target(name: "Vocabulary", dependencies: ["Basics"]),
    .target(
      name: "AuditModel", dependencies: ["Basics", "Vocabulary"],
      resources: [.copy("Resources/datasets")]),
    .target(name: "Randomness"),
    .target(name: "Tensors", dependencies: ["Basics", "CKernels", "COneDNN"]),
    .target(name: "Tables", dependencies: ["Basics", "CZlib"]),
    .target(name: "Arguments", dependencies: ["Basics"]),
    .target(name: "ChildProcesses", dependencies: ["Vocabulary", "CSpawn"]),

    // Floor 2
    .target(name: "Statistics", dependencies: ["Randomness"]),
    .target(
      name: "Images",
      dependencies: [
        "AuditModel", "Basics", "Vocabulary", "CPNGShim", "CJPEGShim", "CDICOMCodecs", "CZlib",
      ]),
    // Graphs that this program writes, and the library that runs them.
    .target(name: "OnnxGraphs", dependencies: ["Basics", "Tensors", "COnnxRuntime"]),
    .target(name: "Checkpoints", dependencies: ["Basics", "Tensors", "CZlib"]),

    // Floor 3
    .target(
      name: "Fairness",
      dependencies: ["AuditModel", "Basics", "Vocabulary", "Randomness", "Statistics"]),
    .target(
      name: "Classifiers",
      dependencies: [
        "AuditModel", "Basics", "Vocabulary", "Tables", "Images", "COnnxRuntime", "OnnxGraphs",
        "ChildProcesses",
      ]),
    .target(
      name: "ChexGen",
      dependencies: [
        "AuditModel", "Basics", "Vocabulary", "Randomness", "Tensors", "Checkpoints", "Images",
        "OnnxGraphs",
      ],
      exclude: ["Mini"], resources: [.copy("Resources/chexgen-mini")]),
    .target(name: "Fidelity", dependencies: ["AuditModel", "Randomness", "Statistics"]),
    .target(
      name: "Cohorts",
      dependencies: ["AuditModel", "Basics", "Vocabulary", "Randomness", "Tables", "Images"]),

    // Floor 4
    .target(
      name: "Reporting",
      dependencies: ["AuditModel", "Basics", "Vocabulary", "Images", "Tables", "Statistics"],
      resources: [.copy("Resources/report.schema.json")]),
    .target(
      name: "Rebalancing",
      dependencies: [
        "AuditModel", "Basics", "Vocabulary", "Randomness", "Tables", "Images", "Cohorts",
        "CExchange",
      ]),
    .target(name: "AuditStore", dependencies: ["AuditModel", "Basics", "Vocabulary", "CSQLite"]),

    // Floors 5, 6 and the roof
    .target(
      name: "Workbench",
      dependencies: [
        "AuditModel", "Basics", "Vocabulary", "Randomness", "Tables", "Tensors", "Images",
        "Checkpoints", "Statistics", "Fairness", "Fidelity", "Classifiers", "ChexGen", "OnnxGraphs",
        "ChildProcesses", "Cohorts", "Reporting", "Rebalancing",
        "AuditStore",
      ]),
    .target(
      name: "AuditCLI",
      dependencies: ["AuditModel", "Basics", "Vocabulary", "Arguments", "Reporting", "Workbench"]),
    .executableTarget(name: "audit", dependencies: ["AuditCLI"]),
    // How often each kind of sentence is false in worlds with known truth: docs/validity.md.
    .executableTarget(
      name: "audit-simulate",
      dependencies: [
        "AuditModel", "AuditStore", "Basics", "Vocabulary", "Fairness", "Fidelity", "Images",
        "Randomness", "Statistics", "Workbench",
      ]),
    // OpenBLAS is the peer that our kernels are timed against; the product itself does not use it.
    .executableTarget(
      name: "audit-bench",
      dependencies: [
        "AuditModel", "Basics", "Vocabulary", "COpenBLAS", "Checkpoints", "ChexGen", "Fairness",
        "Images", "Randomness", "Statistics", "Tensors",
      ], exclude: ["Peers", "RESULTS.md", "RESULTS-statistics.md"]),

    // Tests, beside each target by name
    // Material outside the repository, for every test target that can use it.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary", "Basics"]),
    .testTarget(name: "AuditModelTests", dependencies: ["AuditModel", "Basics", "Vocabulary"]),
    .testTarget(name: "TablesTests", dependencies: ["Tables", "Basics", "TestSupport"]),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "CKernels"]),
    // Real scores and comparisons of numbers, for the two test targets that judge statistics.
    .target(
      name: "ScoreTestSupport", dependencies: ["TestSupport"], path: "Tests/ScoreTestSupport"),
    .testTarget(
      name: "StatisticsTests",
      dependencies: ["Statistics", "Randomness", "ScoreTestSupport", "TestSupport"],
      exclude: ["Reference"]),
    .testTarget(
      name: "ImagesTests",
      dependencies: ["Images", "AuditModel", "Basics", "Vocabulary", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "Tensors", "Basics", "CZlib", "TestSupport"]),
    .testTarget(
      name: "FairnessTests",
      dependencies: [
        "Fairness", "Statistics", "Randomness", "AuditModel", "Basics", "Vocabulary",
        "ScoreTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "audit-simulate", "AuditModel", "Fairness", "Statistics", "Vocabulary",
      ]),
    .testTarget(
      name: "FidelityTests",
      dependencies: ["Fidelity", "AuditModel", "Randomness", "Statistics"],
      exclude: ["Reference"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ClassifiersTests",
      dependencies: [
        "Classifiers", "OnnxGraphs", "ChildProcesses", "Images", "Tables", "AuditModel", "Basics",
        "Vocabulary", "TestSupport",
      ],
      exclude: ["README.md"]),
    .testTarget(
      name: "ChexGenTests",
      dependencies: [
        "ChexGen", "OnnxGraphs", "Checkpoints", "Tensors", "Randomness", "Images", "AuditModel",
        "Basics", "Vocabulary", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "CohortsTests",
      dependencies: [
        "Cohorts", "AuditModel", "Basics", "Vocabulary", "Randomness", "Images", "Tables",
        "TestSupport",
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "Images", "AuditModel", "Basics", "Vocabulary", "Tables", "Statistics",
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "RebalancingTests",
      dependencies: [
        "Rebalancing", "Cohorts", "Randomness", "Images", "Tables", "AuditModel", "Basics",
        "Vocabulary",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "AuditStoreTests",
      dependencies: ["AuditStore", "AuditModel", "Basics", "Vocabulary", "CSQLite"]),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Workbench", "AuditModel", "Basics", "Vocabulary", "Tables", "Images", "Cohorts",
        "AuditStore", "Fairness", "OnnxGraphs", "CSQLite", "TestSupport",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "AuditCLI", "AuditModel", "Basics", "Vocabulary", "Images", "OnnxGraphs", "Tables",
        "TestSupport", "Workbench",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// The fuzzed program has libFuzzer's entry and no main, so it is there for 'make fuzz' alone. 'readers' leaves
// out the one reader that stands on the whole workbench, and with it two thirds of the build.
if let extent = Context.environment["AUDIT_FUZZ"] {
  let isWhole = extent != "readers"
  package.targets.append(
    .executableTarget(
      name: "audit-fuzz",
      dependencies: [
        "AuditModel", "Basics", "Checkpoints", "ChexGen", "Classifiers", "Images", "Reporting",
        "Tables",
      ] + (isWhole ? ["CSQLite", "Workbench"] : []),
      exclude: isWhole ? [] : ["StoreScene.swift"],
      swiftSettings: isWhole ? [.define("FUZZES_STORES")] : []))
}

// A sanitizer's build shares nothing with others, so a run of some test targets builds these and what they
// stand on alone.
if let chosen = Context.environment["AUDIT_TEST_TARGETS"] {
  var wanted = Set(chosen.split(separator: " ").map(String.init))
  var count = 0
  while count < wanted.count {
    count = wanted.count
    for target in package.targets where wanted.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products.removeAll()
}
