import AuditModel
import Basics
import Foundation

/// What the verifier hands over beside the report: nothing that the report itself names is opened.
///
/// A report is data from a stranger. Its spec says which tables, models and commands it was made from;
/// those words choose among files that the verifier named, never among the files of the machine.
package struct VerificationSources: Sendable {
  /// The verifier's own copy of the spec; relative paths in it start at its folder.
  package var specification: AuditSpecification? {
    didSet { namedTexts = Self.texts(of: specification) }
  }
  /// Every text of ``specification``, its paths among them.
  private var namedTexts: Set<String> = []
  /// Folder with the tables, images, masks and score files of the spec.
  package var data: ConfinedFolder?
  /// Folder with the models and weights of the spec.
  package var models: ConfinedFolder?
  /// Runs the commands of ``specification``.
  package var allowsCommands = false

  package init() {}

  /// - Parameters:
  ///   - specification: Path of the verifier's spec file.
  ///   - data, models: Folders, which may be links.
  ///   - allowsCommands: Needs a spec: a command that only the report names is never run.
  /// - Throws: ``AuditFailure`` for what cannot be read or is no folder.
  package init(specification: String?, data: String?, models: String?, allowsCommands: Bool) throws
  {
    self.specification = try specification.map { try loadSpecification(at: absolutePath($0)) }
    // Observers do not run in an initialiser.
    namedTexts = Self.texts(of: self.specification)
    func folder(_ path: String?, option: String) throws -> ConfinedFolder? {
      guard let path else { return nil }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
      else {
        throw AuditFailure("'\(path)' of '\(option)' is no folder", kind: .usage)
      }
      return ConfinedFolder(absolutePath(path))
    }
    self.data = try folder(data, option: "--data")
    self.models = try folder(models, option: "--models")
    guard !allowsCommands || specification != nil else {
      throw AuditFailure(
        "'--allow-commands' runs the commands of your own spec, and none was named",
        hint: "add --spec SPEC, the spec that you trust", kind: .usage)
    }
    self.allowsCommands = allowsCommands
  }

  /// What a file is, and so where it is looked for.
  enum Kind { case data, model }

  /// The verifier's file or folder for a path of the spec; nil where none was named.
  ///
  /// - Parameter path: As the spec writes it. Below `--data` and `--models` it is looked for under its
  ///   whole relative path and then under its last part. Without these folders it has to stand in the
  ///   verifier's spec as well: a path that only the report writes is not opened.
  func locate(_ path: String, _ kind: Kind) -> String? {
    if let folder = kind == .data ? data : models {
      for name in [path, (path as NSString).lastPathComponent] {
        guard let place = try? folder.resolve(name),
          FileManager.default.fileExists(atPath: place)
        else { continue }
        return place
      }
    }
    guard let specification, namedTexts.contains(path) else { return nil }
    return specification.resolve(path)
  }

  /// The texts of a spec, defaults included, wherever they stand in it.
  private static func texts(of specification: AuditSpecification?) -> Set<String> {
    var found: Set<String> = []
    var rest: [Any] = specification.map { [$0] } ?? []
    while let value = rest.popLast() {
      if let text = value as? String {
        found.insert(text)
      } else {
        rest += Mirror(reflecting: value).children.map(\.value)
      }
    }
    return found
  }

  /// How to name what is missing.
  static func hint(_ kind: Kind) -> String {
    kind == .data
      ? "name its folder with --data, or your spec with --spec"
      : "name its folder with --models, or your spec with --spec"
  }

  /// A classifier with its file's place among what the verifier named, ready to be opened.
  ///
  /// - Parameter toRun: False where only its files are read, which needs no leave to run commands.
  /// - Throws: ``NotNamed`` where the verifier named no such file or allowed no commands.
  func located(
    _ classifier: ClassifierSpecification, toRun: Bool = true
  ) throws -> ClassifierSpecification {
    let kind = classifier.kind
    if kind.runsProgram {
      guard allowsCommands || !toRun,
        let mine = specification?.models.first(where: { $0.name == classifier.name })
      else {
        throw NotNamed(
          sentence: toRun
            ? "it is a command, and a report's commands are not run: name your own spec with "
              + "--spec and add --allow-commands"
            : "it is a command, and the files that a report names are not opened: name your own "
              + "spec with --spec")
      }
      // The verifier's own words, never the report's.
      guard mine.kind.runsProgram else {
        throw NotNamed(sentence: "your spec has no command for it")
      }
      return mine
    }
    var found = classifier
    let place: Kind = kind.origin == .images ? .model : .data
    let what = kind.origin == .images ? "model" : "score file"
    found.source = kind.source(
      withFiles: try kind.files.map { file in
        guard let path = locate(file, place) else {
          throw NotNamed(sentence: "its \(what) was not named: \(Self.hint(place))")
        }
        return path
      }
    ).placed(as: specification?.models.first { $0.name == classifier.name }?.source)
    return found
  }

  /// One hash of the verifier's files of a classifier, as reports name it; nil where it has none.
  ///
  /// Every byte is read: hashes that the report's store keeps of files are a stranger's words.
  /// - Throws: As ``located(_:toRun:)``, and ``AuditFailure`` for a file that cannot be read.
  func digest(
    of classifier: ClassifierSpecification, in workspace: AuditWorkspace
  ) throws -> String? {
    let mine = try located(classifier, toRun: false)
    let base = classifier.kind.runsProgram ? specification : nil
    return ReuseKeys.digest(
      of: try ReuseKeys.files(of: mine, resolve: (base ?? workspace.specification).resolve)
        .map { ($0.name, try SHA256.hex(ofFile: $0.path)) })
  }

  /// The verifier named no file for what the report speaks of.
  struct NotNamed: Error { let sentence: String }
}
