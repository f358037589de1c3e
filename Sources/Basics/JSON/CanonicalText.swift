/// One text for one value, whatever the order in which its dictionaries and sets were filled.
///
/// Every stored property takes part by its name, so that a property which is added to a type later is
/// part of the text without anybody thinking of it. Meant for hashing: what results were made from.
/// - Parameter value: Structs, enumerations, tuples, optionals, arrays, dictionaries, sets, texts and
///   numbers, in any depth.
package func canonicalText(of value: Any) -> String {
  switch value {
  case let text as String: return text.debugDescription
  case let number as any BinaryInteger: return "\(number)"
  case let number as Double: return "\(number)"
  case let number as Float: return "\(number)"
  case let flag as Bool: return "\(flag)"
  default: break
  }
  let mirror = Mirror(reflecting: value)
  let children = mirror.children.map { ($0.label, $0.value) }
  switch mirror.displayStyle {
  case .optional: return children.first.map { canonicalText(of: $0.1) } ?? "nil"
  case .collection:
    return "[" + children.map { canonicalText(of: $0.1) }.joined(separator: ",") + "]"
  case .set:
    return "{" + children.map { canonicalText(of: $0.1) }.sorted().joined(separator: ",") + "}"
  case .dictionary:
    return "{" + children.map { canonicalText(of: $0.1) }.sorted().joined(separator: ",") + "}"
  case .enum:
    guard let child = children.first else { return "\(value)" }
    return "\(child.0 ?? "")(\(canonicalText(of: child.1)))"
  default:
    guard !children.isEmpty else { return "\(value)".debugDescription }
    return "("
      + children.map { "\($0.0 ?? "")=\(canonicalText(of: $0.1))" }.joined(separator: ",") + ")"
  }
}
