/// A set of synthetic images for augmentation or pretraining: block `synthesize`.
package struct SynthesizeSpecification: Sendable, Equatable {
  /// How the images are shared out among findings, labels and groups.
  package enum Plan: String, Sendable, CaseIterable {
    /// Every group of every finding gets as many, split by `positives`.
    case grid
    /// As often as in a training table: finding by label by group.
    case table
  }

  package var images = 1000
  package var plan = Plan.grid
  /// Share of images with the finding, for ``Plan/grid``.
  package var positives = 0.5
  /// Prompts, exports, gates and, for ``Plan/table``, the table; its strategy and budget are not used.
  package var set: RebalanceSpecification

  package init(set: RebalanceSpecification) { self.set = set }
}
