import AuditModel
import AuditStore
import Cohorts
import Images
import Randomness
import Testing
import Vocabulary

@testable import Workbench

/// A cohort in memory: base cases of both labels, each in four arms, with placebos of its first arm.
private struct ArmScene {
  struct Image {
    var base: Int
    var sex: String
    var age: Double
    var placebo: String?
    var isPositive: Bool
  }
  var cases: [StoredCase] = []
  var images: [Image] = []
  var sets: ArmSets { ArmSets(cases) }

  init(baseCases: Int = 60, placebos: [String] = ["seed", "prompt"]) {
    for base in 0..<baseCases {
      var all = ["Male", "Female"].flatMap { sex in
        [30.0, 70].map {
          Image(base: base, sex: sex, age: $0, placebo: nil, isPositive: base % 2 == 0)
        }
      }
      all += placebos.map {
        Image(base: base, sex: "Male", age: 30, placebo: $0, isPositive: base % 2 == 0)
      }
      for image in all {
        let arm =
          image.placebo ?? Arm(["sex": image.sex, "age": String(Int(image.age))]).identifier
        var item = StoredCase(cohort: .synthetic, name: "\(base)/\(arm)", cluster: "\(base)")
        item.id = Int64(images.count)
        item.finding = "Effusion"
        item.labels = ["Effusion": image.isPositive]
        item.arm = arm
        item.attributes = ["sex": image.sex, "age": String(Int(image.age))]
        item.placebo = image.placebo
        item.anchor = "Effusion."
        item.noise = image.placebo == "seed" ? "\(base)/placebo" : "\(base)"
        item.sha256 = "drawn"
        item.image = item.name
        cases.append(item)
        images.append(image)
      }
    }
  }

  /// A reading of every image: noise of the base case, a little of the image, and what `effect` adds.
  func readings(
    shared: Double = 1, own: Double = 0.2, _ effect: (Image) -> Double
  ) -> [Int64: Double] {
    var result: [Int64: Double] = [:]
    for (index, image) in images.enumerated() {
      var base = RandomStream(seed: 1, path: ["base", "\(image.base)"])
      var noise = RandomStream(seed: 1, path: ["image", "\(index)"])
      result[Int64(index)] = shared * base.normal() + own * noise.normal() + effect(image)
    }
    return result
  }

  /// Greys of every image.
  ///
  /// - Parameters:
  ///   - own: How much of an arm is its own rather than its base case's, 0 to 1.
  ///   - wording: The same of the prompt placebo.
  func pixels(own: Double, wording: Double = 0, brightness: (Image) -> Double = { _ in 0 }) throws
    -> PixelMeasurements
  {
    try PixelMeasurements(sets, seed: 1) { item in
      let image = images[Int(item.id)]
      let name = image.placebo == "seed" ? "stranger \(image.base)" : "\(image.base)"
      var base = RandomStream(seed: 2, path: [name])
      var noise = RandomStream(seed: 3, path: [item.name])
      let share = image.placebo == "prompt" ? wording : image.placebo == nil ? own : 0
      let bytes = (0..<32 * 32).map { _ in
        UInt8(
          clamping: Int(
            120 + brightness(image) + 40 * ((1 - share) * base.normal() + share * noise.normal())))
      }
      return RasterImage(width: 32, height: 32, channels: 1, bytes: bytes)
    } progress: { _, _ in
    }
  }
}

@Suite struct CounterfactualGateTests {
  private func effect(_ attribute: String, _ scores: [Int64: Double], _ scene: ArmScene)
    -> GateResult
  {
    EffectGate(
      predictor: "reader", attribute: attribute,
      outputs: [
        attribute == "age" ? .number(attribute: "age") : .value(attribute: "sex", value: "Female")
      ],
      scores: scores.mapValues { [$0] }, sets: scene.sets
    ).judge()
  }

  @Test func anAttributeHasToMoveWithinBaseCases() {
    let scene = ArmScene()
    let drawn = effect("sex", scene.readings { $0.sex == "Female" ? 2 : 0 }, scene)
    #expect(drawn.status == .pass && drawn.value == 1 && drawn.judges(.effect))
    #expect(drawn.cells?.map(\.label) == ["positive", "negative"])
    #expect((drawn.lower ?? 0) > 0.9 && (drawn.lower ?? 1) < 1)
    // Nothing drawn: half of the pairs move the right way.
    #expect(effect("sex", scene.readings { _ in 0 }, scene).status == .fail)
    // Drawn in positives only: the label where it is not drawn fails the gate.
    let half = effect("sex", scene.readings { $0.isPositive && $0.sex == "Female" ? 2 : 0 }, scene)
    #expect(half.status == .fail && half.cells?.map(\.status) == [.warn, .fail])
    #expect(effect("sex", [:], scene).status == .notRun)
  }

  @Test func agesHaveToMoveByYearsAndNotByMore() {
    let scene = ArmScene()
    func ages(_ slope: Double) -> GateResult {
      effect("age", scene.readings(shared: 5, own: 1) { 20 + slope * $0.age }, scene)
    }
    #expect(ages(0.6).status == .pass)
    #expect(ages(0.1).status == .fail)
    #expect(ages(2).status == .fail)
  }

