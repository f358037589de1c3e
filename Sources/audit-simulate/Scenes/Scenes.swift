extension Scene {
  /// Shapes that are hard: tiny and unequal clusters, rates at 0 and 1, ties, large families.
  static let all: [Scene] = noDifference + margins + controls

  private static let noDifference: [Scene] = [
    Scene(
      name: "34 positive patients, images as in an archive", positives: [34, 300],
      negatives: [150, 900], images: .archive, findings: 14),
    Scene(
      name: "34 positive patients, one image each, AUC .95", positives: [34, 300],
      negatives: [150, 900], findings: 8, auc: 0.95),
    Scene(
      name: "12 positive patients, 42 findings", positives: [12, 150], negatives: [40, 400],
      findings: 42),
    Scene(
      name: "10 of each class against 300", positives: [10, 300], negatives: [10, 300],
      findings: 14),
    Scene(name: "cells of 300", positives: [300, 300], negatives: [300, 300], findings: 14),
    Scene(
      name: "14 patients with 1 to 40 images", positives: [14, 150], negatives: [60, 300],
      images: .heavyFirstGroup),
    Scene(
      name: "1 to 40 images everywhere, labels vary within patients", positives: [40, 60],
      negatives: [80, 120], images: .heavy, findings: 3),
    Scene(
      name: "70/20/5/3/2, intersections", positives: [280, 80, 40, 24, 20],
      negatives: [700, 200, 50, 30, 24], findings: 4, isCrossed: true),
    Scene(
      name: "each with all others together, 70/20/5/3/2", positives: [280, 80, 40, 24, 20],
      negatives: [700, 200, 50, 30, 24], findings: 4, isStratified: true, isWithAllOthers: true),
    Scene(
      name: "3 % prevalence, three groups", positives: [20, 45, 60], negatives: [650, 1450, 1950],
      findings: 3),
    Scene(
      name: "10 score levels, three groups", positives: [40, 60, 80], negatives: [40, 60, 80],
      findings: 8, levels: 10),
    Scene(
      name: "unequal shapes, equal AUC", positives: [40, 150], negatives: [80, 300], findings: 8,
      firstSpread: 2),
    Scene(
      name: "unequal shapes, the small group is narrow", positives: [20, 150],
      negatives: [40, 300], findings: 8, firstSpread: 0.5),
    Scene(
      name: "seven groups of 30 and 60", positives: [Int](repeating: 30, count: 7),
      negatives: [Int](repeating: 60, count: 7), findings: 3),
    Scene(
      name: "sensitivity .98, 12 against 300", positives: [12, 300], negatives: [40, 400],
      findings: 8, auc: 0.98, specificity: 0.8),
    Scene(
      name: "sensitivity and false-positive rate near .5", positives: [20, 200],
      negatives: [40, 400], findings: 8, auc: 0.6, specificity: 0.5),
    Scene(
      name: "false-positive rate .02, 60 patients with images as in an archive",
      positives: [20, 100], negatives: [60, 900], images: .archive, findings: 8, auc: 0.8,
      specificity: 0.98),
    Scene(
      name: "three classifiers", positives: [30, 120], negatives: [60, 240], findings: 8,
      classifiers: 3),
    Scene(
      name: "168 findings", positives: [25, 60], negatives: [50, 120], findings: 168),
    Scene(
      name: "three metrics, 12 positive patients", positives: [12, 150], negatives: [40, 400],
      findings: 8, metrics: [.auc, .sensitivity, .falsePositiveRate]),
    Scene(
      name: "three metrics of scores, three groups", positives: [40, 100, 150],
      negatives: [80, 200, 300], findings: 6, metrics: [.auc, .averagePrecision, .brier]),
    Scene(
      name: "within strata", positives: [40, 100, 150], negatives: [80, 200, 300], findings: 3,
      isStratified: true),
    Scene(
      name: "a classifier that guesses", positives: [20, 60, 90], negatives: [40, 120, 180],
      findings: 8, auc: 0.5, specificity: 0.7),
    Scene(
      name: "arms of 40 base cases", positives: [20, 20, 20], negatives: [20, 20, 20], findings: 3,
      isPaired: true),
  ]

  private static let margins: [Scene] = [
    Scene(
      name: "gap equals harm, 14 findings", positives: [60, 150], negatives: [120, 300],
      findings: 14, truth: .gapIsHarm(0.05)),
    Scene(
      name: "gap equals δ, 14 findings", positives: [300, 300], negatives: [300, 300], findings: 14,
      truth: .gapIsDelta(0.1)),
    Scene(
      name: "gap equals δ, six groups", positives: [Int](repeating: 250, count: 6),
      negatives: [Int](repeating: 250, count: 6), findings: 4, truth: .gapIsDelta(0.12)),
    Scene(
      name: "gap equals δ, three metrics", positives: [300, 300], negatives: [300, 300],
      findings: 4, truth: .gapIsDelta(0.1), metrics: [.auc, .sensitivity, .falsePositiveRate]),
    Scene(
      name: "one of seven groups is worse by .08", positives: [Int](repeating: 60, count: 7),
      negatives: [Int](repeating: 120, count: 7), findings: 8, truth: .onlyFirstDiffers(0.08)),
    Scene(
      name: "one of three groups is worse by .15", positives: [40, 60, 80],
      negatives: [80, 120, 160], findings: 8, truth: .onlyFirstDiffers(0.15)),
  ]

  private static let controls: [Scene] = [
    Scene(
      name: "arms without a difference, placebo and panel", positives: [40, 40, 40],
      negatives: [40, 40, 40], findings: 4, truth: .attributable(0), isPaired: true, references: 2),
    Scene(
      name: "each arm with all others together, placebo and panel", positives: [30, 30, 30, 30],
      negatives: [30, 30, 30, 30], findings: 4, truth: .attributable(0), isPaired: true,
      references: 2, isWithAllOthers: true),
    Scene(
      name: "one arm is worse by .15, placebo and panel", positives: [60, 60, 60],
      negatives: [60, 60, 60], findings: 4, truth: .attributable(0.15), isPaired: true,
      references: 2),
    Scene(
      name: "another seed makes the same gap", positives: [60, 60], negatives: [60, 60],
      findings: 8, truth: .generatorNoise(0.25), isPaired: true),
    Scene(
      name: "the panel has the same gap", positives: [60, 60], negatives: [60, 60], findings: 8,
      truth: .panelShares(0.25), isPaired: true, references: 2),
    Scene(
      name: "the panel has the same gap, three arms", positives: [20, 20, 20],
      negatives: [20, 20, 20], findings: 8, truth: .panelShares(0.3), isPaired: true, references: 2),
  ]
}
