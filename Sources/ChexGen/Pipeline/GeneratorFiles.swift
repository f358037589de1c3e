import AuditModel
import Basics
import Checkpoints
import Foundation

/// Where the parts of a generator are.
struct GeneratorFiles: Sendable {
  /// The plain DiT; nil when only a control checkpoint is given.
  var transformer: String?
  var control: String?
  var autoencoder: String
  var autoencoderConfig: String?
  var textWeights: String
  var textConfig: String?
  var tokenizer: String
  var card: String?
  /// The key of a PyTorch checkpoint's weights.
  var checkpointKey: String?
  var name: String

  static let builtinName = "builtin:chexgen-mini"
  static let howToGet =
    "the released ChexGen weights need credentialed access on PhysioNet; download them and give "
    + "\"dit\", \"t5\" and \"vae\", or leave the generator out to use \(builtinName)"

  /// - Parameter resolve: Makes a path of the specification absolute.
  /// - Throws: `AuditFailure` that lists what is missing and how to get it.
  init(_ specification: GeneratorSpecification, resolve: (String) -> String) throws {
    let given = [specification.dit, specification.t5, specification.vae, specification.control]
    guard given.allSatisfy({ $0 == nil }) else {
      try self.init(parts: specification, resolve: resolve)
      return
    }
    let model = specification.model ?? Self.builtinName
    if model == Self.builtinName {
      try self.init(folder: Self.builtinFolder(), name: "chexgen-mini")
    } else {
      // A folder laid out as the built-in model.
      try self.init(folder: resolve(model), name: (model as NSString).lastPathComponent)
    }
  }

  /// The files that a specification names one by one.
  private init(parts specification: GeneratorSpecification, resolve: (String) -> String) throws {
    guard specification.dit != nil || specification.control != nil, let t5 = specification.t5,
      let vae = specification.vae
    else {
      let missing = [
        specification.dit == nil && specification.control == nil ? "\"dit\" (or \"control\")" : nil,
        specification.t5 == nil ? "\"t5\"" : nil, specification.vae == nil ? "\"vae\"" : nil,
      ].compactMap { $0 }
      throw AuditFailure(
        "the generator lacks \(missing.joined(separator: " and "))", hint: Self.howToGet)
    }
    transformer = specification.dit.map(resolve)
    control = specification.control.map(resolve)
    checkpointKey = specification.checkpointKey
    autoencoder = resolve(vae)
    textWeights = resolve(t5)
    try Self.requireFiles([transformer, control, autoencoder, textWeights].compactMap { $0 })
    autoencoderConfig = Self.firstFile(beside: autoencoder, ["config.json", "vae.json"])
    textConfig = Self.firstFile(beside: textWeights, ["config.json"])
    guard let tokenizer = Self.firstFile(beside: textWeights, ["spiece.model"]) else {
      throw AuditFailure(
        "\(textWeights): there is no 'spiece.model' beside the text encoder's weights",
        hint: "download the tokenizer file of the T5 model into the same folder")
    }
    self.tokenizer = tokenizer
    let main = transformer ?? control ?? ""
    card = Self.firstFile(
      beside: main,
      [
        ((main as NSString).lastPathComponent as NSString).deletingPathExtension
          + ".model.json", "model.json",
      ])
    name = ((main as NSString).lastPathComponent as NSString).deletingPathExtension
  }

  /// A folder with `dit.safetensors`, `vae.safetensors`, `vae.json`, `t5/` and `model.json`.
  private init(folder: String, name: String) throws {
    transformer = folder + "/dit.safetensors"
    let control = folder + "/control.safetensors"
    self.control = Self.exists(control) ? control : nil
    autoencoder = folder + "/vae.safetensors"
    autoencoderConfig = folder + "/vae.json"
    textWeights = folder + "/t5/model.safetensors"
    textConfig = folder + "/t5/config.json"
    tokenizer = folder + "/t5/spiece.model"
    card = folder + "/model.json"
    checkpointKey = nil
    self.name = name
    try Self.requireFiles(
      [transformer, autoencoder, autoencoderConfig, textWeights, textConfig, tokenizer, card]
        .compactMap { $0 })
  }

  /// The built-in model's folder: beside the program, or in the package's sources.
  ///
  /// `Bundle.module` would end the program where the resources were not copied along.
  static func builtinFolder() throws -> String {
    let bundle = "chest-radiograph-audit_ChexGen.resources/chexgen-mini"
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let candidates = [
      program?.appending(path: bundle), Bundle.main.bundleURL.appending(path: bundle),
      program?.appending(path: "../share/chest-radiograph-audit/chexgen-mini"),
      source.appending(path: "Resources/chexgen-mini"),
    ].compactMap { $0?.standardizedFileURL.path }
    guard let folder = candidates.first(where: { exists($0 + "/dit.safetensors") }) else {
      throw AuditFailure(
        "the built-in generator's weights are not beside the program (looked in "
          + candidates.joined(separator: ", ") + ")",
        hint: "run the program from its build folder, or copy '\(bundle)' beside it")
    }
    return folder
  }

  private static func requireFiles(_ paths: [String]) throws {
    let missing = paths.filter { !exists($0) }
    guard missing.isEmpty else {
      throw AuditFailure(
        "the generator's weights are missing: \(missing.joined(separator: ", "))", hint: howToGet)
    }
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// The first of `names` inside the folder `path`, or beside the file `path`.
  static func firstFile(beside path: String, _ names: [String]) -> String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    let folder = isFolder.boolValue ? path : parentFolder(of: path)
    // A bare name has no folder, and "/" would be another one.
    return names.map { folder.isEmpty ? $0 : folder + "/" + $0 }.first(where: exists)
  }

  /// A weight file itself, or a folder's weight files by name.
  static func weightFiles(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isFolder.boolValue else { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter {
      ["safetensors", "bin", "pth", "pt"].contains(($0 as NSString).pathExtension)
    }.map { path + "/" + $0 }
  }

  /// The SHA-256 of a weight file, or of the list of a folder's weight files and their hashes.
  static func hash(ofWeights path: String) throws -> String {
    let files = try weightFiles(at: path)
    guard files != [path] else { return try SHA256.hex(ofFile: path) }
    let lines = try files.map {
      "\(try SHA256.hex(ofFile: $0))  \(($0 as NSString).lastPathComponent)\n"
    }
    return SHA256.hex(of: lines.joined())
  }
}