  @Test func whatMovesAlongIsNamed() {
    let scene = ArmScene()
    let shifts = ShiftGates(sets: scene.sets)
    func age(_ years: Double) -> GateResult {
      shifts.offTarget(
        of: "sex", output: .number(attribute: "age"), predictor: "reader",
        scores: scene.readings(shared: 8, own: 3) { $0.age + ($0.sex == "Female" ? years : 0) })
    }
    #expect(age(0).status == .pass)
    let younger = age(-6)
    #expect(younger.status == .fail && younger.confounder == "age" && younger.attribute == "sex")
    #expect(younger.sentence.contains("Prompting Female instead of Male"))
    #expect(younger.sentence.contains("−6."))
    // Too few base cases to say.
    let few = ArmScene(baseCases: 4)
    let open = ShiftGates(sets: few.sets).offTarget(
      of: "sex", output: .number(attribute: "age"), predictor: "reader",
      scores: few.readings(shared: 8, own: 6) { $0.age })
    #expect(open.status == .warn)
    let sex = shifts.offTarget(
      of: "age", output: .value(attribute: "sex", value: "Female"), predictor: "reader",
      scores: scene.readings { $0.age > 50 ? 0.5 : 0 })
    #expect(sex.status == .fail && sex.confounder == "sex")
  }

  @Test func aCommonShiftOfBothLabelsIsSeenThoughNoAreaShowsIt() {
    let scene = ArmScene()
    let shifts = ShiftGates(sets: scene.sets)
    func finding(_ shift: (ArmScene.Image) -> Double) -> GateResult {
      shifts.finding(
        "Effusion", by: "sex", member: "panel",
        scores: scene.readings { ($0.isPositive ? 3 : 0) + shift($0) })
    }
    #expect(finding { _ in 0 }.status == .pass)
    let common = finding { $0.sex == "Female" ? -0.8 : 0 }
    #expect(common.status == .fail && common.finding == "Effusion")
    #expect(common.cells?.allSatisfy { $0.status == .fail } == true)
    // The units are those of one label: the finding itself is not part of the spread.
    #expect(common.cells?.allSatisfy { ($0.value?.estimate ?? 0) < -0.5 } == true)
    let positives = finding { $0.isPositive && $0.sex == "Female" ? -0.8 : 0 }
    #expect(positives.status == .fail && positives.cells?.map(\.status) == [.fail, .pass])
  }

  @Test func armsOfStrangersAreNoCounterfactual() throws {
    let scene = ArmScene(baseCases: 160)
    let near = IdentityGates(pixels: try scene.pixels(own: 0.1))
    #expect(near.partners(of: "sex").status == .pass)
    let distance = near.distance(of: "sex")
    #expect(distance.status == .pass && (distance.value ?? 1) < 0.5)
    #expect(distance.cells?.first?.similarity?.estimate ?? 0 > 0.5)
    // Every arm another patient.
    let strange = IdentityGates(pixels: try scene.pixels(own: 1))
    let partners = strange.partners(of: "age")
    #expect(partners.status == .fail && (partners.value ?? 1) < 0.2)
    #expect(partners.sentence.contains("chance"))
    #expect(strange.distance(of: "age").status == .fail)
    #expect(abs((strange.distance(of: "age").value ?? 0) - 1) < 0.1)
  }

  @Test func withoutASeedPlaceboDistancesHaveNoUnit() throws {
    let scene = ArmScene(placebos: [])
    let gates = IdentityGates(pixels: try scene.pixels(own: 0.1))
    #expect(gates.distance(of: "sex").status == .notRun)
    #expect(gates.distance(of: "sex").sentence.contains("structural similarity"))
    #expect(gates.wording(against: "sex").status == .notRun)
  }

  @Test func wordingMustMoveLessThanTheAttribute() throws {
    let scene = ArmScene()
    let less = IdentityGates(pixels: try scene.pixels(own: 0.3, wording: 0.02))
    #expect(less.wording(against: "sex").status == .pass)
    let more = IdentityGates(pixels: try scene.pixels(own: 0.1, wording: 0.5))
    #expect(more.wording(against: "sex").status == .fail)
  }

  @Test func greysThatFollowAnAttributeAreNamed() throws {
    let scene = ArmScene()
    let even = try scene.pixels(own: 0.1)
    #expect(AcquisitionGate(pixels: even).judge("sex").status != .fail)
    let brighter = try scene.pixels(own: 0.1) { $0.sex == "Female" ? 15 : 0 }
    let gate = AcquisitionGate(pixels: brighter).judge("sex")
    #expect(gate.status == .fail && gate.confounder == "exposure")
    #expect(AcquisitionGate(pixels: brighter).judge("age").status != .fail)
  }

  @Test func pairsDifferInOneAttributeAndLimitsKeepThemSpread() {
    let sets = ArmScene(baseCases: 3).sets
    let pairs = sets.pairs(of: "age")
    #expect(pairs.count == 3 * 2)
    #expect(
      pairs.allSatisfy {
        $0.first.attributes["sex"] == $0.second.attributes["sex"]
          && $0.first.attributes["age"] == "30"
      })
    #expect(sets.pairs(of: "sex", limit: 1).count == 3)
    #expect(sets.attributes == ["sex", "age"] && sets.clusterCount == 3)
    #expect(sets.baseCases.allSatisfy { $0.placebos.count == 2 && $0.arms.count == 4 })
  }

  @Test func armsThatHoldOtherBaseCasesAreTheCaseMixes() {
    let scene = ArmScene(baseCases: 5)
    #expect(ValidityGates.caseMix(scene.cases).status == .pass)
    #expect(ValidityGates.caseMix(Array(scene.cases.dropFirst())).status == .fail)
  }
}
