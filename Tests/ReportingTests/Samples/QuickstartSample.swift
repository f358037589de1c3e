import AuditModel
import Foundation
import Vocabulary

extension SampleReports {
  /// Two classifiers × two findings × a synthetic cohort × sex, age, race and an intersection.
  static let quickstart: AuditReport = {
    var report = bare(
      "quickstart", title: "Two small classifiers, audited with generated radiographs",
      familySize: 12)
    report.intendedUse = "Demonstration; the classifiers are not for clinical use."
    report.operatorName = "Validation team"
    report.summary = [
      "The classifier named skewed ranks cardiomegaly worse for women than for men; the one named "
        + "balanced shows no such difference.",
      "Race could not be examined: the generator was never shown it.",
    ]
    report.cautions = [
      "Generated images cannot show that a classifier is safe or unsafe for patients.",
      "The embedded generator is small; findings may look less distinct than on real radiographs.",
    ]
    report.notes = ["2 prompts were shortened to 120 tokens."]
    report.plan.thresholds = [
      "Cardiomegaly": ThresholdRecord(
        value: 0.42, origin: "specificity 0.90 on the overall cohort"),
      "Effusion": ThresholdRecord(value: 0.5, origin: "given in the specification"),
    ]
    var cohort = CohortRecord(
      cohort: "synthetic",
      description: "Counterfactual: every base case rendered for each sex and age.", images: 384,
      clusters: 48, clusterUnit: "base cases")
    cohort.demographics = [
      DemographicRow(attribute: "sex", group: "Female", images: 192, clusters: 48),
      DemographicRow(attribute: "sex", group: "Male", images: 192, clusters: 48),
      DemographicRow(attribute: "age", group: "30", images: 128, clusters: 48),
      DemographicRow(attribute: "age", group: "55", images: 128, clusters: 48),
      DemographicRow(attribute: "age", group: "75", images: 128, clusters: 48),
    ]
    report.cohorts = [cohort]
    report.classifiers = ["balanced", "skewed"].map { name in
      ClassifierRecord(
        name: name, kind: "onnx",
        hash: String(repeating: name == "balanced" ? "4be1" : "77d0", count: 16),
        description: name == "balanced"
          ? "Small network trained on equal numbers of women and men."
          : "The same network, trained with few positives among women.")
    }
    for classifier in ["balanced", "skewed"] {
      for finding in ["Cardiomegaly", "Effusion"] { addResults(&report, classifier, finding) }
    }
    addEvidence(&report)
    return report
  }()

  private static func addResults(
    _ report: inout AuditReport, _ classifier: String, _ finding: String
  ) {
    func row(_ attribute: String, _ group: String, _ auc: Double?, _ count: Int) -> SubgroupResult {
      subgroup(
        classifier, "synthetic", finding, attribute, group, positives: count, negatives: count,
        clusters: min(48, count * 2), auc: auc)
    }
    let isSkewed = classifier == "skewed" && finding == "Cardiomegaly"
    let base = finding == "Cardiomegaly" ? 0.881 : 0.842
    report.overall.append(row("overall", "overall", base - (isSkewed ? 0.06 : 0), 192))
    let sex = [
      row("sex", "Female", base - (isSkewed ? 0.168 : 0.0042), 396),
      row("sex", "Male", base, 396),
    ]
    let age = [
      row("age", "30", base + 0.02, 64), row("age", "55", base, 64),
      row("age", "75", base - (finding == "Effusion" ? 0.03 : 0.012), 64),
    ]
    let race = ["White", "Black", "Asian"].map { row("race", $0, nil, 0) }
    let crossed = ["Female", "Male"].enumerated().flatMap { i, sex in
      ["30", "55", "75"].enumerated().map { j, age in
        row(
          "sex*age", "\(sex)*\(age)", base - 0.02 * Double(j) - (isSkewed && i == 0 ? 0.13 : 0),
          j == 2 && i == 1 ? 7 : 32)
      }
    }
    for (rows, needed) in [(sex, 120), (age, 340), (race, nil), (crossed, 900)]
      as [([SubgroupResult], Int?)]
    {
      let pairs = comparisons(rows)
      report.subgroups += rows
      report.comparisons += pairs
      report.verdicts.append(verdict(rows, pairs, needed: needed))
    }
    addArms(&report, classifier, finding, isSkewed: isSkewed)
    addCurves(&report, classifier, finding, isSkewed: isSkewed)
  }

