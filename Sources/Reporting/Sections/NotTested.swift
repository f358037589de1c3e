import AuditModel
import Vocabulary

/// What a reader might take as tested and was not.
extension SectionWriter {
  /// For the first sheet: the kinds of it, in one sentence.
  var notTestedLine: Prose {
    guard !questions.isEmpty else { return "\(strong: "Not tested"): anything." }
    var kinds = untestedAttributes.map(Words.attribute)
    if comparesNoCombination { kinds.append("combinations of attributes") }
    kinds.append("findings other than \(Words.firstFew(testedFindings, none: "none"))")
    if !report.verdicts.contains(where: { !isSynthetic($0.cohort) }) {
      kinds.append("real patients")
    }
    kinds.append("calibration as a verdict")
    let thin = report.subgroups.count { $0.status != .ok }
    if thin > 0 { kinds.append("\(Words.counted(thin, "group", "groups")) with too few cases") }
    return """
      \(strong: "Not tested"): \(Words.listed(kinds, none: "")) \
      (\(link: "why", to: Anchor("not-tested"))).
      """
  }

  var notTested: [Block] {
    guard !questions.isEmpty else { return [] }
    var items: [Prose] = untestedAttributes.map {
      "\(strong: Words.title(ofAttribute: $0)): no groups were compared."
    }
    if comparesNoCombination {
      let attributes = Set(report.verdicts.map(\.attribute)).sorted().map(Words.attribute)
      items.append(
        "\(strong: "Combinations") of \(Words.listed(attributes, none: "")): none was compared.")
    }
    items.append(
      "\(strong: "Findings") other than \(Words.listed(testedFindings, none: "none")).")
    if !report.verdicts.contains(where: { !isSynthetic($0.cohort) }) {
      items.append(
        "\(strong: "Real patients"): every image was generated, so no classifier was tested on one."
      )
    }
    let blocked = report.verdicts.filter { $0.verdict == .notEvaluable }
    if !blocked.isEmpty {
      let names = blocked.map {
        "\($0.finding) by \(Words.attribute($0.attribute)) (\($0.classifier))"
      }
      items.append(
        "\(strong: "Not evaluable"): \(Words.firstFew(names.grouped { $0 }.map(\.key), none: "")).")
    }
    let thin = report.subgroups.count { $0.status != .ok }
    if thin > 0 {
      items.append(
        """
        \(strong: "Groups with too few cases"): \(Words.counted(thin, "result", "results")); section \
        \(link: "5 Examination for bias", to: SectionKind.biasExamination.anchor) names them.
        """)
    }
    return [
      .heading(Heading(level: 3, text: "What was not tested", anchor: Anchor("not-tested"))),
      .list(items),
    ]
  }

  private var testedFindings: [String] {
    report.verdicts.map(\.finding).grouped { $0 }.map(\.key)
  }

  private var untestedAttributes: [String] {
    let single = Set(
      report.verdicts.flatMap { $0.attribute.split(separator: "*").map(String.init) })
    return Vocabulary.Attribute.known.map(\.name).filter { !single.contains($0) }
  }

  private var comparesNoCombination: Bool {
    let attributes = Set(report.verdicts.map(\.attribute))
    return attributes.count > 1 && !attributes.contains { $0.contains("*") }
  }
}
