import AuditModel
import Cohorts
import Testing
import Workbench
import Vocabulary

/// Arms of a base case may share their first denoising steps under the attribute-free prompt.
@Suite struct SharedTrunkTests {
  @Test func theTrunkPromptLosesItsDemographicPrefixOnly() {
    let caption = "PA view. Lung opacity."
    for arm in [
      Arm(["sex": "Male", "age": "71", "race": "Black"]), Arm(["age": "55.5"]),
      Arm(["sex": "Female"]),
      Arm(["sex": "Male", "age": "30"], placebo: .prompt), Arm(),
    ] {
      #expect(
        AttributeCaption.chexgen.impression(of: arm.promptPrefix(.chexgen) + caption) == caption)
    }
  }

  /// The images of a woman and a man from one noise, with the embedded generator in four steps.
  private func twins(sharedSteps: Int) throws -> [[UInt8]] {
    var specification = GeneratorSpecification()
    specification.steps = 4
    specification.sharedSteps = sharedSteps
    var generator = try ChexGenGenerator(specification, resolve: { $0 })
    let prompts = ["Female", "Male"].map { "sex:\($0), age:60.0. PA view. Lung opacity." }
    _ = try generator.prepare(prompts: prompts)
    return try generator.render(
      prompts.map { RenderJob(prompt: $0, seed: 1, noisePath: ["twins"]) }
    ) { _, _ in }.map(\.bytes)
  }

  private func distance(_ images: [[UInt8]]) -> Int {
    zip(images[0], images[1]).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
  }

  @Test func moreSharedStepsMakeTwinsMoreAlikeAndAllOfThemMakeTwinsEqual() throws {
    let none = try distance(twins(sharedSteps: 0))
    let half = try distance(twins(sharedSteps: 2))
    let all = try distance(twins(sharedSteps: 4))
    #expect(none > half)
    #expect(half > 0)
    #expect(all == 0)
  }
}
