extension SpecificationReader {
  /// `"auto"`, or the parts of a strength.
  func readStrength(_ object: ObjectReader) -> CounterfactualStrength.Choice? {
    guard let member = object.member("strength") else { return nil }
    if case .string(let word) = member.content {
      if word == "auto" { return .auto }
      object.fault(
        "strength",
        "is \"\(word.shortened(to: 40))\"; write \"auto\" or an object such as "
          + "{ \"trunk\": { \"sex\": 8, \"age\": 8 } }")
      return nil
    }
    guard let reader = object.object("strength") else { return nil }
    reader.allowOnly(["trunk", "guidance", "frozenFindingTokens"])
    if object.has("sharedSteps"), reader.has("trunk") {
      object.fault(
        "sharedSteps", "is given beside 'strength.trunk', which means the same; keep one")
    }
    var strength = CounterfactualStrength()
    strength.trunk = readTrunk(
      reader,
      steps: object.member("steps") == nil
        ? nil : object.integer("steps", in: 1...1000))
    strength.guidance = reader.object("guidance").flatMap(readFactors)
    strength.frozenFindingTokens = reader.flag("frozenFindingTokens") ?? false
    return .fixed(strength)
  }

  private func readTrunk(_ object: ObjectReader, steps: Int?) -> [String: Int] {
    guard let trunk = object.object("trunk") else { return [:] }
    var found: [String: Int] = [:]
    for member in trunk.members {
      guard let count = trunk.integer(member.name, in: 0...1000) else { continue }
      if let steps, count > steps {
        trunk.fault(member.name, "is \(count), more than the \(steps) steps")
      }
      found[member.name] = count
    }
    return found
  }

  private func readFactors(_ object: ObjectReader) -> CounterfactualStrength.Guidance? {
    object.allowOnly(["finding", "attribute", "direction"])
    object.require("attribute", example: "2")
    let finding = object.number("finding", "from 0 to 100") { (0...100).contains($0) }
    guard let attribute = object.number("attribute", "from 0 to 100", { (0...100).contains($0) })
    else { return nil }
    return CounterfactualStrength.Guidance(
      finding: finding, attribute: attribute,
      direction: object.choice("direction", CounterfactualStrength.Guidance.Direction.self)
        ?? .anchor)
  }

  /// Every attribute that the arms vary has steps of its own: one left out would share none, and the
  /// least of them holds for arms that differ in several.
  func checkStrength(_ cohort: CohortSpecification, _ object: ObjectReader) {
    guard case .fixed(let strength)? = cohort.generator.strength else { return }
    guard cohort.design == .counterfactual else {
      object.fault(
        "strength", "keeps the arms of a counterfactual cohort alike; twins have no arms")
      return
    }
    guard !strength.trunk.isEmpty else { return }
    let varied = cohort.attributes.entries.map(\.attribute.name)
    for name in varied where strength.trunk[name] == nil {
      object.fault(
        "strength", "names no trunk steps for '\(name)'; add \"\(name)\": 8 to its trunk")
    }
    for name in strength.trunk.keys.sorted() where !varied.contains(name) {
      object.fault(
        "strength", "names trunk steps for '\(name)', which 'cohort.attributes' does not vary")
    }
  }
}

extension ObjectReader {
  func flag(_ key: String) -> Bool? {
    guard let value = member(key) else { return nil }
    if case .boolean(let flag) = value.content { return flag }
    faults.add("\(path(key)) must be true or false; found \(value.kindInWords)", at: value.position)
    return nil
  }
}
