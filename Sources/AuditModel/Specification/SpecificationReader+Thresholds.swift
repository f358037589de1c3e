import Basics

extension SpecificationReader {
  /// Thresholds as read: for every classifier, and for single ones.
  struct Thresholds {
    var shared: [String: AnalysisSpecification.ThresholdRule] = [:]
    var byClassifier: [String: [String: AnalysisSpecification.ThresholdRule]] = [:]
  }

  /// Per finding a number, a rule, or a number or rule per classifier; or one rule for all findings.
  func readThresholds(_ object: ObjectReader, findings: [String], classifiers: [String])
    -> Thresholds
  {
    var found = Thresholds()
    guard let thresholds = object.object("thresholds") else { return found }
    if case .string? = thresholds.member("rule")?.content {
      guard let rule = readThresholdRule(thresholds) else { return found }
      found.shared = Dictionary(findings.map { ($0, rule) }) { first, _ in first }
      return found
    }
    for member in thresholds.members {
      if !findings.isEmpty, !findings.contains(member.name) {
        let nearest = nearestName(to: member.name, in: findings).map { "; did you mean '\($0)'?" }
        faults.add(
          "\(thresholds.path(member.name)) is not a finding of this audit\(nearest ?? "")",
          at: member.position)
      }
      if case .object = member.value.content, let object = thresholds.object(member.name),
        !object.has("rule"), object.has("classifiers")
      {
        found.byClassifier[member.name] = readClassifierThresholds(
          object, classifiers: classifiers)
      } else {
        found.shared[member.name] = readThreshold(member.name, in: thresholds)
      }
    }
    return found
  }

  private func readThreshold(_ name: String, in object: ObjectReader)
    -> AnalysisSpecification.ThresholdRule?
  {
    if case .object? = object.member(name)?.content, let rule = object.object(name) {
      return readThresholdRule(rule)
    }
    return object.number(name, "or a rule {…}") { $0.isFinite }.map { .value($0) }
  }

  /// `{ "classifiers": { "seed11": 0.41, "seed37": { "rule": "maximumF1" } } }`
  private func readClassifierThresholds(_ object: ObjectReader, classifiers: [String])
    -> [String: AnalysisSpecification.ThresholdRule]
  {
    object.allowOnly(["classifiers"])
    guard let byName = object.object("classifiers") else { return [:] }
    var rules: [String: AnalysisSpecification.ThresholdRule] = [:]
    for member in byName.members {
      if !classifiers.isEmpty, !classifiers.contains(member.name) {
        let nearest = nearestName(to: member.name, in: classifiers).map {
          "; did you mean '\($0)'?"
        }
        faults.add(
          "\(byName.path(member.name)) is not a classifier of this audit\(nearest ?? "")",
          at: member.position)
      }
      rules[member.name] = readThreshold(member.name, in: byName)
    }
    return rules
  }

  private func readThresholdRule(_ object: ObjectReader) -> AnalysisSpecification.ThresholdRule? {
    object.allowOnly(["rule", "value", "chosenOn"])
    guard let rule = object.requiredString("rule", example: "\"sensitivity\"") else { return nil }
    let chosenOn = object.string("chosenOn")
    switch rule {
    case "sensitivity", "specificity":
      guard object.require("value", example: "0.9"),
        let value = object.number("value", "above 0 and below 1", { $0 > 0 && $0 < 1 })
      else { return nil }
      return rule == "sensitivity"
        ? .sensitivity(value, chosenOn: chosenOn) : .specificity(value, chosenOn: chosenOn)
    case "maximumF1":
      if object.has("value") { object.fault("value", "has no meaning for maximumF1; remove it") }
      return .maximumF1(chosenOn: chosenOn)
    default:
      let rules = ["sensitivity", "specificity", "maximumF1"]
      let nearest = nearestName(to: rule, in: rules).map { "; did you mean \"\($0)\"?" } ?? ""
      object.fault(
        "rule",
        "must be \"sensitivity\", \"specificity\" or \"maximumF1\"; found"
          + " \"\(rule.shortened(to: 40))\"\(nearest)")
      return nil
    }
  }
}
