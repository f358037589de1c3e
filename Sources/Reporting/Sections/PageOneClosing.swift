import AuditModel
import Vocabulary

/// What the first sheet says below its gaps: error rates, checks of the images, the owner's gate, what was
/// not tested.
extension SectionWriter {
  var closingLines: [Prose] {
    var lines: [Prose] = []
    lines += errorRateLine
    lines += validityLine
    lines += belowChance
    if let policy = report.policy {
      let outcome: Prose =
        policy.passed ? "\(strong: "passed")" : "\(strong: "failed")"
      let changed =
        policy.changedAfterScores == true
        ? "; its rules were changed after scores had been read" : ""
      lines.append(
        """
        The gate set by the audit's owner \(outcome)\(changed) \
        (\(link: "rules and limits", to: SectionKind.risk.anchor)).
        """)
    }
    lines.append(notTestedLine)
    lines.append(
      """
      For research and quality assurance: neither this report nor the program that wrote it is a \
      medical device, a certificate or a clinical judgement.
      """)
    return lines
  }

  private var errorRateLine: [Prose] {
    guard !questions.isEmpty else { return [] }
    let gaps = report.rateGaps
    guard !gaps.isEmpty else {
      return [
        report.plan.thresholds.isEmpty
          ? "Error rates were not compared, because no operating threshold was declared."
          : "Error rates could not be compared in any question."
      ]
    }
    let detected = gaps.count(where: \.isDetected)
    return detected > 0
      ? []
      : [
        """
        None of \(Words.counted(gaps.count, "test", "tests")) of error rates at the threshold detected \
        a difference, which does not show that they are alike.
        """
      ]
  }

  private var validityLine: [Prose] {
    guard !report.gates.isEmpty else { return [] }
    func count(_ status: GateResult.Status) -> Int { report.gates.count { $0.status == status } }
    return [
      """
      \(link: "Validity of the images", to: SectionKind.validity.anchor): of \(report.gates.count) \
      checks \(count(.fail)) failed, \(count(.warn)) warn, \(count(.notRun)) were not run and \
      \(count(.pass)) passed.
      """
    ]
  }

  /// Scores that rank sick below healthy are more often a mistake of the set-up than a poor classifier.
  private var belowChance: [Prose] {
    let rows = report.overall.filter { row in
      row.upper.map { $0 < 0.5 } ?? false && auditedClassifiers.contains(row.classifier)
    }
    guard !rows.isEmpty else { return groupBelowChance }
    let names = rows.map {
      "\($0.finding) (\($0.classifier), \(NumberText.shown($0.auc, .share) ?? ""))"
    }
    return [
      """
      \(strong: "AUC below chance"): \(Words.firstFew(names, none: "")). Look first whether the scores \
      are the wrong way round.
      """
    ]
  }
}
