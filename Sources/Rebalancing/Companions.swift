import AuditModel

/// The images of the other label that keep "synthetic" from meaning "diseased".
///
/// Let a training table hold P images with a finding and N without, and a set add a and b. In the mixed
/// table the label is independent of being synthetic exactly when a/(P + a) = b/(N + b), that is when
/// a : b = P : N: the set must show the finding as often as the table does. One image of each label is
/// right only where P = N; beside a rare finding, a set of halves still says that synthetic is diseased.
///
/// The ratio is kept within every group that gets images, not over all groups together: then label and
/// group are independent among the synthetic images too, so that no pair of "synthetic" and a group
/// predicts the label there. Within a group, full independence of the label from "synthetic" is out of
/// reach: it would need the group's own share of the finding, and the group's share would stay what it
/// was. So each group moves from its own share towards the table's.
///
/// The price is that of a rare finding: each image with it brings N/P without it. Who trains on the set
/// alone before the real images needs no such ratio; `equal` is for that.
struct Companions {
  private let rule: RebalanceSpecification.Companions
  /// Positives wanted for one negative, as a fraction of two positive numbers.
  private let positives: Double
  private let negatives: Double
  /// Whether ``RebalanceSpecification/Companions/tableRatio`` had no ratio to follow.
  let lacksLabel: Bool

  /// - Parameters:
  ///   - positives: Images of the table with the finding.
  ///   - negatives: Images of the table without it. Where either is 0 the two labels come in equal
  ///     numbers, because no number of images can make the label independent of "synthetic".
  init(_ rule: RebalanceSpecification.Companions, positives: Int, negatives: Int) {
    self.rule = rule
    lacksLabel = positives == 0 || negatives == 0
    let isEqual = rule == .equal || lacksLabel
    self.positives = isEqual ? 1 : Double(positives)
    self.negatives = isEqual ? 1 : Double(negatives)
  }

  /// What one group gets beside its own amounts, images or weights; one of the two is 0.
  func beside(positives own: Double, negatives other: Double) -> (
    positives: Double, negatives: Double
  ) {
    guard rule != .none else { return (0, 0) }
    return (
      max(0, other * positives / negatives - own), max(0, own * negatives / positives - other)
    )
  }

  /// Why a cell gets companions, as a clause.
  var reason: String {
    rule == .equal || lacksLabel
      ? "so that synthetic images of this group show the finding as often as not"
      : "so that synthetic images of this group show the finding as often as the training table "
        + "(\(Self.percent(positives / (positives + negatives))))"
  }

  /// `37.4 %`
  static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
