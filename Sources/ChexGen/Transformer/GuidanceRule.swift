import Tensors

/// How a lane's predicted noise is put together from what the network said.
///
/// Channels that are not guided, the variance values among them, are those of the lane's own caption.
enum GuidanceRule: Sendable, Equatable {
  /// The caption's prediction alone.
  case none
  /// `∅ + scale (c − ∅)`.
  case whole(scale: Float)
  /// `∅ + finding (f − ∅) + attribute (c − f)`; see ``FactoredGuidance``.
  case chain(finding: Float, attribute: Float)
  /// `c + (finding − 1) (c⁰ − ∅⁰) + (attribute − 1) (c − f)`, where c⁰ and ∅⁰ are the anchor's.
  case anchored(anchor: Int, finding: Float, attribute: Float)

  /// Whether the lane is predicted with the null caption too.
  ///
  /// - Parameter place: Of the lane; an anchor needs what arms take from it.
  func needsNull(at place: Int) -> Bool {
    switch self {
    case .none: false
    case .whole, .chain: true
    case .anchored(let anchor, _, _): anchor == place
    }
  }

  /// Whether the lane is predicted with the finding's caption too.
  var needsFinding: Bool {
    switch self {
    case .none, .whole: false
    case .chain: true
    case .anchored(_, _, let attribute): attribute != 1
    }
  }
}

/// What the network said of one lane, as rows of its output.
struct LaneRows: Sendable, Equatable {
  var rule: GuidanceRule
  /// With the lane's caption.
  var caption: Int
  /// With the null caption.
  var null: Int?
  /// With the finding's caption.
  var finding: Int?
}

/// The lanes' predictions after guidance, `[lanes, outputChannels, height, width]`.
///
/// - Parameters:
///   - output: `[rows, outputChannels, height, width]`.
///   - latentChannels: How many of the channels are predicted noise.
func guided(
  _ output: Tensor, lanes: [LaneRows], channels: GuidanceChannels, latentChannels: Int
) -> Tensor {
  let outputs = output.shape[1]
  let stride = output.count / max(1, output.shape[0])
  let count = (channels == .all ? latentChannels : min(3, latentChannels)) * (stride / outputs)
  var result = Tensor(uninitialized: [lanes.count] + output.shape.dropFirst())
  result.withUnsafeMutablePointer { result in
    output.withUnsafePointer { rows in
      for (place, lane) in lanes.enumerated() {
        let out = result + place * stride
        let c = rows + lane.caption * stride
        let null = rows + (lane.null ?? lane.caption) * stride
        let finding = rows + (lane.finding ?? lane.caption) * stride
        out.update(from: c, count: stride)
        switch lane.rule {
        case .none: break
        case .whole(let scale):
          for i in 0..<count { out[i] = null[i] + scale * (c[i] - null[i]) }
        case .chain(let w, let attribute):
          for i in 0..<count {
            out[i] = null[i] + w * (finding[i] - null[i]) + attribute * (c[i] - finding[i])
          }
        case .anchored(let anchor, let w, let attribute):
          let with = rows + lanes[anchor].caption * stride
          let without = rows + (lanes[anchor].null ?? lanes[anchor].caption) * stride
          // Where the caption is the anchor's, c is `with` and c − f is 0: the anchor's own values.
          for i in 0..<count {
            out[i] =
              c[i] + (w - 1) * (with[i] - without[i]) + (attribute - 1) * (c[i] - finding[i])
          }
        }
      }
    }
  }
  return result
}
