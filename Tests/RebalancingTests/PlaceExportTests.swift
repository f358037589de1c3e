import AuditModel
import Basics
import Cohorts
import Foundation
import Images
import Tables
import Testing
import Vocabulary

@testable import Rebalancing

@Suite struct PlaceExportTests {
  private let root = NSTemporaryDirectory() + "places-" + UUID().uuidString

  private func remove() { try? FileManager.default.removeItem(atPath: root) }

  /// 20 × 10 pixels, white where `isWhite` says.
  private func mask(_ isWhite: (Int, Int) -> Bool) -> RasterImage {
    RasterImage(
      width: 20, height: 10, channels: 1,
      bytes: (0..<200).map { isWhite($0 % 20, $0 / 20) ? 255 : 0 })
  }

  private func image(
    _ index: Int, isPositive: Bool, mask: RasterImage? = nil, boxes: [FindingBox]? = nil
  ) throws -> ExportImage {
    let item = CohortCase(
      finding: "Effusion", isPositive: isPositive, index: index, arm: Arm(["sex": "Female"]),
      prompt: "x", noisePath: ["\(index)"], folder: "rebalancing/images")
    try createFolder(at: root + "/images")
    let path = root + "/images/\(index).png"
    let picture = RasterImage(
      width: 20, height: 10, channels: 1, bytes: [UInt8](repeating: UInt8(index), count: 200))
    try writePNG(picture, to: path)
    if let mask { try writePNG(mask, to: root + "/images/\(index)-condition.png") }
    return ExportImage(
      RebalancingCase(item: item, cell: 0, attempt: 0, severity: nil), path: path,
      sha256: try SHA256.hex(ofFile: path), boxes: boxes)
  }

  private func export(_ images: [ExportImage]) -> RebalancingExport {
    RebalancingExport(
      images: images, seed: 1, generator: "g", strategy: "grid", findings: ["Edema", "Effusion"])
  }

  /// One with two parts in its mask, one with a box, one without the finding, one of unknown place.
  private func images() throws -> [ExportImage] {
    [
      try image(
        0, isPositive: true,
        mask: mask { x, y in (2..<5).contains(x) && (1..<3).contains(y) || x >= 15 && y >= 6 }),
      try image(
        1, isPositive: true, boxes: [FindingBox(x: 0.25, y: 0.5, width: 0.5, height: 0.2)]),
      try image(2, isPositive: false), try image(3, isPositive: true),
    ]
  }

  private struct COCO: Decodable {
    struct Image: Decodable {
      var id: Int
      var file_name: String
      var width: Int
    }
    struct Annotation: Decodable {
      struct Segmentation: Decodable {
        var size: [Int]
        var counts: String
      }
      var image_id: Int
      var category_id: Int
      var bbox: [Double]
      var area: Double
      var segmentation: Segmentation?
    }
    var images: [Image]
    var annotations: [Annotation]
  }

  private func read(_ format: String) throws -> COCO {
    try JSONDecoder().decode(
      COCO.self,
      from: Data(contentsOf: URL(fileURLWithPath: root + "/\(format)/annotations.json")))
  }

