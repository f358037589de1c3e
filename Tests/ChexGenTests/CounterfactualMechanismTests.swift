import AuditModel
import Basics
import Checkpoints
import Tensors
import Testing

@testable import ChexGen

/// Laws of anchor and arms, on a tiny generator with every sampler.
@Suite struct CounterfactualMechanismTests {
  private static let captions = [
    "sex:Male. Effusion.", "sex:Female. Effusion.", "sex:Female. age:70.0. Effusion.", "Effusion.",
  ]

  private func options(
    _ sampler: GeneratorSpecification.Sampler, _ strength: CounterfactualStrength?
  ) -> SamplingOptions {
    var options = SamplingOptions()
    options.sampler = sampler
    options.steps = 5
    options.guidance = 3
    options.strength = strength
    return options
  }

  /// One request per caption, all of one base case.
  private func requests(_ arms: [EncodedPrompt], anchor: EncodedPrompt?) -> [RenderRequest] {
    arms.map { RenderRequest(prompt: $0, seed: 4, noisePath: ["base"], anchor: anchor) }
  }

  /// Every mechanism alone and all of them together.
  private static let strengths: [CounterfactualStrength] = {
    let trunk = ["sex": 2]
    let weak = CounterfactualStrength.Guidance(attribute: 1)
    let strong = CounterfactualStrength.Guidance(finding: 3, attribute: 2)
    let own = CounterfactualStrength.Guidance(attribute: 2, direction: .own)
    return [
      CounterfactualStrength(trunk: trunk), CounterfactualStrength(guidance: weak),
      CounterfactualStrength(guidance: strong), CounterfactualStrength(guidance: own),
      CounterfactualStrength(frozenFindingTokens: true),
      CounterfactualStrength(trunk: trunk, guidance: strong, frozenFindingTokens: true),
      CounterfactualStrength(trunk: trunk, guidance: own, frozenFindingTokens: true),
    ]
  }()

