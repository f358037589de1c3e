import Basics

/// Reads the members of one object of a spec; what is wrong goes to the fault list.
///
/// Every reading method returns nil when the member is absent and, after noting the fault, when it
/// is of the wrong kind, so that one pass finds all faults.
struct ObjectReader {
  /// Path of keys from the top, such as `cohort.generator`; empty at the top.
  let keyPath: String
  let position: SourcePosition
  let members: [JSONMember]
  let faults: FaultList

  /// Notes a fault and returns nil when `value` is not an object.
  init?(_ value: JSONValue, keyPath: String, faults: FaultList) {
    guard case .object(let members) = value.content else {
      let name = keyPath.isEmpty ? "the file" : keyPath
      faults.add("\(name) must be an object {…}; found \(value.kindInWords)", at: value.position)
      return nil
    }
    self.keyPath = keyPath
    self.position = value.position
    self.members = members
    self.faults = faults
  }

  func path(_ key: String) -> String { keyPath.isEmpty ? key : "\(keyPath).\(key)" }

  func member(_ key: String) -> JSONValue? { members.first { $0.name == key }?.value }

  func has(_ key: String) -> Bool { member(key) != nil }

  /// Where to point at for `key`: its value, or this object when the key is absent.
  func position(of key: String) -> SourcePosition {
    members.first { $0.name == key }?.position ?? position
  }

  func fault(_ key: String, _ sentence: String) {
    faults.add("\(path(key)) \(sentence)", at: position(of: key))
  }

  /// Notes every key that is not one of `known`, with the nearest known key.
  ///
  /// - Parameter advice: What to do with a name of one's own, where the object has a place for such.
  func allowOnly(_ known: [String], otherwise advice: ((String) -> String)? = nil) {
    faults.note(known: known, in: keyPath)
    for member in members where !known.contains(member.name) {
      let name = member.name.shortened(to: 40)
      let place = keyPath.isEmpty ? "the top of the spec" : keyPath
      let remedy =
        nearestName(to: member.name, in: known).map { "did you mean '\($0)'?" }
        ?? advice?(name) ?? "known keys: \(known.joined(separator: ", "))"
      faults.add("unknown key '\(name)' in \(place); \(remedy)", at: member.position)
    }
  }

  /// Notes a fault when `key` is absent.
  @discardableResult
  func require(_ key: String, example: String) -> Bool {
    guard !has(key) else { return true }
    faults.add("\(path(key)) is missing; add \"\(key)\": \(example)", at: position)
    return false
  }

  func object(_ key: String) -> ObjectReader? {
    member(key).flatMap { ObjectReader($0, keyPath: path(key), faults: faults) }
  }

  /// A text that is not empty and has no control characters.
  func string(_ key: String) -> String? { member(key).flatMap { string($0, path(key)) } }

  func requiredString(_ key: String, example: String) -> String? {
    require(key, example: example) ? string(key) : nil
  }

