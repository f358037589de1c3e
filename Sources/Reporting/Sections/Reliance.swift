import AuditModel
import Vocabulary

/// Whether the report supports a claim, and which: computed from cohorts, plan and gates.
extension SectionWriter {
  /// "May I rely on it?", in a few sentences.
  var reliance: Prose {
    sentences.enumerated().reduce(Prose(runs: [])) { sum, item in
      sum + (item.offset > 0 ? " " : "") + item.element
    }
  }

  private var sentences: [Prose] {
    guard !questions.isEmpty else { return ["It supports no claim: no question was answered."] }
    var all = [patients]
    if report.plan.exploratory {
      all.append("Exploratory: the plan was changed after scores had been read.")
    }
    if report.plan.multiplicity == "none" {
      all.append(
        """
        The \(Words.counted(report.plan.familySize, "question is", "questions are")) not corrected \
        for their number, so flags by chance are to be expected.
        """)
    }
    if hasSynthetic { all += gateSentences }
    let absent = report.absences.count
    if absent > 0 {
      all.append(
        """
        \(Words.counted(absent, "declared question", "declared questions")) could not be asked.
        """)
    }
    return all
  }

  private var patients: Prose {
    let real = report.cohorts.filter { !isSynthetic($0.cohort) }
    guard !real.isEmpty else {
      return hasSynthetic
        ? """
        \(strong: "It supports no claim about patients"), because every image was generated; it can \
        show where a classifier is worth testing on patients.
        """
        : "It supports no claim: no cohort is recorded."
    }
    let whom = real.map { "\(NumberText.count($0.clusters)) \($0.clusterUnit)" }
    let rest: Prose =
      hasSynthetic ? " Answers on generated images support none." : ""
    return """
      \(strong: "It supports claims about the \(Words.listed(whom, none: "cases")) of its table"), read \
      by these versions of the classifiers; not about other sites, and not about causes.
      """ + rest
  }

  /// What failed or warns among the checks of generated images, by number and name.
  private var gateSentences: [Prose] {
    guard !report.gates.isEmpty else {
      return ["No check of the generated images was run."]
    }
    var all: [Prose] = []
    for (status, verb) in [(GateResult.Status.fail, "Failed"), (.warn, "Warnings")] {
      let names = report.gates.filter { $0.status == status }.map { "\($0.id) \($0.name)" }
        .grouped { $0 }.map(\.key)
      if !names.isEmpty { all.append("\(verb): \(Words.firstFew(names, none: "")).") }
    }
    let confounded = report.verdicts.count { !($0.confoundedWith ?? []).isEmpty }
    if confounded > 0 {
      all.append(
        """
        In \(confounded == report.verdicts.count ? "all " : "")\
        \(Words.counted(confounded, "question", "questions")) something else moved with the \
        attribute, which may explain a gap.
        """)
    }
    return all
  }
}
