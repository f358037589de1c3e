import Vocabulary

/// Flags of one cause told once: everything that is flagged for one group, or for one attribute.
///
/// A roll-up says that each of its ``flags`` is true, all together with a chance of α of a single false
/// one: each is rejected by the closed test over the declared family (Marcus, Peritz and Gabriel 1976;
/// Romano and Wolf 2005), so any set of them is.
package struct GatheredFlags: AnswerContent {
  package typealias Asked = QuestionPattern

  /// One question in which the group does worse than another.
  package struct Flag: Sendable, Equatable, Codable {
    package var finding: String
    /// Whom the classifier does worse for, and better.
    package var worseGroup: String
    package var betterGroup: String
    /// Of the two groups' values, positive.
    package var difference: Double
    /// Adjusted over all pairs of all declared questions.
    package var pAdjusted: Double

    package init(
      finding: String, worseGroup: String, betterGroup: String, difference: Double,
      pAdjusted: Double
    ) {
      self.finding = finding
      self.worseGroup = worseGroup
      self.betterGroup = betterGroup
      self.difference = difference
      self.pAdjusted = pAdjusted
    }
  }

  /// Whom the classifier does worse for; nil: the roll-up of the attribute, whichever group it is.
  package var group: String?
  /// Findings that were declared for this classifier, cohort and attribute, judged or not.
  package var questions: Int
  /// Findings of ``flags``, each once.
  package var findings: Int
  /// Of a finding, the largest difference of its flags; the median over findings.
  package var medianDifference: Double
  package var largestDifference: Double
  /// Adjusted p of "in no finding does the classifier do worse" (the smallest of ``flags``).
  package var pAdjusted: Double
  /// The largest difference first.
  package var flags: [Flag]
  /// Quotable by itself.
  package var sentence: String

  package init(
    group: String?, questions: Int, findings: Int, medianDifference: Double,
    largestDifference: Double, pAdjusted: Double,
    flags: [Flag], sentence: String
  ) {
    self.group = group
    self.questions = questions
    self.findings = findings
    self.medianDifference = medianDifference
    self.largestDifference = largestDifference
    self.pAdjusted = pAdjusted
    self.flags = flags
    self.sentence = sentence
  }
}

/// The flags of one classifier, cohort, attribute and metric, over all findings.
package typealias RollUp = Answer<GatheredFlags>

extension Answer where Content == GatheredFlags {
  package typealias Flag = GatheredFlags.Flag

  /// By which the groups differ.
  package var metric: Metric { question.metric ?? .auc }
}
