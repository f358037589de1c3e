import AuditModel
import AuditStore
import Cohorts

/// Picks the base cases that the report shows across all their arms.
struct Gallery {
  let store: AuditStore
  let classifiers: [String]

  /// The first base case of every finding and label, with every classifier's score under each image.
  func rows() throws -> [GalleryRow] {
    let cases = try store.cases(of: .synthetic).filter { $0.placebo == nil && $0.sha256 != nil }
    var seen: Set<String> = []
    var rows: [GalleryRow] = []
    var scores: [String: [String: [Int64: Double?]]] = [:]
    for first in cases {
      guard let finding = first.finding, let positive = first.labels[finding] else { continue }
      let label = positive ? "positive" : "negative"
      guard seen.insert("\(finding)/\(label)").inserted else { continue }
      for classifier in classifiers where scores[classifier]?[finding] == nil {
        scores[classifier, default: [:]][finding] = try store.scores(
          classifier: classifier, finding: finding, cohort: .synthetic)
      }
      // A patient of a replica cohort may have many twins.
      let images = cases.filter {
        $0.cluster == first.cluster && (first.noise == nil || $0.noise == first.noise)
      }.prefix(24).map { item in
        GalleryImage(
          path: item.image ?? "", arm: item.arm ?? "", prompt: item.prompt ?? "",
          scores: Dictionary(
            classifiers.compactMap { name -> (String, Double)? in
              guard let value = scores[name]?[finding]?[item.id], let score = value else {
                return nil
              }
              return (name, score)
            }, uniquingKeysWith: { first, _ in first }))
      }
      // The mask or boxes that all arms share come first.
      let condition = first.condition.map {
        GalleryImage(path: $0, arm: "condition", prompt: first.conditionSource ?? "", scores: [:])
      }
      rows.append(
        GalleryRow(
          finding: finding, label: label, baseCase: first.baseCase ?? "",
          images: [condition].compactMap { $0 } + images))
    }
    return rows
  }
}
