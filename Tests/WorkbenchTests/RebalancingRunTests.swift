import AuditModel
import Basics
import Cohorts
import Foundation
import Images
import Tables
import Testing
import Workbench
import Vocabulary

/// The pattern generator with faults: what it draws for a rebalancing case may be blank or a copy.
struct FaultyGenerator: RadiographGenerator {
  enum Fault { case blank, copy }
  var pattern = PatternGenerator()
  /// Fault of the image at this place of its finding and label, in an attempt.
  var fault: @Sendable (_ label: String, _ index: Int, _ attempt: Int) -> Fault?

  var name: String { pattern.name }
  var options: [String: String] { pattern.options }
  var hashes: [String: String] { pattern.hashes }
  var card: GeneratorCard { pattern.card }
  mutating func prepare(prompts: [String]) throws -> [String] {
    try pattern.prepare(prompts: prompts)
  }

  func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws -> [RasterImage] {
    let images = try pattern.render(jobs, step: step)
    return zip(jobs, images).map { job, image in
      let path = job.noisePath
      guard path[0] == "rebalancing", path.count >= 4 else { return image }
      switch fault(path[2], Int(path[3]) ?? -1, path.count > 5 ? Int(path[5]) ?? 0 : 0) {
      case .blank:
        return RasterImage(
          width: 32, height: 32, channels: 1, bytes: Array(repeating: 9, count: 1024))
      case .copy:
        let bytes = (0..<1024).map { (place: Int) -> UInt8 in
          let wave = place * 7919 / 32 + place % 32 * 5
          return UInt8(40 + wave % 180)
        }
        return RasterImage(width: 32, height: 32, channels: 1, bytes: bytes)
      case nil: return image
      }
    }
  }
}

