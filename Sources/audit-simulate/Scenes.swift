extension Scene {
  /// Shapes that are hard: tiny and unequal clusters, rates at 0 and 1, ties, large families.
  static let all: [Scene] = [
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
      name: "14 patients with 1 to 40 images", positives: [14, 150], negatives: [60, 300],
      images: .heavyFirstGroup),
    Scene(
      name: "70/20/5/3/2, intersections", positives: [280, 80, 20, 12, 10],
      negatives: [700, 200, 50, 30, 20], findings: 8),
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
      name: "seven groups of 30 and 60", positives: [Int](repeating: 30, count: 7),
      negatives: [Int](repeating: 60, count: 7), findings: 3),
    Scene(
      name: "sensitivity .98, 12 against 300", positives: [12, 300], negatives: [40, 400],
      findings: 8, auc: 0.98, specificity: 0.8),
    Scene(
      name: "false-positive rate .02, 60 patients with images as in an archive",
      positives: [20, 100], negatives: [60, 900], images: .archive, findings: 8, auc: 0.8,
      specificity: 0.98),
    Scene(
      name: "168 findings", positives: [25, 60], negatives: [50, 120], findings: 168),
    Scene(
      name: "arms of 40 base cases", positives: [20, 20, 20], negatives: [20, 20, 20], findings: 3,
      isPaired: true),
    Scene(
      name: "gap equals harm, 14 findings", positives: [60, 150], negatives: [120, 300],
      findings: 14, truth: .gapIsHarm(0.05)),
    Scene(
      name: "gap equals δ, 14 findings", positives: [300, 300], negatives: [300, 300], findings: 14,
      truth: .gapIsDelta(0.1)),
  ]
}