  private static func addArms(
    _ report: inout AuditReport, _ classifier: String, _ finding: String, isSkewed: Bool
  ) {
    for label in ["all", "positive", "negative"] {
      var shift = CounterfactualResult(
        Question(
          classifier: classifier, cohort: "synthetic", finding: finding, attribute: "sex"),
        ArmShift(
          groupA: "Female", groupB: "Male", label: label, pairs: label == "all" ? 192 : 96,
          clusters: label == "all" ? 48 : 24,
          scoreShift: isSkewed
            ? IntervalEstimate(estimate: -0.61, lower: -0.83, upper: -0.39)
            : IntervalEstimate(estimate: 0.04, lower: -0.11, upper: 0.19)))
      shift.scoreShiftP = isSkewed ? 3.2e-7 : 0.61
      shift.flipRate = IntervalEstimate(estimate: isSkewed ? 0.18 : 0.03, lower: 0.01, upper: 0.25)
      shift.netFlip = IntervalEstimate(estimate: isSkewed ? -0.14 : 0.005, lower: -0.2, upper: 0.01)
      shift.mcnemarP = isSkewed ? 0.00002 : 0.79
      report.counterfactual.append(shift)
    }
    for kind in ["seed", "prompt"] {
      var placebo = PlaceboResult(
        QuestionPattern(classifier: classifier, cohort: "synthetic", finding: finding),
        PlaceboShift(placebo: kind))
      placebo.difference = kind == "seed" ? 0.011 : -0.004
      placebo.standardError = 0.018
      placebo.lower = -0.031
      placebo.upper = 0.039
      placebo.meanAbsoluteScoreShift = kind == "seed" ? 0.212 : 0.043
      report.placebos.append(placebo)
    }
  }

  private static func addCurves(
    _ report: inout AuditReport, _ classifier: String, _ finding: String, isSkewed: Bool
  ) {
    let question = Question(
      classifier: classifier, cohort: "synthetic", finding: finding, attribute: "sex")
    report.rocCurves +=
      ["Female", "Male"].map { group in
        let power = isSkewed && group == "Female" ? 0.38 : 0.16
        let steps = (0...20).map { Double($0) / 20 }
        return ROCCurve(
          question, group: group, falsePositiveRates: steps,
          truePositiveRates: steps.map { pow($0, power) })
      }
    report.calibration +=
      ["Female", "Male"].map { group in
        CalibrationCurve(
          question, group: group,
          bins: (0..<5).map { bin in
            let score = 0.1 + 0.2 * Double(bin)
            return CalibrationBin(
              images: 40 - 3 * bin, meanScore: bin == 4 ? nil : score,
              observed: bin == 4
                ? IntervalEstimate(estimate: nil, lower: nil, upper: nil)
                : rate(group == "Male" ? score : score * 0.8 + 0.05, 40))
          })
      }
  }

  private static func addEvidence(_ report: inout AuditReport) {
    report.gates = [
      GateResult(
        id: "G0", name: "Inside the generator's support", status: .fail,
        rule: "every attribute value is named in the model card",
        sentence: "Race is not in the model card of the embedded generator."),
      GateResult(
        id: "G1", name: "Attributes are expressed", status: .warn, value: 0.84,
        rule: "lower limit of agreement at least 0.90 for sex",
        sentence: "A sex classifier agrees with the prompt on 84 % of images."),
      GateResult(
        id: "G6", name: "Images can be made again", status: .pass, value: 8,
        rule: "8 images made twice are equal byte for byte", sentence: "8 of 8 images were equal."),
      GateResult(
        id: "G11", name: "No image is a copy of a training image", status: .notRun,
        rule: "no distance below the held-out 99.9th percentile",
        sentence: "The training images are not available here."),
    ]
    var generator = GeneratorRecord(
      name: "ChexGen-mini", hash: String(repeating: "c0de", count: 16),
      description: "A small diffusion transformer trained on openly licensed radiographs.")
    generator.support = ["sex: Female, Male", "age: 20 to 85 years", "Cardiomegaly, Effusion"]
    generator.limits = ["race: the training data do not record it", "lateral views"]
    report.generator = generator
    addPolicy(&report)
    addRebalancing(&report)
    addGallery(&report)
  }

