import AuditModel
import Statistics
import Vocabulary

/// Gate G3: does a reference classifier find a finding equally well in every arm?
///
/// Where it does not, the generator may draw the finding more clearly in one group than in another,
/// and a gap of the audited classifier may be that difference. Equality has to be shown, within δ, as
/// everywhere else: no evidence of a difference is no evidence of equality.
struct FindingGate {
  private static let rule = ValidityGate.finding.rule

  /// All of them are one family: the plan's adjustment is made over the gates.
  ///
  /// - Parameter family: Of reference classifiers; those not about the AUC on synthetic images have no gate.
  static func judge(_ family: [PendingVerdict], specification: AnalysisSpecification)
    -> [GateResult]
  {
    let synthetic = family.filter { $0.isSynthetic && $0.question.metric == .auc }
    func adjusted(_ p: (ComparisonAnalysis.Evidence) -> Double) -> [Double] {
      specification.adjust(
        synthetic.map { $0.evidence.map(p) ?? 1 }, familySize: synthetic.count)
    }
    let equivalence = adjusted(\.equivalenceP)
    let detection = adjusted(\.pMaxT)
    return synthetic.indices.map {
      judge(
        synthetic[$0], equivalence: equivalence[$0], detection: detection[$0],
        specification: specification)
    }
  }

  private static func judge(
    _ pending: PendingVerdict, equivalence: Double, detection: Double,
    specification: AnalysisSpecification
  ) -> GateResult {
    let subject = pending.question
    let attribute = pending.attribute
    var gate = GateResult(
      .finding, name: "\(subject.finding) drawn alike by \(attribute.name), \(subject.classifier)",
      status: .notRun, rule: rule, sentence: "")
    guard let evidence = pending.evidence else {
      gate.sentence =
        "\(subject.classifier) cannot tell whether \(subject.finding) is drawn alike for every "
        + "\(attribute.name): \(pending.reasons.last ?? "its groups are too small")."
      return gate
    }
    let worst = evidence.contrasts[evidence.worst]
    let groups = evidence.sides(of: evidence.worst)
    gate.value = abs(worst.difference)
    let isEqual =
      equivalence <= specification.alpha
      && evidence.ownGroups == attribute.groups.count
    let differs = detection <= specification.alpha
    gate.status = isEqual ? .pass : .warn
    let limits = evidence.inference.limits(of: evidence.worst)
    gate.sentence =
      "\(subject.classifier), which is not under audit, tells images with \(subject.finding) from "
      + "images without it by an AUC that differs by \(Words.signedArea(worst.difference)) between "
      + "\(groups[0]) and \(groups[1])"
      + " (\(Words.signedArea(limits.lower)) to \(Words.signedArea(limits.upper)))"
      + (isEqual
        ? ": within δ = \(Words.area(specification.delta))."
        : differs
          ? ": the finding is not drawn alike, or the reference classifier is biased itself; gaps "
            + "by \(attribute.name) count only beyond the panel's."
          : ": neither a difference nor its absence is shown.")
    return gate
  }
}
