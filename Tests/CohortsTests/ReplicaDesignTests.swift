import AuditModel
import Testing
import Vocabulary

@testable import Cohorts

struct ReplicaDesignTests {
  private static let card = GeneratorCard(caption: .chexgen)
  private static let design: ReplicaDesign = {
    var specification = CohortSpecification(findings: [
      FindingSpecification(
        name: "Effusion", positive: ["Small effusion.", "Large effusion."],
        negative: ["No effusion."]),
      FindingSpecification(
        name: "Cardiomegaly", positive: ["Cardiomegaly."], negative: ["Normal heart."]),
    ])
    specification.design = .replica
    return ReplicaDesign(specification)
  }()

  private func source(_ image: String, _ labels: [String: Bool]) -> ReplicaDesign.Source {
    ReplicaDesign.Source(
      image: image, cluster: "patient 1", attributes: ["sex": "F", "age": "71"], labels: labels)
  }

  @Test func twinsCopyAttributesFindingsAndPatient() throws {
    let twins = Self.design.twins(
      of: [
        source("a.png", ["Effusion": true, "Cardiomegaly": true]),
        source("b.png", ["Effusion": true, "Cardiomegaly": false]),
        source("c.png", ["Effusion": false]),
      ], card: Self.card)
    #expect(
      twins.map(\.prompt) == [
        "sex:Female, age:71.0. Small effusion. Cardiomegaly.",
        "sex:Female, age:71.0. Large effusion.",
        "sex:Female, age:71.0. No effusion.",
      ])
    #expect(twins.map(\.source.cluster) == ["patient 1", "patient 1", "patient 1"])
    #expect(twins[2].labels == ["Effusion": false])
    #expect(twins[1].labels == ["Effusion": true, "Cardiomegaly": false])
    #expect(Set(twins.map(\.imagePath)).count == 3)
    #expect(Set(twins.map(\.noisePath)).count == 3)
  }

  @Test func casesWithoutAKnownLabelHaveNoTwin() {
    #expect(Self.design.twins(of: [source("a.png", ["Edema": true])], card: Self.card).isEmpty)
  }

  /// Noise is named by the case, so another row before it changes nothing but its number.
  @Test func noiseBelongsToTheCase() {
    let labels = ["Effusion": true]
    let alone = Self.design.twins(of: [source("b.png", labels)], card: Self.card)
    let both = Self.design.twins(
      of: [source("a.png", labels), source("b.png", labels)], card: Self.card)
    #expect(alone[0].noisePath == both[1].noisePath)
  }
}