  private static func addPolicy(_ report: inout AuditReport) {
    report.policy = PolicyRecord(
      failOn: [.flagged], passed: false,
      failures: ["skewed, Cardiomegaly, sex (synthetic) is flagged."])
    var limit = GapLimit(atMost: 0.15, judgedBy: .upperLimit)
    limit.questions.attribute = "sex"
    report.policy?.limits = [limit]
    func question(_ finding: String) -> QuestionPattern {
      QuestionPattern(
        Question(
          classifier: "balanced", cohort: "synthetic", finding: finding, attribute: "sex"))
    }
    var held = PolicyCheck(
      limit: 1, of: question("Cardiomegaly"), status: .pass, passed: true,
      sentence: "limit 1: balanced, synthetic cohort, Cardiomegaly by sex: the upper simultaneous "
        + "limit of the gap between Male and Female is 0.101, within the accepted 0.150")
    (held.groups, held.gap) = (["Male", "Female"], 0.101)
    let unknown = PolicyCheck(
      limit: 1, of: question("Effusion"), status: .notEvaluable, passed: false,
      sentence: "limit 1: balanced, synthetic cohort, Effusion by sex: no two groups could be "
        + "compared")
    report.policy?.checks = [held, unknown]
    report.policy?.failures.append(unknown.sentence)
    report.policy?.changedAfterScores = true
  }

  private static func addRebalancing(_ report: inout AuditReport) {
    var plan = RebalancingRecord(
      strategy: "parity", budget: 400,
      cells: [
        RebalancingCell(
          finding: "Cardiomegaly", label: "positive", groups: ["sex": "Female"], have: 120,
          add: 200, reason: "brings women with the finding level with men"),
        RebalancingCell(
          finding: "Cardiomegaly", label: "negative", groups: ["sex": "Female"], have: 900,
          add: 40, reason: "keeps generated images from standing for disease"),
      ])
    plan.cells[0].drawn = 199
    plan.cells[0].rejected = 6
    plan.cells[0].warning = "the generator was not validated for this finding"
    plan.cells[1].drawn = 40
    plan.cells[1].rejected = 0
    plan.subgroups = [
      RebalancingSubgroup(
        finding: "Cardiomegaly", attribute: "all", group: "all", positivesBefore: 120,
        negativesBefore: 900, positivesAfter: 319, negativesAfter: 940),
      RebalancingSubgroup(
        finding: "Cardiomegaly", attribute: "sex", group: "Female", positivesBefore: 120,
        negativesBefore: 900, positivesAfter: 319, negativesAfter: 940),
    ]
    plan.quality = RebalancingQuality(
      drawn: 245, accepted: 239, unfilled: 1, attempts: 5,
      rules: ["Exposure: rejected where grey values hardly vary."],
      rejections: [
        RebalancingRejection(plan.cells[0], reason: "blank or flat", images: 5),
        RebalancingRejection(plan.cells[0], reason: "saturated", images: 1),
      ])
    plan.exports = ["huggingface": "rebalancing/huggingface"]
    plan.notes = ["The cohort shares no base case and no seed with the audit."]
    report.rebalancing = plan
  }

  private static func addGallery(_ report: inout AuditReport) {
    report.provenance.hashes = [
      "dit": String(repeating: "c0de", count: 16), "vae": String(repeating: "ab12", count: 16),
    ]
    report.provenance.seeds = ["cohort": 7, "analysis": 18_446_744_073_709_551_615]
    report.provenance.options = ["sampler": "dpm++2m", "steps": "20", "guidance": "4.0"]
    report.gallery = [("Cardiomegaly", "positive"), ("Effusion", "negative")].map {
      finding, label in
      GalleryRow(
        finding: finding, label: label, baseCase: "0003",
        images: ["Female", "Male"].flatMap { sex in
          ["30", "55", "75"].map { age in
            GalleryImage(
              path: "cohort/\(finding)/0003/\(sex)-\(age).png", arm: "\(sex), \(age)",
              prompt: "sex:\(sex), age:\(age).0. Moderate cardiomegaly. No pleural effusion.",
              scores: ["balanced": 0.7312, "skewed": sex == "Female" ? 0.2218 : 0.7085])
          }
        })
    }
  }
}
