import Basics
import Vocabulary

/// One classifier × cohort × finding, column by column; rows without a score are removed and counted.
package struct EvaluationTable: Sendable {
  package var classifier: String
  /// `real` or `synthetic`.
  package var cohort: String
  package var finding: String
  package var scores: [Double]
  /// True where the finding is present.
  package var labels: [Bool]
  /// Patient (real) or base case (synthetic) of each row, in `0..<clusterCount`.
  ///
  /// Tables of the same cohort use the same numbers, so that classifiers can be compared case by
  /// case; a table may leave clusters empty.
  package var clusters: [Int32]
  package var clusterCount: Int
  package var attributes: [AttributeColumn]
  package var notScored = NotScored()
  /// By attribute: the rows of the cohort before anything was left out; empty where nobody counted.
  package var accounts: [String: RowAccount] = [:]
  /// Synthetic only: which rows are arms of one base case, and the placebo images.
  package var pairing: Pairing?
  /// True for a classifier of the reference panel: it gets no verdicts, it is compared against.
  package var isReference = false
  /// What a cluster is, in words, plural.
  package var clusterUnit: String

  package init(
    classifier: String, cohort: String, finding: String, scores: [Double], labels: [Bool],
    clusters: [Int32], clusterCount: Int, attributes: [AttributeColumn],
    notScored: NotScored = NotScored(), pairing: Pairing? = nil, isReference: Bool = false,
    clusterUnit: String? = nil
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.scores = scores
    self.labels = labels
    self.clusters = clusters
    self.clusterCount = clusterCount
    self.attributes = attributes
    self.notScored = notScored
    self.pairing = pairing
    self.isReference = isReference
    self.clusterUnit = clusterUnit ?? (cohort == "synthetic" ? "base cases" : "patients")
  }

  /// What the table answers by one attribute.
  func question(of attribute: String, by metric: Metric = .auc) -> Question {
    Question(
      classifier: classifier, cohort: cohort, finding: finding, attribute: attribute, metric: metric
    )
  }

  /// All questions that the table answers.
  var questions: QuestionPattern {
    QuestionPattern(classifier: classifier, cohort: cohort, finding: finding)
  }

  /// For messages: which table.
  var place: String { "classifier '\(classifier)', \(cohort) cohort, finding '\(finding)'" }

  /// Refuses what no statistic may see: unequal columns, numbers that are not finite, wild indices.
  ///
  /// - Throws: ``AuditFailure`` naming the table and the first row at fault, counted from 1.
  func validate() throws {
    let count = scores.count
    guard labels.count == count, clusters.count == count else {
      throw AuditFailure(
        "\(place): \(count) scores, \(labels.count) labels and \(clusters.count) clusters do not match"
      )
    }
    if let row = scores.firstIndex(where: { !$0.isFinite }) {
      throw AuditFailure(
        "\(place), scored row \(row + 1): the score is \(scores[row]), not a finite number",
        hint: "leave the cell empty if the image was not scored; it is then counted as not scored")
    }
    if let row = clusters.firstIndex(where: { $0 < 0 || Int($0) >= clusterCount }) {
      throw AuditFailure(
        "\(place), scored row \(row + 1): cluster \(clusters[row]) lies outside 0..<\(clusterCount)"
      )
    }
    for attribute in attributes {
      guard attribute.membership.count == count else {
        throw AuditFailure(
          "\(place): attribute '\(attribute.name)' has \(attribute.membership.count) rows, not \(count)"
        )
      }
      guard attribute.membership.allSatisfy({ $0 >= -1 && Int($0) < attribute.groups.count }) else {
        throw AuditFailure(
          "\(place): attribute '\(attribute.name)' names a group that is not listed")
      }
    }
    try pairing?.validate(rowCount: count, clusterCount: clusterCount, place: place)
  }
}

/// Images that a classifier gave no score for; counted, never imputed.
package struct NotScored: Sendable, Equatable {
  package var overall = 0
  /// Attribute name to group name to count.
  package var byGroup: [String: [String: Int]] = [:]

  package init(overall: Int = 0, byGroup: [String: [String: Int]] = [:]) {
    self.overall = overall
    self.byGroup = byGroup
  }

  func count(attribute: String, group: String) -> Int { byGroup[attribute]?[group] ?? 0 }
}
