import AuditModel
import AuditStore
import Images
import Vocabulary

/// Counts how the images of an audit were read.
struct ImageSummaries {
  let store: AuditStore
  let classifiers: [String]
  let attributes: [Attribute]
  /// As the plan groups them.
  let rules: [String: GroupRule]

  /// One summary per cohort and classifier that opened images itself.
  func summaries() throws -> [ImageReadingSummary] {
    var result: [ImageReadingSummary] = []
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      let readings = try store.imageReadings(of: cohort)
      guard !readings.isEmpty else { continue }
      let cases = Dictionary(
        try store.cases(of: cohort).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      for classifier in classifiers {
        guard let read = readings[classifier] else { continue }
        result.append(try summary(classifier, cohort.rawValue, read, cases: cases))
      }
    }
    return result
  }

  private func summary(
    _ classifier: String, _ cohort: String, _ readings: [StoredImageReading],
    cases: [Int64: StoredCase]
  ) throws -> ImageReadingSummary {
    var summary = ImageReadingSummary(
      classifier: classifier, cohort: cohort, images: readings.count)
    var counts: [ImageFact: Int] = [:]
    for reading in readings {
      for fact in reading.facts.compactMap(ImageFact.init(code:)) { counts[fact, default: 0] += 1 }
    }
    summary.facts = counts.sorted { $0.key < $1.key }.map { fact, count in
      ImageReadingSummary.Fact(
        code: fact.code, images: count,
        sentence: "\(count) of \(readings.count) \(cohort) images \(fact.words).")
    }
    let leftOut = readings.filter { $0.problem != nil }
    summary.leftOut = leftOut.count
    summary.leftOutExamples = leftOut.prefix(5).compactMap { reading in
      cases[reading.caseID].map { "\($0.name): \(reading.problem ?? "")" }
    }
    let without = leftOut.compactMap { cases[$0.caseID] }
    for attribute in attributes {
      let values = without.map { $0.attributes[attribute.name] }
      guard values.contains(where: { $0 != nil }) else { continue }
      let grouping = Grouping(attribute, rule: rules[attribute.name], values: values)
      let groups = Dictionary(grouping: try values.map { try grouping.group(of: $0) ?? "missing" })
      {
        $0
      }
      summary.leftOutByGroup += groups.sorted { $0.key < $1.key }.map {
        ImageReadingSummary.LeftOut(
          attribute: attribute.name, group: $0.key, images: $0.value.count)
      }
    }
    return summary
  }
}

extension ImageReadingSummary {
  /// What a reader should know; that all images are PNG files of 8 bits is not worth a sentence.
  var notes: [String] {
    var notes = facts.filter { $0.code != "png" || $0.images < images - leftOut }.map {
      "\(classifier): \($0.sentence)"
    }
    if leftOut > 0 {
      let groups = leftOutByGroup.map { "\($0.attribute) \($0.group): \($0.images)" }
      notes.append(
        "\(classifier): \(leftOut) of \(images) \(cohort) images could not be read and were left "
          + "out, as the spec asks"
          + (groups.isEmpty ? "" : " (\(groups.joined(separator: ", ")))")
          + "; for instance \(leftOutExamples.first ?? "").")
    }
    return notes
  }
}
