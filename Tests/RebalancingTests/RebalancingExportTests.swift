import AuditModel
import Basics
import Cohorts
import Foundation
import Rebalancing
import Tables
import Testing
import Vocabulary

@Suite struct RebalancingExportTests {
  private let root = NSTemporaryDirectory() + "export-" + UUID().uuidString

  /// Three images: two of a woman and a man with the finding, one without it.
  private func export() throws -> RebalancingExport {
    let arms = [("Female", "40"), ("Male", "71"), ("Male", "55")].map {
      Arm(["sex": $0, "age": $1])
    }
    let images = try arms.enumerated().map { index, arm in
      let item = CohortCase(
        finding: "Effusion", isPositive: index < 2, index: index, arm: arm,
        prompt: arm.promptPrefix(.chexgen) + "Pleural effusion, \"large\".",
        noisePath: ["rebalancing", "\(index)"], folder: "rebalancing/images")
      let path = root + "/images/\(index).png"
      let bytes = Array("image \(index)".utf8)
      try createFolder(at: root + "/images")
      try writeAtomically(bytes, to: path)
      let drawn = RebalancingCase(item: item, cell: 0, attempt: 0, severity: "large")
      return ExportImage(drawn, path: path, sha256: SHA256.hex(of: bytes))
    }
    return RebalancingExport(
      images: images, seed: 9, generator: "g", strategy: "parity", findings: ["Effusion", "Edema"])
  }

  private func remove() { try? FileManager.default.removeItem(atPath: root) }

  /// Every format's table lists every image once, with the bytes that its hash names.
  @Test(arguments: [
    (RebalanceSpecification.Format.huggingface, "train/metadata.csv", "file_name", "train/"),
    (.imagefolder, "manifest.csv", "path", ""), (.chexpert, "manifest.csv", "path", ""),
    (.nih, "manifest.csv", "path", ""),
  ])
  func tablesListEveryImageWithItsBytes(
    format: RebalanceSpecification.Format, table name: String, column: String, folder: String
  ) throws {
    defer { remove() }
    let place = root + "/" + format.rawValue
    try export().write(format, to: place)
    let table = try Table(contentsOf: place + "/" + name)
    #expect(table.rowCount == 3)
    #expect(try table.column("label") == ["1", "1", "0"])
    #expect(try table.column("sex") == ["Female", "Male", "Male"])
    #expect(try table.column("age") == ["40", "71", "55"])
    #expect(try table.column("synthetic") == ["true", "true", "true"])
    #expect(try table.column("prompt")[0] == "sex:Female, age:40.0. Pleural effusion, \"large\".")
    for (path, hash) in zip(try table.column(column), try table.column("sha256")) {
      #expect(try SHA256.hex(ofFile: place + "/" + folder + path) == hash)
    }
    #expect(FileManager.default.fileExists(atPath: place + "/README.md"))
    #expect(!FileManager.default.fileExists(atPath: place + ".tmp"))
  }

  @Test func cheXpertLeavesFindingsBlankThatWereNotPrompted() throws {
    defer { remove() }
    try export().write(.chexpert, to: root + "/c")
    let table = try Table(contentsOf: root + "/c/train.csv")
    #expect(try table.column("Pleural Effusion") == ["1.0", "1.0", "0.0"])
    #expect(try table.column("Pneumonia") == ["", "", ""])
    #expect(table.header.prefix(5) == ["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA"])
  }

  @Test func nihNamesTheFindingOrNoFinding() throws {
    defer { remove() }
    try export().write(.nih, to: root + "/n")
    let table = try Table(contentsOf: root + "/n/Data_Entry.csv")
    #expect(try table.column("Finding Labels") == ["Effusion", "Effusion", "No Finding"])
    #expect(try table.column("Patient Gender") == ["F", "M", "M"])
    #expect(try table.column("Patient ID").allSatisfy { $0.hasPrefix("SYNTHETIC-") })
  }

