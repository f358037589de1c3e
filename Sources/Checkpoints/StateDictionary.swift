import Basics

/// The dictionary of weights inside a checkpoint, with the leading `module.` of names removed.
///
/// Training checkpoints hold several: the weights themselves, their moving average, the
/// optimizer's state. Without a key, a dictionary of tensors is taken as it is, and otherwise
/// `state_dict_ema`, which the reference samples with.
struct StateDictionary {
  static let defaultKey = "state_dict_ema"

  let tensors: [(name: String, tensor: PickleTensor)]
  /// Numbers and texts beside the weights, such as `epoch`.
  let metadata: [String: String]

  init(in tree: PickleTree, key: String?, path: String) throws {
    let root = tree.view
    guard case .dictionary(let rootPairs) = root.node else {
      throw AuditFailure(
        "\(path): holds no dictionary of weights",
        hint: "save model.state_dict() instead of the whole model")
    }
    let hasTensors = rootPairs.contains {
      PickleView(tree: tree, value: $0.value).tensor != nil
    }
    let chosen: PickleView
    if key == nil, hasTensors {
      chosen = root
    } else {
      let wanted = key ?? Self.defaultKey
      guard let inner = root[wanted], case .dictionary = inner.node else {
        throw Self.absent(wanted, in: root, hasTensors: hasTensors, path: path)
      }
      chosen = inner
    }
    guard case .dictionary(let pairs) = chosen.node else { preconditionFailure("checked above") }
    var order: [String] = []
    var byName: [String: PickleTensor] = [:]
    var originals: [String: String] = [:]
    for pair in pairs {
      guard case .string(let original) = pair.key,
        let tensor = PickleView(tree: tree, value: pair.value).tensor
      else { continue }
      let name = original.hasPrefix("module.") ? String(original.dropFirst(7)) : original
      if let earlier = originals.updateValue(original, forKey: name) {
        guard earlier == original else {
          throw AuditFailure("\(path): holds both '\(name)' and 'module.\(name)'")
        }
      } else {
        order.append(name)
      }
      byName[name] = tensor
    }
    guard !order.isEmpty else {
      throw AuditFailure(
        "\(path): '\(key ?? Self.defaultKey)' holds no tensors", hint: Self.available(root))
    }
    tensors = order.compactMap { name in byName[name].map { (name, $0) } }
    metadata = Self.metadata(rootPairs)
  }

  private static func absent(
    _ key: String, in root: PickleView, hasTensors: Bool, path: String
  ) -> AuditFailure {
    if hasTensors {
      return AuditFailure(
        "\(path): has no dictionary '\(key)'; its weights are not inside another dictionary",
        hint: "leave the checkpoint key out for this file")
    }
    return AuditFailure("\(path): has no dictionary '\(key)'", hint: available(root))
  }

  private static func available(_ root: PickleView) -> String {
    guard case .dictionary(let pairs) = root.node else { return "it holds no dictionaries" }
    let keys = pairs.compactMap { pair -> String? in
      guard case .string(let key) = pair.key,
        case .dictionary = PickleView(tree: root.tree, value: pair.value).node
      else { return nil }
      return key
    }
    guard !keys.isEmpty else { return "it holds no dictionaries" }
    return "it holds \(keys.prefix(12).map { "'\($0)'" }.joined(separator: ", ")); "
      + "name one of them as the checkpoint key"
  }

  private static func metadata(_ pairs: [PickleNode.Pair]) -> [String: String] {
    var texts: [String: String] = [:]
    for pair in pairs {
      guard case .string(let name) = pair.key else { continue }
      switch pair.value {
      case .integer(let number): texts[name] = String(number)
      case .float(let number): texts[name] = String(number)
      case .string(let text): texts[name] = text
      case .bool(let flag): texts[name] = String(flag)
      default: continue
      }
    }
    return texts
  }
}
