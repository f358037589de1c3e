import Arguments
import AuditModel
import Workbench

extension GeneratorSpecification.Sampler: ExpressibleByArgument {}
extension GeneratorSpecification.Precision: ExpressibleByArgument {}

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw one radiograph now.",
    discussion: """
      Example: audit sample "sex:Female, age:71.0. Moderate cardiomegaly." --seed 3 -o sample.png
      """)

  @Argument(
    help: "Caption; a demographic prefix such as 'sex:Male, age:71.0, race:Black. ' is optional.")
  var prompt: String
  @Option(name: .shortAndLong, help: "PNG to write.") var output = "sample.png"
  @Option(help: "Names the noise; the same seed and prompt give the same image.") var seed: UInt64 =
    0
  @Option(help: "Denoising steps; default: the model's own.") var steps: Int?
  @Option(help: "Sampler; default: the model's own.") var sampler: GeneratorSpecification.Sampler?
  @Option(help: "Guidance scale; default: the model's own.") var guidance: Double?
  @Option(help: "Embedded model, used unless --dit is given.") var model = "builtin:chexgen-mini"
  @Option(help: "DiT checkpoint (.pth or .safetensors).") var dit: String?
  @Option(help: "T5 encoder folder.") var t5: String?
  @Option(help: "VAE folder or file.") var vae: String?
  @Option(help: "Arithmetic of the denoiser: fp32, or bf16 for half the memory.")
  var precision: GeneratorSpecification.Precision = .fp32
  @OptionGroup var shared: OutputOptions

  mutating func validate() throws {
    if let steps, !(1...1000).contains(steps) {
      throw ValidationError("'--steps' must be from 1 to 1000; got \(steps)")
    }
    if let guidance, !(0...100).contains(guidance) {
      throw ValidationError("'--guidance' must be from 0 to 100; got \(guidance)")
    }
    let given = [dit, t5, vae].compactMap { $0 }.count
    if given != 0, given != 3 {
      throw ValidationError("'--dit', '--t5' and '--vae' belong together")
    }
  }

  mutating func run() throws {
    var generator = GeneratorSpecification()
    if dit == nil {
      generator.model = model
    } else {
      generator.model = nil
      generator.dit = dit
      generator.t5 = t5
      generator.vae = vae
    }
    generator.precision = precision
    generator.steps = steps
    generator.sampler = sampler
    generator.guidance = guidance
    let session = CommandSession(isQuiet: shared.quiet)
    defer { session.printer.finish() }
    let outcome = try SampleUseCase().run(
      SampleUseCase.Request(prompt: prompt, generator: generator, seed: seed, output: output),
      context: session.context)
    session.printer.finish()
    if outcome.promptWasCut {
      Output.diagnostic("note: the caption is longer than the model reads and was cut")
    }
    switch shared.format {
    case .json: try Output.json(outcome)
    case .text: Output.result(outcome.path)
    }
  }
}
