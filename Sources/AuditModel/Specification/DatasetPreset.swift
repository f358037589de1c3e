import Basics
import Foundation

/// What is published about a data set's tables, as the blocks of a spec that read them.
///
/// A preset is a JSON5 file among the resources: `real` is what `"dataset": NAME` stands for,
/// `analysis` what `audit init --dataset NAME` proposes beside it.
package enum DatasetPreset {
  package static let names = [
    "nih14", "chexpert", "mimic-cxr-jpg", "padchest", "vindr-cxr", "rsna-pneumonia", "brax", "siim",
  ]

  /// The text of a preset, comments included.
  /// - Throws: ``AuditFailure`` for an unknown name, and when the resources are not beside the program.
  package static func text(of name: String) throws -> String {
    guard names.contains(name) else {
      let nearest = nearestName(to: name, in: names).map { "did you mean '\($0)'?" }
      throw AuditFailure(
        "there is no preset of a data set '\(name.shortened(to: 40))'",
        hint: nearest ?? "there are \(names.joined(separator: ", "))", kind: .usage)
    }
    return String(decoding: try readBytes(of: try folder() + "/\(name).json5"), as: UTF8.self)
  }

  /// Beside the program, or in the package's sources; `Bundle.module` would end the program where the
  /// resources were not copied along.
  private static func folder() throws -> String {
    let bundle = "chest-radiograph-audit_AuditModel.resources/datasets"
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let candidates = [
      program?.appending(path: bundle), Bundle.main.bundleURL.appending(path: bundle),
      source.appending(path: "Resources/datasets"),
    ].compactMap { $0?.standardizedFileURL.path }
    guard let folder = candidates.first(where: { FileManager.default.fileExists(atPath: $0) })
    else {
      throw AuditFailure(
        "the presets of data sets are not beside the program", hint: "install audit again")
    }
    return folder
  }

  /// The spec with the preset of `real.dataset` under its own keys.
  ///
  /// A key of the spec replaces the preset's; `columns` is merged key by key. Faults in what the
  /// preset gives point to the line of `dataset`.
  static func expanded(_ root: JSONValue) throws -> JSONValue {
    guard case .object(var members) = root.content,
      let place = members.firstIndex(where: { $0.name == "real" }),
      case .object(let own) = members[place].value.content,
      let dataset = own.first(where: { $0.name == "dataset" }),
      case .string(let name) = dataset.value.content, names.contains(name)
    else { return root }
    let preset = try JSON5Reader.value(of: Array(try text(of: name).utf8), path: "\(name).json5")
    guard case .object(let blocks) = preset.content,
      let real = blocks.first(where: { $0.name == "real" }),
      case .object(let given) = moved(real.value, to: dataset.position).content
    else { throw AuditFailure("the preset '\(name)' has no 'real'") }
    members[place].value.content = .object(merged(own, with: given, inside: "columns"))
    return JSONValue(.object(members), at: root.position)
  }

  private static func merged(_ own: [JSONMember], with given: [JSONMember], inside: String?)
    -> [JSONMember]
  {
    var result = own
    for member in given {
      guard let place = result.firstIndex(where: { $0.name == member.name }) else {
        result.append(member)
        continue
      }
      if member.name == inside, case .object(let mine) = result[place].value.content,
        case .object(let theirs) = member.value.content
      {
        result[place].value.content = .object(merged(mine, with: theirs, inside: nil))
      }
    }
    return result
  }

  private static func moved(_ value: JSONValue, to position: SourcePosition) -> JSONValue {
    switch value.content {
    case .array(let elements):
      return JSONValue(.array(elements.map { moved($0, to: position) }), at: position)
    case .object(let members):
      return JSONValue(
        .object(
          members.map {
            JSONMember(name: $0.name, position: position, value: moved($0.value, to: position))
          }), at: position)
    default: return JSONValue(value.content, at: position)
    }
  }
}
