import AuditModel
import Basics
import ChexGen
import Cohorts
import Foundation
import Images
import Vocabulary

/// One radiograph now, from a prompt.
package struct SampleUseCase {
  package struct Request: Sendable {
    package var prompt: String
    package var generator: GeneratorSpecification
    package var seed: UInt64
    package var output: String
    /// A mask's file; never beside `boxes`.
    package var mask: String?
    /// A boxes file.
    package var boxes: String?
    /// Overrides the boxes file's own.
    package var boxStyle: BoxFile.Style?

    package init(
      prompt: String, generator: GeneratorSpecification, seed: UInt64, output: String
    ) {
      self.prompt = prompt
      self.generator = generator
      self.seed = seed
      self.output = output
    }
  }

  package struct Outcome: Sendable, Equatable, Codable {
    package var path: String
    package var sha256: String
    package var width: Int
    package var height: Int
    package var generator: String
    package var options: [String: String]
    /// The caption was longer than the model reads and was cut.
    package var promptWasCut: Bool
    /// What the generator's card does not support of the prompt; the PNG carries the same sentences.
    package var cautions: [String] = []
    /// The mask or drawn boxes as the generator saw them, and the rule that drew them.
    package var condition: String?
    package var conditionSha256: String?
    package var conditionRule: String?
  }

  /// Opens the generator of a request.
  package var makeGenerator: @Sendable (GeneratorSpecification) throws -> any RadiographGenerator

  package init(
    makeGenerator: @escaping @Sendable (GeneratorSpecification) throws -> any RadiographGenerator =
      {
        try ChexGenGenerator($0, resolve: { $0 })
      }
  ) {
    self.makeGenerator = makeGenerator
  }

  package func run(_ request: Request, context: RunContext) throws -> Outcome {
    guard !request.prompt.allSatisfy(\.isWhitespace) else {
      throw AuditFailure("the prompt is empty", hint: "describe the radiograph", kind: .usage)
    }
    let source = try source(request)
    var generator = try makeGenerator(request.generator)
    let condition = try source.map { try $0.condition(for: try generator.conditionSize()) }
    let cut = try generator.prepare(prompts: [request.prompt])
    generator.notes.forEach(context.note)
    let job = RenderJob(
      prompt: request.prompt, seed: request.seed, noisePath: ["sample"],
      guidance: condition.map { .image($0) } ?? .none)
    let images = try generator.render([job]) { step, count in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "denoising", done: Double(step), total: Double(count), unit: "steps"))
    }
    guard let image = images.first else { throw AuditFailure("the generator drew no image") }
    var text = [
      ("Synthetic", "true"), ("Generator", generator.name), ("Prompt", request.prompt),
      ("Seed", String(request.seed)),
    ]
    var outcome = Outcome(
      path: request.output, sha256: "", width: image.width, height: image.height,
      generator: generator.name, options: generator.options, promptWasCut: !cut.isEmpty)
    outcome.cautions = Self.cautions(about: request.prompt, card: generator.card)
    text += outcome.cautions.map { ("Caution", $0) }
    if let condition, let source {
      let path = Self.conditionPath(beside: request.output)
      let bytes = try encodePNG(
        condition, text: [("Synthetic", "true"), ("Source", source.name)])
      try writeAtomically(bytes, to: absolutePath(path))
      let hash = SHA256.hex(of: bytes)
      text.append(("Condition", "SHA-256 \(hash)"))
      outcome.condition = path
      outcome.conditionSha256 = hash
      if case .boxes(_, let file) = source.kind { outcome.conditionRule = file.rule }
    }
    let bytes = try encodePNG(image, text: text)
    try writeAtomically(bytes, to: absolutePath(request.output))
    outcome.sha256 = SHA256.hex(of: bytes)
    return outcome
  }

  /// Attributes outside the card's support, and an impression that names none of its findings.
  /// A sentence that says something is absent asks for nothing to be drawn.
  package static func cautions(about prompt: String, card: GeneratorCard) -> [String] {
    guard let support = card.support else {
      return ["the weights come without a model card, so nothing says what they can draw"]
    }
    var cautions = card.caption.values(of: prompt).entries.compactMap { entry in
      card.limitation(ofAttribute: entry.attribute, values: [entry.value]).map {
        "\(entry.attribute) '\(entry.value)' is outside the generator's support: \($0)"
      }
    }
    let sentences = card.caption.impression(of: prompt).split(separator: ".").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let asked = sentences.filter { sentence in
      let start = sentence.lowercased()
      return !sentence.isEmpty && !["no ", "without ", "normal"].contains { start.hasPrefix($0) }
    }
    if let findings = support.findings {
      for sentence in asked
      where !findings.contains(where: { sentence.localizedCaseInsensitiveContains($0) }) {
        cautions.append(
          "'\(sentence)' names no finding of the generator's card, which lists "
            + findings.joined(separator: ", "))
      }
    }
    return cautions
  }

  /// `sample.png` keeps its condition in `sample-condition.png`.
  package static func conditionPath(beside output: String) -> String {
    let path = output as NSString
    let end = path.pathExtension.isEmpty ? "png" : path.pathExtension
    return path.deletingPathExtension + "-condition." + end
  }

  private func source(_ request: Request) throws -> ConditionSource? {
    if let mask = request.mask {
      return ConditionSource(
        kind: .mask, path: mask, name: URL(fileURLWithPath: mask).lastPathComponent)
    }
    guard let boxes = request.boxes else { return nil }
    var file = try loadBoxes(at: boxes)
    file.style = request.boxStyle ?? file.style
    let layouts = try ConditionSource.boxes(file)
    guard layouts.count == 1 else {
      throw AuditFailure(
        "\(boxes) holds \(layouts.count) lists of boxes; one image takes one",
        hint: "give a file with one list")
    }
    return layouts.first
  }
}
