import AuditModel
import Foundation
import Tables
import TestSupport
import Testing

/// The committed audits of real material, against numbers that others computed.
///
/// The specs name their data by `../../shared/data`: the program runs on a copy of them beside a link
/// of that name to the hand-outs.
@Suite(.serialized, .needs("data")) struct ReferenceAuditTests {
  let folder: TemporaryFolder
  let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try HandOuts.path("data")
    try FileManager.default.copyItem(
      atPath: packageRoot + "/audits", toPath: folder.file("checkout/audits"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("shared"), withDestinationPath: try #require(HandOuts.folder))
  }

  /// The report of a committed spec.
  func report(_ name: String) throws -> AuditReport {
    let result = try AuditProgram.run(
      ["run", folder.file("checkout/audits/\(name).json"), "--quiet", "--reports", "reports"],
      in: folder.path,
      seconds: 500)
    try #require(result.exitCode == 0, "\(result.transcript)")
    return try folder.report(name)
  }

  @Test func chexnetReproducesItsAuthorsAUCsAndTheOrderOfTheAgeGaps() throws {
    let report = try report("nih-chexnet")
    let authors = try Table(contentsOf: data + "/scores/nih-chexnet-zech/aucs.csv")
    let labels = try authors.column("label")
    let values = try authors.doubles("auc")
    #expect(labels.count == 14)
    var worst = 0.0
    for (label, value) in zip(labels, values) {
      let row = report.overall.first { $0.finding == label }
      worst = max(worst, abs((row?.auc ?? .nan) - (value ?? .nan)))
    }
    print("nih-chexnet: largest AUC error \(worst)")
    #expect(worst <= 1e-9)

    func verdict(_ finding: String) throws -> Verdict {
      try #require(report.verdicts.first { $0.finding == finding && $0.attribute == "age" })
    }
    // reference-values/maxT_demo.json; the normal theory's z is exact, its p is simulated.
    let atelectasis = try verdict("Atelectasis")
    let cardiomegaly = try verdict("Cardiomegaly")
    #expect(abs(abs(try #require(atelectasis.worstZ)) - 5.066171876738191) < 1e-6)
    #expect(abs(abs(try #require(cardiomegaly.worstZ)) - 3.164780277298978) < 1e-6)
    #expect(atelectasis.verdict == .flagged && cardiomegaly.verdict == .flagged)
    for finding in ["Pneumonia", "Effusion"] {
      #expect(try verdict(finding).verdict != .flagged, "\(finding)")
    }
    #expect(abs(try #require(try verdict("Pneumonia").range) - 0.16202846314551012) < 1e-9)
  }

  @Test func holmOverTheFamilyFlagsNoMoreThanEachFindingAlone() throws {
    let alone = try report("nih-chexnet")
    let holm = try report("nih-chexnet-holm")
    func flagged(_ report: AuditReport) -> Set<String> {
      Set(report.verdicts.filter { $0.verdict == .flagged }.map { "\($0.finding) \($0.attribute)" })
    }
    #expect(flagged(holm).isSubset(of: flagged(alone)))
    #expect(holm.plan.multiplicity == "holm" && alone.plan.multiplicity == "none")
    #expect(holm.plan.familySize == 28)
  }

  /// Every row of one model of `auc_by_group.csv`.
  func compare(
    _ report: AuditReport, model: String, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let table = try Table(contentsOf: data + "/models/reference_results/auc_by_group.csv")
    let models = try table.column("model")
    let findings = try table.column("target")
    let attributes = try table.column("attribute")
    let groups = try table.column("group")
    let values = try table.doubles("auc")
    let positives = try table.doubles("n_pos")
    var worst = 0.0
    var compared = 0
    for row in 0..<table.rowCount where models[row] == model {
      let rows = attributes[row] == "overall" ? report.overall : report.subgroups
      let found = rows.first {
        $0.finding == findings[row] && $0.attribute == attributes[row]
          && ($0.group == groups[row] || attributes[row] == "overall")
      }
      let place = "\(findings[row]) \(attributes[row]) \(groups[row])"
      let result = try #require(found, "\(place)", sourceLocation: sourceLocation)
      #expect(
        Double(result.positives) == positives[row], "\(place)", sourceLocation: sourceLocation)
      if let value = values[row] {
        worst = max(worst, abs((result.auc ?? .nan) - value))
        #expect(
          abs((result.auc ?? .nan) - value) <= tolerance, "\(place)", sourceLocation: sourceLocation
        )
      } else {
        #expect(
          result.auc == nil && result.status != .ok, "\(place)", sourceLocation: sourceLocation)
      }
      if result.positives < 10 { #expect(result.status != .ok, "\(place)") }
      compared += 1
    }
    print("\(model): \(compared) rows, largest AUC error \(worst)")
    #expect(compared > 0, sourceLocation: sourceLocation)
  }

  @Test func densenetReproducesEveryRowOfItsReference() throws {
    let report = try report("real-radiographs-densenet")
    // Both sides sort the same doubles; only the last division rounds.
    try compare(report, model: "densenet121_zech", within: 1e-9)
  }

  @Test func theRealONNXClassifierReproducesScoresAndAUCs() throws {
    let report = try report("real-radiographs")
    // Another runtime build and resizing to within one gray level.
    try compare(report, model: "nih15_fp32clip [unseen, softmax]", within: 2e-3)
    let reference = try Table(
      contentsOf: data + "/models/reference_results/nih15_fp32clip_scores.csv")
    let names = try reference.column("image")
    for finding in ["Cardiomegaly", "Effusion", "Edema", "Pneumonia"] {
      let expected = Dictionary(
        zip(names, try reference.doubles("prob_\(finding)"))
      ) { first, _ in first }
      let worst = try largestDifference(finding, expected)
      print("nih15 \(finding): \(worst.count) images, largest probability error \(worst.value)")
      #expect(worst.count == 464)
      #expect(worst.value <= 2e-3)
    }
  }

  /// Between the score table of the report folder and the reference.
  private func largestDifference(_ finding: String, _ expected: [String: Double?]) throws
    -> (count: Int, value: Double)
  {
    let table = try Table(
      contentsOf: folder.file("reports/real-radiographs/tables/scores-real.csv"))
    let scores = try table.doubles("score nih15-mobilenetv3s \(finding)")
    var worst = 0.0
    var count = 0
    for (image, value) in zip(try table.column("image"), scores) {
      guard let value, let other = expected[image] ?? nil else { continue }
      worst = max(worst, abs(value - other))
      count += 1
    }
    return (count, worst)
  }
}
