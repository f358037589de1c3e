import Foundation
import Testing

/// One change of a scene's spec: the JSON at a path, with what must go or come with it.
struct SpecificationChange: Sendable, CustomTestStringConvertible {
  let scene: ReuseScene
  /// As the reader names keys: `classifiers[].batch`, `cohort.findings.Effusion.positive`.
  let key: String
  /// JSON; nil removes the key.
  let value: String?
  /// More paths and values that the spec needs to stay valid.
  var also: [(String, String?)] = []

  init(_ scene: ReuseScene, _ key: String, _ value: String?, also: [(String, String?)] = []) {
    (self.scene, self.key, self.value, self.also) = (scene, key, value, also)
  }

  /// The spec with this change.
  func applied(to spec: [UInt8]) throws -> [UInt8] {
    var spec = try JSONSerialization.jsonObject(with: Data(spec))
    for (key, value) in [(key, value)] + also {
      let json = try value.map {
        try JSONSerialization.jsonObject(with: Data($0.utf8), options: [.fragmentsAllowed])
      }
      let keys = key.replacingOccurrences(of: "[]", with: ".0").split(separator: ".")
      spec = Self.setting(spec, keys.map(String.init)[...], to: json)
    }
    return Array(try JSONSerialization.data(withJSONObject: spec, options: [.sortedKeys]))
  }

  private static func setting(_ value: Any, _ keys: ArraySlice<String>, to new: Any?) -> Any {
    guard let first = keys.first else { return new ?? NSNull() }
    if var list = value as? [Any], let index = Int(first), index < list.count {
      list[index] = setting(list[index], keys.dropFirst(), to: new)
      return list
    }
    var object = value as? [String: Any] ?? [:]
    if keys.count == 1 {
      object[first] = new
    } else {
      object[first] = setting(object[first] ?? [String: Any](), keys.dropFirst(), to: new)
    }
    return object
  }

  var testDescription: String { "\(scene.rawValue) \(key) = \((value ?? "removed").prefix(40))" }
}

extension SpecificationChange {
  static let all = tables + images + cohort
}
