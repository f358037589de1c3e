import AuditModel
import Basics
import Classifiers
import Fidelity

/// Whether classifiers that are not under audit see what the prompts asked for.
struct MeasuredFacts {
  let scene: MeasureScene

  /// Scores of one set: finding to image's row to score.
  private typealias Scores = [String: [Int: Double]]

  func rows(synthetic: MeasuredSet, real: MeasuredSet, groups: MeasureGroups) throws
    -> [FidelityReport.FactRow]
  {
    let specification = scene.specification
    let scorers =
      scene.measure.scorers.isEmpty
      ? specification.referencePanel.filter(\.readsImages) : scene.measure.scorers
    let findings = Set(synthetic.images.flatMap { $0.labels.keys }).sorted()
    guard !findings.isEmpty else { return [] }
    var rows: [FidelityReport.FactRow] = []
    for scorer in scorers {
      let classifier = try makeClassifier(
        scorer, directory: specification.directory, findings: findings,
        checkInterrupted: scene.context.checkInterrupted)
      let drawn = try scores(of: synthetic, by: classifier)
      let labelled = Set(real.images.flatMap { $0.labels.keys })
      let taken =
        labelled.isDisjoint(with: classifier.findings) ? [:] : try scores(of: real, by: classifier)
      let all = Array(synthetic.images.indices)
      rows += self.rows(
        scorer.name, classifier.findings, synthetic, drawn, all, real, taken,
        Array(real.images.indices), group: nil)
      for group in groups.groups where group.reason == nil {
        rows += self.rows(
          scorer.name, classifier.findings, synthetic, drawn, group.allSynthetic, real, taken,
          group.allReal, group: group)
      }
    }
    return rows
  }

  private func scores(of set: MeasuredSet, by classifier: any Classifier) throws -> Scores {
    let cases = set.images.enumerated().map { row, image in
      ImageCase(
        id: "\(row)", path: image.path, reading: set.reading,
        leavesOutUnreadable: set.leavesOutUnreadable)
    }
    var found: Scores = [:]
    var done = 0
    try classifier.score(cases) { answers in
      try scene.context.checkInterrupted()
      for answer in answers {
        guard let row = Int(answer.id) else { continue }
        for (finding, score) in answer.scores {
          if let score { found[finding, default: [:]][row] = score }
        }
      }
      done += answers.count
      scene.context.report(
        StageProgress(
          stage: "scoring", done: Double(done), total: Double(cases.count), unit: "images",
          detail: classifier.name))
    }
    return found
  }

  /// One row per finding, and one of all findings where there are several.
  private func rows(
    _ scorer: String, _ findings: [String], _ synthetic: MeasuredSet, _ drawn: Scores,
    _ drawnRows: [Int], _ real: MeasuredSet, _ taken: Scores, _ takenRows: [Int],
    group: MeasureGroups.Group?
  ) -> [FidelityReport.FactRow] {
    let asked: [(String?, [String])] =
      findings.map { ($0, [$0]) } + (findings.count > 1 ? [(nil, findings)] : [])
    return asked.compactMap { finding, members in
      let scored = Judged(synthetic, drawn, drawnRows, members)
      guard !scored.scores.isEmpty else { return nil }
      var row = FidelityReport.FactRow(
        scorer: scorer, finding: finding, positives: scored.labels.count { $0 },
        negatives: scored.labels.count { !$0 })
      row.attribute = group?.attribute
      row.group = group?.group
      row.correlation = scored.correlation(level: scene.level)
      row.auc = scored.area(level: scene.level)
      let known = Judged(real, taken, takenRows, members)
      row.realCorrelation = known.correlation(level: scene.level)
      row.realAUC = known.area(level: scene.level)
      return row
    }
  }
}

/// Scores and labels of the images that have both, with their clusters.
private struct Judged {
  var scores: [Double] = []
  var labels: [Bool] = []
  var clusters: [Int] = []
  var clusterCount = 0

  init(_ set: MeasuredSet, _ scores: [String: [Int: Double]], _ rows: [Int], _ findings: [String]) {
    var numbers: [String: Int] = [:]
    for finding in findings {
      guard let scored = scores[finding] else { continue }
      for row in rows {
        guard let score = scored[row], let label = set.images[row].labels[finding] else { continue }
        let number = numbers[set.images[row].cluster] ?? numbers.count
        numbers[set.images[row].cluster] = number
        self.scores.append(score)
        labels.append(label)
        clusters.append(number)
      }
    }
    clusterCount = numbers.count
  }

  func correlation(level: Double) -> MeasuredValue? {
    Fidelity.correlation(scores, labels.map { $0 ? 1 : 0 }, clusters: clusters, level: level)
  }

  func area(level: Double) -> MeasuredValue? {
    guard labels.contains(true), labels.contains(false) else { return nil }
    return areaEstimate(
      scores: scores, labels: labels, clusters: clusters.map { Int32($0) },
      clusterCount: clusterCount, level: level)
  }
}
