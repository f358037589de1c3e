/// Section 17: one word for one thing.
extension SectionWriter {
  var glossary: [Block] {
    [.facts(Glossary.entries.map { Fact($0.word, Prose($0.meaning)) })]
  }
}

/// The words of reports and documents, each with one meaning.
package enum Glossary {
  package struct Entry: Sendable {
    package var word: String
    package var meaning: String
  }

  package static let entries: [Entry] = [
    Entry(
      word: "Question",
      meaning:
        "Does one classifier do as well, on one cohort and for one finding, for every group of one attribute? All questions of a plan are its family."
    ),
    Entry(
      word: "Verdict",
      meaning: "The answer to a question by AUC: flagged, within δ, inconclusive or not evaluable."),
    Entry(
      word: "AUC",
      meaning:
        "The chance that a case with the finding scores higher than one without; 0.5 is chance, 1 is perfect."
    ),
    Entry(
      word: "Gap", meaning: "The difference of a measure between two groups, better minus worse."),
    Entry(
      word: "Simultaneous limits",
      meaning:
        "Limits that hold for all pairs of groups of a question together, at the level of the plan."
    ),
    Entry(
      word: "p, whole family",
      meaning:
        "How often chance alone would give so strong a gap somewhere among all questions of the plan."
    ),
    Entry(
      word: "δ",
      meaning: "The difference in AUC below which groups count as alike, chosen in the plan."),
    Entry(
      word: "Cluster",
      meaning:
        "What images depend on each other in: a patient, or a base case of generated images. Counts of clusters, not of images, say how much is known."
    ),
    Entry(
      word: "Base case",
      meaning: "A finding, a label, a sentence and a noise key, from which every arm is drawn."),
    Entry(
      word: "Arm", meaning: "The generated image of a base case under one value of each attribute."),
    Entry(
      word: "Placebo",
      meaning:
        "Pseudo-groups that differ by noise or by wording alone; their gap is the generator's own."),
    Entry(
      word: "Check (gate)",
      meaning:
        "A condition under which a gap on generated images may be laid at the classifier's door, numbered G0, G1, …"
    ),
    Entry(
      word: "Threshold",
      meaning:
        "The score from which a case is called positive; sensitivity and false-positive rate follow from it."
    ),
  ]
}
