import AuditModel
import Basics
import ChexGen
import Checkpoints
import Cohorts
import Foundation
import Images
import Tables
import Tensors

/// Turns radiographs and captions into what a step of training reads.
///
/// Pieces of images are encoded one after the other and kept, so that a stopped preparation goes on.
struct TrainingPreparation {
  let specification: AuditSpecification
  let training: TrainingSpecification
  /// Of the prepared data.
  let folder: String
  let context: RunContext
  private let model: RadiographModel

  /// Images of one file.
  private static let pieceSize = 64

  struct Outcome {
    var training = 0
    var validation = 0
    /// `network` of the trainer's options.
    var network: JSONValue = .null
    /// Weights that a later stage starts from.
    var start = ""
    var notes: [String] = []
  }

  private struct Sample {
    var image: MeasuredImage
    var mask: String?
    var plain: String?
    var isValidation: Bool
  }

  init(
    specification: AuditSpecification, training: TrainingSpecification, folder: String,
    context: RunContext
  ) throws {
    self.specification = specification
    self.training = training
    self.folder = folder
    self.context = context
    model = try RadiographModel.load(training.generator, resolve: specification.resolve)
  }

  /// - Throws: ``AuditFailure`` naming an image, mask or caption that cannot be trained on.
  func run() throws -> Outcome {
    try createFolder(at: folder)
    var outcome = Outcome()
    let samples = try samples(&outcome.notes)
    let side = try pixels()
    let latents = try encodeImages(
      samples.map(\.image.path), side: side, name: "latents", masks: false)
    let conditions =
      training.stage == .control
      ? try encodeImages(samples.compactMap(\.mask), side: side, name: "masks", masks: true) : []
    let captions = try encodeCaptions(samples)

    let sizes = model.networkSizes
    let rows = samples.enumerated().map { row, sample -> JSONValue in
      var members: [(name: String, value: JSONValue)] = [
        ("latents", latents[row]), ("caption", captions.place(of: sample.image.prompt ?? "")),
        ("split", .string(sample.isValidation ? "validation" : "train")),
        ("image", .string(sample.image.name)),
      ]
      if let plain = sample.plain { members.append(("plain", captions.place(of: plain))) }
      if training.stage == .control { members.append(("condition", conditions[row])) }
      return .object(members)
    }
    let identity = SHA256.hex(of: JSONValue.array(rows).canonicalText)
    try writeAtomically(
      JSONValue.object([
        ("schema", .string("training-data/1")), ("identity", .string(identity)),
        ("scale", .number(model.trainingLatentScale)),
        ("side", .integer(side / model.reduction)),
        ("text", .integer(sizes.captionChannels)),
        ("tokens", .integer(captions.longest)), ("samples", .array(rows)),
      ]).prettyText + "\n", to: folder + "/index.json")
    outcome.validation = samples.count { $0.isValidation }
    outcome.training = samples.count - outcome.validation
    outcome.network = network(side: side)
    if training.stage != .pretrain {
      outcome.start = try RadiographModel.networkFile(
        of: training.generator, resolve: specification.resolve)
    }
    return outcome
  }

  // MARK: Samples

  private func samples(_ notes: inout [String]) throws -> [Sample] {
    let set = try MeasuredSet.read(
      training.images, key: "training.data", resolve: specification.resolve)
    let others = try extraColumns(set)
    let forbidden = try excludedPatients()
    if training.exclude.isEmpty {
      notes.append(
        "No audits are named under 'exclude': that none of their patients is trained on was not checked."
      )
    }
    return try set.images.enumerated().map { row, image in
      guard image.prompt != nil else {
        throw AuditFailure(
          "\(set.source): the image '\(visible(image.name.shortened(to: 100)))' has no caption",
          hint: "every image is trained with one; leave the row out with 'where'")
      }
      if let audit = forbidden[image.cluster] {
        throw AuditFailure(
          "\(set.source): the patient of '\(visible(image.name.shortened(to: 100)))' is in the audit "
            + "'\(audit)', whose generator must not have seen that patient",
          hint: "leave the audit's patients out of the training table")
      }
      return Sample(
        image: image, mask: others.masks?[row], plain: others.plain?[row],
        isValidation: Self.share(of: image.cluster, seed: training.seed) < training.validation)
    }
  }

  /// A number in 0..<1 that a patient always has.
  private static func share(of patient: String, seed: UInt64) -> Double {
    let digest = SHA256.hex(of: "\(seed)\u{1F}\(patient)").prefix(13)
    return Double(UInt64(digest, radix: 16) ?? 0) / 0x1p52
  }

  /// Masks and captions without prefix, in the order of the images.
  private func extraColumns(_ set: MeasuredSet) throws -> (masks: [String]?, plain: [String]?) {
    guard training.maskColumn != nil || training.plainColumn != nil else { return (nil, nil) }
    let path = specification.resolve(training.images.table ?? "")
    let table = try Table(contentsOf: path, format: training.images.format)
    let names = try table.column(training.images.imageColumn)
    func column(_ name: String) throws -> [String] {
      let cells = try table.column(name)
      let byName = Dictionary(zip(names, cells), uniquingKeysWith: { first, _ in first })
      return set.images.map { byName[$0.name] ?? "" }
    }
    let masks = try training.maskColumn.map(column)?.map { name -> String in
      guard !name.isEmpty, ConfinedFolder.isPlain(name) else {
        throw AuditFailure(
          "\(path), column '\(training.maskColumn ?? "")': '\(visible(name.shortened(to: 100)))' is no mask "
            + "below 'masks'")
      }
      return specification.resolve(training.masks ?? "") + "/" + name
    }
    return (masks, try training.plainColumn.map(column))
  }

