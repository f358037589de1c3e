import AuditModel
import Cohorts
import Testing
import Vocabulary

@Suite struct CounterfactualDesignTests {
  private func specification() -> CohortSpecification {
    var specification = CohortSpecification(findings: [
      FindingSpecification(
        name: "Cardiomegaly", positive: ["Mild cardiomegaly.", "Moderate cardiomegaly."],
        negative: ["No acute cardiopulmonary abnormality."])
    ])
    specification.attributes = [
      "sex": ["Male", "Female"], "age": ["30", "71"], "race": ["White", "Black"],
    ]
    specification.baseCases = 3
    specification.placebos = [.seed, .prompt]
    return specification
  }

  private func byBaseCase() -> [[CohortCase]] {
    let cases = CounterfactualDesign(specification()).cases(caption: .chexgen)
    return Array(Dictionary(grouping: cases, by: \.cluster).values)
  }

  @Test func promptsFollowTheReleasedDemographicFormat() {
    #expect(
      Arm(["sex": "Male", "age": "71", "race": "Black"]).promptPrefix(.chexgen)
        == "sex:Male, age:71.0, race:Black. ")
    #expect(
      Arm(["sex": "Female", "age": "55.5"]).promptPrefix(.chexgen) == "sex:Female, age:55.5. ")
    #expect(Arm().promptPrefix(.chexgen) == "")
  }

  @Test func everyBaseCaseIsRenderedInEveryArmAndPlacebo() {
    let design = CounterfactualDesign(specification())
    let cases = design.cases(caption: .chexgen)
    #expect(cases.count == 3 * 2 * (8 + 2))
    #expect(cases.count == design.imageCount)
    #expect(Set(cases.map(\.imagePath)).count == cases.count)
    #expect(Set(cases.map(\.cluster)).count == design.baseCaseCount)
  }

  @Test func armsShareNoiseAndOnlyTheSeedPlaceboDoesNot() {
    for group in byBaseCase() {
      let shared = Set(group.filter { $0.arm.placebo != .seed }.map(\.noisePath))
      let placebo = Set(group.filter { $0.arm.placebo == .seed }.map(\.noisePath))
      #expect(shared.count == 1)
      #expect(placebo.count == 1)
      #expect(shared.isDisjoint(with: placebo))
    }
  }

  @Test func furtherSeedsOfABaseCaseAreDrawnInEveryArmFromNoiseOfTheirOwn() {
    var several = specification()
    several.seedsPerBaseCase = 3
    let design = CounterfactualDesign(several)
    let cases = design.cases(caption: .chexgen)
    #expect(cases.count == 3 * 2 * (3 * 8 + 2) && cases.count == design.imageCount)
    #expect(Set(cases.map(\.imagePath)).count == cases.count)
    #expect(Set(cases.map(\.cluster)).count == design.baseCaseCount)
    for group in Dictionary(grouping: cases, by: \.cluster).values {
      let seeds = Dictionary(grouping: group.filter { $0.arm.placebo == nil }, by: \.seedIndex)
      #expect(seeds.values.allSatisfy { $0.count == 8 && Set($0.map(\.noisePath)).count == 1 })
      #expect(Set(group.map(\.noisePath)).count == 4)
    }
    // What one seed draws is not drawn anew when seeds are added.
    let single = Set(CounterfactualDesign(specification()).cases(caption: .chexgen))
    #expect(single.isSubset(of: cases))
  }

  @Test func onlyThePrefixDiffersBetweenArms() {
    for group in byBaseCase() {
      let impressions = Set(
        group.map { String($0.prompt.dropFirst($0.arm.promptPrefix(.chexgen).count)) })
      #expect(impressions.count == 1)
    }
  }

  @Test func aPromptPlaceboThatWouldChangeNothingIsLeftOut() {
    var one = specification()
    one.attributes = ["sex": ["Male", "Female"]]
    #expect(CounterfactualDesign(one).placeboArms.map(\.placebo) == [.seed])
  }

  @Test(arguments: ["../../etc", "..", "a/b", "Pleural Effusion", "", "naïve", ".", "a\u{0}b"])
  func hostileNamesBecomeSafeFileNames(_ word: String) {
    let name = fileNameComponent(word)
    #expect(!name.contains("/"))
    #expect(!name.isEmpty && name != "." && name != "..")
    #expect(name.utf8.allSatisfy { $0 > 32 && $0 < 127 })
  }

  @Test func distinctNamesStayDistinct() {
    #expect(fileNameComponent("a/b") != fileNameComponent("a_b"))
    #expect(fileNameComponent("a/b") != fileNameComponent("a b"))
    #expect(fileNameComponent("Effusion") == "Effusion")
  }
}