@Suite struct RebalancingRunTests {
  private func run(
    _ folder: AuditFolder, context: RunContext = RunContext(),
    fault: @escaping @Sendable (String, Int, Int) -> FaultyGenerator.Fault? = { _, _, _ in nil }
  ) throws -> RebalancingRecord {
    _ = try RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in FaultyGenerator(fault: fault) }
    ).run(context: context)
    let report = try JSONDecoder().decode(
      AuditReport.self,
      from: Data(contentsOf: URL(fileURLWithPath: folder.report + "/report.json")))
    return try #require(report.rebalancing)
  }

  private func metadata(_ folder: AuditFolder) throws -> Table {
    try Table(contentsOf: folder.report + "/rebalancing/huggingface/train/metadata.csv")
  }

  /// Parity asks for 4 positives and 2 negatives of women and Black patients (see the training
  /// table); the first drawing of place 0 is blank and of places 1 and 2 one picture.
  @Test func rejectedImagesAreCountedByCellAndDrawnAgain() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    try folder.write(baseCases: 10, budget: 12)
    let record = try run(folder) { label, index, attempt in
      guard label == "positive", attempt == 0 else { return nil }
      return index == 0 ? .blank : index <= 2 ? .copy : nil
    }
    let planned = record.cells.reduce(0) { $0 + $1.add }
    let quality = try #require(record.quality)
    #expect(quality.accepted == planned && quality.unfilled == 0)
    // The first of the two copies is the set's own.
    #expect(quality.drawn == planned + 2)
    #expect(
      Set(quality.rejections.map { "\($0.label) \($0.reason) \($0.images)" })
        == [
          "positive blank or flat 1", "positive near-duplicate of another image of the set 1",
        ])
    #expect(record.cells.reduce(0) { $0 + ($1.rejected ?? 0) } == 2)
    #expect(record.cells.allSatisfy { $0.add == 0 || $0.drawn == $0.add })
    #expect(try metadata(folder).rowCount == planned)
    #expect(try metadata(folder).column("attempt").count { $0 == "1" } == 2)

    let manifest = try Table(contentsOf: folder.report + "/rebalancing/manifest.csv")
    #expect(manifest.rowCount == planned + 2)
    #expect(try manifest.column("accepted").count { $0 == "0" } == 2)
    for (image, hash) in zip(try manifest.column("image"), try manifest.column("sha256")) {
      #expect(try SHA256.hex(ofFile: folder.report + "/" + image) == hash)
    }
    let page = String(
      decoding: try readBytes(of: folder.report + "/report.md"), as: UTF8.self)
    #expect(page.contains("blank or flat") && page.contains("Quality gates"))
  }

  @Test func whatNeverPassesIsLeftOutAndSaid() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    try folder.write(baseCases: 10, rebalance: ", \"attempts\": 3")
    let record = try run(folder) { label, _, _ in label == "positive" ? .blank : nil }
    let quality = try #require(record.quality)
    let positives = record.cells.filter { $0.label == "positive" }.reduce(0) { $0 + $1.add }
    #expect(positives > 0 && quality.unfilled == positives)
    #expect(quality.rejections.reduce(0) { $0 + $1.images } == 3 * positives)
    #expect(record.notes.contains { $0.hasPrefix("\(positives) of 6 planned images are missing") })
    #expect(try metadata(folder).column("label").allSatisfy { $0 == "0" })
    // The expected table counts what was drawn.
    let all = try #require(record.subgroups?.first { $0.attribute == "all" })
    #expect(all.positivesAfter == all.positivesBefore)
  }

  /// Stopped after every few progress reports, through the redrawing rounds too.
  @Test func anInterruptedSetContinuesToTheSameFiles() throws {
    let fault: @Sendable (String, Int, Int) -> FaultyGenerator.Fault? = { _, index, attempt in
      index % 2 == 0 && attempt < 2 ? .blank : nil
    }
    let whole = try AuditFolder(baseCases: 10)
    defer { whole.remove() }
    try whole.write(baseCases: 10, formats: "\"huggingface\", \"nih\"")
    _ = try run(whole, fault: fault)
    let broken = try AuditFolder(baseCases: 10)
    defer { broken.remove() }
    try broken.write(baseCases: 10, formats: "\"huggingface\", \"nih\"")
    _ = try RunUseCase(
      specificationPath: broken.specificationPath, reports: broken.reports,
      makeGenerator: { _, _ in FaultyGenerator(fault: fault) }
    ).run(through: .analyse, context: RunContext())
    var attempts = 0
    while true {
      attempts += 1
      try #require(attempts < 200)
      let reports = Counter()
      let limit = 2 * attempts
      let context = RunContext(
        report: { _ in reports.increment() }, isInterrupted: { reports.value >= limit })
      do {
        _ = try run(broken, context: context, fault: fault)
        break
      } catch let failure as AuditFailure {
        try #require(failure.kind == .interrupted, "\(failure)")
      }
    }
    #expect(attempts > 3)
    let (left, right) = (try broken.products(), try whole.products())
    #expect(Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted() == [])
  }

  @Test func imagesLikeTheUsersTrainingImagesAreDrawnAgain() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    try folder.write(baseCases: 10)
    _ = try run(folder)
    let before = try metadata(folder)
    let name = try before.column("file_name")[0]
    let training = folder.root + "/training"
    try createFolder(at: training + "/deep")
    let image = try readPNG(
      at: folder.report + "/rebalancing/huggingface/train/" + name)
    try writeAtomically(encodePNG(image, text: []), to: training + "/deep/copy.png")
    try writeAtomically("no image", to: training + "/broken.png")
    try folder.write(baseCases: 10, rebalance: ", \"trainingImages\": \"training\"")
    let record = try run(folder)
    #expect(
      record.quality?.rejections.map(\.reason) == ["near-duplicate of a training image"])
    #expect(record.notes.contains { $0.hasPrefix("1 of 2 training images could not be read") })
    let after = try metadata(folder)
    #expect(after.rowCount == before.rowCount)
    #expect(try after.column("sha256")[0] != before.column("sha256")[0])
    #expect(try after.column("attempt")[0] == "1")
    // The second look at the folder comes from the store: the same outcome without the broken file.
    #expect(try run(folder).quality == record.quality)
  }

  @Test func aMissingFolderOfTrainingImagesIsRefused() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    try folder.write(baseCases: 10, rebalance: ", \"trainingImages\": \"absent\"")
    let failure = #expect(throws: AuditFailure.self) { try run(folder) }
    #expect(failure?.message.contains("training images") == true)
  }

  @Test func theUsersOwnSentencesAreThePromptsAndChangingThemChangesTheImages() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    try writeAtomically(
      "finding,impression,grade\nEffusion,Small effusion on the left.,mild\nNo Finding,Normal.,\n",
      to: folder.root + "/impressions.csv")
    try folder.write(baseCases: 10)
    _ = try run(folder)
    try folder.write(
      baseCases: 10,
      rebalance: """
        , "impressions": { "table": "impressions.csv", "columns": { "severity": "grade" } }
        """)
    _ = try run(folder)
    let table = try metadata(folder)
    for (prompt, (label, severity)) in zip(
      try table.column("prompt"), zip(try table.column("label"), try table.column("severity")))
    {
      #expect(prompt.hasSuffix(label == "1" ? "Small effusion on the left." : "Normal."))
      #expect(severity == (label == "1" ? "mild" : ""))
    }
  }

  @Test func cellsThatTheGeneratorCannotExpressCarryAWarning() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    let record = try run(folder)
    for cell in record.cells {
      #expect(
        cell.warning == (cell.add > 0 ? "the test generator draws no race" : nil), "\(cell)")
    }
    #expect(record.notes.contains { $0.contains("cannot express") })
  }

  @Test func exportsOfAFormerPlanGoAndTheUsersFoldersStay() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    try folder.write(baseCases: 10, formats: "\"huggingface\", \"nih\"")
    _ = try run(folder)
    let own = folder.report + "/rebalancing/chexpert"
    try createFolder(at: own)
    try writeAtomically("mine", to: own + "/notes.txt")
    try folder.write(baseCases: 10, formats: "\"huggingface\"")
    _ = try run(folder)
    #expect(!FileManager.default.fileExists(atPath: folder.report + "/rebalancing/nih"))
    #expect(FileManager.default.fileExists(atPath: own + "/notes.txt"))
    // A folder of the user's in the way of an export is refused by name.
    try folder.write(baseCases: 10, formats: "\"chexpert\"")
    // What the audit found is reported all the same, and the command ends with the failure.
    let outcome = try RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in FaultyGenerator(fault: { _, _, _ in nil }) }
    ).run(context: RunContext())
    #expect(outcome.failures.count == 1)
    let failure = try #require(outcome.failures.first)
    #expect(failure.contains("'\(own)' exists and is not an export of this program"))
    let report = try JSONDecoder().decode(
      AuditReport.self,
      from: Data(contentsOf: URL(fileURLWithPath: folder.report + "/report.json")))
    let record = try #require(report.rebalancing)
    #expect(record.notes == ["The rebalancing set was not made: \(failure)."])
    #expect(record.cells.isEmpty && record.exports.isEmpty)
    #expect(!report.verdicts.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.report + "/rebalancing/huggingface"))
    #expect(FileManager.default.fileExists(atPath: own + "/notes.txt"))
  }

  /// A panel that always says "no" rejects every positive; one of two that agrees saves it.
  @Test func thePanelsCheckTheFinding() throws {
    let folder = try AuditFolder(baseCases: 10)
    defer { folder.remove() }
    let script = """
      while read -r line; do
        id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/; s/\\\\\\//\\//g')
        printf '{"id": "%s", "scores": {"Effusion": %s}}\\n' "$id" "$1"
      done
      """
    try writeAtomically(script, to: folder.root + "/say.sh")
    func member(_ name: String, _ score: String) -> String {
      "{ \"name\": \"\(name)\", \"command\": [\"/bin/sh\", \"say.sh\", \"\(score)\"] }"
    }
    try folder.write(
      baseCases: 10, rebalance: ", \"attempts\": 2",
      panel: ", \"referencePanel\": [\(member("no", "0.1"))]")
    let record = try run(folder)
    #expect(
      Set(record.quality?.rejections.map { "\($0.label) \($0.reason)" } ?? [])
        == ["positive the reference panel does not see the label"])
    #expect(record.quality?.rules.contains { $0.contains("reference panel (no)") } == true)
    try folder.write(
      baseCases: 10, rebalance: ", \"attempts\": 2",
      panel: ", \"referencePanel\": [\(member("no", "0.1")), \(member("yes", "0.9"))]")
    #expect(try run(folder).quality?.rejections == [])
  }
}
