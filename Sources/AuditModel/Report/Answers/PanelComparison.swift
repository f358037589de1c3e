import Vocabulary

/// A gap of the audited classifier less the mean gap of the reference panel on the same images.
///
/// What the generator or the reference standard did to a group shows in the panel as well; only what
/// is left is the audited classifier's own.
package struct PanelGap: AnswerContent {
  package var groupA: String
  package var groupB: String
  /// The reference classifiers that scored both groups.
  package var panel: [String]
  /// AUC(A) − AUC(B) of the classifier, and the mean of the panel's.
  package var gap: Double?
  package var panelGap: Double?
  /// ``gap`` − ``panelGap``.
  package var difference: Double?
  package var standardError: Double?
  /// Simultaneous limits over all pairs of this finding × attribute, paired by cluster.
  package var lower: Double?
  package var upper: Double?
  /// Two-sided, adjusted over all pairs.
  package var p: Double?
  /// The limits exclude 0 on the side of ``gap``.
  package var survives: Bool
  package var reason: String?

  package init(groupA: String, groupB: String, panel: [String], survives: Bool = false) {
    self.groupA = groupA
    self.groupB = groupB
    self.panel = panel
    self.survives = survives
  }
}

/// A pair of groups of a question, held against the reference panel.
package typealias PanelComparison = Answer<PanelGap>

extension Answer where Content == PanelGap {
  package init(_ question: Question, groupA: String, groupB: String, panel: [String]) {
    self.init(question, PanelGap(groupA: groupA, groupB: groupB, panel: panel))
  }
}
