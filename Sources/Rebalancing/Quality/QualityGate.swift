import AuditModel
import Images

/// Why a drawn image does not enter a rebalancing set.
package enum Rejection: Sendable, Hashable {
  case flat
  case saturated
  case copyWithinSet
  case copyOfTrainingImage
  /// The reference panel does not see the prompted label.
  case finding
  /// The predictors read another value of the attribute than was prompted.
  case attribute(String)

  /// Words for tables.
  package var description: String {
    switch self {
    case .flat: "blank or flat"
    case .saturated: "saturated"
    case .copyWithinSet: "near-duplicate of another image of the set"
    case .copyOfTrainingImage: "near-duplicate of a training image"
    case .finding: "the reference panel does not see the label"
    case .attribute(let name): "the predictors do not see the \(name)"
    }
  }
}

/// What a panel said about one image, for ``QualityGate``.
package struct PanelOpinion: Sendable, Equatable {
  /// Whether each panel member that answered agrees with the prompted label.
  package var finding: [Bool] = []
  /// Attribute to whether each predictor that answered agrees with the prompted value.
  package var attributes: [String: [Bool]] = [:]

  package init(finding: [Bool] = [], attributes: [String: [Bool]] = [:]) {
    self.finding = finding
    self.attributes = attributes
  }
}

/// Decides image by image what enters a rebalancing set.
///
/// The outcome depends on the images and on their order alone, so a resumed run decides alike.
package struct QualityGate: Sendable {
  private let training: [ImageFingerprint]
  private var accepted: [ImageFingerprint] = []

  /// - Parameter training: Fingerprints of the user's training images.
  package init(training: [ImageFingerprint] = []) { self.training = training }

  /// Judges one image and remembers it if it enters.
  ///
  /// An image is rejected for its finding or attribute only where everybody who answered disagrees
  /// with the prompt: a set must not be cut down to what one network finds easy.
  /// - Returns: nil when the image enters.
  package mutating func rejection(of image: RasterImage, opinion: PanelOpinion = PanelOpinion())
    -> Rejection?
  {
    switch exposureFault(of: image) {
    case .flat: return .flat
    case .saturated: return .saturated
    case nil: break
    }
    if !opinion.finding.isEmpty, !opinion.finding.contains(true) { return .finding }
    for (attribute, answers) in opinion.attributes.sorted(by: { $0.key < $1.key })
    where !answers.isEmpty && !answers.contains(true) {
      return .attribute(attribute)
    }
    let fingerprint = ImageFingerprint(image)
    if accepted.contains(where: fingerprint.isCopy) { return .copyWithinSet }
    if training.contains(where: fingerprint.isCopy) { return .copyOfTrainingImage }
    accepted.append(fingerprint)
    return nil
  }
}
