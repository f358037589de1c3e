import Basics
import Vocabulary

/// Writes the attributes of a case as numbers of values that the store names once: a row per attribute
/// and case was a third of a large store.
struct AttributePacking {
  private var numbers: [AttributeValues.Entry: Int] = [:]
  private var new: [AttributeValues.Entry] = []
  private var texts: [AttributeValues: String] = [:]

  /// - Parameter values: Those that the store names, by their numbers, which begin with 1.
  init(_ values: [AttributeValues.Entry]) {
    for (place, entry) in values.enumerated() { numbers[entry] = place + 1 }
  }

  /// - Returns: nil where there is none.
  mutating func text(of values: AttributeValues) -> String? {
    guard !values.isEmpty else { return nil }
    if let known = texts[values] { return known }
    let text = values.entries.map { String(number(of: $0)) }.joined(separator: " ")
    // Numbers differ from case to case, so that a store of any size would be kept here.
    if texts.count < 10_000 { texts[values] = text }
    return text
  }

  private mutating func number(of entry: AttributeValues.Entry) -> Int {
    if let known = numbers[entry] { return known }
    numbers[entry] = numbers.count + 1
    new.append(entry)
    return numbers.count
  }

  /// The values that were not named before the last call, in the order of their numbers.
  mutating func takeNew() -> [AttributeValues.Entry] {
    defer { new = [] }
    return new
  }
}

/// Reads what ``AttributePacking`` wrote.
struct AttributeUnpacking {
  private let values: [AttributeValues.Entry]
  private var known: [String: AttributeValues] = [:]

  init(_ values: [AttributeValues.Entry]) { self.values = values }

  /// - Returns: nil for a text that names no value of the store.
  mutating func values(in text: String) -> AttributeValues? {
    if let known = known[text] { return known }
    var result = AttributeValues()
    for word in text.split(separator: " ") {
      guard let number = Int(word), number >= 1, number <= values.count else { return nil }
      result[values[number - 1].attribute] = values[number - 1].value
    }
    if known.count < 10_000 { known[text] = result }
    return result
  }
}

extension AuditStore {
  /// Every value that an attribute of a case ever had, by number.
  func attributeValues() throws -> [AttributeValues.Entry] {
    let query = try database.prepare(
      "SELECT id, attribute, value FROM attribute_values ORDER BY id")
    var values: [AttributeValues.Entry] = []
    while try query.step() {
      guard query.integer(0) == Int64(values.count + 1) else {
        throw AuditFailure(
          "the audit store '\(database.path)' is damaged: values of attributes are missing in it",
          hint: "remove it to start this audit again")
      }
      values.append(.init(attribute: query.text(1) ?? "", value: query.text(2) ?? ""))
    }
    return values
  }

  func insertAttributeValue(_ entry: AttributeValues.Entry) throws {
    let statement = try database.prepare(
      "INSERT INTO attribute_values (attribute, value) VALUES (?, ?)")
    statement.bind(entry.attribute, at: 1)
    statement.bind(entry.value, at: 2)
    try statement.run()
  }
}
