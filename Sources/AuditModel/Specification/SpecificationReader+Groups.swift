import Basics
import Vocabulary

/// `analysis.groups` and `analysis.intersections`.
extension SpecificationReader {
  func readGroups(
    _ object: ObjectReader, of specification: AuditSpecification, in top: ObjectReader
  ) -> (rules: [String: GroupRule], intersections: [[String]]) {
    let attributes = declared(specification, in: top)
    return (
      readRules(object, specification, declared: attributes),
      readIntersections(object, declared: attributes)
    )
  }

  /// What the spec says about attributes; nil where a block that could declare one was unreadable, so
  /// that none is known to be absent. A replica has those of the real table.
  func declared(_ specification: AuditSpecification, in top: ObjectReader) -> [String]? {
    let isComplete =
      (specification.real != nil || !top.has("real"))
      && (specification.cohort != nil || !top.has("cohort"))
    return isComplete ? specification.attributes.map(\.name) : nil
  }

  /// Notes every key of `object` that is no attribute of the audit.
  func note(undeclared object: ObjectReader, among declared: [String]) {
    for member in object.members where !declared.contains(member.name) {
      object.fault(member.name, Self.undeclared(member.name, declared))
    }
  }

  static func undeclared(_ name: String, _ declared: [String]) -> String {
    let advice =
      nearestName(to: name, in: declared).map { "; did you mean '\($0)'?" }
      ?? (declared.isEmpty ? "" : "; declared are \(declared.joined(separator: ", "))")
    return "names an attribute, but neither real.columns nor cohort.attributes says where "
      + "\(name.shortened(to: 40)) is" + advice
  }

  private func readRules(
    _ object: ObjectReader, _ specification: AuditSpecification, declared: [String]?
  ) -> [String: GroupRule] {
    guard let groups = object.object("groups") else { return [:] }
    if let declared { note(undeclared: groups, among: declared) }
    var rules: [String: GroupRule] = [:]
    for member in groups.members {
      let attribute = specification.attribute(member.name)
      if case .object = member.value.content, let rule = groups.object(member.name),
        !rule.has("edges"), rule.members.contains(where: Self.isList)
      {
        rules[member.name] = readGathered(rule, attribute: attribute)
      } else if case .object = member.value.content, let rule = groups.object(member.name) {
        rule.allowOnly(["edges"])
        if rule.require("edges", example: "[0, 20, 40, 60, 80]") {
          rules[member.name] = readEdges(
            rule, attribute: attribute, drawn: specification.cohort?.attributes[member.name] ?? [])
        }
      } else {
        rules[member.name] = readValues(groups, attribute: attribute)
      }
    }
    return rules
  }

  private static func isList(_ member: JSONMember) -> Bool {
    if case .array = member.value.content { return true }
    return false
  }

  /// `{ "White": ["WHITE*"], "Black": ["BLACK*"] }`.
  private func readGathered(_ rule: ObjectReader, attribute: Attribute) -> GroupRule? {
    var groups: [GroupRule.Gathering] = []
    for member in rule.members {
      rule.checkName(member.name, rule.keyPath, at: member.position)
      guard let patterns = rule.strings(member.name) else { continue }
      // A value without stars in two groups would count in the first of them, unnoticed.
      for pattern in patterns where !pattern.contains("*") {
        if let other = groups.first(where: { $0.contains(pattern, of: attribute) }) {
          rule.fault(
            member.name, "has \"\(pattern.shortened(to: 40))\", which \(other.name) has already")
        }
      }
      groups.append(GroupRule.Gathering(name: member.name, patterns: patterns))
    }
    guard groups.count == rule.members.count else { return nil }
    guard groups.count >= 2 else {
      faults.add(
        "\(rule.keyPath) has one group, and nothing to compare it with; name at least two",
        at: rule.position)
      return nil
    }
    return .gathered(groups)
  }

  private func readEdges(_ rule: ObjectReader, attribute: Attribute, drawn: [String]) -> GroupRule?
  {
    let word = drawn.first { Attribute.number($0) == nil }
    guard attribute.kind == .number || (!attribute.isKnown && word == nil) else {
      rule.fault(
        "edges",
        "makes bins of numbers; list the values of \(attribute.name), such as "
          + (word.map { "[\"\($0)\", …]" } ?? "[\"F\", \"M\"]"))
      return nil
    }
    guard let elements = rule.list("edges") else { return nil }
    let range = attribute.range
    let words =
      range.map {
        "of \(attribute.unit ?? "units") from \(Self.inWords($0.lowerBound)) to \(Self.inWords($0.upperBound))"
      } ?? "that is finite"
    let edges = elements.compactMap {
      rule.number($0.value, $0.keyPath, words) { range?.contains($0) ?? true }
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

  private func readValues(_ groups: ObjectReader, attribute: Attribute) -> GroupRule? {
    guard let elements = groups.list(attribute.name) else { return nil }
    let values = elements.compactMap { element -> (String, SourcePosition)? in
      if case .number(let text) = element.value.content, let number = Double(text) {
        return (Self.inWords(number), element.value.position)
      }
      return groups.string(element.value, element.keyPath).map { ($0, element.value.position) }
    }
    groups.noteRepetitions(values, in: groups.path(attribute.name))
    noteSameValues(values.map(\.0), attribute, groups)
    guard values.count == elements.count else { return nil }
    guard values.count >= 2 else {
      groups.fault(
        attribute.name, "has one group, and nothing to compare it with; list at least two")
      return nil
    }
    return .values(values.map(\.0))
  }

  private func readIntersections(_ object: ObjectReader, declared: [String]?) -> [[String]] {
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
      let texts = names.enumerated().compactMap { index, name -> String? in
        let keyPath = "\(element.keyPath)[\(index)]"
        guard let text = object.string(name, keyPath) else { return nil }
        guard let declared, !declared.contains(text) else { return text }
        faults.add("\(keyPath) \(Self.undeclared(text, declared))", at: name.position)
        return nil
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
      found.map { (Grouping.crossed($0.0.sorted()), $0.1) }, in: object.path("intersections"))
    return found.map(\.0)
  }
}
