import Basics

extension SpecificationReader {
  static let attributes = ["sex", "age", "race"]

  func readAnalysis(_ object: ObjectReader, findings: [String], classifiers: [String])
    -> AnalysisSpecification
  {
    object.allowOnly([
      "groups", "intersections", "cluster", "alpha", "delta", "harm", "thresholds", "minimumCell",
      "multiplicity", "replicates", "seed",
    ])
    var analysis = AnalysisSpecification()
    analysis.groups = readGroups(object)
    analysis.intersections = readIntersections(object)
    analysis.cluster =
      object.choice("cluster", AnalysisSpecification.Cluster.self) ?? analysis.cluster
    analysis.alpha =
      object.number("alpha", "above 0 and at most 0.5") { $0 > 0 && $0 <= 0.5 } ?? analysis.alpha
    analysis.delta =
      object.number("delta", "above 0 and below 1") { $0 > 0 && $0 < 1 } ?? analysis.delta
    analysis.harm =
      object.number("harm", "from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? analysis.harm
    let thresholds = readThresholds(object, findings: findings, classifiers: classifiers)
    analysis.thresholds = thresholds.shared
    analysis.classifierThresholds = thresholds.byClassifier
    analysis.multiplicity =
      object.choice("multiplicity", AnalysisSpecification.Multiplicity.self)
      ?? analysis.multiplicity
    analysis.replicates = object.integer("replicates", in: 1...10_000_000) ?? analysis.replicates
    analysis.seed = object.seed("seed") ?? analysis.seed
    if let cell = object.object("minimumCell") {
      cell.allowOnly(["positives", "negatives", "clusters"])
      analysis.minimumPositives =
        cell.integer("positives", in: 1...1_000_000_000) ?? analysis.minimumPositives
      analysis.minimumNegatives =
        cell.integer("negatives", in: 1...1_000_000_000) ?? analysis.minimumNegatives
      analysis.minimumClusters =
        cell.integer("clusters", in: 1...1_000_000_000) ?? analysis.minimumClusters
    }
    return analysis
  }

  private func readGroups(_ object: ObjectReader) -> [String: GroupRule] {
    guard let groups = object.object("groups") else { return [:] }
    groups.allowOnly(Self.attributes)
    var rules: [String: GroupRule] = [:]
    for member in groups.members where Self.attributes.contains(member.name) {
      if case .object = member.value.content, let rule = groups.object(member.name) {
        rule.allowOnly(["edges"])
        if rule.require("edges", example: "[0, 20, 40, 60, 80]") {
          rules[member.name] = readEdges(rule, attribute: member.name)
        }
      } else {
        rules[member.name] = readValues(groups, attribute: member.name)
      }
    }
    return rules
  }

  private func readEdges(_ rule: ObjectReader, attribute: String) -> GroupRule? {
    guard attribute == "age" else {
      rule.fault(
        "edges", "makes bins of numbers; list the values of \(attribute), such as [\"F\", \"M\"]")
      return nil
    }
    guard let elements = rule.list("edges") else { return nil }
    let edges = elements.compactMap {
      rule.number($0.value, $0.keyPath, "of years from 0 to 130") { (0...130).contains($0) }
    }
    guard edges.count == elements.count else { return nil }
    guard edges.count >= 2 else {
      rule.fault("edges", "needs at least two edges, because one makes a single group")
      return nil
    }
    for (lower, upper) in zip(edges, edges.dropFirst()) where lower >= upper {
      rule.fault("edges", "must ascend; \(Self.inWords(upper)) follows \(Self.inWords(lower))")
      return nil
    }
    return .edges(edges)
  }

  private func readValues(_ groups: ObjectReader, attribute: String) -> GroupRule? {
    guard let elements = groups.list(attribute) else { return nil }
    let values = elements.compactMap { element -> (String, SourcePosition)? in
      if case .number(let text) = element.value.content, let number = Double(text) {
        return (Self.inWords(number), element.value.position)
      }
      return groups.string(element.value, element.keyPath).map { ($0, element.value.position) }
    }
    groups.noteRepetitions(values, in: groups.path(attribute))
    guard values.count == elements.count else { return nil }
    guard values.count >= 2 else {
      groups.fault(attribute, "has one group, and nothing to compare it with; list at least two")
      return nil
    }
    return .values(values.map(\.0))
  }

  static func inWords(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  private func readIntersections(_ object: ObjectReader) -> [[String]] {
    if case .array(let elements)? = object.member("intersections")?.content, elements.isEmpty {
      return []
    }
    guard let elements = object.list("intersections") else { return [] }
    var found: [([String], SourcePosition)] = []
    for element in elements {
      guard case .array(let names) = element.value.content else {
        faults.add(
          "\(element.keyPath) must be a list such as [\"sex\", \"age\"];"
            + " found \(element.value.kindInWords)", at: element.value.position)
        continue
      }
      let texts = names.enumerated().compactMap {
        readAttributeName($1, "\(element.keyPath)[\($0)]", object)
      }
      guard texts.count == names.count else { continue }
      guard texts.count >= 2, Set(texts).count == texts.count else {
        faults.add(
          "\(element.keyPath) must name two or three different attributes",
          at: element.value.position)
        continue
      }
      found.append((texts, element.value.position))
    }
    object.noteRepetitions(
      found.map { ($0.0.sorted().joined(separator: "*"), $0.1) }, in: object.path("intersections"))
    return found.map(\.0)
  }

  private func readAttributeName(_ value: JSON5Value, _ keyPath: String, _ object: ObjectReader)
    -> String?
  {
    guard let text = object.string(value, keyPath) else { return nil }
    guard Self.attributes.contains(text) else {
      let nearest =
        nearestName(to: text, in: Self.attributes).map { "; did you mean \"\($0)\"?" } ?? ""
      faults.add(
        "\(keyPath) must be \"sex\", \"age\" or \"race\";"
          + " found \"\(text.shortened(to: 40))\"\(nearest)", at: value.position)
      return nil
    }
    return text
  }
}