  func string(_ value: JSONValue, _ keyPath: String) -> String? {
    guard case .string(let text) = value.content else {
      faults.add(
        "\(keyPath) must be a text in quotes; found \(value.kindInWords)", at: value.position)
      return nil
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      faults.add("\(keyPath) must not be empty", at: value.position)
      return nil
    }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      faults.add("\(keyPath) must not contain control characters", at: value.position)
      return nil
    }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    member(key).flatMap { integer($0, path(key), in: range) }
  }

  func integer(_ value: JSONValue, _ keyPath: String, in range: ClosedRange<Int>) -> Int? {
    guard case .number(let text) = value.content, let number = Double(text),
      let whole = Int(text) ?? Int(exactly: number), range.contains(whole)
    else {
      faults.add(
        "\(keyPath) must be a whole number from \(range.lowerBound) to \(range.upperBound);"
          + " found \(value.kindInWords)", at: value.position)
      return nil
    }
    return whole
  }

  /// A seed: every whole number of 64 bits.
  func seed(_ key: String) -> UInt64? {
    guard let value = member(key) else { return nil }
    guard case .number(let text) = value.content,
      let whole = UInt64(text) ?? Double(text).flatMap(UInt64.init(exactly:))
    else {
      fault(key, "must be a whole number from 0 to \(UInt64.max); found \(value.kindInWords)")
      return nil
    }
    return whole
  }

  /// A finite number accepted by `isAllowed`; `rule` says which are, such as `above 0`.
  func number(_ key: String, _ rule: String, _ isAllowed: (Double) -> Bool) -> Double? {
    member(key).flatMap { number($0, path(key), rule, isAllowed) }
  }

  func number(
    _ value: JSONValue, _ keyPath: String, _ rule: String, _ isAllowed: (Double) -> Bool
  ) -> Double? {
    guard case .number(let text) = value.content, let number = Double(text), number.isFinite,
      isAllowed(number)
    else {
      faults.add(
        "\(keyPath) must be a number \(rule); found \(value.kindInWords)", at: value.position)
      return nil
    }
    return number
  }

  /// One of the names of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    member(key).flatMap { choice($0, path(key), among: Array(Choice.allCases)) }
  }

  /// The same of some of the names.
  func choice<Choice: RawRepresentable>(_ key: String, among choices: [Choice]) -> Choice?
  where Choice.RawValue == String {
    member(key).flatMap { choice($0, path(key), among: choices) }
  }

  func choice<Choice: RawRepresentable>(
    _ value: JSONValue, _ keyPath: String, among choices: [Choice]
  ) -> Choice? where Choice.RawValue == String {
    guard let text = string(value, keyPath) else { return nil }
    if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
    let names = choices.map(\.rawValue)
    let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let nearest = nearestName(to: text, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
    faults.add(
      "\(keyPath) must be \(names.count > 1 ? "one of " : "")\(listed);"
        + " found \"\(text.shortened(to: 40))\"\(nearest)", at: value.position)
    return nil
  }

  /// The elements of a list that is not empty.
  func list(_ key: String) -> [(value: JSONValue, keyPath: String)]? {
    guard let value = member(key) else { return nil }
    guard case .array(let elements) = value.content else {
      faults.add("\(path(key)) must be a list […]; found \(value.kindInWords)", at: value.position)
      return nil
    }
    guard !elements.isEmpty else {
      faults.add(
        "\(path(key)) must not be empty; remove the key or add a value", at: value.position)
      return nil
    }
    return elements.enumerated().map { (value: $1, keyPath: "\(path(key))[\($0)]") }
  }

  /// A list of texts, no two alike.
  func strings(_ key: String) -> [String]? {
    guard let elements = list(key) else { return nil }
    let texts = elements.compactMap { string($0.value, $0.keyPath) }
    noteRepetitions(
      elements.compactMap { element in
        if case .string(let text) = element.value.content {
          (text, element.value.position)
        } else {
          nil
        }
      }, in: path(key))
    return texts.count == elements.count ? texts : nil
  }

  /// A list of enumeration names, no two alike.
  func choices<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> [Choice]?
  where Choice.RawValue == String {
    choices(key, among: Array(Choice.allCases))
  }

  /// The same of some of the names.
  func choices<Choice: RawRepresentable>(_ key: String, among choices: [Choice]) -> [Choice]?
  where Choice.RawValue == String {
    guard let elements = list(key) else { return nil }
    let found = elements.compactMap { element in
      choice(element.value, element.keyPath, among: choices).map { ($0, element.value.position) }
    }
    noteRepetitions(found.map { ($0.0.rawValue, $0.1) }, in: path(key))
    return found.count == elements.count ? found.map(\.0) : nil
  }

  /// An object of texts, such as finding to column, in the order of the file.
  func stringMap(_ key: String) -> [(name: String, value: String)]? {
    guard let object = object(key) else { return nil }
    guard !object.members.isEmpty else {
      fault(key, "must not be empty; remove the key or add a value")
      return nil
    }
    let pairs = object.members.compactMap { member in
      object.string(member.value, object.path(member.name)).map { (name: member.name, value: $0) }
    }
    return pairs.count == object.members.count ? pairs : nil
  }

  func noteRepetitions(_ names: [(String, SourcePosition)], in place: String) {
    var seen: Set<String> = []
    for (name, position) in names where !seen.insert(name).inserted {
      faults.add("\(place) has \"\(name.shortened(to: 40))\" twice; remove one", at: position)
    }
  }

  /// Notes why `name` cannot name a folder or a file, if it cannot.
  func checkName(_ name: String, _ keyPath: String, at position: SourcePosition) {
    let problem: String? =
      if name.count > 100 || name.utf8.count > 200 {
        "is too long (\(name.count) characters); at most 100 fit a folder name"
      } else if name.contains("/") || name.contains("\\") {
        "must not contain '/' or '\\', because it names a folder"
      } else if name.hasPrefix(".") {
        "must not begin with '.', because it names a folder"
      } else if name.hasPrefix("-") {
        "must not begin with '-', because it names a folder"
      } else if name.contains("..") {
        "must not contain '..', because it names a folder"
      } else if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
        "must not begin or end with a space, because it names a folder"
      } else if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        "must not contain control characters, because it names a folder"
      } else if name.isEmpty {
        "must not be empty"
      } else {
        nil
      }
    if let problem {
      faults.add("\(keyPath) \"\(name.shortened(to: 40))\" \(problem)", at: position)
    }
  }
}
