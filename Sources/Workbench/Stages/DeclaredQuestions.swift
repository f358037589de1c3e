import AuditModel
import AuditStore
import Cohorts
import Fairness
import Vocabulary

/// Everything that a spec declares to be judged, and why some of it could not be.
struct DeclaredQuestions {
  let specification: AuditSpecification
  let store: AuditStore

  /// Declared questions that no table answers, each with what is missing.
  ///
  /// Spec, store and tables alone decide, so that a verification finds what the run found.
  func absences(among tables: [EvaluationTable]) throws -> [Absence] {
    var result: [Absence] = []
    for cohort in cohorts {
      let cases = try store.cases(of: cohort).filter { $0.placebo == nil }
      for classifier in specification.classifiers where isAsked(classifier, about: cohort) {
        for finding in try self.findings(of: cohort) {
          let table = tables.first {
            $0.classifier == classifier.name && $0.cohort == cohort.rawValue
              && $0.finding == finding && !$0.isReference
          }
          let known = Set(table?.attributes.map(\.name) ?? [])
          for attribute in Self.attributes(of: cohort, in: specification)
          where !known.contains(attribute) {
            let question = Question(
              classifier: classifier.name, cohort: cohort.rawValue, finding: finding,
              attribute: attribute)
            let absence =
              table == nil
              ? missingTable(question, cases: cases, outputs: outputs(of: classifier))
              : missingColumn(question, cases: cases)
            // Whatever is missing is missing for every metric, and each is a question.
            result += specification.analysis.metrics.map {
              Answer(question.by($0.metric), absence.content)
            }
          }
        }
      }
    }
    return result
  }

  private var cohorts: [StoredCase.Cohort] {
    (specification.cohort == nil ? [] : [.synthetic]) + (specification.real == nil ? [] : [.real])
  }

  /// A published table of scores knows nothing of images drawn for this audit.
  private func isAsked(
    _ classifier: ClassifierSpecification, about cohort: StoredCase.Cohort
  ) -> Bool {
    classifier.readsImages || cohort == .real
  }

  /// The findings that the spec says a classifier answers; nil where only asking it tells.
  private func outputs(of classifier: ClassifierSpecification) -> [String]? {
    if classifier.kind.origin == .realTable {
      return (specification.real?.scores[classifier.name]?.keys).map { $0.sorted() } ?? []
    }
    let declared = classifier.kind.declaredFindings
    return declared.isEmpty ? nil : declared
  }

  private func findings(of cohort: StoredCase.Cohort) throws -> [String] {
    if cohort == .synthetic, let own = specification.cohort, own.design == .counterfactual {
      return own.findings.map(\.name)
    }
    return try store.texts(of: .realFindings)
  }

  /// What the cohort varies or the table has a column of, then the declared intersections.
  static func attributes(of cohort: StoredCase.Cohort, in specification: AuditSpecification)
    -> [String]
  {
    var names: [String]
    if cohort == .synthetic, let own = specification.cohort, own.design == .counterfactual {
      names = own.attributes.entries.filter { $0.values.count > 1 }.map(\.attribute.name)
    } else {
      names = specification.real?.givenAttributes.map(\.name) ?? []
    }
    let single = Set(names)
    for parts in specification.analysis.intersections where single.isSuperset(of: parts) {
      names.append(Grouping.crossed(parts))
    }
    return names
  }

  private func missingTable(
    _ question: Question, cases: [StoredCase], outputs: [String]?
  ) -> Absence {
    let labelled = cases.count { $0.labels[question.finding] != nil }
    if labelled == 0 {
      return Absence(
        question, cause: .noLabels,
        sentence: "none of the \(cases.count) images has a label of \(question.finding)")
    }
    if let outputs, !outputs.contains(question.finding) {
      return Absence(
        question, cause: .noOutput,
        sentence: "\(question.classifier) has no output of \(question.finding) (it answers "
          + "\(outputs.sorted().joined(separator: ", ")))")
    }
    return Absence(
      question, cause: .noScores,
      sentence: "none of the \(labelled) images with a label of \(question.finding) has a score "
        + "of \(question.classifier)")
  }

  private func missingColumn(_ question: Question, cases: [StoredCase]) -> Absence {
    let labelled = cases.filter { $0.labels[question.finding] != nil }
    for name in Grouping.attributes(of: question.attribute) {
      let attribute = specification.attribute(name)
      let values = Set(
        labelled.compactMap { $0.attributes[name] }.filter { !Attribute.isMissing($0) }
          .map(attribute.key))
      if values.isEmpty {
        return Absence(
          question, cause: .noValues,
          sentence: "none of the \(labelled.count) images has a value of \(name)")
      }
      if values.count == 1 {
        return Absence(
          question, cause: .oneGroup,
          sentence: "all images with a value of \(name) have the same, so there is nothing to "
            + "compare")
      }
    }
    return Absence(
      question, cause: .oneGroup, sentence: "fewer than two groups of \(question.attribute) exist")
  }
}