  @Test func cocoHasBoxesOfMasksAndOfBoxesAndLeavesOutWhatIsNotKnown() throws {
    defer { remove() }
    try export(try images()).write(.coco, to: root + "/coco")
    let found = try read("coco")
    #expect(found.images.map(\.id) == [1, 2, 3])
    #expect(found.annotations.map(\.image_id) == [1, 1, 2])
    #expect(found.annotations.allSatisfy { $0.category_id == 2 })
    #expect(
      found.annotations.map(\.bbox) == [[2, 1, 3, 2], [15, 6, 5, 4], [5, 5, 10, 2]])
    #expect(found.annotations.map(\.area) == [6, 20, 20])
    #expect(found.annotations.map { $0.segmentation == nil } == [false, false, true])
    for image in found.images {
      #expect(FileManager.default.fileExists(atPath: root + "/coco/images/" + image.file_name))
    }
  }

  @Test func cocoRLELeavesOutBoxes() throws {
    defer { remove() }
    try export(try images()).write(.cocoRLE, to: root + "/cocoRLE")
    let found = try read("cocoRLE")
    #expect(found.images.count == 2 && found.annotations.count == 2)
    #expect(found.annotations[0].segmentation?.size == [10, 20])
  }

  @Test func yoloWritesCentresAndAnEmptyFileForNegatives() throws {
    defer { remove() }
    try export(try images()).write(.yolo, to: root + "/yolo")
    func label(_ index: Int, _ kind: String) throws -> String {
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: root + "/yolo/labels/train")
          .first { $0.contains("_\(kind)000\(index)_") })
      return try String(contentsOfFile: root + "/yolo/labels/train/" + name, encoding: .utf8)
    }
    #expect(try label(0, "p") == "1 0.175 0.2 0.15 0.2\n1 0.875 0.8 0.25 0.4\n")
    #expect(try label(1, "p") == "1 0.5 0.6 0.5 0.2\n")
    #expect(try label(2, "n") == "")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: root + "/yolo/images/train")
    #expect(names.count == 3)
  }

  @Test func masksHaveTheImagesNamesAndAreBlackForNegatives() throws {
    defer { remove() }
    try export(try images()).write(.masks, to: root + "/masks")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: root + "/masks/masks/Effusion"
    ).sorted()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: root + "/masks/images/Effusion").sorted()
        == names)
    let negative = try readPNG(at: root + "/masks/masks/Effusion/" + names[0])
    #expect(negative.bytes.allSatisfy { $0 == 0 })
    let positive = try readPNG(at: root + "/masks/masks/Effusion/" + names[1])
    #expect(positive.bytes.count { $0 == 255 } == 26)
  }

  @Test func aSetWithoutPlacesIsRefused() throws {
    defer { remove() }
    let failure = #expect(throws: AuditFailure.self) {
      try export([try image(0, isPositive: true), try image(1, isPositive: false)])
        .write(.yolo, to: root + "/yolo")
    }
    #expect(failure?.message.contains("no image of the set has a place") == true)
    #expect(!FileManager.default.fileExists(atPath: root + "/yolo"))
  }

  /// `rleToString` of the COCO API gives these texts; pycocotools 2.0.11 wrote them.
  @Test(arguments: [
    ([6, 1, 40, 4, 5, 4, 5, 4, 21], "61X13mN000`0"), ([0, 5], "05"), ([100000, 3, 7], "PeQ337"),
  ])
  func runLengthsAreWrittenAsTheCOCOAPIWritesThem(runs: [Int], text: String) {
    #expect(MaskRegions.compressed(runs) == text)
  }

  @Test func runsCountDownTheColumns() {
    let found = MaskRegions(mask { x, y in x >= 18 && y >= 8 })
    #expect(found.regions.count == 1)
    #expect(found.runs(of: found.regions[0]) == [188, 2, 8, 2])
    // A speck is no finding.
    #expect(MaskRegions(mask { x, y in x == 3 && y == 3 }).regions.isEmpty)
  }
}

@Suite struct SynthesisPlannerTests {
  private let grid = CellGrid(["sex": .values(["F", "M"])])

  private func specification(
    _ images: Int, _ plan: SynthesizeSpecification.Plan = .grid, positives: Double = 0.5
  ) -> SynthesizeSpecification {
    var specification = SynthesizeSpecification(set: RebalanceSpecification(trainingTable: ""))
    specification.images = images
    specification.plan = plan
    specification.positives = positives
    return specification
  }

  @Test func aGridGivesEveryGroupAsManyAndAddsUp() {
    let record = SynthesisPlanner(
      specification(103, positives: 0.25), findings: ["A", "B"], grid: grid, counts: nil
    ).plan()
    #expect(record.cells.reduce(0) { $0 + $1.add } == 103)
    for cell in record.cells {
      let exact = 103.0 / 4 * (cell.label == "positive" ? 0.25 : 0.75)
      #expect(abs(Double(cell.add) - exact) < 1)
    }
  }

  @Test func aTablesJointDistributionIsKept() {
    func cell(_ isPositive: Bool, _ sex: String) -> TrainingCell {
      TrainingCell(finding: "A", isPositive: isPositive, groups: ["sex": sex])
    }
    let counts = TrainingCounts(
      cells: [cell(true, "F"): 30, cell(true, "M"): 0, cell(false, "F"): 50, cell(false, "M"): 20],
      total: 105, outside: 5)
    let record = SynthesisPlanner(
      specification(1000, .table), findings: ["A"], grid: grid, counts: counts
    ).plan()
    let found = Dictionary(
      uniqueKeysWithValues: record.cells.map { ("\($0.label) \($0.groups["sex"] ?? "")", $0.add) })
    #expect(
      found == ["positive F": 300, "positive M": 0, "negative F": 500, "negative M": 200])
    #expect(record.notes.contains { $0.hasPrefix("5 of 105 rows") })
  }

  @Test func cellsThatGetNothingAreSaid() {
    let record = SynthesisPlanner(
      specification(3), findings: ["A"], grid: grid, counts: nil
    ).plan()
    #expect(record.cells.reduce(0) { $0 + $1.add } == 3)
    #expect(record.notes.contains { $0.hasPrefix("1 cells get no image") })
  }
}