  /// Patient to the audit that it belongs to.
  private func excludedPatients() throws -> [String: String] {
    var found: [String: String] = [:]
    for path in training.exclude {
      let audit = try loadSpecification(at: specification.resolve(path))
      guard let real = audit.real else { continue }
      let cohort = try RealCohort(
        real, resolve: audit.resolve,
        defaultFindings: ImportStage.defaultFindings(of: audit))
      for item in cohort.cases { found[item.patient] = audit.name }
    }
    return found
  }

  // MARK: Encoding

  private func pixels() throws -> Int {
    let side = training.size ?? model.resolution
    let multiple = model.reduction * (training.network?.patch ?? model.networkSizes.patch)
    guard side % multiple == 0 else {
      throw AuditFailure(
        "'training.size' is \(side); the networks take multiples of \(multiple) pixels")
    }
    return side
  }

  /// - Returns: File and tensor of every image.
  private func encodeImages(_ paths: [String], side: Int, name: String, masks: Bool) throws
    -> [JSONValue]
  {
    var places: [JSONValue] = []
    for start in stride(from: 0, to: paths.count, by: Self.pieceSize) {
      try context.checkInterrupted()
      let piece = paths[start..<min(start + Self.pieceSize, paths.count)]
      let hashes = try piece.map { try SHA256.hex(ofFile: $0) }
      let key = SHA256.hex(
        of: (["\(side) \(masks) \(try model.hashes["vae"] ?? "") \(toolVersion)"] + hashes)
          .joined(separator: "\n")
      ).prefix(16)
      let file = "\(name)-\(key).safetensors"
      if !FileManager.default.fileExists(atPath: folder + "/" + file) {
        let tensors = try piece.enumerated().map { index, path in
          (name: "\(index)", tensor: try moments(ofImage: path, side: side, isMask: masks))
        }
        try SafetensorsWriter.write(tensors, to: folder + "/" + file)
      }
      places += piece.indices.map { Self.place(file, "\($0 - piece.startIndex)") }
      context.report(
        StageProgress(
          stage: masks ? "encoding masks" : "encoding images", done: Double(places.count),
          total: Double(paths.count), unit: "images"))
    }
    return places
  }

  private func moments(ofImage path: String, side: Int, isMask: Bool) throws -> Tensor {
    let picture: RasterImage
    if isMask {
      picture = try readMask(at: path)
    } else {
      let text = (try? readPNGText(at: path)) ?? []
      guard !text.contains(where: { $0.0 == "Synthetic" && $0.1 == "true" }) else {
        throw AuditFailure(
          "the image '\(path)' is synthetic: it says so itself",
          hint: "a generator is trained on real radiographs; leave the drawn ones out")
      }
      picture = try readImage(at: path).picture.raster
    }
    return try model.latentMoments(of: picture.centerSquare(side: side))
  }

  private struct Captions {
    var places: [String: JSONValue] = [:]
    var longest = 0

    func place(of caption: String) -> JSONValue { places[caption] ?? .null }
  }

  /// Each different caption once.
  private func encodeCaptions(_ samples: [Sample]) throws -> Captions {
    let all = Set(samples.compactMap(\.image.prompt) + samples.compactMap(\.plain)).sorted()
    let cache = TextFeatureCache.standard()
    var captions = Captions()
    for start in stride(from: 0, to: all.count, by: Self.pieceSize) {
      try context.checkInterrupted()
      let piece = Array(all[start..<min(start + Self.pieceSize, all.count)])
      let key = SHA256.hex(
        of: (["\(try model.hashes["t5"] ?? "") \(toolVersion)"] + piece).joined(separator: "\u{1F}")
      ).prefix(16)
      let file = "captions-\(key).safetensors"
      let features = try model.captionFeatures(of: piece, cache: cache, note: context.note)
      if !FileManager.default.fileExists(atPath: folder + "/" + file) {
        try SafetensorsWriter.write(
          features.enumerated().map { (name: "\($0)", tensor: $1) }, to: folder + "/" + file)
      }
      for (index, caption) in piece.enumerated() {
        captions.places[caption] = Self.place(file, "\(index)")
        captions.longest = max(captions.longest, features[index].shape[0])
      }
      context.report(
        StageProgress(
          stage: "encoding captions", done: Double(start + piece.count), total: Double(all.count),
          unit: "captions"))
    }
    return captions
  }

  private static func place(_ file: String, _ name: String) -> JSONValue {
    .object([("file", .string(file)), ("name", .string(name))])
  }

  private func network(side: Int) -> JSONValue {
    let sizes = model.networkSizes
    let own = training.network
    return .object([
      ("input", .integer(side / model.reduction)),
      ("patch", .integer(own?.patch ?? sizes.patch)),
      ("width", .integer(own?.width ?? sizes.channels)),
      ("depth", .integer(own?.depth ?? sizes.depth)),
      ("heads", .integer(own?.heads ?? sizes.heads)),
      ("text", .integer(sizes.captionChannels)),
      ("tokens", .integer(sizes.captionTokens)),
      ("position_scale", .number(own?.positionScale ?? model.trainingPositionScale)),
      // The released control branch has 13; a smaller network keeps a block without one.
      ("copies", .integer(min(13, max(1, (own?.depth ?? sizes.depth) - 1)))),
    ])
  }
}
