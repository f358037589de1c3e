/// A JSON Schema of specs for editors: completion, descriptions and the most common mistakes while typing.
/// The reader of this program stays the judge, because a schema cannot say what excludes what.
package enum SpecificationSchema {
  /// The schema as a tree of keys; numbers of the draft are 2020-12.
  package static var text: String {
    var root = Node()
    for key in SpecificationKey.all { root.insert(key, at: parts(key.path)[...]) }
    var lines = [
      "{",
      "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",",
      "  \"$id\": \"urn:audit-spec:1\",",
      "  \"title\": \"audit-spec/1\",",
    ]
    lines += root.body(indent: "  ")
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// `classifiers[].name` as `classifiers`, `[]`, `name`.
  private static func parts(_ path: String) -> [String] {
    path.split(separator: ".").flatMap { part in
      part.hasSuffix("[]") ? [String(part.dropLast(2)), "[]"] : [String(part)]
    }
  }

  private struct Node {
    var key: SpecificationKey?
    var members: [(name: String, node: Node)] = []

    mutating func insert(_ key: SpecificationKey, at path: ArraySlice<String>) {
      guard let first = path.first else {
        self.key = key
        return
      }
      if let index = members.firstIndex(where: { $0.name == first }) {
        members[index].node.insert(key, at: path.dropFirst())
      } else {
        var node = Node()
        node.insert(key, at: path.dropFirst())
        members.append((first, node))
      }
    }

    /// The lines between the braces of this node's schema.
    func body(indent: String) -> [String] {
      var parts: [[String]] = []
      if let key {
        parts.append(["\(indent)\"description\": \(quoted(description(key)))"])
        if let type = type(key.kind, hasMembers: !members.isEmpty) { parts.append([indent + type]) }
      } else if !members.isEmpty {
        parts.append(["\(indent)\"type\": \"object\""])
      }
      let named = members.filter { $0.name != "[]" && $0.name != "*" }
      let required = named.filter { $0.node.key?.isRequired == true }.map { quoted($0.name) }
      // Presets and panels give some of these; only the top is always whole.
      if key == nil, !required.isEmpty {
        parts.append(["\(indent)\"required\": [\(required.joined(separator: ", "))]"])
      }
      if !named.isEmpty {
        let inner = named.map { member in
          ["\(indent)  \(quoted(member.name)): {"] + member.node.body(indent: indent + "    ")
            + ["\(indent)  }"]
        }
        parts.append(["\(indent)\"properties\": {"] + joined(inner) + ["\(indent)}"])
        if !members.contains(where: { $0.name == "*" }), key.map({ $0.kind == .object }) ?? true {
          parts.append(["\(indent)\"additionalProperties\": \(hasFreeNames ? "true" : "false")"])
        }
      }
      for (name, keyword) in [("[]", "items"), ("*", "additionalProperties")] {
        guard let node = members.first(where: { $0.name == name })?.node else { continue }
        // A name of the user's may also stand for a value of another kind.
        parts.append(
          name == "*"
            ? ["\(indent)\"\(keyword)\": true"]
            : ["\(indent)\"\(keyword)\": {"] + node.body(indent: indent + "  ") + ["\(indent)}"])
      }
      return joined(parts)
    }

    /// Objects whose members are names of the user's besides those that have a meaning of their own.
    private var hasFreeNames: Bool {
      key?.path == "analysis.thresholds" || key?.path == "real.columns.labels"
    }

    private func joined(_ parts: [[String]]) -> [String] {
      parts.enumerated().flatMap { index, lines in
        index == parts.count - 1
          ? lines : lines.dropLast() + [(lines.last ?? "") + ","]
      }
    }

    private func description(_ key: SpecificationKey) -> String {
      key.meaning
        + (key.defaultValue.isEmpty || key.isRequired ? "" : " Default: \(key.defaultValue).")
    }

    private func type(_ kind: SpecificationKey.Kind, hasMembers: Bool) -> String? {
      switch kind {
      case .text: return "\"type\": \"string\""
      case .number: return "\"type\": \"number\""
      case .integer: return "\"type\": \"integer\""
      case .boolean: return "\"type\": \"boolean\""
      case .list: return "\"type\": \"array\""
      case .object: return "\"type\": \"object\""
      case .any: return nil
      case .choice(let names): return "\"enum\": [\(names.map(quoted).joined(separator: ", "))]"
      }
    }

    private func quoted(_ text: String) -> String {
      let inside = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return "\"\(inside)\""
    }
  }
}
