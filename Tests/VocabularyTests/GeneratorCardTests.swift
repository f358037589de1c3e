import Basics
import Testing
import Vocabulary

@Suite struct GeneratorCardTests {
  private let habitus = GeneratorCard(
    caption: AttributeCaption(
      forms: [
        .init(attribute: "voltage", text: "at {value} kV", decimals: 0),
        .init(attribute: "habitus", text: "habitus {value}"),
      ], separator: " and ", end: " | "),
    support: GeneratorSupport(attributes: [
      "habitus": .values(["slim", "broad"]), "voltage": .range(60, 125),
    ]))

  @Test func captionsFollowTheReleasedDemographicFormat() {
    let caption = AttributeCaption.chexgen
    #expect(
      caption.prefix(["race": "Black", "age": "71", "sex": "Male"])
        == "sex:Male, age:71.0, race:Black. ")
    #expect(
      caption.prefix(["age": "55.5", "sex": "Male"], isReversed: true) == "age:55.5, sex:Male. ")
    #expect(caption.prefix([:]) == "" && caption.prefix(["habitus": "broad"]) == "")
  }

  @Test func aCardWritesItsOwnAttributesInItsOwnOrder() {
    let values: AttributeValues = ["habitus": "broad", "voltage": "80", "insurance": "Public"]
    #expect(habitus.caption.prefix(values) == "at 80 kV and habitus broad | ")
    #expect(
      habitus.caption.impression(of: "at 80 kV and habitus broad | Large effusion.")
        == "Large effusion.")
    #expect(habitus.caption.impression(of: "Large effusion. | Yes.") == "Large effusion. | Yes.")
  }

  @Test func whatACardDoesNotDeclareIsALimitation() {
    #expect(habitus.limitation(ofAttribute: "habitus", values: ["Broad", "slim"]) == nil)
    #expect(habitus.limitation(ofAttribute: "habitus", values: ["tall"])?.contains("slim") == true)
    #expect(
      habitus.limitation(ofAttribute: "voltage", values: ["130"])?.contains("60 to 125") == true)
    #expect(habitus.limitation(ofAttribute: "insurance", values: ["Public"]) != nil)
    let bare = GeneratorCard(caption: .chexgen)
    #expect(bare.limitation(ofAttribute: "sex", values: ["Female"]) == nil)
    #expect(bare.limitation(ofAttribute: "insurance", values: ["Public"]) != nil)
  }

  @Test func anAttributeThatNoCaptionNamesIsRefusedWithTheNearestName() throws {
    try habitus.check(drawn: ["habitus", "voltage"], by: "g")
    let failure = #expect(throws: AuditFailure.self) {
      try habitus.check(drawn: ["habitus", "votlage"], by: "g")
    }
    #expect(failure?.message.contains("draws no 'votlage'") == true)
    #expect(failure?.hint == "did you mean 'voltage'?")
  }

  @Test func valuesOfATableAreWrittenAsTheCardSpellsThem() {
    let card = GeneratorCard(
      caption: .chexgen, support: GeneratorSupport(attributes: ["race": .values(["White"])]))
    #expect(
      card.prompted(["sex": "f", "race": "WHITE", "age": "3"])
        == ["sex": "Female", "race": "White", "age": "3"])
  }
}