  @Test(.needsTinyGenerator())
  func equalWeightsWithOwnDirectionsGiveTodaysBits() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(Self.captions)
    for sampler in GeneratorSpecification.Sampler.allCases {
      let plain = try model.finalLatents(
        requests(Array(prompts.prefix(3)), anchor: nil), options(sampler, nil))
      let equal = CounterfactualStrength(
        guidance: .init(finding: 3, attribute: 3, direction: .own))
      let factored = try model.finalLatents(
        requests(Array(prompts.prefix(3)), anchor: prompts[3]), options(sampler, equal))
      #expect(factored == plain, "\(sampler)")
      // The chain itself, a hair from equal weights, comes to the same within rounding.
      let nearly = CounterfactualStrength(
        guidance: .init(finding: 3, attribute: 3.000001, direction: .own))
      let chain = try model.finalLatents(
        requests(Array(prompts.prefix(3)), anchor: prompts[3]), options(sampler, nearly))
      let distance = zip(chain, plain).map { abs($0 - $1) }.max() ?? 0
      let scale = plain.map(abs).max() ?? 1
      #expect(distance > 0 && distance < 1e-3 * scale, "\(sampler): \(distance) of \(scale)")
    }
  }

  @Test(.needsTinyGenerator())
  func anArmWithTheAnchorsCaptionIsTheAnchor() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(Self.captions)
    for sampler in GeneratorSpecification.Sampler.allCases {
      for strength in Self.strengths {
        let options = options(sampler, strength)
        let count = try model.finalLatents([requests([prompts[3]], anchor: nil)[0]], options).count
        // The anchor by itself: guided by what the anchor's lane is guided by.
        var alone = options
        alone.strength = nil
        alone.guidance = options.factoredGuidance?.finding ?? options.guidance
        let anchor = try model.finalLatents(requests([prompts[3]], anchor: nil), alone)
        let arms = try model.finalLatents(
          requests([prompts[0], prompts[3], prompts[3]], anchor: prompts[3]), options)
        let first = Array(arms[count..<2 * count])
        #expect(first == Array(arms[(2 * count)...]), "\(sampler) \(strength)")
        #expect(Array(arms[..<count]) != first, "\(sampler) \(strength)")
        if options.factoredGuidance?.direction == .anchor {
          // c + (w − 1)(c − ∅) and ∅ + w (c − ∅) round apart.
          let distance = zip(first, anchor).map { abs($0 - $1) }.max() ?? 0
          #expect(distance < 1e-3 * (anchor.map(abs).max() ?? 1), "\(sampler) \(strength)")
        } else {
          #expect(first == anchor, "\(sampler) \(strength)")
        }
      }
    }
  }

  @Test(.needsTinyGenerator())
  func imagesDependNeitherOnTheOrderOfArmsNorOnTheBatch() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(Self.captions)
    let arms = Array(prompts.prefix(3))
    for sampler in GeneratorSpecification.Sampler.allCases {
      for strength in Self.strengths {
        let options = options(sampler, strength)
        let all = try model.finalLatents(requests(arms, anchor: prompts[3]), options)
        let count = all.count / 3
        let order = [2, 0, 1]
        let permuted = try model.finalLatents(
          requests(order.map { arms[$0] }, anchor: prompts[3]), options)
        for (place, source) in order.enumerated() {
          #expect(
            Array(permuted[place * count..<(place + 1) * count])
              == Array(all[source * count..<(source + 1) * count]), "\(sampler) \(strength)")
        }
        // Alone, as after a run that ended between arms, and beside another base case.
        var other = requests([arms[1]], anchor: prompts[3])[0]
        other.noisePath = ["other"]
        let mixed = try model.finalLatents(
          [other, requests([arms[1]], anchor: prompts[3])[0]], options)
        #expect(Array(mixed[count...]) == Array(all[count..<2 * count]), "\(sampler) \(strength)")
      }
    }
  }

  @Test(.needsTinyGenerator())
  func theRowsThatAMechanismPromisesAreThoseThatTheNetworkSees() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(Self.captions)
    for strength in Self.strengths + [CounterfactualStrength()] {
      let options = options(.ddim, strength)
      var run = try model.denoising(
        requests(Array(prompts.prefix(3)), anchor: prompts[3]), options: options)
      while run.next() != nil {}
      #expect(run.networkRows == options.networkRows(arms: 3), "\(strength)")
    }
    // A + 2 rows a step instead of 2 A, and two in the trunk.
    let shared = options(.ddim, CounterfactualStrength(guidance: .init(attribute: 1)))
    #expect(shared.networkRows(arms: 4) == 5 * 6 && shared.networkRows(arms: 8) == 5 * 10)
    let trunk = options(.ddim, CounterfactualStrength(trunk: ["sex": 2, "age": 3]))
    #expect(trunk.networkRows(arms: 4) == 2 * 2 + 3 * 8)
    #expect(options(.ddim, nil).networkRows(arms: 4) == 5 * 8)
  }

  @Test(.needsTinyGenerator())
  func theSharedDirectionIsNearTheOwnOneAtTheFirstStep() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(Self.captions)
    func first(_ direction: CounterfactualStrength.Guidance.Direction) throws -> [Float] {
      let strength = CounterfactualStrength(
        guidance: .init(finding: 3, attribute: 2, direction: direction))
      // A null caption as long as the prompt would differ between arm and anchor.
      var options = options(.ddim, strength)
      options.nullCaptionLength = .full
      var run = try model.denoising(requests([prompts[0]], anchor: prompts[3]), options: options)
      let step = run.next()
      return try #require(step).latents.values
    }
    // All lanes begin at one noise, where the anchor's direction is the arm's own.
    let (own, anchor) = (try first(.own), try first(.anchor))
    let distance = zip(own, anchor).map { abs($0 - $1) }.max() ?? 1
    #expect(distance < 1e-4 * (own.map(abs).max() ?? 1))
  }

  @Test(.needsTinyGenerator())
  func frozenTokensAreTheAnchorsAndForeignAnchorsAreRefused() throws {
    let model = try TinyGenerator.model()
    let prompts = try model.encode(Self.captions + ["Cardiomegaly is seen."])
    let frozen = try prompts[0].features(freezing: prompts[3])
    let own = prompts[0].tokenCount - prompts[3].tokenCount
    #expect(own > 0 && frozen.shape == prompts[0].features.shape)
    #expect(frozen.rows(0..<own).values == prompts[0].features.rows(0..<own).values)
    #expect(frozen.rows(own..<frozen.shape[0]).values == prompts[3].features.values)
    #expect(frozen.values != prompts[0].features.values)
    #expect(throws: AuditFailure.self) { try prompts[0].features(freezing: prompts[4]) }
  }

  @Test func cardsShipATunedStrengthThatSpecsTakeAutomatically() throws {
    let text = """
      {"name": "m", "tuned": {"strength": {"trunk": {"sex": 8, "age": 9},
       "guidance": {"attribute": 2}}}}
      """
    let card = try ModelCard(
      document: JSON5Reader.value(of: Array(text.utf8), path: "c", dialect: .program), path: "c")
    var specification = GeneratorSpecification()
    specification.strength = .auto
    let options = SamplingOptions.resolved(specification, card: card)
    #expect(options.trunkSteps == 8 && options.factoredGuidance?.attribute == 2)
    #expect(options.record["trunk"] == "age 9, sex 8")
    #expect(options.record["guidanceFinding"] == "4.0")
    // Without a strength the keys of former audits stay as they were.
    let plain = SamplingOptions.resolved(GeneratorSpecification(), card: card)
    #expect(plain.record.keys.allSatisfy { !$0.hasPrefix("trunk") && !$0.hasPrefix("guidanceF") })
    for bad in [
      "{\"tuned\": {\"strength\": {\"trunk\": {\"sex\": -1}}}}",
      "{\"tuned\": {\"strength\": {\"guidance\": {}}}}",
    ] {
      #expect(throws: AuditFailure.self, "\(bad)") {
        try ModelCard(
          document: JSON5Reader.value(of: Array(bad.utf8), path: "c", dialect: .program), path: "c")
      }
    }
  }
}
