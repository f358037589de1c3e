import Arguments
import AuditModel
import Basics
import Workbench

extension GeneratorSpecification.Precision: ExpressibleByArgument {}
extension GeneratorSpecification.MatrixEngine: ExpressibleByArgument {}

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw one radiograph now.",
    discussion: """
      Examples:
      audit sample "sex:Female, age:71.0. Moderate cardiomegaly." --seed 3 -o sample.png
      audit sample "Left pneumothorax." --control control.pth --t5 t5/ --vae vae/ --mask mask.png
      """)

  @Argument(
    help: "Caption; a demographic prefix such as 'sex:Male, age:71.0, race:Black. ' is optional.")
  var prompt: String
  @Option(name: .shortAndLong, help: "PNG to write.") var output = "sample.png"
  @Option(help: "Names the noise; the same seed and prompt give the same image.") var seed: UInt64 =
    0
  @OptionGroup var sampling: SamplingChoices
  @Option(help: "Embedded model, used unless --dit is given.") var model = "builtin:chexgen-mini"
  @Option(help: "DiT checkpoint (.pth or .safetensors).") var dit: String?
  @Option(help: "T5 encoder folder.") var t5: String?
  @Option(help: "VAE folder or file.") var vae: String?
  @Option(help: "Arithmetic of the denoiser: fp32, or bf16 for half the memory.")
  var precision: GeneratorSpecification.Precision = .fp32
  @Option(help: "What multiplies matrices; onednn may give other bits for other batches.")
  var matrixEngine: GeneratorSpecification.MatrixEngine = .builtIn
  @Option(help: "Control checkpoint, for masks and boxes.") var control: String?
  @OptionGroup var place: PlaceOptions
  @OptionGroup var shared: OutputOptions

  mutating func validate() throws {
    let files = [dit ?? control, t5, vae].compactMap { $0 }.count
    if files != 0, files != 3 {
      throw ValidationError("'--dit' (or '--control'), '--t5' and '--vae' belong together")
    }
  }

  mutating func run() throws {
    var generator = GeneratorSpecification()
    if t5 == nil {
      generator.model = model
    } else {
      generator.model = nil
      generator.dit = dit
      generator.t5 = t5
      generator.vae = vae
      generator.control = control
    }
    generator.precision = precision
    generator.matrixEngine = matrixEngine
    sampling.apply(to: &generator)
    generator.controlGuidance = place.controlGuidance
    generator.size = place.size
    var request = SampleUseCase.Request(
      prompt: prompt, generator: generator, seed: seed, output: output)
    request.mask = place.mask
    request.boxes = place.boxes
    request.boxStyle = place.boxStyle
    let session = CommandSession(isQuiet: shared.quiet)
    defer { session.printer.finish() }
    let outcome = try SampleUseCase().run(request, context: session.context)
    session.printer.finish()
    if outcome.promptWasCut {
      Output.diagnostic("note: the caption is longer than the model reads and was cut")
    }
    for caution in outcome.cautions { Output.diagnostic("caution: \(caution)") }
    switch shared.format {
    case .json: try Output.json(outcome)
    case .text:
      Output.verbatim(
        [outcome.path, outcome.condition].compactMap { $0 }.joined(separator: "\n"))
    }
  }
}
