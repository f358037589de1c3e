import Basics

extension SpecificationReader {
  static let classifierKeys =
    ["name", "scoreScale", "accept"] + ClassifierSpecification.Source.readable.compactMap { $0.key }
    + ClassifierSpecification.Source.readable.flatMap { $0.ownKeys }

  func readClassifiers(_ top: ObjectReader, key: String, real: RealCohortSpecification?)
    -> [ClassifierSpecification]
  {
    guard let elements = top.list(key) else { return [] }
    let readers = elements.compactMap {
      ObjectReader($0.value, keyPath: $0.keyPath, faults: faults)
    }
    return readers.compactMap { readClassifier($0, real: real) }
  }

  private func readClassifier(_ object: ObjectReader, real: RealCohortSpecification?)
    -> ClassifierSpecification?
  {
    object.allowOnly(Self.classifierKeys)
    guard let name = object.requiredString("name", example: "\"mine\"") else { return nil }
    object.checkName(name, object.path("name"), at: object.position(of: "name"))

    let kinds = ClassifierSpecification.Source.readable.filter { $0.key.map(object.has) == true }
    let given = kinds.compactMap { $0.key }
    guard given.count <= 1 else {
      let listed = given.map { "'\($0)'" }.joined(separator: " and ")
      object.fault(
        given[1],
        "is a second source for the classifier \"\(name)\": \(listed) exclude"
          + " each other; keep one")
      return nil
    }
    noteStrayKeys(of: object, source: given.first)
    let source: ClassifierSpecification.Source? =
      if let kind = kinds.first {
        kind.source(from: object)
      } else if real?.scores[name] != nil {
        .realTable
      } else {
        noteMissingSource(object, name, real)
      }
    guard let source else { return nil }
    var classifier = ClassifierSpecification(name: name, source: source)
    classifier.scoreScale = object.choice("scoreScale", ScoreScale.self)
    classifier.accepted = Set(object.choices("accept", ScoreQuestion.self) ?? [])
    switch source.kind.origin {
    case .ownTable:
      classifier.scoreColumns = real?.scores[name] ?? [:]
      classifier.scoreFormat = readFormat(object)
      classifier.scoreKey = object.string("key") ?? "image"
    case .images:
      if real?.scores[name] != nil {
        object.fault(
          given[0],
          "is a second source for the classifier \"\(name)\": real.columns.scores names it too;"
            + " keep one")
      }
    case .realTable: break
    }
    return classifier
  }

  private func noteMissingSource(
    _ object: ObjectReader, _ name: String, _ real: RealCohortSpecification?
  ) -> ClassifierSpecification.Source? {
    let nearest = real.flatMap { nearestName(to: name, in: $0.scores.keys.sorted()) }
    let advice =
      nearest.map { "real.columns.scores has '\($0)'; did you mean that?" }
      ?? "add 'onnx', 'command' or 'scores', or name its columns under real.columns.scores"
    faults.add("\(object.keyPath) (\"\(name)\") has no scores: \(advice)", at: object.position)
    return nil
  }

  /// Keys that belong to another kind of classifier would be ignored in silence.
  private func noteStrayKeys(of object: ObjectReader, source: String?) {
    for member in object.members {
      let owners = ClassifierSpecification.Source.readable
        .filter { $0.ownKeys.contains(member.name) }.map { $0.key ?? "" }
      guard !owners.isEmpty, !owners.contains(source ?? "") else { continue }
      let names = owners.map { "'\($0)'" }.joined(separator: " or ")
      object.fault(member.name, "belongs to classifiers with \(names); remove it")
    }
  }
}
