import AuditModel
import Basics
import Tensors

/// One image, or one anchor of images, on its way from noise to latents.
struct Lane {
  var caption: CaptionConditioning
  /// Of the anchor, where the rule asks for it.
  var finding: CaptionConditioning?
  var seed: UInt64
  var noisePath: [String]
  var condition: Tensor?
  var rule: GuidanceRule
}

/// Which lanes are drawn before and after the arms branch off their anchors.
struct LanePlan {
  /// Anchors, and images that have none, in the order of their first request.
  private(set) var trunk: [Lane] = []
  /// Lane of the trunk that each request descends from.
  private(set) var origins: [Int] = []
  /// Anchors that arms go on asking for, then one lane a request.
  private(set) var branches: [Lane] = []
  /// Lane of the trunk that each of ``branches`` continues.
  private(set) var continued: [Int] = []
  /// How many of ``branches`` are anchors.
  private(set) var anchorCount = 0

  /// - Parameter conditioning: Keys and values of a prompt, its finding's tokens read from the second
  ///   where one is given.
  /// - Throws: `AuditFailure` where captions cannot be frozen.
  init(
    _ requests: [RenderRequest], options: SamplingOptions,
    conditioning: (EncodedPrompt, EncodedPrompt?) throws -> CaptionConditioning
  ) rethrows {
    let factored = options.factoredGuidance
    let isAnchored = factored?.direction == .anchor
    let plain: GuidanceRule =
      options.guidance == 1 ? .none : .whole(scale: Float(options.guidance))
    func lane(
      _ request: RenderRequest, _ caption: CaptionConditioning, _ rule: GuidanceRule
    ) -> Lane {
      Lane(
        caption: caption, seed: request.seed, noisePath: request.noisePath,
        condition: request.control?.latents, rule: rule)
    }
    var laneOf: [AnchorKey: Int] = [:]
    var isAnchor: [Bool] = []
    for (place, request) in requests.enumerated() {
      let key = AnchorKey(request, place: place)
      if let known = laneOf[key] {
        origins.append(known)
        continue
      }
      laneOf[key] = trunk.count
      origins.append(trunk.count)
      isAnchor.append(request.anchor != nil)
      var rule = plain
      if request.anchor != nil, let factored {
        rule =
          isAnchored
          ? .anchored(anchor: trunk.count, finding: Float(factored.finding), attribute: 1)
          : .whole(scale: Float(factored.finding))
      }
      trunk.append(lane(request, try conditioning(request.anchor ?? request.prompt, nil), rule))
    }
    // Anchors whose direction is asked for stay to the end; lanes without an anchor go on as arms.
    var placeOfAnchor: [Int: Int] = [:]
    if isAnchored {
      for place in trunk.indices where isAnchor[place] {
        placeOfAnchor[place] = branches.count
        var anchor = trunk[place]
        anchor.rule = .anchored(
          anchor: branches.count, finding: Float(factored?.finding ?? 1), attribute: 1)
        branches.append(anchor)
        continued.append(place)
      }
    }
    anchorCount = branches.count
    for (request, origin) in zip(requests, origins) {
      let freezes = options.strength?.frozenFindingTokens == true
      var arm = lane(
        request, try conditioning(request.prompt, freezes ? request.anchor : nil), plain)
      if let anchor = request.anchor, let factored {
        arm.rule = Self.rule(factored, anchor: placeOfAnchor[origin])
        if arm.rule.needsFinding { arm.finding = try conditioning(anchor, nil) }
      }
      branches.append(arm)
      continued.append(origin)
    }
  }

  private static func rule(_ factored: FactoredGuidance, anchor: Int?) -> GuidanceRule {
    if factored.isPlain { return .whole(scale: Float(factored.finding)) }
    let (finding, attribute) = (Float(factored.finding), Float(factored.attribute))
    guard let anchor else { return .chain(finding: finding, attribute: attribute) }
    return .anchored(anchor: anchor, finding: finding, attribute: attribute)
  }
}

/// The rows that lanes pass through the network together.
struct NetworkRows {
  /// Lane of each row.
  let lanes: [Int]
  let captions: CaptionBatch
  let condition: Tensor?
  /// What each lane makes of them.
  let parts: [LaneRows]

  /// - Parameters:
  ///   - isGuided: Whether rules act; else every lane is one row.
  ///   - null: The null caption beside a lane's.
  init(_ lanes: [Lane], isGuided: Bool, null: (Lane) -> CaptionConditioning) {
    var rows = lanes.indices.map { ($0, lanes[$0].caption) }
    var parts = lanes.indices.map {
      LaneRows(rule: isGuided ? lanes[$0].rule : .none, caption: $0)
    }
    // Captions first, then null captions, then findings: a plain batch is its two halves.
    for place in lanes.indices where parts[place].rule.needsNull(at: place) {
      parts[place].null = rows.count
      rows.append((place, null(lanes[place])))
    }
    for place in lanes.indices where parts[place].rule.needsFinding {
      guard let finding = lanes[place].finding else { continue }
      parts[place].finding = rows.count
      rows.append((place, finding))
    }
    self.lanes = rows.map(\.0)
    self.parts = parts
    captions = CaptionBatch(rows.map(\.1))
    let conditions = rows.compactMap { lanes[$0.0].condition }
    condition = conditions.isEmpty ? nil : Tensor.concatenated(conditions)
  }

  var count: Int { lanes.count }
}

/// What requests must have in common to descend from one anchor.
private struct AnchorKey: Hashable {
  let seed: UInt64
  let noisePath: [String]
  let anchor: String?
  let control: [UInt8]?
  /// Set where there is no anchor, so that such a request shares with nobody.
  let place: Int?

  init(_ request: RenderRequest, place: Int) {
    seed = request.seed
    noisePath = request.noisePath
    anchor = request.anchor?.cleanedText
    control = request.control?.image.bytes
    self.place = request.anchor == nil ? place : nil
  }
}
