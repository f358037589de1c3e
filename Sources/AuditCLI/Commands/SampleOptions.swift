import Arguments
import AuditModel

extension GeneratorSpecification.Sampler: ExpressibleByArgument {}
extension GeneratorSpecification.TimestepSpacing: ExpressibleByArgument {}
extension GeneratorSpecification.ControlGuidance: ExpressibleByArgument {}
extension BoxFile.Style: ExpressibleByArgument {}

extension GeneratorSpecification.ImageSize: ExpressibleByArgument {
  package init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      (1...8192).contains(width), (1...8192).contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }
  package static var kindInWords: String { "a width and height such as 512x640" }
}

extension GeneratorSpecification.GuidanceInterval: ExpressibleByArgument {
  package init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let lower = ends[0], let upper = ends[1] else { return nil }
    self.init(lower: lower, upper: upper)
  }
  package static var kindInWords: String { "two fractions from 0 to 1 such as 0.2-0.8" }
}

/// How a sample is drawn.
struct SamplingChoices: ParsableArguments {
  @Option(help: "Denoising steps; default: the model's own.") var steps: Int?
  @Option(help: "Sampler; default: the model's own.") var sampler: GeneratorSpecification.Sampler?
  @Option(help: "Timesteps that are visited; default: the sampler's own.")
  var spacing: GeneratorSpecification.TimestepSpacing?
  @Option(help: "Guidance scale; default: the model's own.") var guidance: Double?
  @Option(help: "Fractions of the timesteps between which guidance acts, such as 0.2-0.8.")
  var guidanceInterval: GeneratorSpecification.GuidanceInterval?
  @Option(help: "Leading steps under the caption without its demographic prefix.")
  var sharedSteps = 0

  func validate() throws {
    if let steps, !(1...1000).contains(steps) {
      throw ValidationError("'--steps' must be from 1 to 1000; got \(steps)")
    }
    if let guidance, !(0...100).contains(guidance) {
      throw ValidationError("'--guidance' must be from 0 to 100; got \(guidance)")
    }
    guard (0...(steps ?? 1000)).contains(sharedSteps) else {
      throw ValidationError(
        "'--shared-steps' must be from 0 to the number of steps; got \(sharedSteps)")
    }
  }

  func apply(to generator: inout GeneratorSpecification) {
    generator.steps = steps
    generator.sampler = sampler
    generator.spacing = spacing
    generator.guidance = guidance
    generator.guidanceInterval = guidanceInterval
    generator.sharedSteps = sharedSteps
  }
}

/// Where the finding is.
struct PlaceOptions: ParsableArguments {
  @Option(help: "PNG, white where the finding is; needs a control checkpoint.") var mask: String?
  @Option(help: "JSON list of boxes (x, y, width, height); needs a control checkpoint.")
  var boxes: String?
  @Option(help: "How boxes are drawn; default: as the file says, else filled.")
  var boxStyle: BoxFile.Style?
  @Option(help: "Guidance with a mask or boxes; the reference ignores it.")
  var controlGuidance = GeneratorSpecification.ControlGuidance.ignored
  @Option(help: "Width and height with a mask or boxes, such as 512x640.")
  var size: GeneratorSpecification.ImageSize?

  func validate() throws {
    if mask != nil, boxes != nil {
      throw ValidationError("'--mask' and '--boxes' exclude each other; give one")
    }
    if boxStyle != nil, boxes == nil { throw ValidationError("'--box-style' needs '--boxes'") }
  }
}
