import AuditModel
import Vocabulary

/// The cohort of the ChexGen paper: one synthetic twin for every real case, with its attributes and
/// findings.
///
/// No attribute is swapped. Twins show whether results on generated images repeat those on real ones.
package struct ReplicaDesign: Sendable {
  package let specification: CohortSpecification

  /// What a twin takes from its real case.
  package struct Source: Sendable, Equatable {
    /// The case's name in the real table.
    package var image: String
    /// Its patient; the twin belongs to the same cluster.
    package var cluster: String
    package var attributes: AttributeValues
    /// Finding to label; unknown labels are absent.
    package var labels: [String: Bool]

    package init(
      image: String, cluster: String, attributes: AttributeValues = [:], labels: [String: Bool]
    ) {
      self.image = image
      self.cluster = cluster
      self.attributes = attributes
      self.labels = labels
    }
  }

  /// One image to render.
  package struct Twin: Sendable, Equatable {
    package var source: Source
    /// The twin's labels: those of its case among the cohort's findings.
    package var labels: [String: Bool]
    /// The finding it stands under in manifests: its first, or the cohort's first if it has none.
    package var finding: String
    package var arm: Arm
    package var prompt: String
    package var noisePath: [String]
    /// `t0007`.
    package var identifier: String

    /// Relative to the report folder: `cohort/twins/<identifier>/<arm>.png`.
    package var imagePath: String { "cohort/twins/\(identifier)/\(arm.identifier).png" }
  }

  package init(_ specification: CohortSpecification) { self.specification = specification }

  /// The twins of `sources`, in their order; cases without a label for any finding have none.
  ///
  /// A finding that is present contributes one of its positive sentences, by the case's number so
  /// that all are used; a case without any of the findings gets a negative sentence of the first.
  package func twins(of sources: [Source], card: GeneratorCard) -> [Twin] {
    var twins: [Twin] = []
    for source in sources {
      let known = specification.findings.filter { source.labels[$0.name] != nil }
      guard let first = known.first else { continue }
      let number = twins.count
      let present = known.filter { source.labels[$0.name] == true }
      let sentences =
        present.isEmpty
        ? [first.negative[number % first.negative.count]]
        : present.map { $0.positive[number % $0.positive.count] }
      let arm = Arm(Self.drawn(source.attributes, card: card))
      let digits = String(number)
      twins.append(
        Twin(
          source: source,
          labels: Dictionary(
            known.map { ($0.name, source.labels[$0.name] == true) },
            uniquingKeysWith: { first, _ in first }),
          finding: (present.first ?? first).name, arm: arm,
          prompt: arm.promptPrefix(card.caption) + sentences.joined(separator: " "),
          noisePath: ["replica", source.image],
          identifier: "t" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits))
    }
    return twins
  }

  /// The values that captions name, as the generator spells them.
  private static func drawn(_ values: AttributeValues, card: GeneratorCard) -> AttributeValues {
    var drawn = card.prompted(values)
    for name in drawn.attributes where !card.caption.attributes.contains(name) { drawn[name] = nil }
    return drawn
  }
}
