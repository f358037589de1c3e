import AuditModel
import Basics
import Checkpoints
import Images
import Tensors

/// A loaded generator of chest radiographs: text encoder, denoiser, autoencoder.
///
/// Weights in single precision are borrowed from the mapped files; others are converted once.
package struct RadiographModel: Sendable {
  /// The file's or the card's name.
  package let name: String
  /// The `model.json` beside the weights; nil where there is none.
  package let card: ModelCard?
  let transformer: DiffusionTransformer
  /// The transformer for requests with a control image.
  let controlled: DiffusionTransformer?
  let autoencoder: Autoencoder
  let tokenizer: SentencePieceTokenizer
  let textEncoder: T5Encoder
  let latentScale: Float
  /// What multiplies matrices in all networks.
  let engine: MatrixEngine
  /// What computes the networks in this program's place; nil: nothing does.
  package let graphs: NetworkGraphs?
  /// Where the text encoder was read from.
  let textFiles: (weights: String, tokenizer: String)
  private let fileHashes: Cached<[String: String]>
  private let nullConditionings: [Cached<CaptionConditioning>]

  /// Pixels per side of the images, unless another size is asked for.
  package var resolution: Int { transformer.sizes.latentSide * autoencoder.reduction }
  /// Image pixels per latent pixel, along one side.
  package var reduction: Int { autoencoder.reduction }
  package var hasControl: Bool { controlled != nil }

  /// The SHA-256 of the weight files under `dit`, `t5`, `vae` and `control`, computed once.
  ///
  /// - Throws: ``AuditFailure`` for a file that has become unreadable: without its hash the images would be
  ///   taken for those of other weights.
  package var hashes: [String: String] { get throws { try fileHashes.get() } }

  /// Library, provider and device of an engine that is not the built-in one, for provenance.
  package var engineRecord: String? { graphs?.record }

  /// Loads the generator that a specification names.
  ///
  /// - Parameter resolve: Makes a path of the specification absolute.
  /// - Throws: `AuditFailure` that names the missing or unfit file and says what to do.
  package static func load(
    _ specification: GeneratorSpecification, resolve: (String) -> String
  ) throws -> RadiographModel {
    let files = try GeneratorFiles(specification, resolve: resolve)
    let engine = try MatrixEngine.open(
      specification.matrixEngine, precision: specification.precision)
    return try engine.use {
      try RadiographModel(
        files: files, precision: specification.precision, graphs: specification.networkGraphs())
    }
  }

  /// Name and version of a matrix engine that is not the built-in one, for provenance.
  package var matrixEngineRecord: String? { engine.record }

  init(
    files: GeneratorFiles, precision: GeneratorSpecification.Precision = .fp32,
    graphs: NetworkGraphs? = nil
  ) throws {
    self.graphs = graphs
    let engine = MatrixEngine.current
    self.engine = engine
    let card = try files.card.map { try ModelCard(contentsOf: $0) }
    let (base, controlled) = try Self.denoisers(
      files, card: card, precision: precision, graphs: graphs)
    self.transformer = base
    self.controlled = controlled ?? (base.hasControl ? base : nil)

    let settings =
      try files.autoencoderConfig.map {
        try AutoencoderSettings(config: JSON5Reader.value(ofFile: $0), path: $0)
      } ?? AutoencoderSettings()
    var autoencoder = try Autoencoder(
      reading: openArchive(at: files.autoencoder), settings: settings)
    autoencoder.graphs = graphs
    self.autoencoder = autoencoder
    latentScale = card?.latentScale.map { Float($0) } ?? settings.latentScale
    guard autoencoder.latentChannels == base.sizes.latentChannels else {
      throw AuditFailure(
        "\(files.autoencoder): the autoencoder has \(autoencoder.latentChannels) latent channels, "
          + "the denoiser \(base.sizes.latentChannels)",
        hint: "the files do not belong to one generator")
    }

    let text = try openArchive(at: files.textWeights)
    let config = try files.textConfig.map { try JSON5Reader.value(ofFile: $0) }
    var textEncoder = try T5Encoder(
      archive: text, configuration: T5Configuration(archive: text, config: config))
    textEncoder.graphs = graphs
    self.textEncoder = textEncoder
    guard textEncoder.configuration.channels == base.sizes.captionChannels else {
      throw AuditFailure(
        "\(files.textWeights): the text encoder gives \(textEncoder.configuration.channels) "
          + "channels, the denoiser takes \(base.sizes.captionChannels)",
        hint: "the files do not belong to one generator")
    }
    tokenizer = try SentencePieceTokenizer(contentsOf: files.tokenizer)
    textFiles = (files.textWeights, files.tokenizer)
    self.card = card
    name = card.map(\.name) ?? files.name
    let parts = [
      "dit": files.transformer, "t5": files.textWeights, "vae": files.autoencoder,
      "control": files.control,
    ].compactMapValues { $0 }
    fileHashes = Cached { try parts.mapValues { try GeneratorFiles.hash(ofWeights: $0) } }
    nullConditionings = [base, controlled ?? base].map { model in
      Cached { engine.use { model.condition(on: model.nullCaption) } }
    }
  }

  /// The denoiser, and the one with a control branch where a file of its own holds it.
  private static func denoisers(
    _ files: GeneratorFiles, card: ModelCard?, precision: GeneratorSpecification.Precision,
    graphs: NetworkGraphs?
  ) throws -> (base: DiffusionTransformer, controlled: DiffusionTransformer?) {
    func transformer(_ path: String) throws -> DiffusionTransformer {
      var network = try DiffusionTransformer(
        reading: openArchive(at: path, checkpointKey: files.checkpointKey), heads: card?.heads,
        positionScale: card?.positionScale.map { Float($0) }, precision: precision)
      network.graphs = graphs
      return network
    }
    let controlled = try files.control.map(transformer)
    if let controlled, !controlled.hasControl {
      throw AuditFailure(
        "\(files.control ?? ""): holds no control branch", hint: "give this file as \"dit\"")
    }
    guard let base = try files.transformer.map(transformer) ?? controlled else {
      throw AuditFailure("the generator has no denoiser", hint: GeneratorFiles.howToGet)
    }
    if let controlled { try check(controlled.sizes, fit: base.sizes, files: files) }
    return (base, controlled)
  }

  /// Both networks draw images of one size from one text encoder.
  private static func check(
    _ control: TransformerSizes, fit base: TransformerSizes, files: GeneratorFiles
  ) throws {
    let pairs = [
      ("latent pixels a side", control.latentSide, base.latentSide),
      ("latent channels", control.latentChannels, base.latentChannels),
      ("caption channels", control.captionChannels, base.captionChannels),
      ("caption tokens", control.captionTokens, base.captionTokens),
    ]
    for (name, control, base) in pairs where control != base {
      throw AuditFailure(
        "\(files.control ?? ""): the control checkpoint has \(control) \(name), "
          + "\(files.transformer ?? "") has \(base)",
        hint: "the files do not belong to one generator; take both for the same resolution")
    }
  }

  /// The transformer that draws requests with or without a control image.
  func transformer(withControl: Bool) throws -> DiffusionTransformer {
    guard withControl else { return transformer }
    guard let controlled else {
      throw AuditFailure(
        "the generator '\(name)' takes no masks or boxes: it has no control branch",
        hint: "give the released control checkpoint as \"control\" beside \"dit\", \"t5\" and "
          + "\"vae\" (on the command line --control), or leave masks and boxes out")
    }
    return controlled
  }

  /// Keys and values of the learned null caption, all tokens; computed once.
  func nullCaption(withControl: Bool) throws -> CaptionConditioning {
    try nullConditionings[withControl ? 1 : 0].get()
  }

  /// One step after another from noise to latents, all requests together.
  ///
  /// The caller owns the loop: progress, cancelling, and what to do with the last latents. A
  /// request's latents do not depend on the others in the batch.
  /// - Throws: `AuditFailure` when the sampler cannot take the steps, or requests with and without
  ///   control images are mixed.
  package func denoising(
    _ requests: [RenderRequest], options: SamplingOptions
  ) throws -> Denoising {
    try Denoising(model: self, requests: requests, options: options)
  }

  /// Images of latents as the last step gives them, `[batch, channels, height, width]`.
  ///
  /// - Returns: 8-bit pictures with the decoder's channels (3 for the released models and the
  ///   built-in one).
  /// - Throws: `AuditFailure` when the latents are not finite.
  package func decode(_ latents: Tensor) throws -> [RasterImage] {
    guard latents.rank == 4, latents.shape[1] == autoencoder.latentChannels else {
      throw AuditFailure(
        "latents of shape \(latents.shape) do not fit the autoencoder's "
          + "\(autoencoder.latentChannels) channels")
    }
    guard latents.values.allSatisfy(\.isFinite) else {
      if let reason = graphs?.takeFailure() { throw reason }
      throw AuditFailure(
        "the denoiser's latents are not finite numbers",
        hint: "fewer steps, a lower guidance or other weights may help")
    }
    let decoded = try engine.use { try autoencoder.decode(latents.scaled(by: 1 / latentScale)) }
    let inner = Array(decoded.shape.dropFirst())
    return (0..<decoded.shape[0]).map {
      RasterImage(decoded: decoded.rows($0..<$0 + 1).reshaped(inner))
    }
  }
}
