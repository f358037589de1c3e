import Vocabulary

/// Known attributes stand flat beside the other keys, as contract version 1 has them; any others stand
/// in an object `groups`.
private enum GroupCoding {
  static func write(_ groups: AttributeValues, to encoder: any Encoder) throws {
    var flat = encoder.container(keyedBy: NameKey.self)
    var others: [String: String] = [:]
    for entry in groups.entries {
      if Attribute.named(entry.attribute).isKnown {
        try flat.encode(entry.value, forKey: NameKey(stringValue: entry.attribute))
      } else {
        others[entry.attribute] = entry.value
      }
    }
    if !others.isEmpty { try flat.encode(others, forKey: NameKey(stringValue: "groups")) }
  }

  static func read(from decoder: any Decoder) throws -> AttributeValues {
    let flat = try decoder.container(keyedBy: NameKey.self)
    var groups = AttributeValues()
    for attribute in Attribute.known {
      groups[attribute.name] = try flat.decodeIfPresent(
        String.self, forKey: NameKey(stringValue: attribute.name))
    }
    let others = try flat.decodeIfPresent(
      [String: String].self, forKey: NameKey(stringValue: "groups"))
    for (attribute, group) in others ?? [:] { groups[attribute] = group }
    return groups
  }
}

private struct NameKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension RebalancingCell {
  private enum Key: CodingKey { case finding, label, have, add, reason, drawn, rejected, warning }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      finding: try values.decode(String.self, forKey: .finding),
      label: try values.decode(String.self, forKey: .label),
      groups: try GroupCoding.read(from: decoder),
      have: try values.decode(Int.self, forKey: .have),
      add: try values.decode(Int.self, forKey: .add),
      reason: try values.decode(String.self, forKey: .reason))
    drawn = try values.decodeIfPresent(Int.self, forKey: .drawn)
    rejected = try values.decodeIfPresent(Int.self, forKey: .rejected)
    warning = try values.decodeIfPresent(String.self, forKey: .warning)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(finding, forKey: .finding)
    try values.encode(label, forKey: .label)
    try GroupCoding.write(groups, to: encoder)
    try values.encode(have, forKey: .have)
    try values.encode(add, forKey: .add)
    try values.encode(reason, forKey: .reason)
    try values.encodeIfPresent(drawn, forKey: .drawn)
    try values.encodeIfPresent(rejected, forKey: .rejected)
    try values.encodeIfPresent(warning, forKey: .warning)
  }
}

extension RebalancingRejection {
  private enum Key: CodingKey { case finding, label, reason, images }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    finding = try values.decode(String.self, forKey: .finding)
    label = try values.decode(String.self, forKey: .label)
    groups = try GroupCoding.read(from: decoder)
    reason = try values.decode(String.self, forKey: .reason)
    images = try values.decode(Int.self, forKey: .images)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(finding, forKey: .finding)
    try values.encode(label, forKey: .label)
    try GroupCoding.write(groups, to: encoder)
    try values.encode(reason, forKey: .reason)
    try values.encode(images, forKey: .images)
  }
}
