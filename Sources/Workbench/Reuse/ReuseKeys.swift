import AuditModel
import AuditStore
import Basics
import Classifiers
import Foundation
import OnnxGraphs

/// What results that are kept for later runs were made from: one hash over the canonical text of
/// everything that was read.
///
/// A kept result is used only under the same key. A new property of the spec takes part by itself
/// (``canonicalText(of:)``), so that it cannot be forgotten; paths do not, because a moved file is not
/// another file: its contents do.
struct ReuseKeys {
  let workspace: AuditWorkspace

  /// Raised when this program would compute other numbers from the same inputs, so that those of
  /// earlier versions are made again.
  enum Revision {
    static let realCohort = 2
    static let scores = 1
    static let evidence = 1
  }

  private var specification: AuditSpecification { workspace.specification }

  /// SHA-256 of a file, from the store where the file has not been touched since it was last read.
  func hash(ofFile path: String) throws -> String {
    let found = try look(at: path)
    if let new = found.new { try workspace.store.keep([new]) }
    return found.hash
  }

  /// As ``hash(ofFile:)``, leaving it to the caller to keep what is new, many files together.
  func look(at path: String) throws -> (hash: String, new: KeptFileHash?) {
    let stamp = fileStamp(of: path)
    if let stamp, let known = try workspace.store.knownHash(ofFile: path, stamp: stamp) {
      return (known, nil)
    }
    let hash = try SHA256.hex(ofFile: path)
    // A file that changes while it is read is read again next time.
    guard let stamp, fileStamp(of: path) == stamp else { return (hash, nil) }
    return (hash, KeptFileHash(path: path, stamp: stamp, sha256: hash))
  }

  /// The key of the real cohort as cases, labels and score columns.
  ///
  /// - Parameters:
  ///   - defaultFindings: Findings to look for where the labels name none.
  ///   - headers: What the images' headers gave; empty where they are not asked.
  func realCohort(
    _ real: RealCohortSpecification, defaultFindings: [String], headers: String = ""
  ) throws -> String {
    var read = real
    // Where the files are, and what to do when they are not, changes no number.
    read.table = ""
    read.images = real.images == nil ? nil : ""
    read.howToGet = nil
    // How files are read decides about scores, not about cases.
    read.imageOptions = RealImagesSpecification()
    read.imageOptions.pattern = real.imageOptions.pattern
    read.imageOptions.headers = real.imageOptions.headers
    return try SHA256.hex(
      of: ([
        "real cohort \(Revision.realCohort)", canonicalText(of: read),
        try hash(ofFile: specification.resolve(real.table)),
        specification.analysis.cluster.rawValue, canonicalText(of: defaultFindings),
      ] + (headers.isEmpty ? [] : [headers])
        + real.joins.map { try hash(ofFile: specification.resolve($0.table)) }).joined(
          separator: "\n"))
  }

  /// The key of one classifier's scores, without the images that it reads: each image's own hash says
  /// whether the score is of that image.
  ///
  /// - Parameter findings: What it is asked for.
  /// - Returns: nil for a command that declares neither files nor a version: nothing can tell whether
  ///   it is still the same.
  func scores(of classifier: ClassifierSpecification, findings: [String]) throws -> String? {
    guard let described = Self.description(of: classifier) else { return nil }
    var parts = ["scores \(Revision.scores)", canonicalText(of: findings)]
    if case .onnx = classifier.source { parts.append("runtime \(try OnnxRuntime().version)") }
    parts.append(described)
    if classifier.readsImages {
      parts.append("reading\(specification.real?.imageOptions.readingText ?? "")")
    }
    parts += try modelHashes(of: classifier).map { "\($0.name) \($0.hash)" }
    return SHA256.hex(of: parts.joined(separator: "\n"))
  }

  /// Everything that the spec says of a classifier, without where its files are: what they hold counts.
  ///
  /// - Returns: nil for a command that declares neither files nor a version.
  static func description(of classifier: ClassifierSpecification) -> String? {
    guard let source = classifier.kind.answering else { return nil }
    var described = classifier
    described.source = source
    // How scores are judged does not change them.
    described.scoreScale = nil
    described.accepted = []
    return canonicalText(of: described)
  }

  /// Every file that a classifier is made of, by its name in the spec, in a fixed order: the model and
  /// its external data, a command's declared files, a table of scores.
  ///
  /// - Throws: ``AuditFailure`` for a file that does not exist.
  func modelHashes(of classifier: ClassifierSpecification) throws -> [(name: String, hash: String)]
  {
    try Self.files(of: classifier, resolve: specification.resolve).map { name, path in
      (name, try hash(ofFile: path))
    }
  }

  /// The files of a classifier: name and absolute path.
  static func files(
    of classifier: ClassifierSpecification, resolve: (String) -> String
  ) throws -> [(name: String, path: String)] {
    func existing(_ path: String, _ what: String) throws -> String {
      let absolute = resolve(path)
      guard FileManager.default.fileExists(atPath: absolute) else {
        throw AuditFailure(
          "\(what) '\(absolute)' of the classifier '\(classifier.name)' does not exist",
          hint: "paths in the spec are relative to the spec file")
      }
      return absolute
    }
    let kind = classifier.kind
    var files = try kind.files.enumerated().map { index, file in
      (
        name: index == 0 ? type(of: kind).fileName ?? file : file,
        path: try existing(file, "the file")
      )
    }
    // Only the model itself says where the rest of it lies.
    if case .onnx = classifier.source, let model = files.first?.path {
      let folder = parentFolder(of: model) + "/"
      files += try externalDataFiles(ofOnnxModel: model).map {
        (String($0.dropFirst(folder.count)), try existing($0, "the external data"))
      }
    }
    return files
  }

  /// One hash for all files of a classifier, as reports name it; nil where it has none.
  static func digest(of files: [(name: String, hash: String)]) -> String? {
    guard let first = files.first else { return nil }
    // A model of one file is named by that file's hash, which anybody can compute.
    return files.count == 1
      ? first.hash
      : SHA256.hex(of: files.map { "\($0.hash)  \($0.name)" }.joined(separator: "\n"))
  }

  /// The key of the drawn images: what the spec says of the generator, and its files.
  ///
  /// Options that change no image are part of it too; the generator itself is asked where this key
  /// differs (``GenerateStage/checkWeights(_:)``).
  func images(_ generator: GeneratorSpecification) throws -> String {
    var parts = [canonicalText(of: generator)]
    for path in [generator.model, generator.dit, generator.t5, generator.vae, generator.control] {
      guard let path, !path.hasPrefix("builtin:") else { continue }
      let place = specification.resolve(path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
        parts.append("missing")
        continue
      }
      if isFolder.boolValue {
        // Weights are often links to a cache, so those of the user's own folder are followed.
        let contents = try ConfinedFolder(place).contents(limit: 100_000)
        for name in (contents.files + contents.others).sorted() {
          let path = place + "/" + name
          // A link that leads nowhere is no file; one that cannot be read is a failure.
          let isThere = FileManager.default.fileExists(atPath: path)
          parts.append("\(name) \(isThere ? try hash(ofFile: path) : "no file")")
        }
      } else {
        parts.append(try hash(ofFile: place))
      }
    }
    if generator.model?.hasPrefix("builtin:") == true { parts.append("tool \(toolVersion)") }
    return SHA256.hex(of: parts.joined(separator: "\n"))
  }
}
