import AuditModel
import AuditStore
import Cohorts
import Foundation
import Vocabulary

/// Picks the base cases that the report shows: anchor and arms, with what classifiers and predictors
/// made of each.
struct Gallery {
  let store: AuditStore
  let classifiers: [String]
  var predictors: [String] = []
  /// The report folder, for pictures that were made for the gallery.
  var folder = ""

  /// The first base case of every finding and label.
  func rows() throws -> [GalleryRow] {
    var scores: [String: [Int64: Double?]] = [:]
    func score(_ model: String, _ output: String, _ id: Int64) throws -> Double? {
      let key = model + "\u{1F}" + output
      if scores[key] == nil {
        scores[key] = try store.scores(classifier: model, finding: output, cohort: .synthetic)
      }
      return scores[key]?[id].flatMap { $0 }
    }
    return try GalleryPictures.shown(try store.cases(of: .synthetic)).compactMap { arms in
      guard let first = arms.first, let finding = first.finding else { return nil }
      let images = try arms.map { item in
        var image = GalleryImage(
          path: item.image ?? "", arm: item.arm ?? "", prompt: item.prompt ?? "",
          scores: Dictionary(
            try classifiers.compactMap { name in
              try score(name, finding, item.id).map { (name, $0) }
            }, uniquingKeysWith: { first, _ in first }))
        image.difference = GalleryPictures.differencePath(of: item).flatMap(present)
        var read: [String: Double] = [:]
        for predictor in predictors {
          for output in Self.outputs(of: arms) {
            if let value = try score(predictor, output, item.id) {
              read["\(output), \(predictor)"] = value
            }
          }
        }
        image.predicted = read.isEmpty ? nil : read
        return image
      }
      // The mask or boxes that all arms share come first, then the image that they descend from.
      let condition = first.condition.map {
        GalleryImage(path: $0, arm: "condition", prompt: first.conditionSource ?? "", scores: [:])
      }
      let anchor = GalleryPictures.anchorPath(of: first).flatMap(present).map {
        GalleryImage(path: $0, arm: "anchor, not scored", prompt: first.anchor ?? "", scores: [:])
      }
      return GalleryRow(
        finding: finding, label: first.labels[finding] == true ? "positive" : "negative",
        baseCase: first.baseCase ?? "",
        images: [condition, anchor].compactMap { $0 } + images)
    }
  }

  private func present(_ path: String) -> String? {
    FileManager.default.fileExists(atPath: folder + "/" + path) ? path : nil
  }

  /// Outputs of predictors that say something of these arms.
  private static func outputs(of arms: [StoredCase]) -> [String] {
    var values: [String: [String]] = [:]
    for entry in arms.flatMap(\.attributes.entries)
    where values[entry.attribute]?.contains(entry.value) != true {
      values[entry.attribute, default: []].append(entry.value)
    }
    var grid = AttributeGrid()
    for (name, words) in values { grid.set(words, of: .named(name)) }
    return AttributePrediction.all(of: grid).map(\.outputName)
  }
}
