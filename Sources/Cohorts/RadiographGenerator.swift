import AuditModel
import Basics
import Images
import Vocabulary

/// How a finding's place is given to a generator.
package enum SpatialGuidance: Sendable, Equatable {
  /// Text alone.
  case none
  /// Drawn by the network for masks and boxes, but without one: the negatives of a finding whose
  /// positives have them, so that labels do not differ by the network.
  case unplaced
  /// A mask, or drawn boxes: white where the finding is.
  case image(RasterImage)
}

/// One image asked of a generator.
package struct RenderJob: Sendable {
  package var prompt: String
  package var seed: UInt64
  /// Names the noise; equal paths and seeds share every random number.
  package var noisePath: [String]
  package var guidance: SpatialGuidance
  /// Prompt of the base case's anchor, the same without attributes; nil for images without arms.
  package var anchor: String?

  package init(
    prompt: String, seed: UInt64, noisePath: [String], guidance: SpatialGuidance = .none,
    anchor: String? = nil
  ) {
    self.anchor = anchor
    self.prompt = prompt
    self.seed = seed
    self.noisePath = noisePath
    self.guidance = guidance
  }
}

/// What a cohort needs of the thing that draws radiographs.
package protocol RadiographGenerator: Sendable {
  /// For manifests and PNG text: name and version.
  var name: String { get }
  /// Sampler options as used, for manifests and provenance.
  var options: [String: String] { get }
  /// Weight file to SHA-256.
  var hashes: [String: String] { get throws }

  /// The size that masks and drawn boxes are brought to, in pixels.
  ///
  /// - Throws: `AuditFailure` that says what to do where the generator takes none.
  func conditionSize() throws -> (width: Int, height: Int)

  /// Which attributes and findings it draws and how captions name them, as its makers declare.
  var card: GeneratorCard { get }

  /// Encodes the prompts once, anchors' among them; later renders of them are cheap. Returns those cut
  /// to the model's length.
  mutating func prepare(prompts: [String]) throws -> [String]

  /// Whether arms descend from their anchor, so that its prompt has to be prepared too.
  var usesAnchors: Bool { get }

  /// Drawing with another strength; nil where the generator has none.
  func adopting(_ strength: CounterfactualStrength) -> (any RadiographGenerator)?

  /// Rows that one base case with this many arms passes through the network; nil where not known.
  func networkRows(arms: Int) -> Int?

  /// What a reader should know of the last preparation; empty as a rule.
  var notes: [String] { get }

  /// Renders `jobs` together; `step` is called after each denoising step and may throw to cancel.
  ///
  /// An image depends on its job alone, never on the others in the batch.
  func render(_ jobs: [RenderJob], step: (Int, Int) throws -> Void) throws -> [RasterImage]
}

extension RadiographGenerator {
  package var notes: [String] { [] }
  package var usesAnchors: Bool { false }
  package func adopting(_ strength: CounterfactualStrength) -> (any RadiographGenerator)? { nil }
  package func networkRows(arms: Int) -> Int? { nil }

  package func conditionSize() throws -> (width: Int, height: Int) {
    throw AuditFailure("the generator '\(name)' takes no masks or boxes")
  }
}