  /// Read back by the system's own tar, which is not ours.
  @Test func webDatasetShardsAreTarFilesWithTriples() throws {
    defer { remove() }
    try export().write(.webdataset, to: root + "/w")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/tar")
    process.arguments = ["-tf", root + "/w/shard-000000.tar"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let names = text.split(separator: "\n").map(String.init)
    #expect(names.count == 9)
    #expect(Set(names.map { ($0 as NSString).pathExtension }) == ["png", "json", "cls"])
    #expect(Set(names.map { ($0 as NSString).deletingPathExtension }).count == 3)
  }

  @Test func anExportReplacesAnOlderOneWhole() throws {
    defer { remove() }
    let place = root + "/h"
    try export().write(.huggingface, to: place)
    try writeAtomically("old", to: place + "/old.txt")
    try export().write(.huggingface, to: place)
    #expect(!FileManager.default.fileExists(atPath: place + "/old.txt"))
    #expect(FileManager.default.fileExists(atPath: place + "/train/metadata.csv"))
    #expect(!FileManager.default.fileExists(atPath: place + ".tmp"))
  }

  @Test func aFolderThatIsNoExportIsNeverReplacedOrRemoved() throws {
    defer { remove() }
    let place = root + "/mine"
    try createFolder(at: place)
    try writeAtomically("the user's own", to: place + "/README.md")
    let failure = #expect(throws: AuditFailure.self) {
      try export().write(.huggingface, to: place)
    }
    #expect(failure?.message.contains("is not an export of this program") == true)
    try RebalancingExport.remove(place)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place) == ["README.md"])
  }

  /// What a killed process left half done is thrown away, and the former export stays until then.
  @Test func aHalfWrittenExportIsReplaced() throws {
    defer { remove() }
    let place = root + "/h"
    try createFolder(at: place + ".tmp/train")
    try writeAtomically("half", to: place + ".tmp/train/metadata.csv")
    try export().write(.huggingface, to: place)
    #expect(try Table(contentsOf: place + "/train/metadata.csv").rowCount == 3)
    #expect(!FileManager.default.fileExists(atPath: place + ".tmp"))
  }

  @Test func aFailedExportLeavesTheFormerOneAsItWas() throws {
    defer { remove() }
    let place = root + "/h"
    var broken = try export()
    try broken.write(.huggingface, to: place)
    let before = try SHA256.hex(ofFile: place + "/train/metadata.csv")
    broken.generator = "another"
    broken.images[2].path = root + "/absent.png"
    #expect(throws: AuditFailure.self) { try broken.write(.huggingface, to: place) }
    #expect(try SHA256.hex(ofFile: place + "/train/metadata.csv") == before)
  }

  /// The mask of a conditioned image goes with it, where no loader takes it for an image.
  @Test(arguments: [
    (RebalanceSpecification.Format.huggingface, "train/metadata.csv"),
    (.imagefolder, "manifest.csv"), (.chexpert, "manifest.csv"), (.nih, "manifest.csv"),
  ])
  func masksGoWithTheirImages(format: RebalanceSpecification.Format, table name: String) throws {
    defer { remove() }
    _ = try export()
    try writeAtomically("mask", to: root + "/images/1-condition.png")
    let place = root + "/" + format.rawValue
    try export().write(format, to: place)
    let conditions = try Table(contentsOf: place + "/" + name).column("condition")
    #expect(conditions[0].isEmpty && conditions[2].isEmpty)
    #expect(try readBytes(of: place + "/" + conditions[1]) == Array("mask".utf8))
    let readme = String(decoding: try readBytes(of: place + "/README.md"), as: UTF8.self)
    #expect(readme.contains("1 images were drawn under a spatial condition"))
    #expect(readme.contains("Pretrain, then fine-tune") && readme.contains("**Mix**"))
  }

  /// Counts 20, 80 | 100, 70 give w(F, +) = 120·100/(270·20) and so on; the weighted table is
  /// independent: every cell's weighted count is its margins' product over the total.
  @Test func reweighingMakesLabelAndGroupIndependent() {
    var cells: [TrainingCell: Int] = [:]
    for (isPositive, sex, count) in [
      (true, "Female", 20), (true, "Male", 80), (false, "Female", 100), (false, "Male", 70),
    ] {
      cells[
        TrainingCell(
          finding: "Effusion", isPositive: isPositive, groups: ["sex": sex])] = count
    }
    let rows = TrainingWeights(
      counts: TrainingCounts(cells: cells, total: 270), findings: ["Effusion"],
      grid: CellGrid(["sex": .values(["Female", "Male"])])
    ).rows()
    func weighted(_ isPositive: Bool, _ sex: String) -> Double {
      rows.first { $0.cell.isPositive == isPositive && $0.cell.groups["sex"] == sex }
        .map { Double($0.count) * ($0.reweighing ?? 0) } ?? 0
    }
    // Exact in rationals; 1e-9 leaves room for the rounding of four products.
    #expect(abs(weighted(true, "Female") - 120.0 * 100 / 270) < 1e-9)
    #expect(abs(weighted(true, "Male") - 150.0 * 100 / 270) < 1e-9)
    #expect(abs(weighted(false, "Female") - 120.0 * 170 / 270) < 1e-9)
    #expect(abs(weighted(false, "Male") - 150.0 * 170 / 270) < 1e-9)
    // Sampling: every cell weighs a quarter of the images; group DRO starts from equal groups.
    #expect(rows.allSatisfy { abs(Double($0.count) * ($0.sampling ?? 0) - 270.0 / 4) < 1e-9 })
    #expect(rows.allSatisfy { $0.groupDRO == 0.25 })
  }

  @Test func weightsAreGivenForEveryImageOfTheTrainingTable() throws {
    defer { remove() }
    try createFolder(at: root)
    try writeAtomically(
      "image,sex,Effusion\na.png,F,1\nb.png,M,1\nc.png,M,0\nd.png,,1\ne.png,F,\n",
      to: root + "/train.csv")
    var specification = RebalanceSpecification(trainingTable: "train.csv")
    specification.labels = ["Effusion": "Effusion"]
    let grid = CellGrid(["sex": .values(["Female", "Male"])])
    let counts = try TrainingCounts(
      contentsOf: root + "/train.csv", specification: specification, findings: ["Effusion"],
      grid: grid)
    try TrainingWeights(counts: counts, findings: ["Effusion"], grid: grid).write(to: root + "/w")
    let table = try Table(contentsOf: root + "/w/samples.csv")
    #expect(try table.column("image") == ["a.png", "b.png", "c.png", "d.png", "e.png"])
    // Three images in three cells: each weighs one; unknown sex or label weighs nothing.
    #expect(try table.doubles("sampling_weight Effusion") == [1, 1, 1, nil, nil])
    // P(F) P(+) / P(F, +) = (1/3)(2/3)/(1/3) = 2/3, and so on.
    let weights = try table.doubles("reweighing_weight Effusion").map { $0 ?? -1 }
    for (weight, expected) in zip(weights, [2.0 / 3, 4.0 / 3, 2.0 / 3, -1, -1]) {
      #expect(abs(weight - expected) < 1e-12)
    }
  }
}
